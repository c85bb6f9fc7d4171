# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm check from end to end, with realms instead of a server."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ConnectionFailed,
    HostNotAllowed,
    InsecureUrl,
    OptionError,
    UnknownRealm,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._realm import job
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.given_token import GivenToken
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.client_access import Caller
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.tests.unit.support.checks import CHECKS, HOSTILE_NAME, use_realms

TOKEN = "the-token-0123456789"
PARAMS: dict[str, Any] = {"auth_server": "sso.example.com/auth/", "realms": ["shop", "other"], "access_token": TOKEN}
WAIVER = {"check": "bad-clients", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}


class NoTransport:
    """Nothing is sent in these tests."""

    def __init__(self, _settings: object = None) -> None:
        self.closed = 0

    def send(self, *_given: object) -> Any:
        raise AssertionError

    def close(self) -> None:
        self.closed += 1


def run(**params: Any) -> dict[str, Any]:
    return job.check_on_node({**PARAMS, **params}, transport_for=NoTransport)


def test_a_good_realm(monkeypatch: pytest.MonkeyPatch) -> None:
    realms = use_realms(monkeypatch, {"shop": [], "other": []})
    result = run(retries=3)
    assert realms.asked == [("https://sso.example.com/auth", "shop", 3), ("https://sso.example.com/auth", "other", 3)]
    assert (result["changed"], result["failures"], "failed" in result, "msg" in result) == (False, [], False, False)
    assert [each["summary"]["failed"] for each in result["report"]["realms"]] == [False, False]
    assert [(row["realm"], row["status"], row["pass"]) for row in result["table"]] == [
        ("shop", "passed", 2),
        ("other", "passed", 2),
    ]
    assert set(result) <= job.RESULT_KEYS


def test_each_realm_fails_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": [HOSTILE_NAME], "other": []})
    result = run()
    assert result["failed"]
    assert result["msg"] == result["failures"][0]
    assert len(result["failures"]) == 1
    assert "Realm 'shop': 1 open finding at or above high in bad-clients" in result["msg"]
    assert [each["summary"]["failed"] for each in result["report"]["realms"]] == [True, False]
    assert result["report"]["realms"][0]["checks"][0]["findings"][0]["target"] == HOSTILE_NAME


def test_all_reasons_are_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": ["a"], "other": ["b"]})
    result = run(waivers=[{**WAIVER, "target": "gone"}])
    assert len(result["failures"]) == 3
    assert result["msg"] == " ".join(result["failures"])
    assert "The waiver of bad-clients on 'gone' matches no finding" in result["failures"][2]


def test_a_waiver_that_matches_nothing_fails_the_realms_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": [], "other": []})
    result = run(waivers=[{**WAIVER, "target": "gone", "realm": "shop"}])
    assert [row["status"] for row in result["table"]] == ["failed", "passed"]
    result = run(waivers=[{**WAIVER, "target": "gone"}])
    assert [row["status"] for row in result["table"]] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (ConnectionFailed("Nothing listens there."), "inconclusive", "could not finish, because of this: Nothing"),
        (
            UnknownRealm("There is no such realm."),
            "not_evaluated",
            "no check of the configuration could be evaluated, because",
        ),
        (RuntimeError(f"planted {TOKEN}"), "inconclusive", "hit an unexpected RuntimeError in support/checks.py"),
    ],
)
def test_a_realm_that_cannot_be_read_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: str,
    says: str,
) -> None:
    use_realms(monkeypatch, {"shop": error, "other": []}, checks=CHECKS[:1])
    result = run(fail_on="none")
    assert says in result["msg"]
    assert "planted" not in str(result)
    first, second = result["report"]["realms"]
    assert {check["status"] for check in first["checks"]} == {status}
    assert {check["status"] for check in second["checks"]} == {"pass"}
    assert (first["summary"]["failed"], second["summary"]["failed"]) == (True, False)


def test_missing_roles_fail_the_run_and_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(
        monkeypatch, {"shop": {"clients": Gap("view-clients is missing.", roles=("view-clients",))}, "other": []}
    )
    result = run()
    assert "without view-clients, grant this role of realm-management" in result["msg"]
    assert result["report"]["realms"][0]["summary"]["missing_roles"] == ["view-clients"]
    assert "failed" not in run(fail_on="none")


def test_a_token_that_ends_in_mid_audit_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    realms = use_realms(monkeypatch, {"shop": [], "other": []})
    realms.rejecting = {"other"}
    result = run()
    assert result["failures"] == [
        "The server rejected the access token (401), and it cannot be renewed "
        "here: run the check on the controller with a client of its own, or provide a token "
        "that lives longer."
    ]
    assert [realm["summary"]["failed"] for realm in result["report"]["realms"]] == [False, True]
    assert "failed" not in run(fail_on="none")
    realms.realms = {"shop": {"clients": Gap("The token expired.")}, "other": []}
    assert "failed" not in run(fail_on="none"), "something could be evaluated"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"access_token": ""}, "got no access_token: its action plugin on the controller gives it one"),
        ({"auth_server": None}, "does not know which server and realms to check"),
        ({"realms": None}, "does not know which server and realms to check"),
        ({"realms": []}, "realms is empty or has an empty name"),
        ({"baseline": "/a/path"}, "baseline is not a valid baseline file"),
        ({"only": ["god-one"]}, "did you mean good-one?"),
    ],
)
def test_a_bad_option_has_no_report(monkeypatch: pytest.MonkeyPatch, params: dict[str, Any], says: str) -> None:
    realms = use_realms(monkeypatch, {})
    result = run(**params)
    assert (result["failed"], result["changed"], set(result)) == (True, False, {"failed", "changed", "msg", "error"})
    assert says in result["msg"]
    assert realms.asked == []


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"auth_server": "http://sso.example.com"}, InsecureUrl),
        ({"allowed_hosts": ["other.example.com"]}, HostNotAllowed),
        ({"allowed_hosts": ["sso.example.com:8443"]}, HostNotAllowed),
        ({"auth_server": "https://u:p@sso.example.com"}, OptionError),
        ({"auth_server": "https://sso.example.com/realms/x"}, OptionError),
    ],
)
def test_a_token_goes_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, params: dict[str, Any], error: type[Exception]
) -> None:
    use_realms(monkeypatch, {})
    with pytest.raises(error):
        job.prepare({**PARAMS, **params})
    assert job.prepare({**PARAMS, "allowed_hosts": ["*.example.com"]}).realms == ("shop", "other")
    assert job.prepare({**PARAMS, "auth_server": "http://sso.example.com", "allow_http": True}).server.startswith(
        "http:"
    )


def test_the_token_is_masked_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": [TOKEN], "other": []})
    assert TOKEN not in str(run())


def test_an_unforeseen_exception_shows_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {})

    def planted(_settings: object) -> Any:
        raise RuntimeError(f"planted {TOKEN}")

    result = job.check_on_node(PARAMS, transport_for=planted)
    assert "hit an unexpected RuntimeError" in result["msg"]
    assert "planted" not in str(result)


def test_perform_closes_nothing_that_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    use_realms(monkeypatch, {"shop": []})
    transport = NoTransport()
    made = job.prepare({**PARAMS, "realms": ["shop"]})
    outside = made.outside(Caller(token=TOKEN), TransportSettings(), check_mode=False)
    job.perform(made, GivenToken(TOKEN), transport, outside)
    assert transport.closed == 0
