# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""User federation: the connection between Keycloak and a directory, and what the directory decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..keycloak.clients import is_loopback_url
from ..keycloak.components import components_of, severity_unless_disabled
from ..keycloak.roles import admin_names, all_roles, named
from ..keycloak.settings import first, first_switch, text
from ..model import Finding, Parameters, Severity, check
from ..partial_findings import knowable, one_a_target
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
    rationale="User passwords are sent in clear text between Keycloak and the directory.",
    remediation="Use ldaps://, or set Enable StartTLS.",
    reference="Keycloak Server Administration Guide, Connecting to LDAP over SSL",
)
def federation_ldap_cleartext(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(knowable(_cleartext, _directories(snapshot)), "high")


def _cleartext(each: Json) -> Iterator[Finding]:
    urls = [url for url in first(each, "connectionUrl").split() if url.lower().startswith("ldap://")]
    if urls and not first_switch(each, "startTls"):
        local = all(is_loopback_url(url) for url in urls)
        message = f"connectionUrl has {', '.join(urls)}, without StartTLS."
        yield _finding(each, message, {"connectionUrl": urls, "startTls": "false"}, "low" if local else None)


@check(
    id="federation-ldap-anonymous-bind",
    area="federation",
    level="L3",
    severity="medium",
    tier="extended",
    title="LDAP anonymous bind",
    rationale="Anyone can read the directory, and Keycloak cannot protect it.",
    remediation="Use a bind account.",
)
def federation_ldap_anonymous_bind(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:

    def find(each: Json) -> Iterator[Finding]:
        if first(each, "authType") == "none":
            yield _finding(
                each, "authType is 'none', so Keycloak reads the directory anonymously.", {"authType": "none"}
            )

    yield from one_a_target(knowable(find, _directories(snapshot)), "medium")


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

    def find(each: Json) -> Iterator[Finding]:
        if first(each, "editMode") == "WRITABLE" and not first_switch(each, "validatePasswordPolicy"):
            yield _finding(each, message, evidence)

    yield from one_a_target(knowable(find, _directories(snapshot)), "medium")


@check(
    id="federation-ldap-trust-email",
    area="federation",
    level="L3",
    severity="low",
    tier="extended",
    title="LDAP email trusted",
    rationale="Addresses count as verified without any verification.",
    remediation="Trust email off, unless the directory verifies addresses.",
)
def federation_ldap_trust_email(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:

    def find(each: Json) -> Iterator[Finding]:
        if first_switch(each, "trustEmail"):
            yield _finding(each, "trustEmail is true.", {"trustEmail": "true"})

    yield from one_a_target(knowable(find, _directories(snapshot)), "low")


@check(
    id="federation-ldap-mapper-admin",
    area="federation",
    level="L3",
    severity="critical",
    tier="core",
    title="LDAP mapper grants administration to all directory users",
    rationale="Everyone in the directory becomes an administrator.",
    remediation="Delete the mapper.",
    reference="Keycloak Server Administration Guide, LDAP mappers",
)
def federation_ldap_mapper_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    yield from one_a_target(_admin_mappers(snapshot), "critical")


def _admin_mappers(snapshot: Snapshot) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        roles = all_roles(snapshot)
        role = named(roles, first(each, "role"))
        names = admin_names(roles, snapshot.name, [role.id]) if role else []
        if names:
            message = f"Every user of the directory gets {', '.join(names)}."
            above = next((store for store in snapshot.components if store.get("id") == each.get("parentId")), {})
            evidence = {"role": first(each, "role"), "grants": names}
            yield Finding(
                text(each, "name"),
                "component",
                message,
                evidence,
                severity=severity_unless_disabled(above),
                details=tuple(names),
            )

    yield from knowable(find, components_of(snapshot, _MAPPER, "hardcoded-ldap-role-mapper"))


def _directories(snapshot: Snapshot) -> Iterator[Json]:
    return components_of(snapshot, _PROVIDER, "ldap")


def _finding(
    component: Json, message: str, evidence: Mapping[str, object], severity: Severity | None = None
) -> Finding:
    return Finding(
        text(component, "name"), "component", message, evidence, severity=severity_unless_disabled(component, severity)
    )
