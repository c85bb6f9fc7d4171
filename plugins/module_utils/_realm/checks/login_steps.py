# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the steps of a login stay valid: codes, forms, links in emails, device codes."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.clients import attribute_switch, client_id, sure
from ..keycloak.findings import on_realm
from ..keycloak.oidc import enabled_clients
from ..keycloak.settings import above, describe, mapping, some, whole
from ..model import Finding, Parameter, Parameters, check
from ..partial_findings import gathered
from ..snapshot.snapshot import Snapshot

_TIMEOUTS = "Keycloak Server Administration Guide, Session and token timeouts"
_DEVICE_GRANT = "oauth2.device.authorization.grant.enabled"
_DEVICE_LIFESPAN, _DEVICE_INTERVAL = "oauth2DeviceCodeLifespan", "oauth2DevicePollingInterval"
_BY_USER = "actionTokenGeneratedByUserLifespan"
_VERIFY_EMAIL = f"{_BY_USER}.verify-email"
#: Seconds. A link that verifies an address cannot be used to log in.
_LONGEST_VERIFY_EMAIL = 86400
#: Seconds. Also Keycloak's default.
_SHORTEST_INTERVAL = 5


@check(
    id="tokens-code-lifespan-long",
    area="tokens",
    level="L3",
    severity="low",
    tier="extended",
    title="Authorization codes live too long",
    rationale="Codes are meant to be exchanged immediately.",
    remediation="Realm settings > Tokens: lower Client Login Timeout.",
    reference="RFC 6749 section 4.1.2",
    parameters={"max_code_lifespan": Parameter(120, "Maximum lifetime of an authorization code, in seconds.")},
)
def tokens_code_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    long = above(snapshot.realm, ["accessCodeLifespan"], parameters["max_code_lifespan"])
    if long:
        message = f"{describe(long)}, so a leaked authorization code can be exchanged for that many seconds."
        yield on_realm(snapshot, message, long)


@check(
    id="tokens-login-timeout-long",
    area="tokens",
    level="L3",
    severity="low",
    tier="extended",
    title="Half-finished logins stay valid too long",
    rationale="Others can finish the login of a user who has left; each open login also takes memory.",
    remediation="Realm settings > Sessions: lower Login timeout and Login action timeout.",
    reference=_TIMEOUTS,
    parameters={
        "max_login_timeout": Parameter(3600, "Maximum time that a login or one of its pages stays valid, in seconds.")
    },
)
def tokens_login_timeout_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    names = ("accessCodeLifespanLogin", "accessCodeLifespanUserAction")
    long = above(snapshot.realm, names, parameters["max_login_timeout"])
    if long:
        message = f"{describe(long)}, so a started login can be finished for that many seconds."
        yield on_realm(snapshot, message, long)


@check(
    id="tokens-user-action-lifespan-long",
    area="tokens",
    level="L3",
    severity="medium",
    tier="core",
    title="Self-service action links live too long",
    rationale="A reset link in a mailbox is a credential.",
    remediation="Realm settings > Tokens: lower User-Initiated Action Lifespan and its overrides.",
    reference=_TIMEOUTS,
    parameters={
        "max_user_action": Parameter(
            1800, "Maximum lifetime of a link that users request, in seconds; one day for verifying an address."
        )
    },
)
def tokens_user_action_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    limit = parameters["max_user_action"]
    attributes = mapping(snapshot.realm, "attributes")
    long = above(snapshot.realm, [_BY_USER], limit)
    for name in sorted(attributes):
        if name.startswith(f"{_BY_USER}."):
            longest = max(limit, _LONGEST_VERIFY_EMAIL) if name == _VERIFY_EMAIL else limit
            lifespan = whole(attributes, name, 0)
            if lifespan > longest:
                long[name] = lifespan
    if long:
        message = f"{describe(long)}, so anyone who reads the email can use the link for that many seconds."
        yield on_realm(snapshot, message, long)


@check(
    id="tokens-admin-action-lifespan-long",
    area="tokens",
    level="L3",
    severity="low",
    tier="extended",
    title="Admin-sent action links live too long",
    rationale="Anyone who has a link with UPDATE_PASSWORD can take over the account.",
    remediation="Realm settings > Tokens: lower Default Admin-Initiated Action Lifespan.",
    reference=_TIMEOUTS,
    parameters={
        "max_admin_action": Parameter(86400, "Maximum lifetime of a link that an administrator sends, in seconds.")
    },
)
def tokens_admin_action_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    long = above(snapshot.realm, ["actionTokenGeneratedByAdminLifespan"], parameters["max_admin_action"])
    if long:
        message = f"{describe(long)}, so anyone who reads the email can use the link for that many seconds."
        yield on_realm(snapshot, message, long)


@check(
    id="tokens-device-code-lifespan-long",
    area="tokens",
    level="L3",
    severity="low",
    tier="extended",
    title="Device codes live too long or may be polled too often",
    rationale="The longer a device code lives, the easier users can be tricked into entering it.",
    remediation="Realm settings > Tokens: lower OAuth 2.0 Device Code Lifespan, raise Polling Interval to at least 5.",
    parameters={"max_device_code": Parameter(900, "Maximum lifetime of a device code, in seconds.")},
)
def tokens_device_code_lifespan_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    wrong = above(snapshot.realm, [_DEVICE_LIFESPAN], parameters["max_device_code"])
    interval = whole(snapshot.realm, _DEVICE_INTERVAL)
    if interval < _SHORTEST_INTERVAL:
        wrong[_DEVICE_INTERVAL] = interval
    if not wrong:
        return
    clients, unknown = gathered(sure(enabled_clients(snapshot), lambda each: attribute_switch(each, _DEVICE_GRANT)))
    if clients:
        message = f"{describe(wrong)}, and clients use the device flow."
        yield on_realm(snapshot, message, {**wrong, "clients": some(map(client_id, clients))})
    if unknown is not None:
        raise unknown
