# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role on a directory of realm files of several kinds: each realm is judged and named in every report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.authkit.oauth.tests.integration.support.installed import NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace

PASSWORD, SECRET = "correct-horse", "battery-staple"
RESOURCE = {
    "apiVersion": "k8s.keycloak.org/v2alpha1",
    "kind": "KeycloakRealmImport",
    "spec": {"keycloakCRName": "kc", "realm": {"realm": "demo", "sslRequired": "none"}},
}
DIRECTORY = {
    "demo-realm.json": {"realm": "demo", "sslRequired": "external", "keycloakVersion": "12.0.4"},
    "demo-users-0.json": {
        "realm": "demo",
        "users": [
            {
                "username": "boss",
                "credentials": [{"type": "password", "value": PASSWORD}],
                "clientRoles": {"realm-management": ["realm-admin"]},
            }
        ],
    },
    "operator.yaml": RESOURCE,
    "shop.yml": {
        "realm": "shop",
        "sslRequired": "$(env:SSL)",
        "clients": [{"clientId": "web", "secret": f"$(env:X:-{SECRET})", "clientAuthenticatorType": "client-secret"}],
    },
}
NAMES = ["demo", "demo (2)", "shop"]


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_a_directory_of_several_kinds(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "realms"
    source.mkdir()
    for name, content in DIRECTORY.items():
        (source / name).write_text(yaml.safe_dump(content) if "y" in name[-4:] else json.dumps(content))
    variables = {
        "realm_check_source": str(source),
        "realm_check_levels": ["L3"],
        "realm_check_waivers": [
            {
                "check": "realm-ssl-required-none",
                "realm": "demo (2)",
                "reason": "r",
                "owner": "o",
                "expires": "2999-01-01",
            }
        ],
    }
    run = workspace.play("realm_check.yml", {"localhost": {}}, variables=variables).expect(2)
    reports = {path.name: path.read_text(encoding="utf-8") for path in workspace.cwd.rglob("report.*")}
    realms = {each["realm"]: each for each in json.loads(reports["report.json"])["realms"]}
    assert {name: each["server"] for name, each in realms.items()} == {
        "demo": "realms/demo-realm.json",
        "demo (2)": "realms/operator.yaml",
        "shop": "realms/shop.yml",
    }
    status = {name: {each["id"]: each["status"] for each in realm["checks"]} for name, realm in realms.items()}
    assert [status[name]["realm-ssl-required-none"] for name in NAMES] == ["pass", "waived", "not_evaluated"]
    assert status["demo"]["users-plain-text-passwords"] == status["demo"]["server-version-unsupported"] == "fail"
    for name in ("report.html", "report.md", "report.sarif", "report.xml"):
        assert "demo (2)" in reports[name] or "demo%20%282%29" in reports[name], name
        assert "Keycloak 12.0.4 is older than the versions that this audit is written for" in reports[name], name
    assert '"realms/shop.yml"' in reports["report.sarif"]
    said = run.output + "".join(reports.values())
    assert (PASSWORD in said, SECRET in said, run.traceback) == (False, False, False)
