# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User federation: what travels between Keycloak and a directory, and what the directory decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..keycloak.clients import is_loopback
from ..keycloak.roles import admin_names, all_roles, named
from ..model import INFO, Finding, Parameters, Severity, check
from ..partial_findings import one_a_target
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_PROVIDER = "org.keycloak.storage.UserStorageProvider"
_MAPPER = "org.keycloak.storage.ldap.mappers.LDAPStorageMapper"
_LDAP_REFERENCE = (
    "Keycloak Server Administration Guide, Lightweight Directory Access Protocol (LDAP) and Active Directory"
)


@check(
    id="federation-ldap-cleartext",
    area="federation",
    level="L3",
    severity="high",
    tier="core",
    title="LDAP without TLS",
    rationale="User passwords travel in clear between Keycloak and the directory.",
    remediation="Use ldaps:// or Enable StartTLS.",
    reference="Keycloak Server Administration Guide, Connecting to LDAP over SSL",
)
def federation_ldap_cleartext(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(_cleartext(snapshot), "high")


def _cleartext(snapshot: Snapshot) -> Iterator[Finding]:
    for each in _directories(snapshot):
        urls = [url for url in _value(each, "connectionUrl").split() if url.lower().startswith("ldap://")]
        if not urls or _is_on(each, "startTls"):
            continue
        local = all(is_loopback(url) for url in urls)
        message = f"connectionUrl has {', '.join(urls)}, without StartTLS."
        yield _finding(each, message, {"connectionUrl": urls, "startTls": "false"}, "low" if local else None)


@check(
    id="federation-ldap-anonymous-bind",
    area="federation",
    level="L3",
    severity="medium",
    tier="extended",
    title="LDAP anonymous bind",
    rationale="Directory data is readable by anyone, and Keycloak cannot protect it.",
    remediation="Use a bind account.",
)
def federation_ldap_anonymous_bind(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(
        (
            _finding(each, "authType is 'none', so that Keycloak reads the directory as anybody.", {"authType": "none"})
            for each in _directories(snapshot)
            if _value(each, "authType") == "none"
        ),
        "medium",
    )


@check(
    id="federation-ldap-writable-no-policy",
    area="federation",
    level="L3",
    severity="medium",
    tier="extended",
    title="Writable LDAP ignores the password policy",
    rationale="Weak passwords are written to the directory.",
    remediation="Validate password policy on.",
    reference=_LDAP_REFERENCE,
)
def federation_ldap_writable_no_policy(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    evidence = {"editMode": "WRITABLE", "validatePasswordPolicy": "false"}
    message = "editMode is 'WRITABLE' and validatePasswordPolicy is not true."
    yield from one_a_target(
        (
            _finding(each, message, evidence)
            for each in _directories(snapshot)
            if _value(each, "editMode") == "WRITABLE" and not _is_on(each, "validatePasswordPolicy")
        ),
        "medium",
    )


@check(
    id="federation-ldap-trust-email",
    area="federation",
    level="L3",
    severity="low",
    tier="extended",
    title="LDAP e-mail trusted",
    rationale="Addresses count as verified.",
    remediation="Trust email off, unless the directory verifies addresses.",
)
def federation_ldap_trust_email(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(
        (
            _finding(each, "trustEmail is true.", {"trustEmail": "true"})
            for each in _directories(snapshot)
            if _is_on(each, "trustEmail")
        ),
        "low",
    )


@check(
    id="federation-ldap-mapper-admin",
    area="federation",
    level="L3",
    severity="critical",
    tier="core",
    title="LDAP mapper gives administration to all directory users",
    rationale="Everyone in the directory becomes administrator.",
    remediation="Delete the mapper.",
    reference="Keycloak Server Administration Guide, LDAP mappers",
)
def federation_ldap_mapper_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(_admin_mappers(snapshot), "critical")


def _admin_mappers(snapshot: Snapshot) -> Iterator[Finding]:
    disabled = {str(each.get("id")) for each in _directories(snapshot) if _value(each, "enabled") == "false"}
    for each in snapshot.components:
        if each.get("providerType") != _MAPPER or each.get("providerId") != "hardcoded-ldap-role-mapper":
            continue
        roles = all_roles(snapshot)
        role = named(roles, _value(each, "role"))
        names = admin_names(roles, snapshot.name, [role.id]) if role else []
        if names:
            message = f"Every user of the directory is given {', '.join(names)}."
            severity = INFO if each.get("parentId") in disabled else None
            evidence = {"role": _value(each, "role"), "grants": names}
            yield Finding(
                str(each.get("name")), "component", message, evidence, severity=severity, details=tuple(names)
            )


def _directories(snapshot: Snapshot) -> list[Json]:
    return [
        each
        for each in snapshot.components
        if each.get("providerType") == _PROVIDER and each.get("providerId") == "ldap"
    ]


def _value(component: Json, name: str) -> str:
    config = component.get("config")
    values = config.get(name) if isinstance(config, Mapping) else None
    if isinstance(values, Sequence) and not isinstance(values, str):
        values = values[0] if values else None
    return "" if values is None else str(values)


def _is_on(component: Json, name: str) -> bool:
    return _value(component, name).lower() == "true"


def _finding(
    component: Json, message: str, evidence: Mapping[str, object], severity: Severity | None = None
) -> Finding:
    severity = INFO if _value(component, "enabled") == "false" else severity
    return Finding(str(component.get("name")), "component", message, evidence, severity=severity)
