# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The remediation playbook, run on its realm; baseline and waiver files; exports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.authkit.oauth.tests.integration.support.auditors import (
    VIEW_ROLES,
    Auditor,
    auditor,
    fixture_realm,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    COMMUNITY,
    MATRIX,
    NEWEST,
    site_packages,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

MENDER_ROLES = (*VIEW_ROLES, "manage-realm", "manage-clients")


def hostile(canary: Path) -> str:
    """Text that would create a file if it were templated."""
    return "x{{ lookup('ansible.builtin.pipe', 'touch " + str(canary) + "') }}"


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "templated"


@pytest.fixture
def planted(server: Keycloak, canary: Path) -> Iterator[str]:
    """The realm with planted faults, and expressions in all texts that the remediation playbook contains."""
    realm = fixture_realm("planted")
    evil = hostile(canary)
    realm["displayName"] = evil
    realm["enabledEventTypes"] = []
    realm["attributes"] = {**realm["attributes"], "evil": evil, "key {{ 1 }}": "literal"}
    realm["browserSecurityHeaders"] = {**realm["browserSecurityHeaders"], "xRobotsTag": evil}
    realm["clients"].append(
        {
            "clientId": evil,
            "name": evil,
            "publicClient": True,
            "standardFlowEnabled": True,
            "implicitFlowEnabled": True,
            "redirectUris": ["https://evil.example.com/cb"],
            "webOrigins": ["http://evil.example.com"],
            "attributes": {"evil": evil},
        }
    )
    with server.admin.temporary_realm(realm) as name:
        yield name


def audit(workspace: Workspace, who: Auditor, realm: str, **variables: object) -> Run:
    settings = {"realm_check_realms": [realm], "realm_check_levels": ["L3"], "realm_check_profile": "strict"}
    return workspace.play("realm_check.yml", {"localhost": {}}, variables={**who.variables, **settings, **variables})


def reported(workspace: Workspace) -> Mapping[str, Any]:
    text = (workspace.root / "cwd" / "realm-check" / "report.json").read_text(encoding="utf-8")
    return dict(json.loads(text)["realms"][0])


def pairs(realm: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(check, target) of all findings above info."""
    return {
        (check["id"], finding["target"])
        for check in realm["checks"]
        for finding in check["findings"]
        if finding["severity"] != "info"
    }


def mend(workspace: Workspace, who: Auditor) -> subprocess.CompletedProcess[str]:
    """ansible-playbook remediation.yml, as a user runs it, with community.general beside this collection."""
    python = Path(os.environ[COMMUNITY])
    variables = {**who.variables, "ansible_python_interpreter": str(python)}
    return subprocess.run(
        [python.parent / "ansible-playbook", "remediation.yml", "-e", json.dumps(variables)],
        cwd=workspace.root / "cwd" / "realm-check",
        env=workspace.environment(
            {
                "ANSIBLE_COLLECTIONS_PATH": f"{workspace.collections}:{site_packages(python)}",
                "AUTHKIT_TEST_RECORD": str(workspace.root / "mended.jsonl"),
            }
        ),
        capture_output=True,
        text=True,
        check=False,
    )


@MATRIX
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_what_it_claims_to_fix_is_fixed_and_nothing_else_breaks(
    workspace: Workspace, server: Keycloak, planted: str, canary: Path
) -> None:
    with auditor(server.admin, [planted], MENDER_ROLES) as who:
        audit(workspace, who, planted, realm_check_fail_on="none").expect()
        before = reported(workspace)
        claimed = {(task["check"], task["target"]) for task in before["remediation"]}
        done = mend(workspace, who)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert who.secret not in done.stdout
        audit(workspace, who, planted, realm_check_fail_on="none").expect()
        after = reported(workspace)
    assert len(claimed) > 40
    assert claimed & pairs(after) == set(), "claimed to be fixed, and still found"
    assert pairs(after) - pairs(before) == set(), "found only after the remediation"
    assert not canary.exists()
    evil = hostile(canary)
    shown = server.admin.call("GET", f"/{planted}")
    assert shown["attributes"]["evil"] == evil
    assert shown["attributes"]["key {{ 1 }}"] == "literal"
    assert shown["browserSecurityHeaders"]["xRobotsTag"] == evil
    assert server.admin.client(planted, evil)["implicitFlowEnabled"] is False
    assert server.admin.client(planted, evil)["webOrigins"] == ["https://evil.example.com"]


@MATRIX
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_a_baseline_is_written_and_only_what_is_new_fails(
    workspace: Workspace, server: Keycloak, planted: str, canary: Path
) -> None:
    cwd = workspace.root / "cwd"
    known, waivers = cwd / "known.json", cwd / "waivers.yml"
    files = {"realm_check_write_baseline": str(known), "realm_check_write_waivers": str(waivers)}
    with auditor(server.admin, [planted]) as who:
        run = audit(workspace, who, planted, **files, realm_check_baseline=str(known)).expect()
        assert "changed=0" in run.output
        assert [path.stat().st_mode & 0o777 for path in (known, waivers)] == [0o600, 0o600]
        audit(workspace, who, planted, realm_check_baseline=str(known)).expect()
    with auditor(server.admin, [planted], VIEW_ROLES[:-1]) as blind:
        assert VIEW_ROLES[-1] in audit(workspace, blind, planted, **files).expect(2).output
    with auditor(server.admin, [planted]) as who:
        audit(workspace, who, planted, **files).expect()
        server.admin.update_realm(planted, {"accessCodeLifespan": 601})  # a changed number is not a new finding
        server.admin.call("POST", f"/{planted}/clients", body={"clientId": "new", "redirectUris": ["*"]})
        run = audit(workspace, who, planted, realm_check_baseline=str(known)).expect(2)
        assert "client-wildcard-redirect" in run.output
        opened = {
            (check["id"], finding["target"])
            for check in reported(workspace)["checks"]
            for finding in check["findings"]
            if finding["status"] == "open" and finding["severity"] != "info"
        }
        assert {target for _check, target in opened} == {"new"}
    assert not canary.exists()
    # Without Ansible's own tag these are plain texts.
    entries = yaml.safe_load(waivers.read_text(encoding="utf-8").replace("!unsafe ", ""))["realm_check_waivers"]
    assert ("client-wildcard-redirect", "shop-star") in {(each["check"], each["target"]) for each in entries}
    assert {each["reason"] for each in entries} == {""}


@MATRIX
@pytest.mark.parametrize("name", ["planted", "hardened"])
@pytest.mark.parametrize("core", [NEWEST], indirect=True)
def test_live_and_exported_are_the_same(workspace: Workspace, server: Keycloak, tmp_path: Path, name: str) -> None:
    """Checks of data that an export lacks are not evaluated; all others find the same."""
    export = tmp_path / "export.json"
    with server.admin.temporary_realm(fixture_realm(name)) as realm, auditor(server.admin, [realm]) as who:
        audit(workspace, who, realm, realm_check_fail_on="none").expect()
        live = reported(workspace)
        partial = server.admin.partial_export(realm)
    export.write_text(json.dumps(partial), encoding="utf-8")
    settings = {"realm_check_source": str(export), "realm_check_profile": "strict", "realm_check_levels": ["L3"]}
    run = workspace.play(
        "realm_check.yml", {"localhost": {}}, variables={**settings, "realm_check_fail_on": "none"}
    ).expect()
    assert not run.traceback
    exported = reported(workspace)
    unknown = {check["id"] for check in exported["checks"] if check["status"] == "not_evaluated"}
    assert {found for found in pairs(live) if found[0] not in unknown} == {
        found for found in pairs(exported) if found[0] not in unknown
    }
    assert unknown <= {
        "client-secret-rotation-absent",  # the features of a server are not in an export
        "idp-brokering-api-v1",  # the same
        "client-weak-secret",  # masked
        "keys-realm-rsa-too-small",
        "keys-rotation-overdue",
        "roles-too-many-realm-admins",
        "server-version-unsupported",
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "truncated or damaged"),
        pytest.param("<html>", "is not a realm export", marks=MATRIX),
        pytest.param(None, "does not exist on the controller", marks=MATRIX),
    ],
)
def test_a_broken_export_is_one_clear_error(
    workspace: Workspace, tmp_path: Path, content: str | None, says: str
) -> None:
    export = tmp_path / "export.json"
    if content is not None:
        export.write_text(content, encoding="utf-8")
    run = workspace.play("realm_check.yml", {"localhost": {}}, variables={"realm_check_source": str(export)}).expect(2)
    assert says in " ".join(run.output.split())
    assert not run.traceback
