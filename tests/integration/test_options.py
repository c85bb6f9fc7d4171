# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options from all sources: profiles, module_defaults, variables, environment, ansible.cfg; how they combine."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH, ON_EACH_KIND
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

CLIENTS = {name: f"{name}-secret" for name in ("shop", "bank", "env", "ini", "call", "variables")}


@pytest.fixture
def desk() -> Iterator[CountingServer]:
    """An authorization server and an API that know all of these clients."""
    with CountingServer(clients=CLIENTS) as running:
        yield running


def connection(desk: CountingServer, client: str) -> dict[str, object]:
    return {
        "authkit_token_url": desk.token_url,
        "authkit_client_id": client,
        "authkit_client_secret": CLIENTS[client],
    }


def profiles(desk: CountingServer) -> dict[str, object]:
    """Profiles define Where and Who completely; What and How fall through to variables."""
    return {
        name: {
            "token_url": desk.token_url,
            "client_id": name,
            # A template inside a profile is rendered as in any variable.
            "client_secret": "{{ '" + name + "' ~ '-secret' }}",
        }
        for name in ("shop", "bank")
    }


def asked_by(desk: CountingServer) -> list[str | None]:
    return [record.client_id for record in desk.records if record.kind == "token"]


def assert_fine(run: Run) -> None:
    run.expect()
    assert not run.failed, [(result.task, result.message) for result in run.failed]


@pytest.mark.parametrize("core", ON_EACH, indirect=True)
def test_profiles_and_module_defaults(workspace: Workspace, desk: CountingServer) -> None:
    """Terms and `profile` name clients, the group sets defaults, and How falls through to the variables."""
    variables = {
        "authkit_profiles": profiles(desk),
        "authkit_http_agent": "from-{{ 'variables' }}",
        "api_url": f"{desk.url}/api/things",
    }
    assert_fine(workspace.play("profiles.yml", {"one": {}}, variables=variables))
    assert asked_by(desk) == ["shop", "bank"]
    assert {record.user_agent for record in desk.records if record.kind == "token"} == {"from-variables"}
    assert {record.path for record in desk.records if record.kind == "api"} == {"/api/things", "/api/deep"}


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_order_of_the_sources(workspace: Workspace, desk: CountingServer) -> None:
    """Precedence: call, variables, environment, ansible.cfg; the same in the lookup and in api."""
    url = {"api_url": f"{desk.url}/api/things"}
    config = f"[authkit]\ntoken_url = {desk.token_url}\nclient_id = ini\nclient_secret = {CLIENTS['ini']}\n"
    assert_fine(workspace.play("outcomes.yml", {"one": url}, config=config))
    assert asked_by(desk) == ["ini"]

    env = {
        "AUTHKIT_TOKEN_URL": desk.token_url,
        "AUTHKIT_CLIENT_ID": "env",
        "AUTHKIT_CLIENT_SECRET": CLIENTS["env"],
        "AUTHKIT_EXTRA_PARAMETERS": '{"tenant": "a b"}',
        "AUTHKIT_SCOPE": "read write",
    }
    assert_fine(workspace.play("outcomes.yml", {"one": url}, env=env, config=config))
    assert asked_by(desk) == ["ini", "env"]
    assert {"tenant", "scope"} <= set(desk.records[-3].fields) | set(desk.records[-2].fields)

    variables = {**connection(desk, "variables"), "authkit_timeout": "{{ 2 + 3 }}", "authkit_scope": None}
    assert_fine(workspace.play("outcomes.yml", {"one": url}, variables=variables, env=env, config=config))
    assert asked_by(desk) == ["ini", "env", "variables"]

    given = {"given_secret": CLIENTS["call"], "given_client": "call", "given_url": desk.token_url}
    run = workspace.play("given_all.yml", {"one": url}, variables={**variables, **given}, env=env, config=config)
    assert_fine(run)
    assert asked_by(desk) == ["ini", "env", "variables", "call"]


@MATRIX
def test_sources_that_do_not_belong_together(workspace: Workspace, desk: CountingServer) -> None:
    """A secret for one server is not sent to another; the error names it, before any request."""
    shop = connection(desk, "shop")
    cases: dict[str, dict[str, object]] = {
        "both_wheres": {**shop, "authkit_issuer": desk.url},
        "no_such_profile": {**shop, "profile_name": "nobody"},
        "nowhere": {"authkit_client_id": "shop", "authkit_client_secret": "x"},
        "no_secret": {"authkit_token_url": desk.token_url, "authkit_client_id": "shop"},
        "insecure": {**shop, "authkit_token_url": "http://auth.example.com/token"},
        "bad_type": {**shop, "authkit_timeout": "soon"},
        "bad_choice": {**shop, "authkit_cache": "cupboard"},
        "mixed": shop,
        "unknown": shop,
    }
    for own in cases.values():
        own["api_url"] = f"{desk.url}/api/things"
    run = workspace.play(
        "refusals.yml", cases, variables={"elsewhere": f"{desk.url}/realms/x/protocol/openid-connect/token"}
    )
    run.expect()
    expected = {
        "both_wheres": ("authkit_issuer", "authkit_token_url"),
        "no_such_profile": ("nobody",),
        "nowhere": ("issuer", "auth_server", "token_url"),
        "no_secret": ("client_secret",),
        "insecure": ("auth.example.com", "allow_http"),
        "bad_type": ("timeout",),
        "bad_choice": ("cache", "memory"),
        "mixed": ("token_url", "client_secret", "authkit_client_secret"),
        "unknown": ("tokn_url",),
    }
    for host, words in expected.items():
        for task in ("Lookup", "Api"):
            result = run.one(task, host)
            assert result.state == "failed"
            for word in words:
                assert word in result.message, (host, task, result.message)
            assert CLIENTS["shop"] not in result.message
    assert not desk.records, [record.path for record in desk.records]
    assert not run.traceback, run.output[-4000:]


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_facts_of_a_node_are_refused_by_name(workspace: Workspace, desk: CountingServer) -> None:
    """A node returns facts named like our variables, one with an expression: neither works, the error names both."""
    with CountingServer(clients=CLIENTS) as hostile:
        touched = workspace.root / "touched"
        expression = f"{{{{ lookup('pipe', 'touch {touched}') }}}}"
        variables = {
            **connection(desk, "shop"),
            "api_url": f"{desk.url}/api/things",
            "hostile_token_url": hostile.token_url,
            # Encoded, so that Ansible does not render it on the way to the node.
            "encoded_expression": base64.b64encode(expression.encode()).decode(),
        }
        run = workspace.play("hostile.yml", {"one": {}}, variables=variables).expect()
        for task in ("Lookup", "Api", "Api with a profile of facts"):
            result = run.one(task, "one")
            assert result.state == "failed"
            assert "fact" in result.message, result.message
        for task in ("Lookup", "Api"):
            assert "authkit_token_url" in run.one(task, "one").message
        assert "authkit_profiles" in run.one("Api with a profile of facts", "one").message
        assert not hostile.records
        assert not desk.records
        assert not touched.exists()
        assert not run.traceback, run.output[-4000:]
