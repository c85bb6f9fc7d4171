# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How clients authenticate: secrets and certificates. For a secret, a finding only names the rule that it breaks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from warnings import catch_warnings, simplefilter

from ..._words import listed, quoted
from ..keycloak.client_policies import ROTATION, covers
from ..keycloak.clients import attribute, attribute_switch, client_id, is_built_in, sure
from ..keycloak.findings import on_client, on_realm
from ..keycloak.oidc import clients_with_tokens
from ..keycloak.scrub import REFERENCE
from ..keycloak.settings import mapping, some, switch, text, whole
from ..keycloak.versions import has_feature, is_since
from ..model import Finding, Parameter, Parameters, Severity, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Gap, Json, NotEvaluated
from ..snapshot.snapshot import SecretTraits, Snapshot

_BY_SECRET = frozenset({"client-secret", "client-secret-jwt"})
_SHORT, _LESS_SHORT, _FEW = 12, 16, 8
_DAY = 86400
_CREATED = "client.secret.creation.time"
_UNDATED = -1
_X509 = "client-x509"
_CA_SUBJECT, _CA_SUBJECT_SINCE = "x509.casubjectdn", (26, 7)
_ROTATION_SINCE = (26, 8)
_CANNOT_ROTATE = (
    "Keycloak rotates secrets by policy from 26.8 on, or where its feature client-secret-rotation is on, which is not "
    "known of this server."
)
_SUBJECT, _AS_REGEX = "x509.subjectdn", "x509.allow.regex.pattern.comparison"
#: A subject that no pattern intends to match: a pattern that does matches any subject.
_ANYBODY = "CN=authkit-probe"
#: The pattern comes from the realm, and matching it might never end: each choice multiplies the paths, most of all
#: within a repeated group. Other kinds of groups may hide a choice, or have another meaning in Java.
_LONGEST_PATTERN, _MOST_CHOICES = 200, 6
_CHOICE = re.compile(r"[*+?{|]")
_REPEATED_GROUP = re.compile(r"\)[*+?{]")
_PLAIN_GROUP, _OTHER_GROUP = "(?:", "(?"


def _by_secret(snapshot: Snapshot) -> Iterator[Json]:
    """The clients that authenticate with a secret. Keycloak's own have none."""

    def by_secret(client: Json) -> bool:
        method, public = text(client, "clientAuthenticatorType"), switch(client, "publicClient")
        return method in _BY_SECRET and not public and not is_built_in(client, snapshot.name)

    return sure(clients_with_tokens(snapshot), by_secret)


@check(
    id="client-weak-secret",
    area="clients",
    level="L3",
    severity="critical",
    tier="core",
    title="Guessable client secret",
    rationale="The secret is the only thing that protects a service account.",
    remediation="Regenerate the secret, and give the new one to the client's operator.",
    reference="RFC 6749 section 10.10",
    parameters={
        "min_secret_length": Parameter(24, "Minimum length of a secret, in characters."),
    },
)
def client_weak_secret(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    gap: Gap | None = None
    for client in _by_secret(snapshot):
        traits = snapshot.secret_traits.get(client_id(client))
        if isinstance(traits, Gap):
            gap = traits
        elif traits is not None:
            found = _weakness(traits, parameters["min_secret_length"])
            if found is not None:
                severity, rule = found
                what = "default of the reference to the client's secret" if traits.is_default else "client's secret"
                yield on_client(client, f"The {what} {rule}.", {"rule": rule}, severity=severity)
            elif traits.is_default:
                gap = REFERENCE
    if gap is not None:
        raise gap.error()


def _weakness(traits: SecretTraits, least: int) -> tuple[Severity, str] | None:
    """The severity, and the rule that the secret breaks; None if it breaks none."""
    if traits.is_client_id:
        return "critical", "is the client's own id"
    if traits.is_realm:
        return "critical", "is the realm's name"
    if traits.is_well_known:
        return "critical", "is one of those that attackers try first"
    if traits.length < _SHORT:
        return "critical", f"has fewer than {_SHORT} characters"
    if traits.distinct < _FEW:
        return "critical", f"has fewer than {_FEW} different characters"
    if traits.length < _LESS_SHORT:
        return "high", f"has fewer than {_LESS_SHORT} characters"
    if traits.length < least:
        return "medium", f"has fewer than {least} characters"
    return None


@check(
    id="client-secret-too-old",
    area="clients",
    level="L3",
    severity="low",
    tier="extended",
    title="Client secret has not been rotated",
    rationale="Over time, a secret is copied to many places.",
    remediation=(
        "Regenerate the secret. From Keycloak 26.8 on, or with the feature client-secret-rotation, a client policy "
        "with the executor secret-rotation keeps the old one valid for some time."
    ),
    reference="Keycloak Server Administration Guide, Client Secret Rotation",
    parameters={
        "max_secret_age_days": Parameter(365, "Maximum age of a secret, in days."),
    },
)
def client_secret_too_old(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    limit = parameters["max_secret_age_days"]
    undated: list[str] = []

    def find(client: Json) -> Iterator[Finding]:
        created = whole(mapping(client, "attributes"), _CREATED, _UNDATED)
        if created == _UNDATED:
            undated.append(client_id(client))
        elif time.time() - created > limit * _DAY:
            yield on_client(
                client, f"The client's secret has not been changed for more than {limit} days.", {_CREATED: created}
            )

    yield from knowable(find, _by_secret(snapshot))
    if undated:
        raise NotEvaluated(
            f"Keycloak records the age of a secret only when it generates one, and did not generate that of "
            f"{listed([quoted(each) for each in some(undated)])}: regenerate it to record its age."
        )


@check(
    id="client-secret-rotation-absent",
    area="clients",
    level="L3",
    severity="low",
    tier="extended",
    title="No client policy rotates secrets",
    rationale="Without an expiration, a leaked secret stays valid until somebody notices.",
    remediation="Add a client policy for confidential clients whose profile has the executor secret-rotation.",
    reference="Keycloak Server Administration Guide, Client Secret Rotation",
)
def client_secret_rotation_absent(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[str]:
        if switch(client, "enabled") and not covers(snapshot, client, ROTATION):
            yield client_id(client)

    found, unknown = gathered(knowable(find, _by_secret(snapshot)))
    can_rotate = has_feature(snapshot, "CLIENT_SECRET_ROTATION")
    if can_rotate is None:
        can_rotate = is_since(snapshot, _ROTATION_SINCE)
    if found and can_rotate:
        message = f"No client policy rotates the secrets of {listed([quoted(each) for each in some(found)])}."
        yield on_realm(snapshot, message, {"clients": some(found)})
    if unknown is not None:
        raise unknown
    if found and not can_rotate:
        raise NotEvaluated(_CANNOT_ROTATE, expected=True)


@check(
    id="client-x509-ca-missing",
    area="clients",
    level="L3",
    severity="medium",
    tier="core",
    title="mTLS client accepts certificates of every trusted authority",
    rationale=(
        "The trust store is shared by all realms: a certificate with this subject from any authority in "
        "it authenticates this client."
    ),
    remediation="Set Certificate Authority subject DN in the client's Credentials tab.",
    reference="Keycloak issue 48412",
)
def client_x509_ca_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    older = is_since(snapshot, _CA_SUBJECT_SINCE) is False

    def find(client: Json) -> Iterator[Finding]:
        if text(client, "clientAuthenticatorType") == _X509 and not attribute(client, _CA_SUBJECT).strip():
            message = "No authority is named for the client's certificate, so each in the trust store can issue it"
            note = ": Keycloak 26.7 and newer can restrict that" if older else ""
            yield on_client(client, f"{message}{note}.", {_CA_SUBJECT: ""}, severity="low" if older else None)

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-x509-subject-any",
    area="clients",
    level="L3",
    severity="critical",
    tier="core",
    title="mTLS client accepts any certificate subject",
    rationale="Any certificate from a trusted CA logs in as this client.",
    remediation="Enter the exact subject DN, and disable regular expression comparison.",
)
def client_x509_subject_any(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if text(client, "clientAuthenticatorType") != _X509:
            return
        subject, as_regex = attribute(client, _SUBJECT).strip(), attribute(client, _AS_REGEX)
        if not subject:
            message = "No subject is set for the client's certificate, so no certificate can authenticate this client."
            yield on_client(client, message, {_SUBJECT: ""}, severity="low")
            return
        takes = _takes_anybody(subject) if attribute_switch(client, _AS_REGEX) else False
        if takes is None:
            raise NotEvaluated(
                f"The regular expression for the certificate of the client {client_id(client)} is too complex to be "
                "evaluated safely: review it, or enter the exact subject DN."
            )
        if takes:
            yield on_client(
                client,
                "Any subject is accepted in the client's certificate, so every certificate of a trusted "
                "authority authenticates this client.",
                {_SUBJECT: subject, _AS_REGEX: as_regex},
            )

    yield from knowable(find, clients_with_tokens(snapshot))


def _takes_anybody(pattern: str) -> bool | None:
    """Whether a pattern matches any subject; None if evaluating it might never end."""
    plain = pattern.replace(_PLAIN_GROUP, "(")
    if (
        len(pattern) > _LONGEST_PATTERN
        or _OTHER_GROUP in plain
        or len(_CHOICE.findall(plain)) > _MOST_CHOICES
        or _REPEATED_GROUP.search(plain)
    ):
        return None
    try:
        with catch_warnings():
            simplefilter("error")  # Python warns about what Java interprets differently
            return re.fullmatch(pattern, _ANYBODY) is not None
    except (re.error, OverflowError, RecursionError, Warning):
        return None
