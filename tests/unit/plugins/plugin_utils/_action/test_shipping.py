# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent to a node, and what is taken from its result."""

from __future__ import annotations

import json

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.results import RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import OPTIONS, ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.shipping import (
    SHIPPED_OPTIONS,
    SealedArguments,
    call_parameters,
    is_outcome,
    returned,
)

WHOLE = ClientOptions(
    client_id="app",
    client_secret="the-secret",
    auth_server="https://sso.example.com",
    realm="demo",
    scope=("a",),
    extra_parameters=(("key", "value"),),
    ca_path="/ca.pem",
    timeout=5.0,
    min_valid=3.0,
    allowed_hosts=("api.example.com",),
)


def test_only_what_the_call_needs_is_among_its_parameters() -> None:
    own = {"url": "u", "method": "GET", "body": {"realm": "x"}, "client_id": "app", "realm": "demo", "profile": "p"}
    parameters = call_parameters(own, WHOLE)
    assert parameters == {
        "url": "u",
        "method": "GET",
        "body": {"realm": "x"},
        "validate_certs": True,
        "ca_path": "/ca.pem",
        "timeout": 5.0,
        "retries": 2,
        "http_agent": "ansible-authkit-oauth",
        "allow_http": False,
        "allowed_hosts": ["api.example.com"],
    }
    assert set(SHIPPED_OPTIONS) < set(OPTIONS)


def test_sealed_arguments_travel_and_do_not_show() -> None:
    sealed = SealedArguments({"access_token": "the-token"})
    assert json.loads(json.dumps(sealed)) == {"access_token": "the-token"}
    assert "the-token" not in f"{sealed} {sealed!r} %s" % sealed


def test_an_answer_is_taken_and_facts_are_not() -> None:
    data = {
        "status": 200,
        "json": {},
        "warnings": ["w"],
        "deprecations": [],
        "ansible_facts": {"a": 1},
        "invocation": {},
    }
    assert returned(data, RESULT_KEYS) == {"status": 200, "json": {}, "warnings": ["w"], "deprecations": []}
    started = {"started": 1, "ansible_job_id": "j", "ansible_facts": {}}
    assert returned(started, None) == {"started": 1, "ansible_job_id": "j"}


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        ({"status": 403, "failed": True}, True),
        ({"error": "connection_failed", "failed": True}, True),
        ({"failed": True, "module_stdout": "", "rc": 127}, False),
        ({"started": 1, "ansible_job_id": "j"}, False),
    ],
)
def test_an_outcome_is_told_from_what_ansible_says(data: dict[str, object], ours: bool) -> None:
    assert is_outcome(data, "status") is ours
