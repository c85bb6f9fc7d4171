# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of a realm file says what the audit of a Keycloak says that has imported the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.completed import completed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.defaults import SETTINGS
from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.realm_files import (
    FILES,
    compared,
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


def _parts(realm: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What an import sets, by its path, in an order that does not depend on ids."""
    for name in SETTINGS:
        yield name, realm.get(name)
    for client in realm["clients"]:
        for name, value in client.items():
            if name not in _OF_ITS_OWN:
                yield f"clients/{client['clientId']}/{name}", sorted(value) if isinstance(value, list) else value
    for flow in realm["authenticationFlows"]:
        for step in flow["authenticationExecutions"]:
            what = step.get("flowAlias") or step["authenticator"]
            yield f"authenticationFlows/{flow['alias']}/{what}", (step["requirement"], step["priority"])
    for action in realm["requiredActions"]:
        yield f"requiredActions/{action['alias']}", (action["enabled"], action["defaultAction"])
    for kind, found in realm["components"].items():
        shown = ((each["providerId"], each.get("subType"), str(sorted(each["config"]))) for each in found)
        yield f"components/{kind}", sorted(shown, key=str)
    for client, roles in realm["roles"]["client"].items():
        for role in roles:
            inner = role.get("composites", {}).get("client", {})
            yield f"roles/{client}/{role['name']}", {name: sorted(held) for name, held in inner.items()}
    for kind in ("defaultDefaultClientScopes", "defaultOptionalClientScopes"):
        yield kind, sorted(realm[kind])


#: What a server adds to each client and what no default of an import is.
_OF_ITS_OWN = {
    "alwaysDisplayInConsole",
    "attributes",
    "authenticationFlowBindingOverrides",
    "authorizationServicesEnabled",
    "authorizationSettings",
    "directGrantsOnly",
    "id",
    "name",
    "nodeReRegistrationTimeout",
    "notBefore",
    "protocolMappers",
    "secret",
    "surrogateAuthRequired",
}


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
        query = [("exportClients", "true"), ("exportGroupsAndRoles", "true")]
        shown = server.admin.call("POST", f"/{name}/partial-export", query=query)
    version, ours, theirs = shown["keycloakVersion"], dict(_parts(table)), dict(_parts(shown))
    changed = [
        f"Keycloak {version} sets {path} to {theirs.get(path)!r}, the table says {ours.get(path)!r}."
        for path in sorted({*ours, *theirs})
        if ours.get(path) != theirs.get(path)
    ]
    assert not changed, "\n".join(changed)
