# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm_check action: what is audited with whose token, the same in process and shipped, and every refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.authkit.oauth.plugins.action.realm_check import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._realm import job
from ansible_collections.authkit.oauth.plugins.module_utils._realm.job import MODULE, RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import policy as _store_policy
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.unit.support.actions import Result, Shipping, Tasks
from ansible_collections.authkit.oauth.tests.unit.support.checks import CHECKS, HOSTILE_NAME, use_realms


def _on_node(arguments: dict[str, Any]) -> Result:
    valid = ArgumentSpecValidator(job.ARGUMENT_SPEC).validate(arguments)
    assert not valid.error_messages
    return {**job.check_on_node(valid.validated_parameters), "invocation": {"module_args": {}}}


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


TASKS = Tasks("authkit.oauth.realm_check", ActionModule)
action, run = TASKS.action, TASKS.run
CLIENT, SECRET = "auditor", 'se+cret %&="é'
BOTH = pytest.mark.parametrize("kind", [ActionModule, Shipped])
WAIVER = {"check": "bad-clients", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer(clients={CLIENT: SECRET}) as running:
        yield running


def variables(server: CountingServer, **more: Any) -> dict[str, Any]:
    return {
        "authkit_auth_server": server.url,
        "authkit_realm": "master",
        "authkit_client_id": CLIENT,
        "authkit_client_secret": SECRET,
        "authkit_cache": "none",
        **more,
    }


# ---- what is audited


@BOTH
def test_the_realm_of_the_connection(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    realms = use_realms(monkeypatch, {"master": []})
    result = run({}, variables(server), kind)
    assert (result["changed"], result["failures"], "failed" in result) == (False, [], False)
    assert realms.asked == [(server.url, "master", 2)]
    assert server.token_requests == 1


@BOTH
@pytest.mark.parametrize("where", ["issuer", "token_url"])
def test_server_and_realm_are_taken_from_keycloaks_urls(
    server: CountingServer, kind: type[ActionModule], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    realms = use_realms(monkeypatch, {"a b": []})
    issuer = f"{server.url}/auth/realms/a%20b"
    given = {
        "authkit_client_id": CLIENT,
        "authkit_client_secret": SECRET,
        "authkit_cache": "none",
        f"authkit_{where}": issuer if where == "issuer" else f"{issuer}/protocol/openid-connect/token",
    }
    assert "failed" not in run({}, given, kind)
    assert realms.asked == [(f"{server.url}/auth", "a b", 2)]


@BOTH
def test_other_realms_and_check_mode(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {"shop": [HOSTILE_NAME], "other": []})
    args = {"realms": ["shop", "other"], "fail_on": "critical"}
    result = run(args, variables(server), kind)
    assert run(args, variables(server), kind, check_mode=True) == result
    assert set(result) <= RESULT_KEYS
    assert [each["realm"] for each in result["report"]["realms"]] == ["shop", "other"]
    target = result["report"]["realms"][0]["checks"][0]["findings"][0]["target"]
    assert (target, type(target)) == (HOSTILE_NAME, str)


@BOTH
def test_both_ways_fail_alike(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {"master": ["a"]})
    result = run({}, variables(server), kind)
    assert result["failed"]
    assert result["msg"] == (
        "Realm 'master': 1 open finding at or above high in bad-clients, fix or waive what the report shows."
    )


def test_a_node_gets_the_token_and_what_to_check(
    server: CountingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {"shop": []})
    known = {"version": 1, "findings": []}
    (tmp_path / "known.json").write_text(json.dumps(known), encoding="utf-8")
    args = {"realms": ["shop"], "baseline": str(tmp_path / "known.json"), "client_id": CLIENT, "skip": ["good-one"]}
    made = action(args, variables(server), Shipped)
    assert "failed" not in made.run(task_vars=variables(server))
    (sent,) = made.arguments
    assert sent.pop("access_token") == server.issued[0]
    assert sent == {
        "auth_server": server.url,
        "realms": ["shop"],
        "check_profile": "baseline",
        "levels": ["L1", "L2", "L3"],
        "skip": ["good-one"],
        "tolerate_findings": False,
        "fail_on": "high",
        "report_level": "info",
        "baseline": known,
        "active_probes": False,
        "validate_only": False,
        "validate_certs": True,
        "timeout": 30.0,
        "retries": 2,
        "http_agent": "ansible-authkit-oauth",
        "allow_http": False,
        "allowed_hosts": [],
    }


@BOTH
def test_what_is_empty_counts_as_not_set(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {"master": []})
    nothing = {"only": [], "skip": [], "waivers": [], "overrides": {}, "baseline": ""}
    assert "failed" not in run(nothing, variables(server), kind)


@BOTH
def test_options_may_be_judged_and_nothing_else(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {})
    assert run({"validate_only": True}, variables(server), kind) == {"changed": False}
    assert "did you mean good-one?" in run({"validate_only": True, "only": ["god-one"]}, variables(server), kind)["msg"]
    assert server.records == []


@BOTH
def test_an_export_needs_no_connection(
    kind: type[ActionModule], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {}, CHECKS[1:])
    export = tmp_path / "export.json"
    export.write_text(json.dumps([{"realm": "shop"}, {"realm": "other"}]), encoding="utf-8")
    args = {"source": str(export), "baseline": "", "client_secret": "of-the-call"}
    result = run(args, {}, kind)
    assert "failed" not in result, result["msg"]
    assert [row["realm"] for row in result["table"]] == ["shop", "other"]
    assert [row["realm"] for row in run({**args, "realms": ["other"]}, {}, kind)["table"]] == ["other"]
    assert "export.json does not hold the realm 'third'" in run({**args, "realms": ["third"]}, {}, kind)["msg"]
    assert "of-the-call" not in str(run({**args, "fail_on": "of-the-call"}, {}, kind))


@BOTH
@pytest.mark.parametrize("name", ["realm_check_fail_on", "__realm_check_result", "authkit_issuer"])
def test_a_fact_named_like_a_variable_of_the_role_is_refused_before_anything_else(
    kind: type[ActionModule], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where an option is wrong, and where no connection is needed."""
    use_realms(monkeypatch, {}, CHECKS[1:])
    export = tmp_path / "export.json"
    export.write_text('{"realm": "shop"}', encoding="utf-8")
    for args in ({"source": str(export)}, {"source": str(export), "levels": ["L9"]}, {}):
        result = run(args, {"ansible_facts": {name: "x"}}, kind)
        assert result["msg"].startswith(f"{name} is defined by this host's facts"), result
    assert "failed" not in run({"source": str(export)}, {"ansible_facts": {"os": "x"}, name: "x"}, kind)


# ---- tokens


def test_a_token_is_renewed_in_process(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_store_policy, "BRAND_NEW", -1.0)
    realms = use_realms(monkeypatch, {"master": []})
    realms.rejecting = {"master"}
    result = run({}, variables(server, authkit_cache="memory", authkit_scope="renewed"))
    assert "failed" not in result, result["msg"]
    assert server.token_requests == 2


def test_a_node_cannot_renew_and_says_so(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    realms = use_realms(monkeypatch, {"master": []})
    realms.rejecting = {"master"}
    result = run({}, variables(server), Shipped)
    assert result["failed"]
    assert "it cannot be renewed here" in result["msg"]
    assert "report" in result


@BOTH
@pytest.mark.parametrize(
    "where",
    [
        ({"auth_server": "https://sso.example.com", "realms": ["shop"]}, {}),
        ({"realms": ["shop"]}, {"authkit_auth_server": "sso.example.com", "authkit_realm": "master"}),
        ({"realms": ["shop"], "issuer": "https://sso.example.com/realms/x"}, {"authkit_token_url": "https://x.test/"}),
        (
            {"realms": ["shop"], "profile": "p"},
            {"authkit_profiles": {"p": {"issuer": "https://sso.example.com/realms/y"}}},
        ),
    ],
)
def test_a_given_token_needs_a_server_and_no_client(
    where: tuple[dict[str, Any], dict[str, Any]], kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    realms = use_realms(monkeypatch, {"shop": []})
    args, given = where
    result = run({**args, "access_token": "given-token"}, given, kind)
    assert "failed" not in result, result["msg"]
    assert realms.asked == [("https://sso.example.com", "shop", 2)]


@BOTH
def test_a_token_request_that_fails_says_where_the_options_came_from(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {})
    result = run({}, variables(server, authkit_client_secret="of-somebody-else"), kind)
    assert (result["failed"], set(result)) == (True, {"failed", "changed", "msg", "error"})
    assert "client_secret from the variables" in result["msg"] or "authkit_client_secret" in result["msg"]
    assert "of-somebody-else" not in str(result)


# ---- refusals, before any network


@BOTH
@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"nosuch": 1}, f"'nosuch' is not an option of {MODULE}: ansible-doc {MODULE} lists the options."),
        ({"check_profile": "stric"}, "value of check_profile must be one of: baseline, strict, got: stric"),
        ({"levels": ["L4"]}, "value of levels must be one or more of: L1, L2, L3. Got no match for: L4"),
        (
            {"standards": ["asvs5"]},
            "value of standards must be one or more of: asvs5-l1, asvs5-l2, asvs5-l3, rfc9700, fapi2, oauth2.1, "
            "nist-aal1, nist-aal2, nist-aal3. Got no match for: asvs5",
        ),
        (
            {"fail_on": "severe"},
            "value of fail_on must be one of: critical, high, medium, low, info, none, got: severe",
        ),
        ({"waivers": [{"check": "x", "reason": "y"}]}, "missing required arguments: expires, owner found in waivers"),
        ({"waivers": [{**WAIVER, "expires": "2020-01-01"}]}, "the waiver of bad-clients expired on 2020-01-01"),
        ({"waivers": [{**WAIVER, "check": "bad-client"}]}, "did you mean bad-clients?"),
        ({"only": ["bad-clients"], "skip": ["bad-clients"]}, "leave no check to run"),
        ({"overrides": {"bad-clients": {"severity": "x"}}}, "bad-clients has no severity 'x'"),
        ({"realms": []}, "realms is empty"),
        ({"baseline": "no/such/file.json"}, "no/such/file.json' does not exist on the controller"),
        ({"baseline": {"version": 1}}, "baseline is not a valid baseline file"),
        ({"token_url": "https://login.example.com/token"}, "is not the URL of a Keycloak realm"),
        ({"auth_server": "http://sso.example.com", "realm": "x"}, "clear text"),
    ],
)
def test_a_bad_option_is_refused_alike_before_any_network(
    server: CountingServer,
    kind: type[ActionModule],
    args: dict[str, Any],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_realms(monkeypatch, {})
    result = run({"client_secret": "of-the-call", "client_id": "of-the-call", **args}, variables(server), kind)
    assert (result["failed"], result["changed"], set(result)) == (True, False, {"failed", "changed", "msg", "error"})
    assert says in result["msg"]
    assert server.records == []


@BOTH
def test_options_can_be_judged_before_anything_is_done(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    realms = use_realms(monkeypatch, {"master": []})
    assert run({"validate_only": True}, variables(server), kind) == {"changed": False}
    result = run({"validate_only": True, "only": ["bad-client"]}, variables(server), kind)
    assert result["failed"]
    assert "did you mean bad-clients?" in result["msg"]
    assert (server.records, realms.asked) == ([], [])


@BOTH
def test_a_server_outside_of_allowed_hosts_gets_no_token(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {})
    result = run({}, variables(server, authkit_allowed_hosts=["sso.example.com"]), kind)
    assert "which allowed_hosts does not name" in result["msg"]
    assert "(allowed_hosts from the variable authkit_allowed_hosts)" in result["msg"]
    assert server.records == []


@pytest.mark.parametrize(
    ("profile", "profiles", "hint"),
    [
        ("strict", {}, True),
        ("baseline", {"authkit_profiles": {"shop": {}}}, True),
        ("shopp", {"authkit_profiles": {"shop": {}}}, False),
    ],
)
def test_a_profile_of_checks_among_the_connections_names_the_option_that_is_meant(
    server: CountingServer, profile: str, profiles: dict[str, Any], hint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_realms(monkeypatch, {})
    result = run({"profile": profile}, variables(server, **profiles))
    assert f"profile '{profile}'" in result["msg"]
    assert (f"write check_profile: {profile})." in result["msg"]) is hint


def test_a_connection_may_be_called_strict(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": []})
    connection = {"auth_server": server.url, "realm": "shop", "client_id": CLIENT, "client_secret": SECRET}
    given = {"authkit_profiles": {"strict": connection}, "authkit_cache": "none"}
    assert "failed" not in run({"profile": "strict"}, given)


# ---- what comes back


def test_of_a_nodes_answer_only_results_are_taken(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hostile(Shipped):
        answered = staticmethod(lambda result: {**result, "ansible_facts": {"authkit_auth_server": "x"}, "status": 1})

    use_realms(monkeypatch, {"master": []})
    assert set(run({}, variables(server), Hostile)) <= RESULT_KEYS


def test_ansibles_own_failures_keep_their_meaning(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_result: object) -> Any:
        raise AnsibleConnectionFailure("no route")

    class Unreachable(Shipped):
        answered = staticmethod(unreachable)

    class Crashed(Shipped):
        answered = staticmethod(lambda _result: {"failed": True, "msg": "MODULE FAILURE", "rc": 127, "x": 1})

    use_realms(monkeypatch, {"master": []})
    assert run({}, variables(server), Unreachable) == {"unreachable": True, "msg": "no route"}
    assert run({}, variables(server), Crashed) == {
        "failed": True,
        "msg": "MODULE FAILURE",
        "error": "module_failed",
        "rc": 127,
    }


@BOTH
def test_secrets_and_tokens_are_masked_wherever_they_are(
    server: CountingServer, kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch
) -> None:
    realms = use_realms(monkeypatch, {"master": [SECRET]})
    result = run({}, variables(server), kind)
    assert SECRET not in str(result)
    realms.realms = {"master": RuntimeError(f"planted {SECRET}")}
    result = run({}, variables(server), kind)
    assert "planted" not in str(result)
    assert "hit an unexpected RuntimeError" in result["msg"]


def test_a_planted_exception_becomes_one_sentence(server: CountingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(*_given: object) -> Any:
        raise RuntimeError(f"planted {SECRET}")

    monkeypatch.setattr("ansible_collections.authkit.oauth.plugins.plugin_utils._action.realm_check.prepare", planted)
    result = run({}, variables(server))
    assert "hit an unexpected RuntimeError in " in result["msg"]
    assert "planted" not in str(result)
