# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: how long a login lasts, with and without activity."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import client_id, has_user_flow, sure
from ..keycloak.findings import on_client, on_realm
from ..keycloak.oidc import enabled_clients
from ..keycloak.settings import describe, mapping, some, switch, texts, whole
from ..model import INFO, Finding, Parameter, Parameters, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_TIMEOUTS = "Keycloak Server Administration Guide, Session and token timeouts"
_IDLE, _MAX = "ssoSessionIdleTimeout", "ssoSessionMaxLifespan"
_OFFLINE_IDLE, _OFFLINE_MAX = "offlineSessionIdleTimeout", "offlineSessionMaxLifespan"
_LIMITED = "offlineSessionMaxLifespanEnabled"
_OVERRIDES = {"client.session.idle.timeout": _IDLE, "client.session.max.lifespan": _MAX}


@check(
    id="sessions-idle-long",
    area="sessions",
    level="L3",
    severity="medium",
    tier="core",
    title="SSO session idle timeout too long",
    rationale="Unattended browsers stay logged in.",
    remediation="Realm settings > Sessions: lower SSO Session Idle.",
    reference=_TIMEOUTS,
    parameters={"max_idle": Parameter(3600, "Maximum time that a session lasts without activity, in seconds.")},
)
def sessions_idle_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    idle = _seconds(snapshot.realm, _IDLE)
    if idle > parameters["max_idle"]:
        message = f"{_IDLE} is {idle}, so an unattended browser stays logged in for that many seconds."
        yield on_realm(snapshot, message, {_IDLE: idle})


@check(
    id="sessions-max-long",
    area="sessions",
    level="L3",
    severity="medium",
    tier="core",
    title="SSO session maximum too long",
    rationale="It also limits how long a stolen refresh token can be used.",
    remediation="Realm settings > Sessions: lower SSO Session Max.",
    reference=_TIMEOUTS,
    parameters={"max_session": Parameter(43200, "Maximum lifetime of a session, in seconds.")},
)
def sessions_max_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    longest = _seconds(snapshot.realm, _MAX)
    if longest > parameters["max_session"]:
        message = f"{_MAX} is {longest}, so a session and its refresh tokens last for that many seconds."
        yield on_realm(snapshot, message, {_MAX: longest})


@check(
    id="sessions-remember-me-long",
    area="sessions",
    level="L3",
    severity="low",
    tier="extended",
    title="Remember-me sessions too long",
    rationale="Stolen laptops stay logged in.",
    remediation="Realm settings > Sessions: lower SSO Session Idle Remember Me and SSO Session Max Remember Me.",
    reference=_TIMEOUTS,
    parameters={
        "max_remember_me": Parameter(2592000, "Maximum lifetime of a remember-me session, in seconds."),
        "max_remember_me_idle": Parameter(
            2592000, "Maximum time that a remember-me session lasts without activity, in seconds."
        ),
    },
)
def sessions_remember_me_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if not switch(realm, "rememberMe"):
        return
    limits = {_IDLE: parameters["max_remember_me_idle"], _MAX: parameters["max_remember_me"]}
    sessions = {name: _remembered(realm, name) for name in limits}
    long = {f"{name}RememberMe": value for name, value in sessions.items() if value > limits[name]}
    if long:
        message = f"{describe(long)}, so a stolen device stays logged in for that many seconds."
        yield on_realm(snapshot, message, {"rememberMe": True, **long})


@check(
    id="sessions-offline-unlimited",
    area="sessions",
    level="L3",
    severity="medium",
    tier="core",
    title="Offline sessions never expire while used",
    rationale="An offline token is a permanent credential.",
    remediation="Realm settings > Sessions > Offline Session Max Limited on.",
    reference=_TIMEOUTS,
)
def sessions_offline_unlimited(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, _LIMITED):
        return
    clients, unknown = gathered(sure(enabled_clients(snapshot), _may_go_offline))
    if clients:
        message = f"{_LIMITED} is false, so an offline token that is used regularly never expires."
        yield on_realm(snapshot, message, {_LIMITED: False, "clients": some(map(client_id, clients))})
    elif unknown is None:
        message = f"{_LIMITED} is false, and no client can get an offline token."
        yield on_realm(snapshot, message, {_LIMITED: False}, severity=INFO)
    if unknown is not None:
        raise unknown


def _may_go_offline(client: Json) -> bool:
    scopes = [*texts(client, "defaultClientScopes"), *texts(client, "optionalClientScopes")]
    return "offline_access" in scopes and has_user_flow(client)


@check(
    id="sessions-offline-idle-long",
    area="sessions",
    level="L3",
    severity="low",
    tier="extended",
    title="Offline idle or max too long",
    rationale="Unused credentials accumulate.",
    remediation="Realm settings > Sessions: lower Offline Session Idle and Offline Session Max.",
    reference=_TIMEOUTS,
    parameters={
        "max_offline_idle": Parameter(
            2592000, "Maximum time that an offline session lasts without activity, in seconds."
        ),
        "max_offline": Parameter(7776000, "Maximum lifetime of an offline session, if it is limited, in seconds."),
    },
)
def sessions_offline_idle_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    sessions = {_OFFLINE_IDLE: (_seconds(realm, _OFFLINE_IDLE), parameters["max_offline_idle"])}
    if switch(realm, _LIMITED):
        sessions[_OFFLINE_MAX] = (_seconds(realm, _OFFLINE_MAX), parameters["max_offline"])
    long = {name: value for name, (value, limit) in sessions.items() if value > limit}
    if long:
        message = f"{describe(long)}, so offline tokens are valid for that many seconds."
        yield on_realm(snapshot, message, long)


@check(
    id="client-session-override-long",
    area="sessions",
    level="L3",
    severity="low",
    tier="extended",
    title="Client session override exceeds the realm session",
    rationale="The client's value is meant to be shorter than the realm's; otherwise the realm's limit does not apply.",
    remediation="Client > Advanced > Advanced settings: lower or clear Client Session Idle and Client Session Max.",
    reference="Keycloak Server Administration Guide, Advanced configuration",
)
def client_session_override_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    limits = {override: _seconds(snapshot.realm, name) for override, name in _OVERRIDES.items()}
    # Keycloak applies this to clients of every protocol, if at all.
    return knowable(lambda client: _outlasting(client, limits), snapshot.clients)


def _outlasting(client: Json, limits: dict[str, int]) -> Iterator[Finding]:
    attributes = mapping(client, "attributes")
    own = {name: whole(attributes, name) for name in limits}
    long = {name: value for name, value in own.items() if value > limits[name]}
    if long:
        message = f"{describe(long)}, which exceeds the realm's session limits."
        evidence = {**long, **{_OVERRIDES[name]: limits[name] for name in long}}
        yield on_client(client, message, evidence, details=tuple(long))


def _seconds(realm: Json, name: str) -> int:
    """A duration; Keycloak also uses its default for a value that is not above 0."""
    value = whole(realm, name)
    return value if value > 0 else whole({}, name)


def _remembered(realm: Json, name: str) -> int:
    """Remember-me's own duration, or if there is none, that of all sessions."""
    value = whole(realm, f"{name}RememberMe", 0)
    return value if value > 0 else _seconds(realm, name)
