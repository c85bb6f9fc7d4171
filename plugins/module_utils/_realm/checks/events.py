# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events: the trail that an incident leaves in the database and the log."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.settings import mapping, switch, texts, whole
from ..model import Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_USER_EVENTS = "Keycloak Server Administration Guide, Auditing user events"
_ADMIN_EVENTS = "Keycloak Server Administration Guide, Auditing admin events"
_LOG_LISTENER = "jboss-logging"
#: Types that Keycloak does not store if the realm names none, which otherwise means all types.
_NEVER_BY_DEFAULT = frozenset(
    name + suffix
    for name in (
        "CLIENT_INFO",
        "IDENTITY_PROVIDER_RESPONSE",
        "IDENTITY_PROVIDER_RETRIEVE_TOKEN",
        "INTROSPECT_TOKEN",
        "INVALID_SIGNATURE",
        "PUSHED_AUTHORIZATION_REQUEST",
        "REFRESH_TOKEN",
        "REGISTER_NODE",
        "UNREGISTER_NODE",
        "USER_INFO_REQUEST",
        "USER_SESSION_DELETED",
        "VALIDATE_ACCESS_TOKEN",
    )
    for suffix in ("", "_ERROR")
)


@check(
    id="events-user-off",
    area="events",
    level="L3",
    severity="medium",
    tier="core",
    title="Login events not stored",
    rationale="After an incident, nobody can find out who logged in.",
    remediation="Realm settings > Events > User events settings > Save events on.",
    reference=_USER_EVENTS,
)
def events_user_off(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if not _users_stored(snapshot.events_config):
        message = "eventsEnabled is false, so nobody can find out later who logged in or tried to."
        yield on_realm(snapshot, message, {"eventsEnabled": False})


@check(
    id="events-user-no-expiration",
    area="events",
    level="L3",
    severity="low",
    tier="extended",
    title="Login events never expire",
    rationale="Personal data accumulates in the database.",
    remediation="Realm settings > Events > User events settings: set Expiration.",
    reference=_USER_EVENTS,
)
def events_user_no_expiration(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    config = snapshot.events_config
    if _users_stored(config) and _expiration(config) <= 0:
        message = "eventsExpiration is not set, so login events are kept forever."
        yield on_realm(snapshot, message, {"eventsEnabled": True, "eventsExpiration": "not set"})


@check(
    id="events-retention-short",
    area="events",
    level="L3",
    severity="low",
    tier="extended",
    title="Events kept too briefly",
    rationale="By the time an attack is noticed, its trail is gone.",
    remediation="Realm settings > Events > User events settings: raise Expiration.",
    reference=_USER_EVENTS,
    parameters={"min_retention": Parameter(1209600, "Minimum time that login events are kept, in seconds.")},
)
def events_retention_short(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    config = snapshot.events_config
    if _users_stored(config) and 0 < _expiration(config) < parameters["min_retention"]:
        message = f"eventsExpiration is {_expiration(config)}, so login events are deleted after that many seconds."
        yield on_realm(snapshot, message, {"eventsExpiration": _expiration(config)})


@check(
    id="events-types-incomplete",
    area="events",
    level="L3",
    severity="low",
    tier="extended",
    title="Important event types are not stored",
    rationale="Investigations need failures above all.",
    remediation="Realm settings > Events > User events settings: Add saved types.",
    reference=_USER_EVENTS,
    parameters={
        "required_types": Parameter(
            [
                "LOGIN",
                "LOGIN_ERROR",
                "CLIENT_LOGIN",
                "CLIENT_LOGIN_ERROR",
                "UPDATE_CREDENTIAL",
                "REMOVE_CREDENTIAL",
                "CODE_TO_TOKEN_ERROR",
                "IMPERSONATE",
            ],
            "Types of user events that must be stored.",
        ),
    },
)
def events_types_incomplete(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    config = snapshot.events_config
    if not _users_stored(config):
        return
    required, stored = set(parameters["required_types"]), texts(config, "enabledEventTypes")
    lacking = sorted(required.difference(stored) if stored else required & _NEVER_BY_DEFAULT)
    if lacking:
        message = f"Events of these types are not stored: {', '.join(lacking)}."
        yield on_realm(snapshot, message, {"missing": lacking}, details=tuple(lacking))


@check(
    id="events-admin-off",
    area="events",
    level="L3",
    severity="medium",
    tier="core",
    title="Admin events not stored",
    rationale="Configuration changes leave no trace.",
    remediation=(
        "Realm settings > Events > Admin events settings: Save events and Include representation on, set Expiration."
    ),
    reference=_ADMIN_EVENTS,
)
def events_admin_off(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if not _admins_stored(snapshot.events_config):
        message = "adminEventsEnabled is false, so nobody can find out later who changed what."
        yield on_realm(snapshot, message, {"adminEventsEnabled": False})


@check(
    id="events-admin-no-details",
    area="events",
    level="L3",
    severity="low",
    tier="extended",
    title="Admin events without representation",
    rationale="They record that something changed, but not what.",
    remediation="Realm settings > Events > Admin events settings > Include representation on (contains personal data).",
    reference=_ADMIN_EVENTS,
)
def events_admin_no_details(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    config = snapshot.events_config
    if _admins_stored(config) and not switch(config, "adminEventsDetailsEnabled"):
        message = "adminEventsDetailsEnabled is false, so admin events do not say what was changed."
        evidence = {"adminEventsEnabled": True, "adminEventsDetailsEnabled": False}
        yield on_realm(snapshot, message, evidence)


@check(
    id="events-admin-no-expiration",
    area="events",
    level="L3",
    severity="low",
    tier="extended",
    title="Admin events never expire",
    rationale="Their table grows without bound.",
    remediation="Realm settings > Events > Admin events settings: set Expiration.",
)
def events_admin_no_expiration(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    realm = snapshot.realm
    if not switch(realm, "adminEventsEnabled", default=False):
        return
    if whole(mapping(realm, "attributes"), "adminEventsExpiration") <= 0:
        message = "adminEventsExpiration is not set, so admin events are kept forever."
        yield on_realm(snapshot, message, {"adminEventsEnabled": True, "adminEventsExpiration": "not set"})


@check(
    id="logging-no-listener",
    area="logging",
    level="L3",
    severity="medium",
    tier="core",
    title="No event listener writes to the log",
    rationale="Tools that monitor the log, to raise alerts or block addresses, see no failed logins.",
    remediation="Realm settings > Events > Event listeners: add jboss-logging.",
    reference="Keycloak Server Administration Guide, Event listener",
    parameters={
        "log_listeners": Parameter([_LOG_LISTENER], "Event listeners that write to a log; jboss-logging always counts.")
    },
)
def logging_no_listener(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    listeners = texts(snapshot.events_config, "eventsListeners")
    if {_LOG_LISTENER, *parameters["log_listeners"]}.isdisjoint(listeners):
        message = "No event listener writes to the log, so tools that monitor it see no failed logins."
        yield on_realm(snapshot, message, {"eventsListeners": listeners})


def _users_stored(config: Json) -> bool:
    return switch(config, "eventsEnabled")


def _admins_stored(config: Json) -> bool:
    return switch(config, "adminEventsEnabled")


def _expiration(config: Json) -> int:
    return whole(config, "eventsExpiration")
