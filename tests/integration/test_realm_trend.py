# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit each night: what the second run says of the first."""

from __future__ import annotations

import json

from ansible_collections.authkit.oauth.tests.integration.support.auditors import Auditor, auditor
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak


def night(workspace: Workspace, who: Auditor, realm: str) -> Run:
    """The audit of the guide, which replaces the report that it compares itself with."""
    variables = {
        **who.variables,
        "realm_check_realms": [realm],
        "realm_check_fail_on": "none",
        "realm_check_report_dir": "./nightly",
        "realm_check_previous_report": "./nightly/report.json",
    }
    return workspace.play("realm_check.yml", {"localhost": {}}, variables=variables).expect()


@MATRIX
def test_a_finding_that_is_fixed_and_a_new_one_are_one_line(workspace: Workspace, server: Keycloak) -> None:
    settings: dict[str, object] = {"realm": "trend", "enabled": True, "sslRequired": "none"}
    with server.admin.temporary_realm(settings) as realm, auditor(server.admin, [realm]) as who:
        first = night(workspace, who, realm)
        assert "No earlier report, so nothing is compared." in first.output
        server.admin.update_realm(realm, {"sslRequired": "external", "registrationAllowed": True, "verifyEmail": False})
        second = night(workspace, who, realm)
    report = json.loads((workspace.cwd / "nightly" / "report.json").read_text(encoding="utf-8"))
    trend = report["realms"][0]["trend"]
    assert [each["check"] for each in trend["fixed_findings"]] == ["realm-ssl-required-none"]
    new = [
        check["id"]
        for check in report["realms"][0]["checks"]
        for each in check["findings"]
        if each["trend"] == "new" and each["severity"] != "info"
    ]
    assert new == ["realm-registration-unverified"]
    assert trend["unchanged"] > 0
    assert f"{realm}: 1 new, 1 fixed, {trend['unchanged']} unchanged since " in second.output
