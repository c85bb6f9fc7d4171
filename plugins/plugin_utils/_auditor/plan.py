# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role realm_auditor makes: a client that may do nothing but audit certain realms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...module_utils._errors import InvalidOption, MissingOption
from ...module_utils._options.where import read_realm
from ...module_utils._realm.admin.clients import management_client
from ...module_utils._realm.keycloak.roles import MASTER
from ...module_utils._words import listed, quoted

#: An attribute that tells the role's client from others. No other client is changed or deleted.
MARK = "authkit.oauth.realm_auditor"
SHORTEST, LONGEST = 60, 3600
_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ROLE = re.compile(r"(view|query)-[a-z-]{1,60}")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,99}")
#: Beginnings of names that Ansible or this collection reads.
_TAKEN = ("ansible_", "authkit_", "realm_", "group", "host", "inventory_", "omit", "play", "role", "vars")


@dataclass(frozen=True)
class Plan:
    """A client, and the realms that it may audit.

    :param home: the realm that has the client.
    :param client: its settings, as a ClientRepresentation.
    """

    server: str
    home: str
    client_id: str
    realms: tuple[str, ...]
    roles: tuple[str, ...]
    client: Mapping[str, Any]

    @property
    def admin_url(self) -> str:
        """Where the admin API of the client's realm is."""
        return f"{self.server.rstrip('/')}/admin/realms/{quote(self.home, safe='')}"

    @property
    def owners(self) -> tuple[str, ...]:
        """The clients that own the roles, in the order of the realms."""
        if self.home != MASTER:
            return (management_client(self.home),)
        return tuple(f"{realm}-realm" for realm in self.realms)


def plan_of(own: Mapping[str, Any], server: str) -> Plan:
    """The plan that the role's variables describe.

    :raises OptionError: a variable is not valid.
    """
    realms = _realms(own["realms"])
    home = read_realm(own["client_realm"], "realm_auditor_client_realm") if own.get("client_realm") else ""
    home = home or (realms[0] if len(realms) == 1 else MASTER)
    if home != MASTER and realms != (home,):
        raise InvalidOption(
            f"A client of the realm {quoted(home)} can audit only that realm, and realm_auditor_realms names "
            f"{listed([quoted(each) for each in realms])}: set realm_auditor_client_realm to master."
        )
    lifespan = own["token_lifespan"]
    if not SHORTEST <= lifespan <= LONGEST:
        raise InvalidOption(f"realm_auditor_token_lifespan must be from {SHORTEST} to {LONGEST} seconds.")
    client_id = _matching("realm_auditor_client_id", own["auditor_id"], _CLIENT_ID, "letters, digits, dots and hyphens")
    return Plan(server, home, client_id, realms, _roles(own["roles"]), _client(client_id, lifespan))


def check_destination(own: Mapping[str, Any]) -> None:
    """Refuses a place for the secret that is not one. Raises OptionError."""
    path, variable = own.get("secret_path"), own.get("secret_variable")
    if own["state"] == "present" and bool(path) == bool(variable):
        raise MissingOption(
            "Nothing says where the client's secret goes, or two variables do: set realm_auditor_secret_path to a new "
            "file, or realm_auditor_secret_variable to the name of a variable."
        )
    if variable and (not _VARIABLE.fullmatch(variable) or variable.startswith(_TAKEN)):
        raise InvalidOption(
            f"realm_auditor_secret_variable is {quoted(variable)}, which cannot be the name of your own variable: use "
            "lower-case letters, digits and underscores, such as my_auditor_secret."
        )
    if path and (not path.isprintable() or any(mark in path for mark in ("{{", "{%", "'", '"', "\\"))):
        raise InvalidOption(
            "realm_auditor_secret_path has a quotation mark, a backslash, braces or a control character: name another "
            "file."
        )


def _realms(names: Iterable[str]) -> tuple[str, ...]:
    realms = tuple(dict.fromkeys(read_realm(name, "a name in realm_auditor_realms") for name in names))
    if not realms or any(each in ("", ".", "..") for each in realms):
        raise MissingOption("realm_auditor_realms is empty or has an empty name: list the realms to audit.")
    return realms


def _roles(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        raise InvalidOption("realm_auditor_roles is empty: leave it out, or list view roles.")
    shape = "a role that only reads, such as view-clients"
    return tuple(dict.fromkeys(_matching("realm_auditor_roles", each, _ROLE, shape) for each in names))


def _matching(option: str, value: str, pattern: re.Pattern[str], shape: str) -> str:
    if not pattern.fullmatch(value):
        raise InvalidOption(f"{option} has {quoted(value)}, and it must be {shape}.")
    return value


def _client(client_id: str, lifespan: int) -> dict[str, Any]:
    switches_off = (
        "publicClient",
        "bearerOnly",
        "consentRequired",
        "standardFlowEnabled",
        "implicitFlowEnabled",
        "directAccessGrantsEnabled",
        "fullScopeAllowed",
        "frontchannelLogout",
    )
    grants_off = (
        "oauth2.device.authorization.grant.enabled",
        "oidc.ciba.grant.enabled",
        "standard.token.exchange.enabled",
        "client_credentials.use_refresh_token",
    )
    return {
        "clientId": client_id,
        "name": "Realm auditor",
        "description": "Reads the configuration of realms for authkit.oauth.realm_check.",
        "protocol": "openid-connect",
        "enabled": True,
        "clientAuthenticatorType": "client-secret",
        "serviceAccountsEnabled": True,
        **dict.fromkeys(switches_off, False),
        "redirectUris": [],
        "webOrigins": [],
        # Without the first Keycloak gives no roles to a token, without the second no sub.
        "defaultClientScopes": ["roles", "basic"],
        "optionalClientScopes": [],
        "attributes": {**dict.fromkeys(grants_off, "false"), "access.token.lifespan": str(lifespan), MARK: "true"},
    }
