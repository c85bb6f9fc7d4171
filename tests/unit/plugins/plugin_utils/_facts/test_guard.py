# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rendering without variables that a node's facts define."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.vars.hostvars import HostVars

from ansible_collections.authkit.oauth.plugins.module_utils._errors import FactVariable, InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._facts.rendering import Rendering
from ansible_collections.authkit.oauth.tests.unit.support.variables import TAGGED, from_a_node, loaded, templar_of

YAML = """
behind: "{{ sso }}"
own: a.example
number: 7
by_name: "{{ sso }}"
deep: "https://{{ behind }}/"
default: "{{ sso | default('b.example') }}"
defined: "{{ 'a' if sso is defined else 'b' }}"
in_vars: "{{ vars['sso'] }}"
looked_up: "{{ lookup('vars', 'sso') }}"
named: "{{ lookup('vars', lookup('varnames', '^ss')) }}"
ignored: "{{ lookup('vars', 'sso', errors='ignore') | default('a', true) }}"
in_hostvars: "{{ hostvars['node'].sso }}"
deep_in_hostvars: "{{ hostvars['node']['behind'] }}"
of_another: "{{ hostvars['other'].sso }}"
delegated: "{{ ansible_delegated_vars.other.sso }}"
whole: "{{ hostvars['node'] | to_json }}"
prefixed: "{{ ansible_kernel }}"
fine: "{{ own }}"
fine_in_vars: "{{ vars['own'] }}"
fine_looked_up: "{{ lookup('vars', 'own') }}"
fine_in_hostvars: "{{ hostvars['other'].own }}"
fine_delegated: "{{ ansible_delegated_vars.other.own }}"
written_out: "{{ ansible_facts.sso }}"
written_out_of_another: "{{ hostvars['other'].ansible_facts.sso }}"
undefined: "{{ nosuch }}"
"""
FACTS = {"sso": "evil.example", "ansible_kernel": "7.0"}


class Host:
    """A host of the inventory."""

    def __init__(self, name: str) -> None:
        self.name = name


class Inventory:
    """What hostvars asks of an inventory."""

    def get_host(self, name: str) -> Host:
        return Host(name)


class Manager:
    """What hostvars asks of the variable manager."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._fact_cache = {"node": FACTS, "other": FACTS}
        self._hostvars: Any = None

    def get_vars(self, host: Host | None = None, include_hostvars: bool = True) -> dict[str, Any]:
        return dict(self._variables)


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, Any]:
    """A host's variables as Ansible has them for a task, after the node returned its facts."""
    facts = {"ansible_facts": from_a_node({"sso": FACTS["sso"], "kernel": FACTS["ansible_kernel"]})}
    own = {**loaded(YAML, tmp_path), **facts, **from_a_node(FACTS), "inventory_hostname": "node"}
    found = {**own, "hostvars": HostVars(Inventory(), Manager(own), None)}
    found["ansible_delegated_vars"] = {"other": dict(own)}
    return {**found, "vars": dict(found)}


def rendered(name: str, variables: dict[str, Any], *, facts: bool = False) -> object:
    return Rendering(templar_of(variables), variables).rendered(variables[name], f"The {name}", facts=facts)


@pytest.mark.parametrize(
    "name",
    [
        *("by_name", "deep", "default", "defined", "in_vars", "looked_up", "named", "ignored"),
        *("in_hostvars", "deep_in_hostvars", "whole"),
    ],
)
def test_a_fact_is_refused_by_name(name: str, variables: dict[str, Any]) -> None:
    with pytest.raises(FactVariable) as caught:
        rendered(name, variables)
    message = caught.value.message
    assert message.startswith(f"The {name} refers to ")
    assert "evil.example" not in message
    assert caught.value.__context__ is None, "Ansible would print it"
    if name != "whole":
        assert f"The {name} refers to 'sso', which is defined by " in message
        assert "ansible_facts.sso if you trust that machine." in message


def test_a_fact_of_another_host_is_refused(variables: dict[str, Any]) -> None:
    with pytest.raises(FactVariable, match="'sso', which is defined by the facts of 'other'.*hostvars\\['other'\\]"):
        rendered("of_another", variables)
    with pytest.raises((FactVariable, InvalidOption)):
        rendered("delegated", variables)
    with pytest.raises(FactVariable, match="'ansible_kernel'.*or write ansible_facts.kernel if"):
        rendered("prefixed", variables)


FINE = ["fine", "fine_in_vars", "fine_looked_up", "fine_in_hostvars"]


# Before ansible-core 2.19, using one variable of a delegated host renders all of them.
@pytest.mark.parametrize("name", [*FINE, *(["fine_delegated"] if TAGGED else [])])
def test_the_users_own_variables_work_beside_facts(name: str, variables: dict[str, Any]) -> None:
    assert rendered(name, variables) == "a.example"


def test_facts_that_are_written_out_work(variables: dict[str, Any]) -> None:
    assert rendered("written_out", variables) == "evil.example"
    assert rendered("written_out_of_another", variables) == "evil.example"
    assert rendered("by_name", variables, facts=True) == "evil.example"


def test_nothing_is_refused_where_facts_are_no_variables(
    variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "INJECT_FACTS_AS_VARS", False)
    assert rendered("deep", variables) == "https://evil.example/"


def test_the_templar_is_left_as_it_was(variables: dict[str, Any]) -> None:
    templar = templar_of(variables)
    rendering = Rendering(templar, variables)
    for name in ("by_name", "undefined"):
        with pytest.raises((FactVariable, InvalidOption)):
            rendering.rendered(variables[name], "It")
        assert templar.available_variables is variables
    assert rendering.rendered(variables["fine"], "It") == "a.example", "what was refused before is forgotten"


def test_a_guard_inside_of_a_guard(variables: dict[str, Any]) -> None:
    """The lookup of a token in a connection variable resolves options itself, with variables that are guarded."""
    outer = Rendering(templar_of(variables), variables)
    seen: list[object] = []

    class Templar:
        available_variables = variables
        is_possibly_template = bool

        def template(self, _value: object, **_how: object) -> object:
            inner = dict(self.available_variables)
            seen.append(Rendering(templar_of(inner), inner).rendered(inner["fine"], "The inner"))
            return Rendering(templar_of(inner), inner).rendered(inner["deep"], "The inner")

    outer = Rendering(Templar(), variables)
    with pytest.raises(FactVariable, match="^The outer refers to 'sso'"):
        outer.rendered("{{ lookup(...) }}", "The outer")
    assert seen == ["a.example"]


def test_an_interrupt_leaves_the_templar_as_it_was(variables: dict[str, Any]) -> None:
    class Templar:
        available_variables = variables
        is_possibly_template = bool

        def template(self, _value: object, **_how: object) -> object:
            raise KeyboardInterrupt

    templar = Templar()
    with pytest.raises(KeyboardInterrupt):
        Rendering(templar, variables).rendered("x", "It")
    assert templar.available_variables is variables
