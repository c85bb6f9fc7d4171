# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory file says, and how mistakes in it are reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ArgumentsRefused,
    HostNotAllowed,
    InvalidOption,
    OptionError,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.source import InventoryFile, Source

SECRET = "s3cret-of-the-inventory"
GIVEN: dict[str, Any] = {
    "plugin": "authkit.oauth.hosts",
    "token_url": "https://login.example.com/token",
    "client_id": "inventory",
    "client_secret": SECRET,
    "url": "https://cmdb.example.com/servers",
    "host_name": "authkit_item.name",
}


def source(variables: dict[str, Any] | None = None, **changes: Any) -> Source:
    """The source of that file with these changes; None removes an option."""
    config = {name: value for name, value in {**GIVEN, **changes}.items() if value is not None}
    return InventoryFile(config, variables or {}, Templar(DataLoader())).source()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHKIT_CLIENT_ID", "AUTHKIT_CLIENT_SECRET", "AUTHKIT_CACHE"):
        monkeypatch.delenv(name, raising=False)


def test_a_file() -> None:
    found = source(query={"state": "running"}, headers={"X-Tenant": "7"}, timeout=5)
    assert (found.call.method, found.call.url) == ("GET", "https://cmdb.example.com/servers?state=running")
    assert found.call.headers["X-Tenant"] == "7"
    assert (found.options.client_id, found.options.timeout, found.strict) == ("inventory", 5.0, False)
    assert found.call.paging is not None, "half a list of hosts is no inventory"
    assert SECRET not in repr(found)


def test_one_page_if_the_file_says_so() -> None:
    assert source(paginate="none").call.paging is None


def test_the_source_of_an_option() -> None:
    assert source().options.origins["client_id"] == "the inventory file"
    found = source({"authkit_client_id": "other", "authkit_client_secret": SECRET}, client_id=None, client_secret=None)
    assert found.options.origins["client_id"] == "the variable authkit_client_id"


def test_where_tokens_are_kept() -> None:
    assert source(cache=True).options.cache == "file"
    assert source(cache=True, token_cache="memory").options.cache == "memory"
    assert source({"authkit_cache": "none"}).options.cache == "none"
    with pytest.raises(InvalidOption, match="set token_cache to choose where tokens are kept"):
        source(cache="memory")


def test_clients_of_the_file() -> None:
    client = {"token_url": GIVEN["token_url"], "client_id": "cmdb", "client_secret": SECRET}
    own = dict.fromkeys(("token_url", "client_id", "client_secret"))
    assert source(**own, profile="cmdb", authkit_profiles={"cmdb": client}).options.client_id == "cmdb"
    assert source({"authkit_profiles": {"cmdb": client}}, **own, profile="cmdb").options.client_id == "cmdb"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"client_secrt": SECRET},
            "'client_secrt' is not an option of authkit.oauth.hosts: did you mean client_secret",
        ),
        ({"zzz": 1}, "ansible-doc -t inventory authkit.oauth.hosts lists the options"),
        ({"url": None}, "url"),
        ({"host_name": None}, "host_name"),
        ({"compose": "x"}, "compose must be a mapping of names to values, and is text"),
        ({"keyed_groups": [{"kye": "x"}]}, "'kye' is not an option of keyed_groups: did you mean key"),
        ({"strict": "perhaps"}, "strict must be true or false"),
        ({"token_cache": "disk"}, "token_cache"),
    ],
)
def test_mistakes(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ArgumentsRefused) as raised:
        source(**changes)
    assert words in raised.value.message
    assert SECRET not in raised.value.message


@pytest.mark.parametrize("name", [["authkit_item.name"], {"authkit_item.name": None}, 5])
def test_a_host_name_that_is_no_expression(name: object) -> None:
    with pytest.raises(OptionError, match="host_name must be"):
        source(host_name=name)


def test_hosts_that_get_no_token() -> None:
    with pytest.raises(HostNotAllowed, match="allowed_hosts from the inventory file"):
        source(allowed_hosts=["other.example.com"])


def test_a_fingerprint_for_each_list() -> None:
    base = source().fingerprint
    assert source(client_secret="another-" + SECRET).fingerprint == base
    assert source(host_name="authkit_item.id", compose={"a": "1"}).fingerprint == base
    others = [
        source(query={"a": "b"}),
        source(headers={"X-Tenant": "7"}),
        source(client_id="other"),
        source(scope=["x"]),
        source(max_items=5),
        source(extra_parameters={"tenant": "a"}),
        source(extra_parameters={"tenant": "b"}),
        *(source(grant_type="token_exchange", subject_token=f"the-token-of-user-{user}") for user in "ab"),
        *(source(grant_type="refresh_token", refresh_token=f"the-refresh-token-{user}") for user in "ab"),
        *(source(grant_type="jwt_bearer", assertion=f"eyJhbGciOiJub25lIn0.{user}.c2ln") for user in ("YQ", "Yg")),
        source(token_url="https://other.example.com/token"),
    ]
    assert len({base, *(other.fingerprint for other in others)}) == len(others) + 1
