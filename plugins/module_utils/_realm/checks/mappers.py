# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protocol mappers: claims that applications trust, but that the realm does not control."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..keycloak.protocol_mappers import Mapper, MapperHolder, found_in_mappers
from ..keycloak.roles import all_roles, labels, manages_realm, privileged
from ..keycloak.settings import choice, mapping, objects, text, texts
from ..model import INFO, Finding, Parameters, Severity, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_CLAIM, _ATTRIBUTE = "claim.name", "user.attribute"
_AUTHORISING = frozenset({"realm_access", "resource_access", "roles", "groups", "scope"})
_FIXED_CLAIMS = _AUTHORISING | {"acr", "amr", "aud", "email_verified", "sub", "azp", "iss"}
_IDENTITY_CLAIMS = frozenset({"sub", "azp", "aud", "iss", "client_id", "realm_access", "resource_access"})
_FIXED_ROLE = frozenset({"oidc-hardcoded-role-mapper", "saml-hardcode-role-mapper"})
_FROM_ATTRIBUTE = frozenset({"oidc-usermodel-attribute-mapper", "saml-user-attribute-mapper"})
_FROM_PROPERTY = "oidc-usermodel-property-mapper"
_FROM_USER = frozenset({"oidc-usermodel-attribute-mapper", _FROM_PROPERTY})
_ADMIN_AUDIENCES = frozenset({"realm-management", "broker", "security-admin-console"})
#: The user attributes of Keycloak's own scopes, which users may set for themselves.
_PROFILE = frozenset(
    {
        "address",
        "birthdate",
        "country",
        "email",
        "emailVerified",
        "firstName",
        "formatted",
        "gender",
        "lastName",
        "locale",
        "locality",
        "middleName",
        "nickname",
        "phoneNumber",
        "phoneNumberVerified",
        "picture",
        "postal_code",
        "profile",
        "region",
        "street",
        "updatedAt",
        "username",
        "website",
        "zoneinfo",
    }
)
#: Attributes that users can never write, whatever the user profile says.
_READ_ONLY = re.compile(
    r"KERBEROS_PRINCIPAL|LDAP_ID|LDAP_ENTRY_DN|CREATED_TIMESTAMP|createTimestamp|modifyTimestamp|userCertificate"
    r"|saml\.persistent\.name\.id\.for\..*|ENABLED|EMAIL_VERIFIED",
    re.IGNORECASE,
)


@check(
    id="mappers-hardcoded-role",
    area="mappers",
    level="L3",
    severity="high",
    tier="core",
    title="Mapper adds a fixed role to tokens",
    rationale="The mapper bypasses role assignment.",
    remediation="Delete the mapper.",
)
def mappers_hardcoded_role(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    @lru_cache(maxsize=1)
    def administering() -> frozenset[str]:
        roles = all_roles(snapshot)
        return frozenset(labels(roles, privileged(roles, snapshot.name)))

    def find(holder: MapperHolder) -> Iterator[Finding]:
        fixed = {each.name: each.get("role") for each in holder.mappers if each.provider in _FIXED_ROLE}
        if not fixed:
            return
        managing = any(manages_realm(role.rpartition(".")[0], snapshot.name) for role in fixed.values())
        administered = managing or not administering().isdisjoint(fixed.values())
        message = f"Tokens contain {_with_mappers(fixed)} for every user, assigned or not."
        yield holder.finding(message, {"role": fixed}, "critical" if administered else "medium", list(fixed))

    yield from found_in_mappers(snapshot, find)


@check(
    id="mappers-hardcoded-privilege-claim",
    area="mappers",
    level="L3",
    severity="high",
    tier="core",
    title="Mapper writes a fixed authorization claim",
    rationale="Applications trust the claim.",
    remediation="Delete the mapper.",
)
def mappers_hardcoded_privilege_claim(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(holder: MapperHolder) -> Iterator[Finding]:
        mappers = [
            each
            for each in holder.mappers
            if each.provider == "oidc-hardcoded-claim-mapper" and _claim(each) in _FIXED_CLAIMS
        ]
        if mappers:
            fixed = {each.name: each.get(_CLAIM) for each in mappers}
            message = f"Tokens contain a fixed value in {_with_mappers(fixed)}."
            yield holder.finding(message, {_CLAIM: fixed}, _unless_idle(mappers), list(fixed))

    yield from found_in_mappers(snapshot, find)


@check(
    id="mappers-identity-claim-override",
    area="mappers",
    level="L3",
    severity="high",
    tier="core",
    title="Identity claim comes from a user attribute",
    rationale="Claims such as sub, client_id and aud identify users and clients; user attributes must not set them.",
    remediation="Use the built-in mappers for these claims.",
)
def mappers_identity_claim_override(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(holder: MapperHolder) -> Iterator[Finding]:
        mappers = [each for each in holder.mappers if _overrides_identity(each)]
        if mappers:
            claims = {each.name: f"{each.get(_CLAIM)} from {each.get(_ATTRIBUTE)}" for each in mappers}
            message = f"A user attribute sets an identity claim: {_with_mappers(claims)}."
            yield holder.finding(message, {_CLAIM: claims}, _unless_idle(mappers), list(claims))

    yield from found_in_mappers(snapshot, find)


def _overrides_identity(mapper: Mapper) -> bool:
    claim = _claim(mapper)
    # sub contains the property id anyway. An attribute with that name can have any value.
    usual = mapper.provider == _FROM_PROPERTY and mapper.get(_ATTRIBUTE) == "id" and claim == "sub"
    return mapper.provider in _FROM_USER and claim in _IDENTITY_CLAIMS and not usual


@check(
    id="mappers-user-editable-attribute",
    area="mappers",
    level="L3",
    severity="high",
    tier="core",
    title="Claim from an attribute that the user can edit",
    rationale="If an application authorizes by the claim, users grant themselves any access.",
    remediation="Remove user from the attribute's edit permissions, or stop mapping it.",
    reference="Keycloak Server Administration Guide, Understanding Managed and Unmanaged Attributes",
)
def mappers_user_editable_attribute(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(holder: MapperHolder) -> Iterator[Finding]:
        candidates = [each for each in holder.mappers if _maps_own_attribute(each)]
        mappers = [each for each in candidates if _editable(snapshot.user_profile, each.get(_ATTRIBUTE))]
        if mappers:
            attributes = {each.name: each.get(_ATTRIBUTE) for each in mappers}
            message = f"Users can edit the attribute behind {_with_mappers(attributes)}."
            yield holder.finding(message, {_ATTRIBUTE: attributes}, _unless_idle(mappers), list(attributes))

    yield from found_in_mappers(snapshot, find)


def _maps_own_attribute(mapper: Mapper) -> bool:
    attribute = mapper.get(_ATTRIBUTE)
    if mapper.provider not in _FROM_ATTRIBUTE or not attribute or _READ_ONLY.fullmatch(attribute):
        return False
    return attribute not in _PROFILE or _claim(mapper) in _AUTHORISING


def _editable(profile: Json, attribute: str) -> bool:
    for each in objects(profile, "attributes"):
        if text(each, "name") == attribute:
            return "user" in texts(mapping(each, "permissions"), "edit")
    return choice(profile, "unmanagedAttributePolicy") == "ENABLED"


@check(
    id="mappers-audience-admin",
    area="mappers",
    level="L3",
    severity="medium",
    tier="core",
    title="Audience mapper targets the admin API or everything",
    rationale="The admin REST API, or any service, accepts such tokens.",
    remediation="Point the mapper at one API.",
    reference="RFC 9700 section 2.3",
)
def mappers_audience_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(holder: MapperHolder) -> Iterator[Finding]:
        mappers = [each for each in holder.mappers if _names_admin(_audience(each), snapshot.name)]
        if mappers:
            audiences = {each.name: _audience(each) for each in mappers}
            message = f"Tokens have the audience {_with_mappers(audiences)}."
            yield holder.finding(message, {"audience": audiences}, _unless_idle(mappers), list(audiences))

    yield from found_in_mappers(snapshot, find)


def _audience(mapper: Mapper) -> str:
    if mapper.provider != "oidc-audience-mapper":
        return ""
    # Keycloak uses the second only if the first is empty.
    return mapper.get("included.client.audience") or mapper.get("included.custom.audience")


def _names_admin(audience: str, realm: str) -> bool:
    return audience in _ADMIN_AUDIENCES or manages_realm(audience, realm) or "*" in audience


def _claim(mapper: Mapper) -> str:
    """The top-level claim of a path such as realm_access.roles. A dot after a backslash is part of the name."""
    return re.split(r"(?<!\\)\.", mapper.get(_CLAIM))[0].replace("\\.", ".")


def _with_mappers(values: dict[str, str]) -> str:
    return ", ".join(f"{value} (mapper {name})" for name, value in sorted(values.items()))


def _unless_idle(mappers: list[Mapper]) -> Severity | None:
    return None if any(each.writes for each in mappers) else INFO
