# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Items that become hosts, with Ansible's own inventory and constructed groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable

from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.data import as_data
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.filling import Filling
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.source import Source

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 all text is trusted

    def trust_as_template(value: str) -> str:
        return value


EVIL = "{{ lookup('pipe', 'echo evalu' ~ 'ated') }}"


class Plugin(BaseInventoryPlugin, Constructable):  # type: ignore[misc]  # ansible-core has no hints
    """As the inventory plugin, without a file."""

    NAME = "authkit.oauth.hosts"

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._chosen = {"leading_separator": True, "use_extra_vars": False, **options}
        self.parse(InventoryData(), DataLoader(), "none")

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        return self._chosen.get(option)

    def _compose(self, template: Any, variables: Any, *given: Any, **named: Any) -> Any:
        return as_data(super()._compose(template, variables, *given, **named))


class Filled:
    """The inventory that these items become."""

    def __init__(
        self, items: Sequence[Any], host_name: str = "authkit_item.name", *, strict: bool = False, **options: Any
    ) -> None:
        self.warnings: list[str] = []
        self.plugin = Plugin(**options)
        source = Source(None, None, trust_as_template(host_name), strict)  # type: ignore[arg-type]  # they are not used
        self._filling, self._items = Filling(self.plugin, source, self.warnings.append), items

    def fill(self) -> None:
        self._filling.add(self._items)

    def hosts(self) -> list[str]:
        self.fill()
        return list(self.plugin.inventory.hosts)

    def variables(self, host: str) -> dict[str, Any]:
        found: dict[str, Any] = self.plugin.inventory.get_host(host).get_vars()
        return found

    def groups(self, host: str) -> set[str]:
        return {group.name for group in self.plugin.inventory.get_host(host).get_groups()} - {"all", "ungrouped"}

    def rendered(self, host: str, name: str) -> Any:
        """What a play sees in the variable."""
        self.plugin.templar.available_variables = self.variables(host)
        return self.plugin.templar.template(trust_as_template("{{ " + name + " }}"))


def expressions(**each: str) -> dict[str, str]:
    return {name: trust_as_template(value) for name, value in each.items()}


def test_an_item_is_one_variable() -> None:
    item = {"name": "web1", "ansible_connection": "local", "ansible_host": "203.0.113.9"}
    filled = Filled([item])
    assert filled.hosts() == ["web1"]
    assert filled.variables("web1")["authkit_item"] == item
    assert "ansible_connection" not in filled.variables("web1")
    assert "ansible_host" not in filled.variables("web1")


def test_items_of_other_kinds() -> None:
    assert Filled(["web1", "web2"], "authkit_item").hosts() == ["web1", "web2"]
    assert Filled([{"id": 7}], "authkit_item.id").hosts() == ["7"]
    assert Filled([{"n": "a"}], 'authkit_item.n ~ ".example.com"').hosts() == ["a.example.com"]


def test_compose_and_groups() -> None:
    filled = Filled(
        [{"name": "web1", "role": "front end", "at": "192.0.2.7"}, {"name": "db1", "role": ""}],
        compose=expressions(ansible_host="authkit_item.at"),
        groups=expressions(web='authkit_item.role == "front end"'),
        keyed_groups=[{"key": trust_as_template("authkit_item.role"), "prefix": "role"}],
    )
    assert filled.hosts() == ["web1", "db1"]
    assert filled.variables("web1")["ansible_host"] == "192.0.2.7"
    assert filled.groups("web1") == {"web", "role_front_end"}
    assert filled.groups("db1") == set()
    assert "ansible_host" not in filled.variables("db1")
    assert filled.warnings == []


@pytest.mark.parametrize(
    "expression",
    [
        "authkit_item.evil",
        "authkit_item | list | last",
        "'%s' % authkit_item.evil",
        "'{}'.format(authkit_item.evil)",
        "authkit_item.evil | upper | lower",
        "'{{ ' ~ 'lookup' ~ ' }}' ~ authkit_item.evil",
        "[authkit_item.evil] | first",
        "authkit_item.evil[:2] ~ authkit_item.evil[2:]",
        "authkit_item.nested.keys() | list | first",
    ],
)
def test_nothing_of_an_item_is_a_template(expression: str) -> None:
    item = {"name": "web1", "nested": {EVIL: 1}, "evil": EVIL, EVIL: 1}
    filled = Filled([item], compose=expressions(made=expression))
    assert filled.hosts() == ["web1"]
    assert "evaluated" not in str(filled.rendered("web1", "made"))
    assert "lookup" in str(filled.rendered("web1", "made"))
    assert "evaluated" not in str(filled.rendered("web1", "authkit_item"))


def test_that_template_of_an_operator_is_evaluated() -> None:
    assert Plugin().templar.template(trust_as_template(EVIL)) == "evaluated"


def test_a_template_as_the_name_of_a_host_or_group() -> None:
    filled = Filled(
        [{"name": EVIL}, {"name": "web1", "role": EVIL}],
        keyed_groups=[{"key": trust_as_template("authkit_item.role"), "parent_group": "roles"}],
    )
    assert filled.hosts() == ["web1"]
    assert all("evaluated" not in name and "{" not in name for name in filled.plugin.inventory.groups)
    assert len(filled.warnings) == 1


def test_skipped_items_are_one_warning() -> None:
    filled = Filled([{"name": "a"}, {"name": "localhost"}, {"name": "b c"}, {}, {"name": "a"}, 5, {"name": "b"}])
    assert filled.hosts() == ["a", "b"]
    assert len(filled.warnings) == 1
    assert filled.warnings[0].startswith(
        "5 of 7 items are not hosts and were skipped: item 2 gives the name 'localhost', which is the controller; "
        "item 3 gives the name 'b c', which is not a valid host name; item 4 gives no name: "
    )
    assert filled.warnings[0].endswith("; ….")


def test_duplicates_are_said() -> None:
    filled = Filled([{"name": "a", "n": 1}, {"name": "a", "n": 2}])
    assert filled.hosts() == ["a"]
    assert filled.variables("a")["authkit_item"]["n"] == 1
    assert "item 2 gives the name 'a', which an item before it has" in filled.warnings[0]


@pytest.mark.parametrize(
    "items", [[{"name": "a"}, {"name": "a"}], [{"name": "a"}, {"name": "b c"}], [{"name": "a"}, 5]]
)
def test_strict_refuses_all(items: list[Any]) -> None:
    filled = Filled(items, strict=True)
    with pytest.raises(AnsibleParserError, match="Item 2 gives .*; strict is true, so no item may be skipped"):
        filled.fill()
    assert list(filled.plugin.inventory.hosts) == [], "hosts before it would be half an inventory"


def test_strict_refuses_what_cannot_be_composed() -> None:
    filled = Filled([{"name": "a"}], strict=True, compose=expressions(x="authkit_item.nothing"))
    with pytest.raises(AnsibleParserError, match="Host 'a': Could not set x for host a"):
        filled.fill()
    assert Filled([{"name": "a"}], compose=expressions(x="authkit_item.nothing")).hosts() == ["a"]


def test_no_host_at_all_is_an_error() -> None:
    with pytest.raises(
        AnsibleParserError, match=r"^None of 2 items is a host: item 1 gives no name: .*check host_name"
    ):
        Filled([{"name": "a"}, {"name": "b"}], "authkit_item.nmae").fill()
    assert Filled([]).hosts() == []


def test_groups_that_an_api_breaks() -> None:
    """A group below itself, and one that is no text: an error of Ansible's for one host does not end the inventory."""
    filled = Filled(
        [{"name": "a", "role": "x"}, {"name": "b", "role": 5.5}, {"name": "c", "role": "y"}],
        keyed_groups=[
            {
                "key": trust_as_template("authkit_item.role"),
                "separator": "",
                "parent_group": trust_as_template("x"),
            }
        ],
    )
    assert filled.hosts() == ["a", "b", "c"]
    assert filled.groups("c") == {"x", "y"}
    assert len(filled.warnings) == 1
    assert "hosts are not in all groups that the file describes: host 'a': " in filled.warnings[0]


def keyed(**others: str) -> dict[str, Any]:
    return {"key": trust_as_template("authkit_item.role"), "separator": "", **others}


def test_an_item_with_the_name_of_a_group_is_no_host() -> None:
    """Ansible would set its variables for the group, so for hosts that the operator has put there."""
    filled = Filled(
        [{"name": "production", "at": "203.0.113.9"}, {"name": "web1", "at": "203.0.113.7"}],
        compose=expressions(ansible_host="authkit_item.at"),
        groups=expressions(x="true"),
    )
    inventory = filled.plugin.inventory
    inventory.add_group("production")
    inventory.add_host("old1", "production")
    assert filled.hosts() == ["old1", "web1"]
    assert inventory.groups["production"].vars == {}
    assert inventory.groups["production"].parent_groups == []
    assert "item 1 gives the name 'production', which is a group" in filled.warnings[0]


@pytest.mark.parametrize("name", ["production", "roles"])
def test_an_item_with_the_name_of_a_group_of_the_file_is_no_host(name: str) -> None:
    """Otherwise an API could do away with the group."""
    filled = Filled(
        [{"name": name, "role": "db"}, {"name": "a", "role": "db"}],
        groups=expressions(production="true"),
        keyed_groups=[keyed(parent_group="roles")],
    )
    assert filled.hosts() == ["a"]
    assert filled.groups("a") == {"production", "roles", "db"}
    assert f"item 1 gives the name '{name}', which is a group" in filled.warnings[0]


@pytest.mark.parametrize("role", ["web1", "old1", "localhost"])
def test_no_group_has_the_name_of_a_host(role: str) -> None:
    """It would capture what is meant for the host, in plays and in variables. Later items count, too."""
    filled = Filled([{"name": "a", "role": role}, {"name": "web1", "role": "web"}], keyed_groups=[keyed()])
    filled.plugin.inventory.add_host("old1")
    assert filled.hosts() == ["old1", "a", "web1"]
    assert role not in filled.plugin.inventory.groups
    assert "authkit_item" in filled.variables("web1")
    assert filled.groups("web1") == {"web"}
    assert f"the group '{role}' would have the name of a host" in filled.warnings[0]


@pytest.mark.parametrize("role", ["all", "ungrouped", ["web", "all"]], ids=str)
def test_groups_of_ansible_are_not_the_apis(role: Any) -> None:
    """With all below another group, Ansible ends; with ungrouped, other hosts are in it."""
    filled = Filled(
        [{"name": "a", "role": role}, {"name": "b", "role": "db"}], keyed_groups=[keyed(parent_group="roles")]
    )
    filled.plugin.inventory.add_host("old1")
    filled.fill()
    filled.plugin.inventory.reconcile_inventory()
    assert filled.groups("b") == {"db", "roles"}
    assert filled.groups("old1") == set()
    assert not filled.plugin.inventory.groups["ungrouped"].get_ancestors() - {filled.plugin.inventory.groups["all"]}
    assert "is Ansible's own: set prefix in keyed_groups" in filled.warnings[0]


def test_an_operator_may_name_all_as_parent() -> None:
    filled = Filled([{"name": "a", "role": "db"}], keyed_groups=[keyed(parent_group="all")], groups={"all": "true"})
    assert filled.hosts() == ["a"]
    assert filled.groups("a") == {"db"}
    assert filled.warnings == []


def test_strict_refuses_such_groups() -> None:
    filled = Filled([{"name": "b", "role": "db"}, {"name": "a", "role": "b"}], keyed_groups=[keyed()], strict=True)
    with pytest.raises(AnsibleParserError, match="Host 'a': the group 'b' would have the name of a host"):
        filled.fill()
    assert list(filled.plugin.inventory.hosts) == []


def test_what_is_refused_costs_a_host_nothing_else() -> None:
    """Groups after the one that cannot be made, and variables after the one that is not set."""
    tags = ["all", "db", "localhost", "web"]
    filled = Filled(
        [{"name": "a", "tags": tags, "at": "-x", "user": "deploy"}],
        compose=expressions(ansible_host="authkit_item.at", ansible_user="authkit_item.user"),
        groups=expressions(localhost="true", known="true"),
        keyed_groups=[
            keyed(key=trust_as_template("authkit_item.tags"), parent_group="tags"),
            keyed(key=trust_as_template("'later'")),
        ],
    )
    assert filled.hosts() == ["a"]
    assert filled.groups("a") == {"known", "db", "web", "tags", "later"}
    assert filled.variables("a")["ansible_user"] == "deploy"
    assert "ansible_host" not in filled.variables("a")
    for words in ("ansible_host is '-x'", "'all' is Ansible's own", "'localhost' would have the name of a host"):
        assert filled.warnings[0].count(words) == 1
    filled.plugin.inventory.reconcile_inventory()


@pytest.mark.parametrize("last", [{"name": "b"}, {"name": "b c"}], ids=["group", "name"])
def test_a_source_that_fails_changes_no_host_of_another(last: dict[str, Any]) -> None:
    filled = Filled(
        [{"name": "old1", "role": "new", "at": "203.0.113.9"}, {"at": "203.0.113.8", **last}],
        compose=expressions(ansible_host="authkit_item.at"),
        keyed_groups=[keyed(parent_group="roles")],
        strict=True,
    )
    inventory = filled.plugin.inventory
    inventory.add_group("old")
    inventory.add_host("old1", "old")
    inventory.set_variable("old1", "ansible_host", "192.0.2.1")
    before = filled.variables("old1")
    with pytest.raises(AnsibleParserError):
        filled.fill()
    assert filled.variables("old1") == before
    assert filled.groups("old1") == {"old"}
    assert list(inventory.hosts) == ["old1"]
    assert filled.plugin.inventory is inventory


def test_an_interrupt_leaves_no_half_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = Filled([{"name": "a"}, {"name": "b"}])
    add = filled._filling._add

    def interrupted(name: str, data: dict[str, Any]) -> str | None:
        if name == "b":
            raise KeyboardInterrupt
        return add(name, data)

    monkeypatch.setattr(filled._filling, "_add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        filled.fill()
    assert list(filled.plugin.inventory.hosts) == []


@pytest.mark.parametrize("name", ["ansible_host", "ansible_ssh_host"])
def test_no_address_is_an_option_of_ssh(name: str) -> None:
    option = "-oProxyCommand=touch evaluated"
    filled = Filled([{"name": "a", "at": option}], compose=expressions(**{name: "authkit_item.at"}))
    assert filled.hosts() == ["a"]
    assert name not in filled.variables("a")
    assert f"{name} is '{option}', and no address begins with a hyphen" in filled.warnings[0]
