# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables are a fact's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.authkit.oauth.plugins.plugin_utils._fact_origin import of_facts
from ansible_collections.authkit.oauth.tests.unit.plugins.plugin_utils.ansible_support import (
    encrypted,
    from_a_node,
    loaded,
)


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
    """Computed by set_fact, and so no text that could only be the user's."""
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
