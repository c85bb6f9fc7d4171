# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of the master realm with read-only access to some other realms."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import KeycloakAdmin

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
#: The roles that a full configuration audit needs.
VIEW_ROLES = ("view-realm", "view-clients", "view-users", "view-events", "view-identity-providers")


@dataclass(frozen=True)
class Auditor:
    """A client of master, with the variables to sign in as it."""

    server: str
    client_id: str
    secret: str = field(repr=False)

    @property
    def variables(self) -> dict[str, object]:
        return {
            "authkit_auth_server": self.server,
            "authkit_realm": "master",
            "authkit_client_id": self.client_id,
            "authkit_client_secret": self.secret,
        }


def fixture_realm(name: str) -> dict[str, Any]:
    """A realm of tests/fixtures/realms, planted or hardened, with new ids, so that a server can have two of them."""
    text = (FIXTURES / "realms" / f"{name}.json").read_text(encoding="utf-8")
    fresh: dict[str, str] = {}
    return dict(json.loads(_UUID.sub(lambda old: fresh.setdefault(old.group(), str(uuid.uuid4())), text)))


def expected_findings(name: str, realm: str) -> set[tuple[str, str]]:
    """The (check, target) pairs to expect for a fixture's realm imported under this name."""
    original = fixture_realm(name)["realm"]
    rows = json.loads((FIXTURES / "realms" / f"{name}_expected.json").read_text(encoding="utf-8"))
    return {(row["check_id"], realm if row["target"] == original else row["target"]) for row in rows}


@contextlib.contextmanager
def auditor(
    admin: KeycloakAdmin, realms: Sequence[str], roles: Sequence[str] = VIEW_ROLES, **settings: Any
) -> Iterator[Auditor]:
    """A client of master with these roles on these realms, deleted afterwards.

    :param settings: of the client.
    """
    client_id, secret = f"auditor-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    representation: Mapping[str, Any] = {
        "clientId": client_id,
        "secret": secret,
        "publicClient": False,
        "standardFlowEnabled": False,
        "serviceAccountsEnabled": True,
        **settings,
    }
    admin.call("POST", "/master/clients", body=representation)
    made = admin.client("master", client_id)["id"]
    try:
        account = admin.call("GET", f"/master/clients/{made}/service-account-user")["id"]
        for realm in realms:
            grant(admin, account, realm, roles)
        yield Auditor(admin.url, client_id, secret)
    finally:
        admin.call("DELETE", f"/master/clients/{made}")


def grant(admin: KeycloakAdmin, account: str, realm: str, roles: Sequence[str]) -> None:
    """Give a service account of master roles on a realm."""
    management = admin.client("master", f"{realm}-realm")["id"]
    known = admin.call("GET", f"/master/clients/{management}/roles")
    wanted = [role for role in known if role["name"] in roles]
    assert len(wanted) == len(roles), f"{realm}-realm has not all of {roles}"
    if wanted:
        admin.call("POST", f"/master/users/{quote(account)}/role-mappings/clients/{management}", body=wanted)
