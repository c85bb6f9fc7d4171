# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm's keys: whether they are large enough, and not too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from ..keycloak.certificates import rsa_bits, validity
from ..keycloak.clients import sure
from ..keycloak.components import components_of, severity_unless_disabled
from ..keycloak.settings import first, text, whole
from ..model import Finding, Parameter, Parameters, check
from ..partial_findings import knowable, one_a_target
from ..snapshot.gaps import Json, NotEvaluated
from ..snapshot.snapshot import Snapshot

_ACTIVE, _USED = "ACTIVE", ("ACTIVE", "PASSIVE")
_PROVIDER = "org.keycloak.keys.KeyProvider"


@check(
    id="keys-realm-rsa-too-small",
    area="keys",
    level="L3",
    severity="high",
    tier="core",
    title="Realm key smaller than 2048 bits",
    rationale="The RSA algorithms of JOSE require at least 2048 bits.",
    remediation=(
        "Realm settings > Keys > Providers: add an rsa-generated provider with at least 2048 bits and higher priority, "
        "and disable the old one."
    ),
    reference="RFC 7518 section 3.3",
    parameters={"min_rsa_bits": Parameter(2048, "Minimum size of an RSA key, in bits.")},
)
def keys_realm_rsa_too_small(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    keys = sure(snapshot.keys, lambda key: text(key, "type") == "RSA" and text(key, "status") in _USED)
    least = parameters["min_rsa_bits"]
    return one_a_target(knowable(lambda key: _small(snapshot, key, least), keys), "high")


def _small(snapshot: Snapshot, key: Json, least: int) -> Iterator[Finding]:
    bits = rsa_bits(text(key, "publicKey"))
    if bits is not None and bits < least:
        message = f"The RSA key that Keycloak uses for {_use(key)} has {bits} bits."
        evidence = {"keySize": bits, "status": text(key, "status"), "algorithm": text(key, "algorithm")}
        yield Finding(_provider(snapshot, key), "component", message, evidence)


@check(
    id="keys-rotation-overdue",
    area="keys",
    level="L3",
    severity="medium",
    tier="core",
    title="Active signing key is old or its certificate has expired",
    rationale="Rotation limits the value of a stolen key.",
    remediation=(
        "Realm settings > Keys > Providers: add a provider with a higher priority, make the old one passive, and "
        "delete it when the longest session has ended."
    ),
    reference="Keycloak Server Administration Guide, Configuring realm keys: Rotating keys",
    parameters={"max_key_age_days": Parameter(730, "Maximum number of days since the start of the key's certificate.")},
)
def keys_rotation_overdue(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    keys = sure(snapshot.keys, lambda key: text(key, "status") == _ACTIVE and text(key, "use") == "SIG")
    certified = sure(keys, lambda key: text(key, "certificate") != "")
    longest = parameters["max_key_age_days"]
    return one_a_target(knowable(lambda key: _old(snapshot, key, longest), certified), "medium")


def _old(snapshot: Snapshot, key: Json, longest: int) -> Iterator[Finding]:
    begin, end = validity(key["certificate"])
    now = datetime.now(timezone.utc)
    evidence = {"notBefore": f"{begin:%Y-%m-%d}", "notAfter": f"{end:%Y-%m-%d}", "algorithm": text(key, "algorithm")}
    if end < now:
        message = f"The certificate of an active signing key expired on {end:%Y-%m-%d}."
        yield Finding(_provider(snapshot, key), "component", message, evidence)
    elif (now - begin).days > longest:
        message = f"An active signing key has been in use since {begin:%Y-%m-%d}, according to its certificate."
        yield Finding(_provider(snapshot, key), "component", message, evidence, severity="low")


@check(
    id="keys-hmac-secret-short",
    area="keys",
    level="L3",
    severity="medium",
    tier="extended",
    title="HMAC secret too short",
    rationale="Refresh tokens and action tokens are signed with it.",
    remediation="Realm settings > Keys > Providers: add an hmac-generated provider of 64 bytes, then delete this one.",
    parameters={"min_hmac_bytes": Parameter(32, "Minimum size of an HMAC secret, in bytes.")},
)
def keys_hmac_secret_short(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    return one_a_target(_short_secrets(snapshot, parameters["min_hmac_bytes"]), "medium")


def _short_secrets(snapshot: Snapshot, least: int) -> Iterator[Finding]:
    def find(component: Json) -> Iterator[Finding]:
        size = whole({"secretSize": first(component, "secretSize")}, "secretSize")
        if size < least:
            # The exact length would help to guess the secret, so the message does not name it.
            message = f"The secret of this HMAC provider has fewer than {least} bytes."
            evidence = {"secretSize": f"below {least}"}
            yield Finding(
                _name(component), "component", message, evidence, severity=severity_unless_disabled(component)
            )

    yield from knowable(find, components_of(snapshot, _PROVIDER, "hmac-generated"))


def _provider(snapshot: Snapshot, key: Json) -> str:
    """The name of the key's provider. Raises Unknown."""
    provider = text(key, "providerId")
    for component in snapshot.components:
        if provider and text(component, "id") == provider:
            return _name(component)
    raise NotEvaluated("The realm's components do not include the provider of one of its keys.")


def _name(component: Json) -> str:
    return text(component, "name") or text(component, "id")


def _use(key: Json) -> str:
    return "encryption" if text(key, "use") == "ENC" else "signatures"
