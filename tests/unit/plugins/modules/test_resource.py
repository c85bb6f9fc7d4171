# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a process of its own, and its documentation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from ansible_collections.authkit.oauth.plugins.doc_fragments import call
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.spec import RESOURCE_SPEC, RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.modules import resource
from ansible_collections.authkit.oauth.tests.servers.rest_server import RestServer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted

TOKEN, PASSWORD = "a-token-0123456789", "a-password-0123456789"
Run = Callable[..., dict[str, Any]]


def test_a_resource_with_what_was_shipped(run: Run, server: Scripted) -> None:
    server.reply = rest = RestServer(hidden=("password",))
    shipped = json.dumps({"body": {"size": 1, "password": PASSWORD}, "resume": None})
    given = {
        "collection_url": f"{server.url}/things",
        "match": {"name": "web"},
        "write_only": ["password"],
        "shipped": shipped,
        "access_token": TOKEN,
    }
    predicted = run("resource", **given, _ansible_check_mode=True)
    assert (predicted["action"], rest.writes) == ("created", [])
    done, again = run("resource", **given), run("resource", **given)
    assert [each["action"] for each in (done, again)] == ["created", "none"]
    assert (done["json"], done["diff"]) == ({"id": "1", "name": "web", "size": 1}, predicted["diff"])
    assert rest.things["1"]["password"] == PASSWORD
    assert PASSWORD not in str((predicted, done, again))


def test_without_a_token_it_says_where_one_comes_from(run: Run, server: Scripted) -> None:
    result = run("resource", url=server.url, body={})
    assert result["failed"]
    assert "got no access_token" in result["msg"]
    assert server.seen == []


def test_the_documentation_describes_the_options_that_there_are() -> None:
    fragments = call.ModuleDocFragment
    documented = {
        **yaml.safe_load(fragments.COMMON)["options"],
        **yaml.safe_load(fragments.DEADLINE)["options"],
        **yaml.safe_load(resource.DOCUMENTATION)["options"],
    }
    assert set(documented) == set(RESOURCE_SPEC)
    for name, spec in RESOURCE_SPEC.items():
        for key in ("type", "default", "choices", "elements", "required"):
            assert documented[name].get(key) == spec.get(key), (name, key)


def test_the_documentation_describes_the_results_that_there_are() -> None:
    assert set(yaml.safe_load(resource.RETURN)) == RESULT_KEYS - {"changed", "failed", "resume", "warnings"}


def test_the_examples_name_the_module_in_full() -> None:
    examples = yaml.safe_load(resource.EXAMPLES)
    assert sum("authkit.oauth.resource" in task for task in examples) >= 6
