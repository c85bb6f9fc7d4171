# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys that a realm publishes (JWKS): whether they are usable, contain no secrets, and are strong enough."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from ..._urls import safe_url
from ..keycloak.certificates import validity
from ..keycloak.findings import on_realm
from ..model import Finding, Parameter, Parameters, Severity, check
from ..outside.public import PRIVATE_MEMBERS
from ..snapshot.gaps import Gap, Json, Unknown, known
from ..snapshot.snapshot import Snapshot

_SAFE_EXPONENT = 65537
_ROTATE = "Add a key provider with a higher priority in Realm settings > Keys, then disable the old one."


@check(
    id="keys-jwks-no-signing-key",
    area="keys",
    level="L1",
    severity="critical",
    tier="core",
    title="JWKS has no usable signing key",
    rationale="Resource servers cannot verify tokens locally.",
    remediation="Enable a key provider with an active signing key in Realm settings > Keys.",
    reference="RFC 8414 section 2",
)
def keys_jwks_no_signing_key(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer = snapshot.jwks
    evidence = {"status": answer.status, "content_type": answer.content_type}
    if answer.status != 200 or answer.document is None:
        what = f"HTTP {answer.status}" if answer.status != 200 else "no key set"
        yield on_realm(snapshot, f"{safe_url(answer.url)} was answered with {what}.", evidence)
    elif not any(_signs(key) and _kid(key) for key in snapshot.jwks_keys):
        message = f"None of the keys at {safe_url(answer.url)} is a public signing key with a kid."
        yield on_realm(snapshot, message, {**evidence, "keys": [_shown(key) for key in snapshot.jwks_keys]})


@check(
    id="keys-jwks-private-material",
    area="keys",
    level="L1",
    severity="critical",
    tier="core",
    title="JWKS publishes secret key material",
    rationale="Anyone who reads the document can sign tokens for the realm.",
    remediation="Replace all such keys immediately, and fix the provider that publishes them.",
)
def keys_jwks_private_material(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    leaked = [f"{_shown(key)}: {', '.join(_secret_parts(key))}" for key in snapshot.jwks_keys if _secret_parts(key)]
    if leaked:
        message = f"The published keys contain private members: {'; '.join(leaked)}."
        yield on_realm(snapshot, message, {"keys": leaked}, details=tuple(leaked))


@check(
    id="keys-jwks-rsa-too-small",
    area="keys",
    level="L1",
    severity="high",
    tier="core",
    title="Published RSA key shorter than 2048 bits",
    rationale="RS* and PS* signatures need keys of at least 2048 bits.",
    remediation=(
        "Add an rsa-generated provider with a keySize of 3072 or more and a higher priority, then disable the old one."
    ),
    reference="RFC 7518 section 3.3",
    parameters={"min_rsa_bits": Parameter(2048, "Minimum size of an RSA key, in bits.")},
)
def keys_jwks_rsa_too_small(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    found = list(_rsa_numbers(snapshot, "n"))
    sizes = [(name, value.bit_length()) for name, value in found if isinstance(value, int)]
    small = {name: bits for name, bits in sizes if bits < parameters["min_rsa_bits"]}
    if small:
        shown = ", ".join(f"{name} ({bits} bits)" for name, bits in small.items())
        message = f"Published RSA keys are too short: {shown}."
        yield on_realm(snapshot, message, small, details=tuple(small))
    for _name, value in found:
        known(value)


@check(
    id="keys-jwks-bad-exponent",
    area="keys",
    level="L1",
    severity="medium",
    tier="extended",
    title="RSA public exponent is small or even",
    rationale="A tiny or even exponent suggests a handmade or damaged key.",
    remediation="Replace the imported key with a generated one.",
)
def keys_jwks_bad_exponent(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    found = list(_rsa_numbers(snapshot, "e"))
    exponents = [(name, value) for name, value in found if isinstance(value, int)]
    bad = {name: str(value) for name, value in exponents if value < _SAFE_EXPONENT or value % 2 == 0}
    if bad:
        shown = ", ".join(f"{name} ({value})" for name, value in bad.items())
        message = f"Published RSA keys have a public exponent below 65537 or an even one: {shown}."
        yield on_realm(snapshot, message, bad, details=tuple(bad))
    for _name, value in found:
        known(value)


@check(
    id="keys-jwks-kid-ambiguous",
    area="keys",
    level="L1",
    severity="medium",
    tier="extended",
    title="Duplicate or missing kid",
    rationale="A client that selects keys by kid may pick the wrong one, or has to try them all.",
    remediation="Import or generate the key again.",
    parameters={"kid_required": Parameter(True, "Whether a key without a kid counts.")},
)
def keys_jwks_kid_ambiguous(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    times = Counter(_kid(key) for key in snapshot.jwks_keys)
    ambiguous = sorted(kid for kid, count in times.items() if kid and count > 1)
    wrong = [f"kid {kid} occurs {times[kid]} times" for kid in ambiguous]
    nameless = times[""] if parameters["kid_required"] else 0
    if nameless:
        wrong.append(f"keys without a kid: {nameless}")
    if wrong:
        details = (*ambiguous, *(["without a kid"] if nameless else []))
        message = f"The published keys are ambiguous: {'; '.join(wrong)}."
        yield on_realm(snapshot, message, {"keys": wrong}, details=details)


@check(
    id="keys-jwks-cert-expired",
    area="keys",
    level="L1",
    severity="medium",
    tier="core",
    title="Certificate of a published signing key has expired or expires soon",
    rationale=(
        "Software that checks x5c (SAML peers, Java adapters) then rejects tokens. It also shows that keys are not "
        "rotated."
    ),
    remediation=_ROTATE,
    parameters={"cert_warn_days": Parameter(30, "Minimum time until a certificate expires, in days.")},
)
def keys_jwks_cert_expired(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    now = datetime.now(timezone.utc)
    ends = [(_shown(key), _end(key)) for key in snapshot.jwks_keys if _signs(key) and "x5c" in key]
    until = now + timedelta(days=parameters["cert_warn_days"])
    soon = {name: end for name, end in ends if isinstance(end, datetime) and end < until}
    if soon:
        shown = ", ".join(f"{name} ({end:%Y-%m-%d})" for name, end in soon.items())
        severity: Severity | None = None if min(soon.values()) < now else "low"
        message = f"Certificates of published signing keys have expired or expire soon: {shown}."
        evidence = {name: end.isoformat() for name, end in soon.items()}
        yield on_realm(snapshot, message, evidence, severity=severity, details=tuple(soon))
    for _name, end in ends:
        known(end)


def _signs(key: Json) -> bool:
    return key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def _kid(key: Json) -> str:
    kid = key.get("kid")
    return kid if isinstance(kid, str) else ""


def _shown(key: Json) -> str:
    """A key's name in messages."""
    return _kid(key) or f"a {key.get('kty', 'key')} key without a kid"


def _secret_parts(key: Json) -> list[str]:
    """Members that make the key secret; a symmetric key always is."""
    parts = [name for name in PRIVATE_MEMBERS if name in key]
    return parts or (["kty oct"] if key.get("kty") == "oct" else [])


def _rsa_numbers(snapshot: Snapshot, name: str) -> Iterator[tuple[str, int | Gap]]:
    """A number of each RSA key (RFC 7518 section 2), or a Gap if it cannot be decoded."""
    for key in snapshot.jwks_keys:
        if key.get("kty") == "RSA":
            value = key.get(name)
            try:
                digits = urlsafe_b64decode(value + "=" * (-len(value) % 4)) if isinstance(value, str) else b""
            except ValueError:
                digits = b""
            gap = Gap(f"The published RSA key {_shown(key)} has no readable {name}.")
            yield _shown(key), int.from_bytes(digits, "big") if digits else gap


def _end(key: Json) -> datetime | Gap:
    """The notAfter of the key's own certificate, the first one of its chain."""
    chain = key.get("x5c")
    try:
        return validity(chain[0] if isinstance(chain, list) and chain else None)[1]
    except Unknown as unknown:
        return Gap(unknown.reason)
