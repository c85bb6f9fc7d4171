# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the realm answers requests with the caller's credentials that it should refuse, and revoked tokens."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.own_client import audiences, on_own_client
from ..model import INFO, Finding, Parameters, check
from ..outside.client_probes import (
    GARBAGE,
    OPEN_INTROSPECTION,
    PASSWORD_GRANT,
    REVOCATION,
    UNKNOWN_GRANT,
    UNKNOWN_SCOPE,
    WRONG_SECRET,
)
from ..snapshot.gaps import NotEvaluated
from ..snapshot.observed import Introspection, ProbeAnswer, Revocation
from ..snapshot.snapshot import Snapshot

_UNKNOWN_CLIENT = ("invalid_client", "unauthorized_client")
#: In the description if the executor reject-ropc-grant refuses: its error code is that of a wrong password.
_PROHIBITED = "prohibited"


@check(
    id="probe-wrong-secret-accepted",
    area="protocol-probe",
    level="L2",
    severity="critical",
    tier="core",
    title="A wrong secret is not refused",
    rationale="If any secret is accepted, the client is in effect public.",
    remediation="Enable Client authentication.",
    reference="RFC 6749 section 5.2",
    active=True,
)
def probe_wrong_secret_accepted(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer = snapshot.client_probe(WRONG_SECRET)
    if answer.status == 401 and answer.error in _UNKNOWN_CLIENT:
        return
    if 200 <= answer.status < 300:
        message = f"The token endpoint answered a wrong secret with HTTP {answer.status}."
        yield on_own_client(snapshot, message, {"status": answer.status})
    elif answer.status == 400:
        message = "The token endpoint refused a wrong secret with HTTP 400 instead of 401."
        yield on_own_client(snapshot, message, {"status": answer.status}, severity="low")
    else:
        raise _unforeseen("a wrong secret", answer)


@check(
    id="probe-password-grant-allowed",
    area="protocol-probe",
    level="L2",
    severity="high",
    tier="core",
    title="Client may use the password grant",
    rationale="The password grant must not be used; on an automation client it only helps others to guess passwords.",
    remediation="Client > Settings > Direct access grants off.",
    reference="RFC 9700 section 2.4",
    active=True,
)
def probe_password_grant_allowed(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer = snapshot.client_probe(PASSWORD_GRANT)
    guessed = answer.error == "invalid_grant" and _PROHIBITED not in answer.description
    if guessed or 200 <= answer.status < 300:
        message = "The token endpoint checked a user's password instead of refusing the password grant."
        yield on_own_client(snapshot, message, {"status": answer.status, "error": answer.error})
    elif answer.error not in ("unauthorized_client", "unsupported_grant_type", "invalid_grant"):
        raise _unforeseen("the password grant", answer)


@check(
    id="probe-unknown-grant-accepted",
    area="protocol-probe",
    level="L2",
    severity="medium",
    tier="extended",
    title="Unknown grant types are not refused properly",
    rationale="Such answers hide misdirected requests and proxies that rewrite bodies.",
    remediation="Upgrade the server, and check the proxy.",
    reference="RFC 6749 section 5.2",
    active=True,
)
def probe_unknown_grant_accepted(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer = snapshot.client_probe(UNKNOWN_GRANT)
    if 200 <= answer.status < 300 or answer.status >= 500:
        message = f"The token endpoint answered a grant type that does not exist with HTTP {answer.status}."
        yield on_own_client(snapshot, message, {"status": answer.status, "error": answer.error})


@check(
    id="probe-invalid-scope-accepted",
    area="protocol-probe",
    level="L2",
    severity="medium",
    tier="core",
    title="Unknown scope silently granted",
    rationale="A client that requests more than it may have should get an error.",
    remediation="Remove dynamic scopes that match anything.",
    reference="RFC 6749 section 5.2",
    active=True,
)
def probe_invalid_scope_accepted(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer = snapshot.client_probe(UNKNOWN_SCOPE)
    if 200 <= answer.status < 300:
        message = "The token endpoint issued a token for a scope that does not exist."
        yield on_own_client(snapshot, message, {"status": answer.status})
    elif answer.error != "invalid_scope":
        raise _unforeseen("a scope that does not exist", answer)


@check(
    id="probe-introspection-positive",
    area="protocol-probe",
    level="L2",
    severity="medium",
    tier="core",
    title="A new token is not reported as active",
    rationale="Resource servers that rely on introspection reject valid callers.",
    remediation="Add an Audience mapper for the client that calls introspection.",
    reference="RFC 7662 section 2.2",
)
def probe_introspection_positive(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer = snapshot.introspection
    if answer.active is True:
        return
    if answer.active is None:
        raise NotEvaluated(f"Introspection answered HTTP {answer.status}, which says nothing about the token.")
    own, found = snapshot.own_client, audiences(snapshot.own_claims)
    if own in found:
        message = "Introspection says that a new token of the client is not active, although the client is in its aud."
        yield on_own_client(snapshot, message, {"active": False, "aud": found})
    else:
        message = (
            "Introspection says that a new token of the client is not active, because the client is not in its aud: "
            "with an Audience mapper it could introspect its own tokens."
        )
        yield on_own_client(snapshot, message, {"active": False, "aud": found}, severity=INFO)


@check(
    id="probe-introspection-unauthenticated",
    area="protocol-probe",
    level="L2",
    severity="high",
    tier="core",
    title="Introspection reveals too much",
    rationale="Anyone could try out stolen tokens.",
    remediation="Do not let a proxy add credentials to requests.",
    reference="RFC 7662 section 2.2",
    active=True,
)
def probe_introspection_unauthenticated(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: Introspection = snapshot.client_probe(OPEN_INTROSPECTION)
    if 200 <= answer.status < 300:
        message = f"Introspection without credentials was answered with HTTP {answer.status}."
        yield on_own_client(snapshot, message, {"status": answer.status, "members": list(answer.members)})
        return
    garbage: Introspection = snapshot.client_probe(GARBAGE)
    if garbage.active is True:
        yield on_own_client(snapshot, "Introspection says that a made-up token is active.", {"active": True})
    elif garbage.active is False and garbage.members != ("active",):
        message = f"Introspection of a made-up token returns {', '.join(garbage.members)} instead of only active."
        yield on_own_client(snapshot, message, {"members": list(garbage.members)}, severity="low")


@check(
    id="probe-revocation-ineffective",
    area="protocol-probe",
    level="L2",
    severity="high",
    tier="core",
    title="A revoked token is still accepted",
    rationale="In an emergency, revocation only appears to help.",
    remediation="Make sure that revoked tokens are stored, and check the cluster's caches.",
    reference="RFC 7009 section 2.2",
    active=True,
)
def probe_revocation_ineffective(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    ended: Revocation = snapshot.client_probe(REVOCATION)
    if 200 <= ended.after < 300:
        message = f"Userinfo accepts a revoked token; its revocation was answered with HTTP {ended.revoked}."
        yield on_own_client(snapshot, message, {"revocation": ended.revoked, "userinfo": ended.after})


def _unforeseen(what: str, answer: ProbeAnswer) -> NotEvaluated:
    return NotEvaluated(f"The token endpoint answered {what} with HTTP {answer.status}, which is inconclusive.")
