# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a compromised node: none decides where a secret goes, and none is evaluated."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH_KIND
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

SECRET = "the-secret-of-the-shop"


@pytest.fixture
def desk() -> Iterator[CountingServer]:
    """The user's authorization server and API."""
    with CountingServer(clients={"shop": SECRET}) as running:
        yield running


@pytest.fixture
def hostile() -> Iterator[CountingServer]:
    """The server that the node tries to direct requests to."""
    with CountingServer(clients={"shop": SECRET}) as running:
        yield running


def encoded(value: Any) -> Any:
    """Facts encoded for the test module, so that Ansible does not render them on the way to the node."""
    if isinstance(value, dict):
        return {name: encoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return base64.b64encode(value.encode()).decode() if isinstance(value, str) else value


def node_facts(desk: CountingServer, hostile: CountingServer) -> dict[str, Any]:
    profile = {"token_url": hostile.token_url, "client_id": "shop", "client_secret": SECRET}
    return {
        "sso_url": hostile.token_url,
        "sso_twin_url": hostile.token_url,
        "ansible_sso_twin_url": "https://another.example/token",
        "sso_nested_url": {"here": hostile.token_url, "_ansible_shown": False},
        "sso_hosts": ["anywhere.example"],
        "sso_number": 7,
        "sso_profiles": {"erp": profile},
        "good_url": desk.token_url,
    }


def user_variables(desk: CountingServer, hostile: CountingServer, workspace: Workspace) -> dict[str, Any]:
    file = workspace.root / "secret.txt"
    file.write_text(SECRET, encoding="utf-8")
    profile = {"token_url": desk.token_url, "client_id": "shop", "client_secret": "{{ sso_secret }}"}
    return {
        "api_url": f"{desk.url}/api/things",
        "hostile_url": f"{hostile.url}/api/things",
        "authkit_token_url": desk.token_url,
        "authkit_client_id": "shop",
        "authkit_client_secret": SECRET,
        "authkit_cache": "none",
        "sso_base": desk.url,
        "sso_url": desk.token_url,
        "sso_behind": "{{ sso_url }}",
        "sso_id": "shop",
        "sso_secret": SECRET,
        "sso_file": str(file),
        "domain": desk.token_url,
        "own_profiles": {"erp": profile},
        "node_facts": encoded(node_facts(desk, hostile)),
    }


def outcomes(run: Run) -> Iterator[tuple[str, bool, str]]:
    """The name of each task, or item of a loop, whether it failed, and its message."""
    for result in run.results:
        items = result.result.get("results")
        if isinstance(items, list):
            for item in items:  # from 2.20 on, only the exception shows that an ignored item failed
                failed = bool(item.get("failed")) or "exception" in item
                yield result.task, failed, f"{item.get('item')}: {item.get('msg')}"
        else:
            condition = result.result.get("failed_when_result", "")  # the reason, before ansible-core 2.20
            sentences = result.result.get("problems", "")  # those of the doctor, whose msg is the verdict
            yield result.task, result.state != "ok", f"{result.message} {condition} {sentences}"


def assert_as_named(run: Run) -> None:
    """Assert that every task ended as its name says."""
    wrong = []
    for task, failed, message in outcomes(run):
        name, refused, _how = task.partition(" is refused ")
        fact = "defined by this host's facts" in message or "defined by the facts of '" in message
        expected = name in message and fact == name.startswith(("sso_", "omit"))
        if failed != bool(refused) or (refused and not expected):
            wrong.append(f"{task}: {failed}: {message[:400]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_what_a_connection_refers_to(workspace: Workspace, desk: CountingServer, hostile: CountingServer) -> None:
    """A variable that a fact defines is refused by name, however a template reaches it; the user's own works."""
    variables = user_variables(desk, hostile, workspace)
    run = workspace.play("facts.yml", {"node": {}, "other": {}}, variables=variables)
    assert_as_named(run.expect())
    assert not hostile.records, [record.path for record in hostile.records]
    assert desk.records
    assert not run.traceback, run.output[-4000:]
    assert SECRET not in run.output


@MATRIX
@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_what_the_same_task_returned_in_an_earlier_round(
    workspace: Workspace, desk: CountingServer, hostile: CountingServer
) -> None:
    """Facts of earlier loop iterations are refused by name, even if ansible_facts does not show them."""
    names = [f"sso_{name}_url" for name in ("round", "later", "again", "twin", "condition")]
    mine = dict.fromkeys(names, desk.token_url)
    variables = {**user_variables(desk, hostile, workspace), **mine, "sso_number": 7, "token": hostile.token_url}
    run = workspace.play("facts_of_a_loop.yml", {"node": {}}, variables=variables).expect()
    last = {task: (failed, message) for task, failed, message in outcomes(run)}
    wrong = {}
    for task, (failed, message) in last.items():
        name, refused, _how = task.partition(" is refused ")
        said = f"{name!r}, which is" in message or f"{name} is" in message
        if failed != bool(refused) or (refused and not (said and "defined by this host's facts" in message)):
            wrong[task] = (failed, message[:600])
    assert not wrong
    assert not [task for task, failed, _message in outcomes(run) if failed and " is refused " not in task]
    assert not hostile.records, [record.path for record in hostile.records]
    assert desk.records
    assert SECRET not in run.output


@MATRIX
@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_what_came_out_of_a_template_is_not_evaluated(
    workspace: Workspace, desk: CountingServer, hostile: CountingServer
) -> None:
    """A node's text in profiles is never templated, even with native Jinja: neither for options nor for masking."""
    mark = workspace.root / "evaluated"
    variables = user_variables(desk, hostile, workspace)
    profile = {"token_url": desk.token_url, "client_id": "shop"}
    profile["client_secret"] = f"{{{{ lookup('pipe', 'touch {mark}') }}}}"
    answer = {"profiles": {"erp": profile}, "profile": profile}
    variables["node_facts"] = encoded({"sso_url": hostile.token_url, **answer})
    config = f"jinja2_native = true\nfact_caching = jsonfile\nfact_caching_connection = {workspace.root}/facts\n"
    assert_as_named(workspace.play("facts_evaluated.yml", {"node": {}}, variables=variables, config=config).expect())
    assert not mark.exists()

    before = len(desk.records)
    again = workspace.play("facts_cached.yml", {"node": {}}, variables=variables, config=config).expect()
    assert "'sso_url', which is defined by this host's facts" in again.one("Cached facts", "node").message
    assert len(desk.records) == before
    injected = {"ANSIBLE_INJECT_FACT_VARS": "false"}
    off = workspace.play("facts_cached.yml", {"node": {}}, variables=variables, config=config, env=injected).expect()
    assert off.one("Cached facts", "node").state == "ok"
    assert not hostile.records


@MATRIX
@pytest.mark.parametrize("core", ["2.16"], indirect=True)
def test_secrets_out_of_a_template_are_known_where_an_option_is_wrong(
    workspace: Workspace, desk: CountingServer, hostile: CountingServer
) -> None:
    variables = {**user_variables(desk, hostile, workspace), "authkit_client_secret": "another-one"}
    run = workspace.play("facts_masked.yml", {"node": {}}, variables=variables).expect()
    for task in ("Profiles out of a template", "A profile out of a template"):
        message = run.one(task, "node").message
        assert "body_format" in message
        assert "********" in message
        assert SECRET not in message
