# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of a realm file says what the audit of a Keycloak says that has imported the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.completed import completed
from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.realm_files import (
    FILES,
    compared,
    differing_parts,
    file_audit,
    imported,
    live_audit,
    realms_of,
    renamed,
)
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: The most checks, as a share, that a file written by hand may leave without a verdict.
MOST_NOT_EVALUATED = 0.25
#: Files of the master realm: no server takes a second one.
NOT_IMPORTED = {"old_master_without_defaultrole.json"}
NAMES = sorted(path.name for path in FILES.glob("*.json"))
REALMS = [
    pytest.param(path, number, id=f"{path.stem}-{number}")
    for path in map(FILES.joinpath, NAMES)
    for number, _realm in enumerate(realms_of(path))
    if path.name not in NOT_IMPORTED
]


@pytest.mark.parametrize(("path", "number"), REALMS)
@MATRIX
def test_file_and_server_agree(server: Keycloak, path: Path, number: int) -> None:
    realm = renamed(list(realms_of(path))[number])
    source = f"{path.name} (realm {number})"
    file = file_audit(realm, source)
    with imported(server.admin, realm) as name, auditor(server.admin, [name]) as who:
        comparison = compared(source, file, live_audit(who, name))
    assert not comparison.differences, "\n".join(comparison.differences)
    unknown = ", ".join(comparison.not_evaluated)
    assert comparison.share_not_evaluated <= MOST_NOT_EVALUATED, f"{source}: not evaluated: {unknown}"


def test_each_file_has_a_verdict_for_most_checks() -> None:
    """Also those that no server imports."""
    for name in NAMES:
        for realm in realms_of(FILES / name):
            audit = file_audit(realm, name)
            share = len(audit.not_evaluated) / len(audit.status)
            assert share <= MOST_NOT_EVALUATED, f"{name}: not evaluated: {', '.join(audit.not_evaluated)}"


@MATRIX
def test_the_table_of_defaults_is_what_keycloak_sets(server: Keycloak) -> None:
    clients: list[dict[str, Any]] = [
        {"clientId": "web", "redirectUris": ["https://web.example.com/cb"]},
        {"clientId": "consenting", "publicClient": True, "consentRequired": True},
        {"clientId": "direct", "directGrantsOnly": True},
    ]
    realm = renamed({"realm": "defaults", "clients": clients})
    table = completed(realm).realm
    with imported(server.admin, realm) as name:
        shown = server.admin.partial_export(name)
    changed = differing_parts(table, shown)
    assert not changed, "\n".join(changed)


#: Settings, clients, client scopes and flows that the migrations of an import change.
OLD = FILES.parent / "old_versions.json"
#: Roles for users, which the account client got over time, and the user profile, which a snapshot has by itself.
NOT_MIGRATED = ("roles/account/", "components/org.keycloak.userprofile.")


@pytest.mark.parametrize("version", ["3.1.0.Final", "8.0.0", "15.0.2", "25.0.6"])
@MATRIX
def test_a_file_of_an_old_version_is_migrated_as_keycloak_does(server: Keycloak, version: str) -> None:
    realm = {**renamed(next(realms_of(OLD))), "keycloakVersion": version}
    table, file = completed(realm).realm, file_audit(realm, version)
    with imported(server.admin, realm) as name, auditor(server.admin, [name]) as who:
        shown, comparison = server.admin.partial_export(name), compared(version, file, live_audit(who, name))
    differing = [*differing_parts(table, shown, NOT_MIGRATED), *comparison.differences]
    assert not differing, "\n".join(differing)
    assert comparison.share_not_evaluated <= MOST_NOT_EVALUATED
