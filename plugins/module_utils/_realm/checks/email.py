# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm's email, which carries reset links."""

from __future__ import annotations

from collections.abc import Iterator

from ..._urls import is_loopback
from ..keycloak.findings import on_realm
from ..keycloak.settings import mapping, switch, text
from ..model import Finding, Parameters, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_REFERENCE = "Keycloak Server Administration Guide, Configuring email for a realm"
_NEEDING = ("verifyEmail", "resetPasswordAllowed")


@check(
    id="email-smtp-cleartext",
    area="email",
    level="L3",
    severity="high",
    tier="core",
    title="Email is sent without TLS",
    rationale="Anyone who reads a reset link can take over the account.",
    remediation="Realm settings > Email > Encryption: SSL or StartTLS.",
    reference=_REFERENCE,
)
def email_smtp_cleartext(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    server = _server(snapshot)
    if _is_remote(server) and not switch(server, "ssl") and not switch(server, "starttls"):
        message = f"Email, including reset links, is sent to {_host(server)} without TLS."
        yield on_realm(snapshot, message, {"host": _host(server), "ssl": False, "starttls": False})


@check(
    id="email-missing-but-needed",
    area="email",
    level="L3",
    severity="medium",
    tier="extended",
    title="Email needed but not configured",
    rationale="Addresses cannot be verified, and passwords cannot be reset.",
    remediation="Realm settings > Email: configure the mail server.",
    reference=_REFERENCE,
)
def email_missing_but_needed(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    needing = [name for name in _NEEDING if switch(snapshot.realm, name)]
    if needing and not _host(_server(snapshot)):
        message = f"{' and '.join(needing)} need email, but no mail server is configured."
        yield on_realm(snapshot, message, {**dict.fromkeys(needing, True), "host": ""})


@check(
    id="email-smtp-no-auth",
    area="email",
    level="L3",
    severity="low",
    tier="extended",
    title="SMTP without authentication",
    rationale="The mail server is an open relay, or trusts any sender with the right IP address.",
    remediation="Realm settings > Email > Authentication on.",
    reference=_REFERENCE,
)
def email_smtp_no_auth(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    server = _server(snapshot)
    if _is_remote(server) and not switch(server, "auth"):
        message = f"Keycloak does not authenticate to the mail server {_host(server)}."
        yield on_realm(snapshot, message, {"host": _host(server), "auth": False})


def _server(snapshot: Snapshot) -> Json:
    return mapping(snapshot.realm, "smtpServer")


def _host(server: Json) -> str:
    return text(server, "host").strip()


def _is_remote(server: Json) -> bool:
    host = _host(server)
    return bool(host) and not is_loopback(host)
