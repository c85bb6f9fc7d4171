# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of a realm: which are Keycloak's own, and what their settings mean."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import INFO
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Json, Snapshot

OIDC, SAML = "openid-connect", "saml"
MASTER = "master"
#: The clients that Keycloak makes in every realm.
BUILT_IN = frozenset(
    {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DEVICE = "oauth2.device.authorization.grant.enabled"


def is_built_in(client: Json, realm: str) -> bool:
    """Whether Keycloak made the client; on master that is also the one of each realm."""
    name = str(client.get("clientId"))
    return name in BUILT_IN or (realm == MASTER and name.endswith("-realm"))


def own_clients(snapshot: Snapshot, protocol: str = OIDC) -> Iterator[Json]:
    """The clients of a protocol that somebody made. Raises Unknown."""
    for client in snapshot.clients:
        if client.get("protocol", OIDC) == protocol and not is_built_in(client, snapshot.name):
            yield client


def severity_for(client: Json, severity: str | None = None) -> str | None:
    """The severity of a finding on the client: what is disabled is only information."""
    return INFO if client.get("enabled") is False else severity


def attribute(client: Json, name: str) -> str:
    """An attribute of the client; empty when it is not set."""
    attributes = client.get("attributes")
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return value if isinstance(value, str) else ""


def flag(client: Json, name: str) -> bool:
    """Whether an attribute is switched on."""
    return attribute(client, name) == "true"


def number(value: object) -> int | None:
    """A whole number, also one that is written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        return int(str(value))
    except ValueError:
        return None


def has_user_flow(client: Json) -> bool:
    """Whether people can sign in through the client."""
    flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled")
    return any(client.get(flow) is True for flow in flows) or flag(client, _DEVICE)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to the machine that it is opened on."""
    return _host(url) in _LOOPBACK


def is_plain_http(url: str) -> bool:
    """Whether a URL leads to another machine without TLS."""
    return url.lower().startswith("http://") and not is_loopback(url)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
