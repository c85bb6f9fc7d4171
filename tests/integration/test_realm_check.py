# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role against real realms: what it must find, what it must not, and what it reports if a role is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import NOT_EVALUATED
from ansible_collections.authkit.oauth.tests.integration.support.auditors import (
    VIEW_ROLES,
    Auditor,
    auditor,
    expected_findings,
    fixture_realm,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST, ON_BOTH_ENDS
from ansible_collections.authkit.oauth.tests.integration.support.masked_secrets import MaskingProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realm_files import live_audit
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

Report = Mapping[str, Any]
#: The least number of checks that the five view roles make possible on the hardened realm.
EVALUATED = 110


@pytest.fixture(scope="module")
def planted(server: Keycloak) -> Iterator[str]:
    with server.admin.temporary_realm(fixture_realm("planted")) as name:
        yield name


@pytest.fixture(scope="module")
def hardened(server: Keycloak) -> Iterator[str]:
    with server.admin.temporary_realm(fixture_realm("hardened")) as name:
        yield name


def audit(workspace: Workspace, who: Auditor, *realms: str, **variables: object) -> Run:
    """The role in a play on the controller."""
    settings = {"realm_check_realms": list(realms), "realm_check_levels": ["L3"], **variables}
    return workspace.play("realm_check.yml", {"localhost": {}}, variables={**who.variables, **settings})


def report(workspace: Workspace) -> Report:
    """The content of report.json; asserts that it and its folder are private."""
    folder = workspace.root / "cwd" / "realm-check"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text(encoding="utf-8").strip() == "*"
    for path in folder.iterdir():
        assert path.name == ".gitignore" or path.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_uid == os.getuid()
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def findings(of_realm: Report) -> dict[tuple[str, str], str]:
    """Severities by (check, target)."""
    return {
        (check["id"], each["target"]): each["severity"] for check in of_realm["checks"] for each in check["findings"]
    }


def statuses(of_realm: Report) -> dict[str, str]:
    return {check["id"]: check["status"] for check in of_realm["checks"]}


@pytest.mark.parametrize("core", ON_BOTH_ENDS, indirect=True)
def test_everything_planted_is_found(workspace: Workspace, server: Keycloak, planted: str) -> None:
    with auditor(server.admin, [planted]) as who:
        run = audit(workspace, who, planted, realm_check_profile="strict").expect(2)
    (realm,) = report(workspace)["realms"]
    assert realm["realm"] == planted
    assert expected_findings("planted", planted) - set(findings(realm)) == set()
    assert not run.traceback
    assert all(secret not in run.output for secret in (who.secret, "correct-horse"))


def test_the_hardened_realm_is_clean(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    with auditor(server.admin, [hardened]) as who:
        audit(workspace, who, hardened, realm_check_profile="strict").expect()
    (realm,) = report(workspace)["realms"]
    assert {found: severity for found, severity in findings(realm).items() if severity != "info"} == {}
    assert set(findings(realm)) >= expected_findings("hardened", hardened)
    assert sum(status in ("pass", "fail") for status in statuses(realm).values()) >= EVALUATED


@MATRIX
def test_standards_have_a_table_in_every_report(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    """The server shows the same as the file that it was made from, and every kind of report has it."""
    names = ["asvs5-l2", "fapi2", "nist-aal2"]
    standards: dict[str, object] = {"realm_check_standards": names, "realm_check_fail_on": "none"}
    with auditor(server.admin, [hardened]) as who:
        audit(workspace, who, hardened, **standards).expect()
    (live,) = report(workspace)["realms"]
    for name in ("report.html", "report.md", "report.xml", "report.sarif"):
        text = (workspace.root / "cwd" / "realm-check" / name).read_text(encoding="utf-8")
        assert "5.3.2.1-11" in text
    file = workspace.root / "hardened.json"
    file.write_text(json.dumps(fixture_realm("hardened")), encoding="utf-8")
    settings = {"realm_check_source": str(file), "realm_check_levels": ["L3"], **standards}
    workspace.play("realm_check.yml", {"localhost": {}}, variables=settings).expect()
    (offline,) = report(workspace)["realms"]
    for of_server, of_file in zip(live["standards"], offline["standards"], strict=True):
        rows = {row["id"]: row["status"] for row in of_file["requirements"]}
        differing = {row["id"] for row in of_server["requirements"] if rows[row["id"]] != row["status"]}
        assert {rows[each] for each in differing} <= {"not_evaluated"}
    (fapi,) = (table for table in live["standards"] if table["name"] == "fapi2")
    found = {row["id"]: row["status"] for row in fapi["requirements"]}
    assert (found["5.3.2.1-11"], found["5.3.2.2-3"]) == ("passed", "failed")
    assert (found["5.3.2.1-7"], found["5.3.2.1-12"]) == ("not_evaluated", "not_covered")
    (nist,) = (table for table in live["standards"] if table["name"] == "nist-aal2")
    found = {row["id"]: row["status"] for row in nist["requirements"]}
    assert (found["2.2.2 g"], found["3.1.1.2-1 b"], found["3.1.1.2 b"]) == ("passed", "passed", "failed")


@MATRIX
def test_the_connection_is_named_by_its_profile(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    with auditor(server.admin, [hardened]) as who:
        connection = {name.removeprefix("authkit_"): value for name, value in who.variables.items()}
        settings = {"realm_check_realms": [hardened], "realm_check_levels": ["L3"], "realm_check_connection": "audits"}
        variables = {"authkit_profiles": {"audits": connection}, "authkit_client_id": "somebody-else", **settings}
        workspace.play("realm_check.yml", {"localhost": {}}, variables=variables).expect()
    assert [realm["realm"] for realm in report(workspace)["realms"]] == [hardened]


def test_several_realms_in_one_run_and_never_changed(
    workspace: Workspace, server: Keycloak, planted: str, hardened: str
) -> None:
    with auditor(server.admin, [planted, hardened]) as who:
        run = audit(workspace, who, hardened, planted, realm_check_fail_on="none").expect()
    assert [realm["realm"] for realm in report(workspace)["realms"]] == [hardened, planted]
    assert "changed=0" in run.output
    folder = workspace.root / "cwd" / "realm-check"
    assert {path.name for path in folder.iterdir()} >= {
        "report.json",
        "report.sarif",
        "report.xml",
        "report.md",
        "report.html",
    }


@MATRIX
def test_a_client_without_roles_is_told_which_to_ask_for(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    with auditor(server.admin, [hardened], roles=()) as who:
        run = audit(workspace, who, hardened, realm_check_profile="strict").expect(2)
    (realm,) = report(workspace)["realms"]
    # Only master can have a temporary administrator, so this check passes elsewhere.
    passed = {check for check, status in statuses(realm).items() if status == "pass"}
    assert passed == {"realm-bootstrap-admin-left"}
    assert all(role in run.output for role in VIEW_ROLES)


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
@pytest.mark.parametrize("missing", [VIEW_ROLES[0], *(pytest.param(role, marks=MATRIX) for role in VIEW_ROLES[1:])])
def test_a_missing_role_never_makes_a_pass(workspace: Workspace, server: Keycloak, planted: str, missing: str) -> None:
    roles = [role for role in VIEW_ROLES if role != missing]
    with auditor(server.admin, [planted], roles=roles) as who:
        run = audit(workspace, who, planted, realm_check_profile="strict").expect(2)
    (realm,) = report(workspace)["realms"]
    failed = {check for check, _target in expected_findings("planted", planted)}
    wrong = {check for check, status in statuses(realm).items() if status == "pass" and check in failed}
    allowed = {check["id"] for check in realm["checks"] if check["severity"] == "info"}
    assert wrong - allowed == set()
    assert "not_evaluated" in statuses(realm).values()
    assert missing in run.output


def test_secrets_that_keycloak_26_8_masks_disturb_no_other_check(server: Keycloak, planted: str) -> None:
    """Callers with only view-clients then get no secrets, so the check of secrets names the role that shows them."""
    with auditor(server.admin, [planted]) as who, MaskingProxy(server.url) as proxy:
        plain, masked = live_audit(who, planted), live_audit(replace(who, server=proxy.url), planted)
    assert proxy.masked > 1
    changed = {check for check in plain.status if plain.status[check] != masked.status[check]}
    assert changed == {"client-weak-secret"}
    assert masked.status["client-weak-secret"] == NOT_EVALUATED
    reason = masked.reason["client-weak-secret"]
    assert "manage-clients" in reason
    assert "26.8" in reason
    severity = {found: each for found, each in plain.severity.items() if found[0] != "client-weak-secret"}
    assert len(severity) < len(plain.severity)
    assert masked.severity == severity
