# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers: what the realm accepts from them, and what it stores."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.flows import first_login_flow
from ..keycloak.identity_providers import links_without_proof, logs_in, on_provider, setting
from ..keycloak.roles import admin_names, all_roles, named
from ..keycloak.settings import switch, text
from ..keycloak.versions import has_feature
from ..model import INFO, Finding, Parameter, Parameters, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json, NotEvaluated, Unknown, known
from ..snapshot.snapshot import Snapshot

_GENERAL_REFERENCE = "Keycloak Server Administration Guide, General configuration (identity providers)"
_FEATURES_UNKNOWN = (
    "Identity providers store tokens, and whether the server returns them with its identity brokering API v1 is not "
    "known: check the server itself."
)
_IMPORT, _INHERIT, _LEGACY = "IMPORT", "INHERIT", "LEGACY"
#: Mappers that only act at the first login if the provider has no sync mode. All others then act as with FORCE.
_GIVING_ONCE = frozenset(
    {
        "keycloak-oidc-role-to-role-idp-mapper",
        "oidc-advanced-role-idp-mapper",
        "oidc-hardcoded-role-idp-mapper",
        "oidc-role-idp-mapper",
    }
)


@check(
    id="idp-trust-email",
    area="idp",
    level="L3",
    severity="medium",
    tier="core",
    title="Email of the identity provider is trusted blindly",
    rationale="Unverified external addresses count as verified.",
    remediation="Set Trust email to Off.",
    reference=_GENERAL_REFERENCE,
    parameters={
        "trusted_email_idps": Parameter([], "Aliases of identity providers that verify the addresses of their users.")
    },
)
def idp_trust_email(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        unknown: Unknown | None = None
        if not switch(each, "trustEmail") or text(each, "alias") in parameters["trusted_email_idps"]:
            return
        links = False
        try:
            links = _lets_in(each) and links_without_proof(first_login_flow(snapshot, each))
        except Unknown as error:
            # The address is trusted in any case; only the severity is unknown.
            unknown = error
        message = "trustEmail is true" + (
            ", and the first login links the account with that address." if links else "."
        )
        yield on_provider(each, message, {"trustEmail": True}, severity="critical" if links else None)
        if unknown is not None:
            raise unknown

    yield from knowable(find, snapshot.identity_providers)


def _lets_in(provider: Json) -> bool:
    """Whether it has first logins. Users link an account of a link-only provider when they are already logged in."""
    return logs_in(provider) and not switch(provider, "linkOnly")


@check(
    id="idp-store-token-readable",
    area="idp",
    level="L3",
    severity="medium",
    tier="extended",
    title="External tokens stored and readable",
    rationale="Powerful third-party tokens are stored in the database and returned to users.",
    remediation="Set Store tokens and Stored tokens readable to Off.",
    reference=_GENERAL_REFERENCE,
)
def idp_store_token_readable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(each: Json) -> Iterator[Finding]:
        stores, readable = switch(each, "storeToken"), switch(each, "addReadTokenRoleOnCreate")
        if stores or readable:
            evidence = {"storeToken": stores, "addReadTokenRoleOnCreate": readable}
            message = (
                "storeToken and addReadTokenRoleOnCreate are true: users can read the stored tokens."
                if stores and readable
                else f"{'storeToken' if stores else 'addReadTokenRoleOnCreate'} is true."
            )
            yield on_provider(each, message, evidence, severity=None if readable else "low")

    yield from knowable(find, snapshot.identity_providers)


@check(
    id="idp-brokering-api-v1",
    area="idp",
    level="L3",
    severity="low",
    tier="extended",
    title="Identity brokering API v1 returns stored tokens",
    rationale=(
        "It asks only for the role read-token of the client broker: a user who has it can read the stored tokens of "
        "every identity provider, with a token of any client."
    ),
    remediation="Do not store tokens, or disable the feature identity-brokering-api:v1 and use version 2.",
    reference="Keycloak issue 53059",
)
def idp_brokering_api_v1(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def stores(each: Json) -> Iterator[str]:
        if switch(each, "enabled") and switch(each, "storeToken"):
            yield text(each, "alias")

    found, unknown = gathered(knowable(stores, snapshot.identity_providers))
    if found:
        # Older servers do not list the feature, and have the API.
        on = has_feature(snapshot, "IDENTITY_BROKERING_API_V1", unlisted=True)
        if on is None:
            raise NotEvaluated(_FEATURES_UNKNOWN)
        if on:
            names = sorted(found)
            message = f"The identity brokering API v1 is on and returns the stored tokens of {', '.join(names)}."
            yield on_realm(snapshot, message, {"storeToken": names}, details=tuple(names))
    if unknown is not None:
        raise unknown


@check(
    id="idp-stale-role-sync",
    area="idp",
    level="L3",
    severity="low",
    tier="extended",
    title="Roles are imported only at first login",
    rationale="Roles that the identity provider revokes stay assigned forever.",
    remediation="Set Sync mode to Force.",
    reference="Keycloak Server Administration Guide, Mapping claims and assertions",
)
def idp_stale_role_sync(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(provider: Json) -> Iterator[Finding]:
        stale: dict[str, str] = {}
        legacy: list[str] = []
        for mapper in _mappers(snapshot, provider):
            if "role" not in _type(mapper) and "group" not in _type(mapper):
                continue
            mode = _sync_mode(provider, mapper)
            if _gives_once(mapper, mode):
                stale[text(mapper, "name")] = mode
            elif mode == _LEGACY:
                legacy.append(text(mapper, "name"))
        if stale:
            names = sorted(stale)
            message = f"These mappers act only at the first login: {', '.join(names)}."
            evidence = {"syncMode": sorted(set(stale.values())), "mappers": names}
            yield on_provider(provider, message, evidence, details=tuple(names))
        elif legacy:
            names = sorted(legacy)
            message = f"These mappers have no sync mode, so each acts as in old versions: {', '.join(names)}."
            yield on_provider(
                provider, message, {"syncMode": _LEGACY, "mappers": names}, severity=INFO, details=tuple(names)
            )

    yield from knowable(find, snapshot.identity_providers)


def _sync_mode(provider: Json, mapper: Json) -> str:
    mode = setting(mapper, "syncMode") or _LEGACY
    return (setting(provider, "syncMode") or _LEGACY) if mode == _INHERIT else mode


def _gives_once(mapper: Json, mode: str) -> bool:
    """Whether the mapper acts only at the first login: by its mode, or by that of its provider."""
    inherits = setting(mapper, "syncMode") == _INHERIT
    return mode == _IMPORT or (mode == _LEGACY and inherits and _type(mapper) in _GIVING_ONCE)


@check(
    id="idp-mapper-grants-admin",
    area="idp",
    level="L3",
    severity="critical",
    tier="core",
    title="Identity provider's mapper grants administration",
    rationale="The external identity provider decides who is an administrator.",
    remediation="Delete the mapper.",
)
def idp_mapper_grants_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(provider: Json) -> Iterator[Finding]:
        granted: dict[str, list[str]] = {}
        for mapper in _mappers(snapshot, provider):
            said = setting(mapper, "role") if "role" in _type(mapper) else ""
            role = named(all_roles(snapshot), said) if said else None
            names = admin_names(snapshot.roles, snapshot.name, [role.id]) if role else []
            if names:
                granted[text(mapper, "name")] = names
        if granted:
            grants = ", ".join(f"{', '.join(names)} (mapper {name})" for name, names in sorted(granted.items()))
            yield on_provider(
                provider, f"Users who log in through it get {grants}.", {"mappers": granted}, details=tuple(granted)
            )

    yield from knowable(find, snapshot.identity_providers)


def _mappers(snapshot: Snapshot, provider: Json) -> list[Json]:
    return list(known(snapshot.identity_provider_mappers.get(text(provider, "alias"), ())))


def _type(mapper: Json) -> str:
    return text(mapper, "identityProviderMapper")
