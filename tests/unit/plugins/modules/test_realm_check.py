# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's documentation, and the module as a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ansible_collections.authkit.oauth.plugins.module_utils._realm.job import CHECK_SPEC, RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import BY_ID
from ansible_collections.authkit.oauth.plugins.modules import realm_check
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted

TOKEN = "a-token-0123456789"
Run = Callable[..., dict[str, Any]]


def test_an_audit_with_the_token_that_was_shipped(run: Run, server: Scripted) -> None:
    given = {"auth_server": server.url, "realms": ["a b"], "access_token": TOKEN, "retries": 0}
    result = run("realm_check", **given, fail_on="none", levels=["L3"])
    assert set(result) <= RESULT_KEYS
    (realm,) = result["report"]["realms"]
    assert (realm["realm"], result["changed"]) == ("a b", False)
    assert {request.method for request in server.seen} == {"GET"}
    assert {request.headers["authorization"] for request in server.seen} == {f"Bearer {TOKEN}"}
    assert all(request.path.startswith("/admin/") for request in server.seen)


def test_without_a_token_it_says_where_one_comes_from(run: Run, server: Scripted) -> None:
    result = run("realm_check", auth_server=server.url, realms=["shop"])
    assert (result["failed"], "report" in result) == (True, False)
    assert "got no access_token" in result["msg"]
    assert server.seen == []


def assert_described(options: dict[str, Any], spec: dict[str, Any]) -> None:
    assert set(options) == set(spec)
    for name, rules in spec.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert options[name].get(key) == rules.get(key), (name, key)
        if "options" in rules:
            assert_described(options[name]["suboptions"], rules["options"])


def test_the_documentation_describes_the_options_that_there_are() -> None:
    assert_described(yaml.safe_load(realm_check.DOCUMENTATION)["options"], CHECK_SPEC)


def test_the_documentation_describes_the_results_that_there_are() -> None:
    assert set(yaml.safe_load(realm_check.RETURN)) == RESULT_KEYS - {"changed", "failed", "warnings"}


def test_the_examples_name_checks_that_exist() -> None:
    for task in yaml.safe_load(realm_check.EXAMPLES):
        given = task.get("authkit.oauth.realm_check", {})
        named = [*given.get("overrides", {}), *(waiver["check"] for waiver in given.get("waivers", ()))]
        assert set(named) <= set(BY_ID)
