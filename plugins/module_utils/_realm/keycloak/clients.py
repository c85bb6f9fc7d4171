# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several checks need to know about a client: whether it is built in, its flows, where its URLs point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from ..._urls import is_authority
from ..._urls import is_loopback as is_loopback_host
from ..model import INFO, Severity
from ..partial_findings import knowable
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Snapshot
from .settings import entry, mapping, switch, text

OIDC, SAML = "openid-connect", "saml"
MASTER = "master"
#: admin-permissions exists where fine-grained admin permissions are enabled.
_BUILT_IN = frozenset(
    {"account", "account-console", "admin-cli", "admin-permissions", "broker", "security-admin-console"}
)
_MANAGEMENT = "realm-management"
_MASTER_SUFFIX = "-realm"
_DEVICE_GRANT = "oauth2.device.authorization.grant.enabled"


def is_built_in(client: Json, realm: str) -> bool:
    """Whether Keycloak created this client.

    Each realm has a realm-management client, but master has a `<realm>-realm` client for each realm instead.
    """
    name = client_id(client)
    if realm == MASTER:
        return name in _BUILT_IN or (name.endswith(_MASTER_SUFFIX) and switch(client, "bearerOnly"))
    return name in _BUILT_IN or name == _MANAGEMENT


def own_clients(snapshot: Snapshot, protocol: str = OIDC) -> Iterator[Json]:
    """The realm's clients of a protocol, without the built-in ones. Raises Unknown."""
    yield from sure(
        snapshot.clients, lambda each: protocol_of(each) == protocol and not is_built_in(each, snapshot.name)
    )


def sure(clients: Iterable[Json], test: Callable[[Json], bool]) -> Iterator[Json]:
    """The clients that pass a test. Raises Unknown after the last one if the test did for any of them."""
    return knowable(lambda each: [each] if test(each) else [], clients)


def client_id(client: Json) -> str:
    """A client's clientId, which is not its id. Raises Unknown."""
    return text(client, "clientId")


def protocol_of(client: Json) -> str:
    """OIDC, SAML, or another protocol such as docker-v2. Raises Unknown."""
    return text(client, "protocol") or OIDC


def severity_for(client: Json, severity: Severity | None = None) -> Severity | None:
    """A finding's severity: "info" if the client is certainly disabled."""
    try:
        return severity if switch(client, "enabled") else INFO
    except Unknown:
        return severity


def attribute(client: Json, name: str) -> str:
    """An attribute's value; if unset, its default or "". Raises Unknown."""
    return entry(client, "attributes", name)


def attribute_switch(client: Json, name: str) -> bool:
    """Whether an attribute is "true"; if unset, whether its default is. Raises Unknown."""
    return switch(mapping(client, "attributes"), name)


def has_user_flow(client: Json) -> bool:
    """Whether users log in through this client: standard flow, implicit flow, device flow or password grant.

    :raises Unknown: a switch of the client is malformed.
    """
    if switch(client, "bearerOnly"):
        return False
    flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled")
    return any(switch(client, name) for name in flows) or attribute_switch(client, _DEVICE_GRANT)


def is_loopback_url(url: str) -> bool:
    """Whether a URL points to the caller's own machine."""
    return is_loopback_host(_host(url))


def is_plain_http(url: str) -> bool:
    """Whether a URL uses plain http to another machine."""
    return _is_http(url) and not is_loopback_url(url)


def is_loopback_in_browsers(url: str) -> bool:
    """Whether a URL points to the machine that the browser runs on.

    Browsers resolve names below localhost to it without DNS (RFC 6761 section 6.3); servers ask DNS.
    """
    return is_loopback_url(url) or _host(url).rstrip(".").endswith(".localhost")


def is_plain_http_in_browsers(url: str) -> bool:
    """Whether a URL uses plain http to a machine other than the browser's own."""
    return _is_http(url) and not is_loopback_in_browsers(url)


def _is_http(url: str) -> bool:
    return url.lower().startswith("http://")


def _host(url: str) -> str:
    """The host, or "". A wildcard that follows it is not part of it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    # Older Pythons read "[::1].evil" as "[::1]".
    sound = "[" not in parts.netloc or is_authority(parts.netloc.rstrip("*"))
    return host.rstrip("*") if sound else ""
