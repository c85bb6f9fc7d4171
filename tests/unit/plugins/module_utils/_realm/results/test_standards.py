# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a requirement: passed, failed, waived, not evaluated, or not covered."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.report import realm_report
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results.verdict import Audited
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import client

DEFAULTS: dict[str, Any] = {
    "check_profile": "baseline",
    "levels": ["L1", "L2", "L3"],
    "fail_on": "none",
    "report_level": "info",
}
WAIVER = {"check": "tokens-code-lifespan-long", "reason": "Slow apps.", "owner": "alice", "expires": "2999-12-31"}
STRONG = client(
    "app",
    clientAuthenticatorType="client-jwt",
    redirectUris=["https://app.example.com/cb"],
    attributes={
        "dpop.bound.access.tokens": "true",
        "require.pushed.authorization.requests": "true",
        "pkce.code.challenge.method": "S256",
    },
)


def table_of(realm: dict[str, Any], clients: list[dict[str, Any]], *standards: str, **params: Any) -> dict[str, Any]:
    """The table of the last standard."""
    sections = {"realm": realm, "clients": clients, "client_policies": [], "client_profiles": []}
    snapshot = Snapshot(REALM, SERVER, sections)
    policy = policy_from({**DEFAULTS, "standards": list(standards), **params})
    report = realm_report(Audited(snapshot, audit(snapshot, policy)), policy, failed=False)
    assert [each["name"] for each in report["standards"]] == list(standards)
    table: dict[str, Any] = report["standards"][-1]
    assert sum(table["summary"].values()) == len(table["requirements"])
    return table


def rows(realm: dict[str, Any], clients: list[dict[str, Any]], *standards: str, **params: Any) -> dict[str, Any]:
    """The rows of the last standard, by id."""
    return {each["id"]: each for each in table_of(realm, clients, *standards, **params)["requirements"]}


@pytest.mark.parametrize(
    ("lifespan", "standard", "row", "status"),
    [
        (60, "fapi2", "5.3.2.1-11", "passed"),
        (61, "fapi2", "5.3.2.1-11", "failed"),
        (600, "asvs5-l1", "10.4.3", "passed"),
        (601, "asvs5-l2", "10.4.3", "failed"),
        (60, "asvs5-l3", "10.4.3", "passed"),
        (61, "asvs5-l3", "10.4.3", "failed"),
    ],
)
def test_a_requirement_sets_its_own_limit(lifespan: int, standard: str, row: str, status: str) -> None:
    override = {"tokens-code-lifespan-long": {"parameters": {"max_code_lifespan": 300}}}
    found = rows({"accessCodeLifespan": lifespan}, [], standard, overrides=override)[row]
    assert found["status"] == status
    assert ("accessCodeLifespan" in (found["reason"] or "")) is (status == "failed")


@pytest.mark.parametrize(
    ("realm", "standard", "row", "status"),
    [
        ({"passwordPolicy": "length(15)"}, "nist-aal1", "3.1.1.2-1 a", "passed"),
        ({"passwordPolicy": "length(8)"}, "nist-aal1", "3.1.1.2-1 b", "passed"),
        ({"passwordPolicy": "length(7)"}, "nist-aal1", "3.1.1.2-1 b", "failed"),
        ({"passwordPolicy": "length(15)"}, "nist-aal2", "3.1.1.2-6 a", "passed"),
        ({"passwordPolicy": "forceExpiredPasswordChange(3650)"}, "nist-aal2", "3.1.1.2-6 a", "failed"),
        ({"otpPolicyPeriod": 120, "otpPolicyLookAheadWindow": 9}, "nist-aal2", "3.1.4.1 b", "passed"),
        ({"otpPolicyPeriod": 121}, "nist-aal2", "3.1.4.1 b", "failed"),
        ({"bruteForceProtected": True, "failureFactor": 101}, "nist-aal1", "3.2.2 b", "failed"),
        # Temporary lockouts alone allow more than 100 failures.
        ({"bruteForceProtected": True, "failureFactor": 30}, "nist-aal1", "3.2.2 b", "not_covered"),
        ({"ssoSessionMaxLifespan": 2592000}, "nist-aal1", "2.1.3 b", "not_covered"),
        ({"ssoSessionMaxLifespan": 2592001}, "nist-aal1", "2.1.3 b", "failed"),
        ({"ssoSessionMaxLifespan": 86401}, "nist-aal2", "2.2.3 b", "failed"),
        ({"ssoSessionMaxLifespan": 43201}, "nist-aal3", "2.3.3 a", "failed"),
        ({"ssoSessionIdleTimeout": 3601}, "nist-aal2", "2.2.3 c", "failed"),
        ({"rememberMe": True, "ssoSessionIdleTimeoutRememberMe": 901}, "nist-aal3", "2.3.3 b", "failed"),
        ({"rememberMe": True, "ssoSessionMaxLifespanRememberMe": 9000000}, "nist-aal3", "2.3.3 b", "failed"),
        (
            {"attributes": {"actionTokenGeneratedByUserLifespan.reset-credentials": "86401"}},
            "nist-aal1",
            "4.2.1.2 b",
            "failed",
        ),
        ({"actionTokenGeneratedByUserLifespan": 86400}, "nist-aal1", "4.2.1.2 b", "not_covered"),
        ({"defaultSignatureAlgorithm": "RS256"}, "fapi2", "5.4.1-1.2", "failed"),
        ({"defaultSignatureAlgorithm": "ES256"}, "fapi2", "5.4.1-1.2", "not_covered"),
    ],
)
def test_nist_and_fapi_are_judged_by_their_own_numbers(
    realm: dict[str, Any], standard: str, row: str, status: str
) -> None:
    assert rows(realm, [STRONG], standard)[row]["status"] == status


def test_a_realm_for_high_value_apis_passes_what_it_must() -> None:
    found = rows({}, [STRONG], "fapi2")
    passed = [f"5.3.2.1-{number}" for number in (2, 3, 4, 5, 6, 11)] + [f"5.3.2.2-{number}" for number in (3, 5, 7, 12)]
    assert {name: found[name]["status"] for name in passed} == dict.fromkeys(passed, "passed")


def test_an_ordinary_client_fails_them_although_the_checks_only_inform() -> None:
    plain = client("app", redirectUris=["https://app.example.com/cb"])
    found = rows({}, [STRONG, plain], "fapi2")
    failed = ["5.3.2.1-4", "5.3.2.1-5", "5.3.2.1-6", "5.3.2.2-3", "5.3.2.2-5"]
    assert {name: found[name]["status"] for name in failed} == dict.fromkeys(failed, "failed")
    assert "client-par-not-required on client app: require.pushed" in found["5.3.2.2-3"]["reason"]


def test_a_waived_finding_does_not_pass_a_requirement() -> None:
    found = rows({"accessCodeLifespan": 61}, [], "fapi2", waivers=[WAIVER])["5.3.2.1-11"]
    assert found["status"] == "waived"
    assert "accessCodeLifespan is 61" in found["reason"]


def test_a_check_that_the_options_leave_out_leaves_its_requirement_unevaluated() -> None:
    found = rows({}, [], "fapi2", skip=["tokens-code-lifespan-long"])["5.3.2.1-11"]
    assert found["status"] == "not_evaluated"
    assert found["reason"] == "tokens-code-lifespan-long: The run's options leave this check out."


def test_a_check_that_cannot_be_evaluated_leaves_its_requirement_unevaluated() -> None:
    found = rows({"accessCodeLifespan": "soon"}, [], "fapi2")["5.3.2.1-11"]
    assert found["status"] == "not_evaluated"
    assert found["reason"].startswith("tokens-code-lifespan-long: ")


def test_a_requirement_that_checks_see_in_part_fails_but_never_passes() -> None:
    implicit = client("app", implicitFlowEnabled=True)
    assert rows({}, [implicit], "asvs5-l1")["10.4.4"]["status"] == "failed"
    seen_in_part = rows({}, [STRONG], "asvs5-l1")["10.4.4"]
    assert seen_in_part["status"] == "not_covered"
    assert seen_in_part["checks"]


def test_a_milder_finding_does_not_break_what_it_does_not_concern() -> None:
    """A wildcard that Keycloak takes literally is no wildcard."""
    literal = client("app", redirectUris=["https://*.example.com/cb"])
    assert rows({}, [literal], "rfc9700")["2.1 a"]["status"] == "passed"
    wide = client("app", redirectUris=["https://app.example.com/*"])
    assert rows({}, [wide], "rfc9700")["2.1 a"]["status"] == "failed"


def test_without_standards_the_report_has_no_table() -> None:
    snapshot = Snapshot(REALM, SERVER, {"realm": {}, "clients": []})
    policy = policy_from(DEFAULTS)
    assert "standards" not in realm_report(Audited(snapshot, audit(snapshot, policy)), policy, failed=False)


def test_standards_add_their_checks_to_those_of_the_profile() -> None:
    without = {rule.check.id for rule in policy_from(DEFAULTS).rules}
    with_it = {rule.check.id for rule in policy_from({**DEFAULTS, "standards": ["fapi2"]}).rules}
    assert "client-par-not-required" in with_it - without
    assert without < with_it
    params = {**DEFAULTS, "standards": ["fapi2"], "only": ["client-public"]}
    only = {rule.check.id for rule in policy_from(params).rules}
    assert "client-par-not-required" in only
    assert "realm-brute-force-off" not in only


def test_a_table_says_which_clients_it_leaves_out() -> None:
    """Keycloak's admin-cli accepts the password grant, and fails no requirement."""
    table = table_of({}, [STRONG, client("admin-cli", directAccessGrantsEnabled=True)], "rfc9700")
    assert {each["id"]: each["status"] for each in table["requirements"]}["2.4 a"] == "passed"
    assert "admin-cli with its password grant" in table["scope"]
