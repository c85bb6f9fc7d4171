# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The api action: tokens, the 401 rule, both ways to make the call, check mode, masking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api import call as api_call
from ansible_collections.authkit.oauth.plugins.module_utils._api.call import call_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._http.budget import Budget
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.call import proxies_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import policy as _store_policy
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.actions import SECRET, EchoServer, Result, Shipping, Tasks


def _on_node(arguments: dict[str, Any]) -> Result:
    params = {"method": "GET", "follow_redirects": "safe", **arguments}
    return {**call_on_node(params), "invocation": {"module_args": params}}


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


TASKS = Tasks("authkit.oauth.api", ActionModule)
action, run = TASKS.action, TASKS.run
BOTH = pytest.mark.parametrize("kind", [ActionModule, Shipped], ids=["in process", "shipped"])


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


@pytest.fixture
def old_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens count as old enough to be fetched again as soon as they are issued."""
    monkeypatch.setattr(_store_policy, "BRAND_NEW", -1.0)


def hidden(server: EchoServer, *shown: object) -> bool:
    text = " ".join(json.dumps(each, ensure_ascii=False) for each in shown)
    return not any(secret in text for secret in (SECRET, json.dumps(SECRET)[1:-1], *server.issued))


# ---- the call


@BOTH
def test_a_call_with_the_clients_token(server: EchoServer, kind: type[ActionModule]) -> None:
    result = run({"url": f"{server.url}/api/x", "query": {"a": 1}, "return_content": True}, server.variables, kind)
    assert (result["status"], result["json"]["query"], result["changed"]) == (200, [["a", "1"]], False)
    assert result["json"]["sent"] == "Bearer ********"
    assert result["headers"]["x-sent"] == "Bearer ********"
    assert hidden(server, result)
    assert "invocation" not in result
    assert (server.token_requests, server.count("api")) == (1, 1)


@BOTH
def test_text_is_never_split_into_parameters(server: EchoServer, kind: type[ActionModule]) -> None:
    sent = run({"url": f"{server.url}/api/x", "query": "?status=stale&owner=me"}, server.variables, kind)
    assert sent["json"]["query"] == [["status", "stale"], ["owner", "me"]]
    refused = run({"url": f"{server.url}/api/x", "headers": "X-Mine=1"}, server.variables, kind)
    assert (refused["failed"], refused["msg"][:25]) == (True, "headers must be a mapping")
    assert server.count("api") == 1


@pytest.mark.parametrize(
    ("args", "answer"),
    [
        ({"method": "POST", "body": {"a": [1, None]}}, None),
        ({"status_code": 404}, Answer(404, {"e": 1})),
        ({}, Answer(404, {"e": 1})),
        ({"return_content": True}, Answer(500, b"<html>", content_type="text/html")),
        ({}, Answer(200, b'{"broken"')),
        ({}, Answer(204)),
        (
            {"method": "PUT", "body": "x", "follow_redirects": "all"},
            Answer(307, None, {"Location": "http://127.0.0.1:1/"}),
        ),
        ({"nosuch": 1}, None),
        ({"method": "A B"}, None),
        ({"timeout": "soon"}, None),
        ({"allowed_hosts": ["elsewhere.example.com"]}, None),
        ({"ca_path": "/no/such/file"}, None),
        ({"client_secret": "wrong-secret"}, None),
        ({"access_token": "not-a-token"}, None),
    ],
)
def test_both_ways_give_the_same_result(server: EchoServer, args: dict[str, Any], answer: Answer | None) -> None:
    if answer is not None:
        server.scripts["/api/x"] = answer
    here, there = (
        run({"url": f"{server.url}/api/x", **args}, server.variables, each) for each in (ActionModule, Shipped)
    )
    for result in (here, there):
        for key in ("elapsed", "date"):
            result.pop(key, None)
            result.get("headers", {}).pop(key, None)
    assert here == there
    assert hidden(server, here)


def test_what_is_shipped_is_the_call_and_the_token_alone(server: EchoServer) -> None:
    args = {"url": f"{server.url}/api/x", "scope": "a b", "timeout": 9, "client_id": "app", "client_secret": SECRET}
    made = action(args, server.variables, Shipped)
    assert made.run(task_vars=server.variables)["status"] == 200
    (shipped,) = made.arguments
    assert shipped["access_token"] == server.issued[0]
    assert shipped["timeout"] == 9.0
    assert not {name for name in shipped if name.startswith("client_") or name in ("token_url", "scope", "cache")}
    assert SECRET not in json.dumps(shipped, ensure_ascii=False)


def test_a_nodes_answer_brings_no_facts_and_nothing_unknown(server: EchoServer) -> None:
    class Hostile(Shipped):
        answered = staticmethod(lambda result: {**result, "ansible_facts": {"authkit_token_url": "x"}, "add_host": {}})

    result = run({"url": f"{server.url}/api/x"}, server.variables, Hostile)
    assert result["status"] == 200
    assert not {"ansible_facts", "add_host", "invocation"} & set(result)


def test_a_connection_variable_in_a_nodes_facts_is_refused_by_name(server: EchoServer) -> None:
    variables = {**server.variables, "ansible_facts": {"authkit_token_url": "https://evil.test/"}}
    result = run({"url": f"{server.url}/api/x"}, variables)
    assert result["failed"]
    assert "authkit_token_url is defined by this host's facts" in result["msg"]
    assert server.records == []


# ---- 401 and 403


@BOTH
@pytest.mark.usefixtures("old_tokens")
def test_a_revoked_token_is_replaced_and_the_call_repeated(server: EchoServer, kind: type[ActionModule]) -> None:
    args = {"url": f"{server.url}/api/x", "method": "POST", "body": {"a": 1}}
    variables = {**server.variables, "authkit_scope": f"of-{kind.__name__}"}
    run(args, variables, kind)
    server.revoke()
    result = run(args, variables, kind)
    assert (result["status"], result["changed"], result["attempts"]) == (200, True, 2)
    assert server.token_requests == 2
    assert hidden(server, result)


@BOTH
@pytest.mark.usefixtures("old_tokens")
def test_a_401_for_a_new_token_is_reported_with_the_clients_sources(
    server: EchoServer, kind: type[ActionModule]
) -> None:
    server.scripts["/api/x"] = Answer(401, {"why": "no"})
    result = run({"url": f"{server.url}/api/x"}, {**server.variables, "authkit_scope": kind.__name__}, kind)
    assert (result["failed"], result["status"], result["attempts"], result["json"]) == (True, 401, 2, {"why": "no"})
    assert "answered with 401, although the access token is new" in result["msg"]
    assert "(from the variables authkit_token_url and authkit_client_id)" in result["msg"]
    assert server.token_requests == 2


@BOTH
@pytest.mark.usefixtures("old_tokens")
@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_write_is_not_repeated_after_a_401_for_the_page_that_it_leads_to(
    server: EchoServer, kind: type[ActionModule], status: int
) -> None:
    server.scripts["/api/orders"] = Answer(status, None, {"Location": "/api/orders/5"})
    server.scripts["/api/orders/5"] = Answer(401, {"why": "no"})
    args = {"url": f"{server.url}/api/orders", "method": "POST", "follow_redirects": "all"}
    result = run(args, {**server.variables, "authkit_scope": f"{kind.__name__} {status}"}, kind)
    assert [record.path for record in server.records if record.kind == "api"] == ["/api/orders", "/api/orders/5"]
    assert (result["error"], result["status"]) == ("unauthorized_after_redirect", 401)
    assert (result["failed"], result["changed"], server.token_requests) == (True, True, 1)
    assert "authkit_client_id" in result["msg"]


@BOTH
def test_a_write_is_a_change_even_if_its_page_does_not_answer(server: EchoServer, kind: type[ActionModule]) -> None:
    server.scripts["/api/orders"] = Answer(303, None, {"Location": "/api/orders/5"})
    server.scripts["/api/orders/5"] = Answer(200, None, reset=True)
    args = {"url": f"{server.url}/api/orders", "method": "POST", "follow_redirects": "all", "retries": 0}
    result = run(args, server.variables, kind)
    assert (result["failed"], result["status"], result["changed"]) == (True, -1, True)
    away = run({**args, "url": f"{server.url}/api/orders/5"}, server.variables, kind)
    assert (away["failed"], away["status"], away["changed"]) == (True, -1, False)


@BOTH
@pytest.mark.usefixtures("old_tokens")
@pytest.mark.parametrize("status", [307, 308])
def test_a_write_is_repeated_after_a_401_for_the_write_that_it_is_redirected_to(
    server: EchoServer, kind: type[ActionModule], status: int
) -> None:
    server.scripts["/api/old"] = Answer(status, None, {"Location": "/api/new"})
    server.scripts["/api/new"] = Answer(401)
    args = {"url": f"{server.url}/api/old", "method": "POST", "follow_redirects": "all"}
    result = run(args, {**server.variables, "authkit_scope": f"{kind.__name__} {status}"}, kind)
    assert [record.path for record in server.records if record.kind == "api"] == ["/api/old", "/api/new"] * 2
    assert (result["error"], result["changed"], server.token_requests) == ("token_rejected", False, 2)


@BOTH
@pytest.mark.usefixtures("old_tokens")
def test_the_call_with_the_next_token_has_the_rest_of_the_deadline(
    server: EchoServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[float | None] = []

    def noted(deadline: float | None) -> Budget:
        bounds.append(deadline)
        return Budget(deadline)

    monkeypatch.setattr(api_call, "Budget", noted)
    server.scripts["/api/x"] = Answer(401, {})
    variables = {**server.variables, "authkit_scope": f"{kind.__name__} deadline"}
    assert run({"url": f"{server.url}/api/x", "deadline": 30}, variables, kind)["attempts"] == 2
    assert bounds[0] == 30.0
    assert 20.0 < (bounds[1] or 0.0) < 30.0


def test_a_token_that_was_only_just_issued_is_not_asked_for_again(server: EchoServer) -> None:
    server.scripts["/api/x"] = Answer(401, {})
    result = run({"url": f"{server.url}/api/x"}, {**server.variables, "authkit_scope": "fresh"})
    assert (result["attempts"], server.token_requests) == (1, 1)
    assert "although the access token is new" in result["msg"]


@pytest.mark.usefixtures("old_tokens")
def test_a_401_that_the_task_expects_is_left_alone(server: EchoServer) -> None:
    server.scripts["/api/x"] = Answer(401, {})
    result = run(
        {"url": f"{server.url}/api/x", "status_code": [401]}, {**server.variables, "authkit_scope": "expected"}
    )
    assert "failed" not in result
    assert server.token_requests == 1


@pytest.mark.usefixtures("old_tokens")
def test_a_403_asks_for_no_token_and_names_the_client(server: EchoServer) -> None:
    server.scripts["/api/x"] = Answer(403, {})
    result = run({"url": f"{server.url}/api/x"}, {**server.variables, "authkit_scope": "forbidden"})
    assert "403 Forbidden" in result["msg"]
    assert "authkit_client_id" in result["msg"]
    assert (server.token_requests, server.count("other") + server.count("api")) == (1, 1)


@pytest.mark.usefixtures("old_tokens")
def test_no_new_token_leaves_the_401_and_says_why(server: EchoServer) -> None:
    variables = {**server.variables, "authkit_scope": "gone"}
    run({"url": f"{server.url}/api/x"}, variables)
    server.revoke()
    server.clients.clear()
    result = run({"url": f"{server.url}/api/x"}, variables)
    assert (result["failed"], result["status"]) == (True, 401)
    assert "client" in result["msg"]
    assert result["msg"].count("authkit_client_id") == 1


def test_a_given_token_needs_no_user(server: EchoServer) -> None:
    variables = {"authkit_token_url": f"{server.url}/t", "authkit_username": "robot", "authkit_password": "app-pass-1"}
    result = run({"url": f"{server.url}/api/x", "access_token": "given-token"}, variables)
    assert (result["status"], server.token_requests) == (401, 0)


@BOTH
@pytest.mark.usefixtures("old_tokens")
def test_a_given_token_needs_no_client_and_is_never_renewed(server: EchoServer, kind: type[ActionModule]) -> None:
    result = run({"url": f"{server.url}/api/x", "access_token": "given-token"}, {"authkit_timeout": 3}, kind)
    assert (result["failed"], result["status"], server.token_requests) == (True, 401, 0)
    assert "does not accept the token given as access_token, which is never renewed" in result["msg"]


def test_a_given_token_still_obeys_allowed_hosts(server: EchoServer) -> None:
    variables = {"authkit_allowed_hosts": ["api.example.com"]}
    result = run({"url": f"{server.url}/api/x", "access_token": "given-token"}, variables)
    assert "allowed_hosts does not name" in result["msg"]
    assert "(allowed_hosts from the variable authkit_allowed_hosts)" in result["msg"]
    assert server.records == []


# ---- where it runs


@pytest.mark.parametrize(
    ("where", "here"),
    [
        ({}, True),
        ({"environment": None}, True),
        ({"connection": "ansible.builtin.ssh"}, False),
        ({"connection": "local_but_another"}, False),
        ({"become": SimpleNamespace()}, False),
        ({"environment": [{}, {"X": "y"}]}, False),
        ({"async_val": 5}, False),
    ],
)
def test_where_the_call_is_made(where: dict[str, Any], here: bool) -> None:
    assert action({}, {}, **where)._in_process() is here


@BOTH
def test_check_mode_validates_and_sends_no_write(server: EchoServer, kind: type[ActionModule]) -> None:
    variables = {**server.variables, "authkit_scope": "check"}
    args = {"url": f"{server.url}/api/x", "method": "DELETE"}
    assert run(args, variables, kind, check_mode=True)["changed"] is True
    assert run({**args, "headers": {"Authorization": "x"}}, variables, kind, check_mode=True)["failed"]
    assert run(args, {}, kind, check_mode=True)["failed"]
    assert server.records == []
    assert run({**args, "method": "GET"}, variables, kind, check_mode=True)["status"] == 200


# ---- failures


def test_a_validation_message_hides_a_secret_in_the_wrong_place(server: EchoServer) -> None:
    for variables, value in (
        (server.variables, SECRET),
        ({"authkit_profiles": {"p": {"client_secret": "profile-secret"}}}, "profile-secret"),
    ):
        result = run({"url": "https://api.example.com/", "follow_redirects": value}, variables)
        assert "value of follow_redirects must be one of: all, none, safe, got: ********" in result["msg"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"profile": SECRET}, "There is no profile '********'"),
        ({"token_url": f"http://x.test/{SECRET}", "client_secret": "s"}, "is http://x.test/********, where"),
    ],
)
def test_a_message_about_the_client_hides_a_secret_in_the_wrong_place(
    server: EchoServer, args: dict[str, Any], says: str
) -> None:
    result = run({"url": "https://api.example.com/", **args}, server.variables)
    assert says in result["msg"]
    assert SECRET not in str(result)


def test_a_validation_message_hides_what_the_call_gives() -> None:
    result = run({"url": "https://x.test/", "client_secret": "of-the-call", "body_format": "of-the-call"}, {})
    assert "of-the-call" not in str(result)


@BOTH
@pytest.mark.parametrize(
    "place", ["_api.call.answer", "_api.call.next_request", "token_client.TokenClient.fetch", "_urls.origin"]
)
def test_a_planted_exception_becomes_one_sentence(
    server: EchoServer, kind: type[ActionModule], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planted(*_given: object, **_more: object) -> Any:
        raise RuntimeError(f"planted {SECRET} {server.issued}")

    monkeypatch.setattr(f"ansible_collections.authkit.oauth.plugins.module_utils.{place}", planted)
    variables = {**server.variables, "authkit_scope": f"planted-{kind.__name__}"}
    result = run({"url": f"{server.url}/api/x"}, variables, kind)
    assert result["failed"]
    assert "hit an unexpected RuntimeError in " in result["msg"]
    assert "planted" not in str(result).replace("planted-", "")
    assert hidden(server, result)


def test_ansibles_own_failures_keep_their_meaning(server: EchoServer) -> None:
    class Unreachable(Shipped):
        answered = staticmethod(lambda _result: _raise(AnsibleConnectionFailure("no route")))

    class Unshippable(Shipped):
        answered = staticmethod(lambda _result: _raise(AnsibleError(f"no tmp {SECRET}")))

    args = {"url": f"{server.url}/api/x"}
    assert run(args, server.variables, Unreachable) == {"unreachable": True, "msg": "no route"}
    assert run(args, server.variables, Unshippable) == {
        "failed": True,
        "msg": "no tmp ********",
        "error": "module_failed",
    }


def _raise(error: Exception) -> Any:
    raise error


def test_a_crash_of_the_interpreter_is_shown_as_ansible_does(server: EchoServer) -> None:
    class Crashed(Shipped):
        answered = staticmethod(
            lambda _result: {"failed": True, "msg": "MODULE FAILURE", "rc": 127, "module_stderr": "no python", "x": 1}
        )

    assert run({"url": f"{server.url}/api/x"}, server.variables, Crashed) == {
        "failed": True,
        "msg": "MODULE FAILURE",
        "error": "module_failed",
        "rc": 127,
        "module_stderr": "no python",
    }


@BOTH
def test_warnings_surface_once_and_masked(server: EchoServer, kind: type[ActionModule]) -> None:
    server.scripts["/api/x"] = Answer(200, b"{broken")
    variables = {**server.variables, "authkit_min_valid": 3000, "authkit_scope": f"warn-{kind.__name__}"}
    warnings = run({"url": f"{server.url}/api/x"}, variables, kind)["warnings"]
    assert len(warnings) == 2
    assert "min_valid" in warnings[0]
    assert "cannot be read as JSON" in warnings[1]


def test_proxies_in_a_tasks_environment_are_named() -> None:
    assert (
        proxies_of([{"HTTPS_PROXY": "http://p", "A": "1"}, "{{ late }}", {"all_proxy": ""}]) == "HTTPS_PROXY, all_proxy"
    )
    assert proxies_of([{"no_proxy": "x"}]) == proxies_of(None) == ""
