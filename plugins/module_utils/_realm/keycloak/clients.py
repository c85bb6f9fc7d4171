# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several checks ask of a client: whose it is, what it may do, and where its URLs lead."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..._urls import is_authority
from ..._urls import is_loopback as is_loopback_host
from ..model import INFO, Severity
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

OIDC, SAML = "openid-connect", "saml"
MASTER = "master"
# admin-permissions is there where fine-grained permissions of administrators are on.
_BUILT_IN = frozenset(
    {"account", "account-console", "admin-cli", "admin-permissions", "broker", "security-admin-console"}
)
_MANAGEMENT = "realm-management"
_MASTER_SUFFIX = "-realm"
# What a new client has where a representation says nothing (JSON without the key, as somebody wrote it by hand).
_ON_BY_DEFAULT = frozenset({"enabled", "standardFlowEnabled"})
# Longer ones are no number of Keycloak's, and slow to read.
_MAX_DIGITS = 20
_DEVICE_GRANT = "oauth2.device.authorization.grant.enabled"


def is_built_in(client: Json, realm: str) -> bool:
    """Whether Keycloak made this client itself. On master every realm has a `<realm>-realm` client instead of one of
    its own, realm-management."""
    name = client_id(client)
    if realm == MASTER:
        return name in _BUILT_IN or (name.endswith(_MASTER_SUFFIX) and is_on(client, "bearerOnly"))
    return name in _BUILT_IN or name == _MANAGEMENT


def own_clients(snapshot: Snapshot, protocol: str = OIDC) -> Iterator[Json]:
    """The realm's clients of a protocol, without those that Keycloak made. Raises Unknown."""
    for client in snapshot.clients:
        if protocol_of(client) == protocol and not is_built_in(client, snapshot.name):
            yield client


def client_id(client: Json) -> str:
    return text(client.get("clientId"))


def protocol_of(client: Json) -> str:
    return text(client.get("protocol")) or OIDC


def severity_for(client: Json, severity: Severity | None = None) -> Severity | None:
    """A finding's severity: "info" on a client that is switched off."""
    return severity if is_on(client, "enabled") else INFO


def attribute(client: Json, name: str) -> str:
    """An attribute's text, "" when it is not set."""
    attributes = client.get("attributes")
    return text(attributes.get(name)) if isinstance(attributes, dict) else ""


def flag(client: Json, name: str) -> bool:
    """Whether an attribute is "true"."""
    return is_true(attribute(client, name))


def is_on(client: Json, name: str) -> bool:
    """A switch of the representation, with Keycloak's default where it is not given."""
    value = client.get(name)
    return name in _ON_BY_DEFAULT if value is None else is_true(value)


def is_true(value: object) -> bool:
    return text(value).strip().lower() == "true"


def text(value: object) -> str:
    """A scalar of somebody's JSON as Keycloak would read it into a text, "" for none."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def texts(value: object) -> tuple[str, ...]:
    """A list of texts. Nulls and empty texts, which mean nothing to Keycloak, are left out."""
    return tuple(filter(None, map(text, value))) if isinstance(value, (list, tuple)) else ()


def number(value: object) -> int | None:
    """A whole number that may come as a text, else None."""
    digits = text(value)
    try:
        return int(value) if isinstance(value, float) else int(digits) if len(digits) <= _MAX_DIGITS else None
    except (ValueError, OverflowError):
        return None


def has_user_flow(client: Json) -> bool:
    """Whether people sign in through this client: standard, implicit or device flow, or the password grant."""
    if is_on(client, "bearerOnly"):
        return False
    flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled")
    return any(is_on(client, name) for name in flows) or flag(client, _DEVICE_GRANT)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to the machine that it is called from."""
    return is_loopback_host(_host(url))


def is_plain_http(url: str) -> bool:
    """Whether a URL is http to another machine."""
    return _is_http(url) and not is_loopback(url)


def is_loopback_in_browsers(url: str) -> bool:
    """Whether a URL leads to the machine that the browser runs on.

    Browsers take names below localhost for that without asking the DNS (RFC 6761 section 6.3); servers do ask it.
    """
    return is_loopback(url) or _host(url).rstrip(".").endswith(".localhost")


def is_plain_http_in_browsers(url: str) -> bool:
    """Whether a URL is http to another machine than the browser's own."""
    return _is_http(url) and not is_loopback_in_browsers(url)


def _is_http(url: str) -> bool:
    return url.lower().startswith("http://")


def _host(url: str) -> str:
    """The host, "" where there is none. A wildcard that follows it does not belong to it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    # Older Pythons read "[::1].evil" as "[::1]".
    sound = "[" not in parts.netloc or is_authority(parts.netloc.rstrip("*"))
    return host.rstrip("*") if sound else ""
