# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client that the role realm_auditor makes: predicted, made once, used for an audit, and removed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.keycloak import ADMIN, Keycloak


def made(workspace: Workspace, server: Keycloak, realm: str, path: Path, *arguments: str, **more: Any) -> Run:
    """The playbook, as the administrator of the server."""
    connection = {
        "auth_server": server.url,
        "realm": "master",
        "client_id": "admin-cli",
        "client_auth_method": "none",
        "grant_type": "password",
        "username": ADMIN,
        "password": server.password,
    }
    variables = {
        "authkit_profiles": {"admin": connection},
        "realm_auditor_connection": "admin",
        "realm_auditor_realms": [realm],
        "realm_auditor_client_id": f"auditor-{realm}"[:100],
        "realm_auditor_secret_path": str(path),
        **more,
    }
    hosts: dict[str, dict[str, object]] = {"localhost": {}}
    return workspace.play("authkit.oauth.realm_auditor", hosts, variables=variables, arguments=arguments)


def changes(run: Run) -> list[str]:
    return [each.task for each in run.results if each.result.get("changed")]


@pytest.mark.parametrize("home", ["master", ""], ids=["in-master", "in-the-realm"])
def test_it_is_predicted_made_once_used_and_removed(
    workspace: Workspace, server: Keycloak, tmp_path: Path, home: str
) -> None:
    path = tmp_path / "auditor.secret"
    with server.admin.temporary_realm({"realm": f"auditor-{secrets.token_hex(4)}", "enabled": True}) as realm:
        options = {"realm_auditor_client_realm": home}
        predicted = changes(made(workspace, server, realm, path, "--check", **options).expect())
        assert not path.exists()
        first = made(workspace, server, realm, path, **options).expect()
        assert changes(first) == predicted
        assert len(predicted) == 3
        assert path.stat().st_mode & 0o777 == 0o600
        secret = path.read_text(encoding="utf-8")
        assert secret not in first.output + first.log
        second = made(workspace, server, realm, path, **options).expect()
        assert changes(second) == []
        audit = {
            "authkit_auth_server": server.url,
            "authkit_realm": home or realm,
            "authkit_client_id": f"auditor-{realm}"[:100],
            "authkit_client_secret": secret,
            "realm_check_realms": [realm],
            "realm_check_fail_on": "none",
        }
        run = workspace.play("realm_check.yml", {"localhost": {}}, variables=audit).expect()
        assert "Missing roles" not in run.output
        gone = made(workspace, server, realm, path, realm_auditor_state="absent", **options).expect()
        assert len(changes(gone)) == 2
        assert not path.exists()
