# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client that the role realm_auditor makes: predicted, made once, used for an audit, and removed."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.auditor import ROLES
from ansible_collections.authkit.oauth.tests.integration.support.auditors import (
    Auditor,
    auditor,
    fixture_realm,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realm_files import Verdicts, live_audit
from ansible_collections.authkit.oauth.tests.servers.keycloak import ADMIN, Keycloak
from ansible_collections.authkit.oauth.tests.tools.examples import pages

#: Keycloak shows its version to administrators of the server only.
VERSION = "server-version-unsupported"


#: Where nothing may show the secret.
CACHE = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts", "ANSIBLE_LOG_PATH": "log"}


def made(
    workspace: Workspace,
    server: Keycloak,
    realms: Sequence[str],
    path: Path,
    *arguments: str,
    playbook: str = "authkit.oauth.realm_auditor",
    **more: Any,
) -> Run:
    """The playbook, with the administrator's connection of the guide."""
    (example,) = (block.content for blocks in pages() for block in blocks if block.file == "admin.yml")
    example["authkit_profiles"]["admin"] |= {"auth_server": server.url, "username": ADMIN, "password": server.password}
    variables = {
        **example,
        "realm_auditor_realms": list(realms),
        "realm_auditor_client_id": realms[0],
        "realm_auditor_secret_path": str(path),
        **more,
    }
    hosts: dict[str, dict[str, object]] = {"localhost": {}}
    return workspace.play(playbook, hosts, variables=variables, arguments=arguments, env=CACHE)


def said(run: Run) -> list[str]:
    """The play that the role says to write, without the sentences around it."""
    lines = run.one("authkit.oauth.realm_auditor : Say how to use it", "localhost").result["msg"]
    assert isinstance(lines, list)
    assert lines[-1].strip() == "ansible-playbook audit.yml"
    return [line for line in lines[:-1] if line.startswith(" ")]


def changes(run: Run) -> list[str]:
    return [each.task for each in run.results if each.result.get("changed")]


@pytest.mark.parametrize(
    ("count", "core"),
    [
        pytest.param(2, NEWEST, id="of-two-realms-2.21"),
        pytest.param(1, NEWEST, id="of-one-realm-2.21", marks=MATRIX),
        pytest.param(1, "2.16", id="of-one-realm-2.16", marks=MATRIX),
    ],
    indirect=["core"],
)
def test_it_is_predicted_made_once_used_and_removed(
    workspace: Workspace, server: Keycloak, tmp_path: Path, count: int
) -> None:
    """The client of two realms is in master, that of one realm is in the realm."""
    path = tmp_path / "auditor.secret"
    with contextlib.ExitStack() as stack:
        empty = {"realm": "auditor", "enabled": True}
        names = [stack.enter_context(server.admin.temporary_realm(empty)) for _number in range(count)]
        play = partial(made, workspace, server, names, path)
        predicted = changes(play("--check").expect())
        assert not path.exists()
        first = play("-vvv").expect()
        assert changes(first) == predicted
        assert len(predicted) == 3
        assert path.stat().st_mode & 0o777 == 0o600
        secret = path.read_text(encoding="utf-8")
        second = play("-vvv", playbook="realm_auditor.yml").expect()
        assert changes(second) == []
        assert second.one("Use it", "localhost").message.startswith(hashlib.sha256(secret.encode()).hexdigest())
        assert (workspace.cwd / "facts").exists()
        assert [name for name, content in workspace.files().items() if secret.encode() in content] == []
        assert secret not in f"{first.output}{first.results}{second.output}{second.results}"
        audit = workspace.cwd / "audit.yml"
        audit.write_text("\n".join(said(first)), encoding="utf-8")
        none = ("-e", "realm_check_fail_on=none")
        run = workspace.play(str(audit), {"localhost": {}}, arguments=none).expect()
        assert [name for name in names if f"Realm {name} (" not in run.output] == []
        assert "Missing roles" not in run.output
        gone = play(realm_auditor_state="absent").expect()
        assert len(changes(gone)) == 2
        assert not path.exists()


def administrator_of(server: Keycloak, who: Auditor) -> None:
    """Makes the service account an administrator of the whole server."""
    admin = server.admin
    client = admin.client("master", who.client_id)["id"]
    account = admin.call("GET", f"/master/clients/{client}/service-account-user")["id"]
    role = admin.call("GET", "/master/roles/admin")
    admin.call("POST", f"/master/users/{account}/role-mappings/realm", body=[role])


@pytest.fixture(scope="module")
def planted(server: Keycloak) -> Iterator[str]:
    """The planted realm, with organizations, which have a view role of their own."""
    with server.admin.temporary_realm({**fixture_realm("planted"), "organizationsEnabled": True}) as realm:
        yield realm


@pytest.fixture(scope="module")
def complete(server: Keycloak, planted: str) -> Verdicts:
    """The audit with the roles of the set, and no others."""
    with auditor(server.admin, [planted], ROLES, fullScopeAllowed=True) as who:
        return live_audit(who, planted)


def test_an_administrator_sees_no_more_but_the_version(server: Keycloak, planted: str, complete: Verdicts) -> None:
    with auditor(server.admin, [planted], ()) as who:
        administrator_of(server, who)
        administrators = live_audit(who, planted)
    differing = {
        check: (status, administrators.status[check])
        for check, status in complete.status.items()
        if status != administrators.status[check]
    }
    assert differing == {VERSION: ("not_evaluated", "pass")}
    assert complete.severity == administrators.severity
    assert administrators.reason == {check: why for check, why in complete.reason.items() if check != VERSION}


@MATRIX
@pytest.mark.parametrize("missing", ROLES)
def test_each_role_of_the_set_is_needed(server: Keycloak, planted: str, complete: Verdicts, missing: str) -> None:
    with auditor(server.admin, [planted], [role for role in ROLES if role != missing]) as who:
        less = live_audit(who, planted)
    lost = set(less.not_evaluated) - set(complete.not_evaluated)
    assert lost
    assert all(missing in less.reason[check] for check in lost)
