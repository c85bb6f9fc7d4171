# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables a fact defines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.vars.hostvars import HostVars

from ansible_collections.authkit.oauth.plugins.plugin_utils._facts.origin import facts_of, of_facts
from ansible_collections.authkit.oauth.tests.unit.support.variables import encrypted, from_a_node, loaded


def found(variables: dict[str, Any], facts: dict[str, Any], cached: dict[str, Any] | None = None) -> set[str]:
    """Names of the variables, where facts are ansible_facts and cached the facts as the node named them."""
    node = from_a_node(facts), (None if cached is None else from_a_node(cached))
    return {name for name, _key in of_facts(variables, node[0], lambda: node[1])}


def test_text_that_the_user_wrote_is_no_fact_even_if_a_node_says_the_same(tmp_path: Path) -> None:
    variables = loaded("{domain: a.example, ansible_env: b.example, hosts: [c.example]}", tmp_path)
    assert found(variables, {"domain": "a.example", "env": "b.example", "hosts": ["c.example"]}) == set()


@pytest.mark.parametrize("value", ["a.example", 7, True, False, ["a"], {"a": "b"}, [], None])
@pytest.mark.parametrize("name", ["domain", "ansible_domain"])
def test_what_equals_the_fact_is_the_facts(name: str, value: Any) -> None:
    assert found({name: from_a_node(value)}, {"domain": value}) == {name}


@pytest.mark.parametrize("value", ["a.example", 7, True, ["a"], {"a": "b"}])
def test_what_is_set_beside_a_fact_is_not(value: Any) -> None:
    assert found({"domain": from_a_node(value)}, {"domain": "another"}) == set()


def test_of_two_facts_the_hidden_one_is_found() -> None:
    """A node returns `domain` and `ansible_domain`: ansible_facts has one of them."""
    variables = from_a_node({"domain": "evil", "ansible_domain": "harmless"})
    both = {"domain": "evil", "ansible_domain": "harmless"}
    assert found(variables, {"domain": "harmless"}, both) == {"domain", "ansible_domain"}
    assert found(variables, {"domain": "harmless"}) == {"domain", "ansible_domain"}, "it cannot be told"
    assert found(variables, {"domain": "evil"}, both) == {"domain", "ansible_domain"}


def test_the_users_own_beside_a_gathered_fact() -> None:
    """Computed by set_fact, so its text is not marked as the user's."""
    variables = from_a_node({"env": "mine", "ansible_env": {"HOME": "/root"}})
    gathered = {"ansible_env": {"HOME": "/root"}}
    assert found(variables, {"env": {"HOME": "/root"}}, gathered) == {"ansible_env"}
    assert found({"env": from_a_node("mine")}, {"env": {"HOME": "/root"}}) == set()


def test_keys_that_ansible_removes_hide_nothing() -> None:
    fact = {"hosts": [{"name": "evil", "_ansible_x": 1}], "_ansible_y": 2}
    assert found({"sso": from_a_node({"hosts": [{"name": "evil"}]})}, {"sso": fact}) == {"sso"}


def test_a_vaulted_value_is_the_users(tmp_path: Path) -> None:
    variables = loaded(f"secret: {encrypted('mine')}", tmp_path)
    assert found(variables, {"secret": "mine"}) == set()


def test_dictionaries_that_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_HASH_BEHAVIOUR", "merge")
    own = loaded("sso: {realm: erp, inner: {}}", tmp_path)["sso"]
    merged = {"sso": {**own, "inner": from_a_node({"host": "evil"})}}
    assert found(merged, {"sso": {"inner": {"host": "evil"}}}) == {"sso"}
    assert found({"sso": own}, {"sso": {"realm": "erp"}}) == set()


def in_a_loop(before: dict[str, Any], after: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """A task's variables in a later iteration of its loop, with those set in the meantime (after)."""
    began = {**before, "hostvars": object.__new__(HostVars)}
    return {**began, **after, "vars": began, "ansible_facts": facts}


def test_facts_of_a_loops_earlier_rounds_are_known_before_ansible_core_2_21(tmp_path: Path) -> None:
    mine = loaded("{sso_host: a.example, sso_port: 1, item: 3}", tmp_path)
    late = from_a_node({"sso_host": "evil.example", "sso_port": 2, "authkit_issuer": "https://evil.example"})
    rounds = in_a_loop(mine, {**late, "item": 4, "ansible_loop_var": "item"}, {"ansible_facts": {"other": 1}})
    known = facts_of(rounds)
    assert known is not None
    assert {"sso_host", "sso_port", "authkit_issuer", "other"} <= set(known)
    assert not {"item", "vars", "hostvars"} & set(known)


def test_what_ansible_sets_in_a_loop_is_no_fact(tmp_path: Path) -> None:
    mine = loaded("{each: [1], loop: each, place: place, ansible_search_path: [/somewhere]}", tmp_path)
    rounds = {"ansible_loop_var": mine["loop"], "ansible_index_var": mine["place"], "ansible_loop": {"first": False}}
    after = {**rounds, "each": [2], "place": 1, "ansible_search_path": from_a_node(["/somewhere"])}
    assert facts_of(in_a_loop({}, after, {"ansible_facts": {}})) == {"ansible_facts": {}}


def test_a_fact_does_not_name_the_loops_variable(tmp_path: Path) -> None:
    mine = loaded("{sso_port: 1}", tmp_path)
    late = from_a_node({"sso_port": 2, "ansible_loop_var": "sso_port"})
    assert "sso_port" in (facts_of(in_a_loop(mine, late, {"ansible_facts": {}})) or {})


def test_a_fact_that_a_loop_returned_with_another_value_than_before(tmp_path: Path) -> None:
    before, late = from_a_node({"sso_host": "benign"}), from_a_node({"sso_host": "evil.example"})
    variables = in_a_loop(before, late, {**before, "ansible_facts": late})
    facts = facts_of(variables)
    assert facts is not None
    assert "sso_host" in {name for name, _key in of_facts(variables, facts, lambda: before)}


@pytest.mark.parametrize("forged", [{"sso_host": "evil.example"}, {"hostvars": {}, "sso_host": "evil.example"}])
def test_vars_of_a_node_is_a_fact_itself(tmp_path: Path, forged: dict[str, Any]) -> None:
    mine = loaded("{sso_host: a.example}", tmp_path)
    variables = in_a_loop(mine, {}, {"ansible_facts": {}})
    assert "vars" not in (facts_of(variables) or {})
    assert "vars" in (facts_of({**variables, **from_a_node({"vars": forged})}) or {})


def test_what_a_user_set_in_a_loop_is_no_fact(tmp_path: Path) -> None:
    mine = loaded("{sso_host: a.example}", tmp_path)
    rounds = in_a_loop({}, mine, {"ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3"}})
    assert "sso_host" not in (facts_of(rounds) or {})


@pytest.mark.parametrize("forged", [{}, {"vars": {"sso_host": "evil.example"}}, {"vars": "none"}])
def test_a_cache_from_before_the_task_excuses_nothing_that_came_later(forged: dict[str, Any]) -> None:
    benign = from_a_node({"ansible_sso_host": "benign"})
    evil = from_a_node({"sso_host": "evil.example"})
    variables = {**in_a_loop({**benign}, evil, {}), **from_a_node(forged)}
    facts = from_a_node({"sso_host": "benign"})
    assert "sso_host" in {name for name, _key in of_facts(variables, facts, lambda: benign)}


def test_a_merged_dictionary_of_which_a_second_fact_hides_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_HASH_BEHAVIOUR", "merge")
    mine = loaded("{conf: {name: mine, host: a.example}}", tmp_path)["conf"]
    evil = from_a_node({"host": "evil.example"})
    variables = {"conf": {**mine, **evil}, "ansible_conf": {}}
    assert found(variables, {"conf": {}}, {"conf": {"host": "evil.example"}, "ansible_conf": {}}) >= {"conf"}
    assert "conf" not in found({"conf": mine, "ansible_conf": {}}, {"conf": {}}, {"ansible_conf": {}})
