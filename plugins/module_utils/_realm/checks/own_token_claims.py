# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claims of the caller's own token: times, audience, scopes, roles, and personal data."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from math import isfinite

from ..keycloak.own_client import audiences, names, on_own_client
from ..keycloak.roles import admin_ids, label, labels, manages_realm
from ..model import INFO, Finding, Parameter, Parameters, check
from ..snapshot.gaps import Json, NotEvaluated
from ..snapshot.observed import TokenAnswer
from ..snapshot.snapshot import Role, Snapshot

_LONG = 3600
_TOLERANCE = 5
_ACCOUNT = "account"
_READING = ("view-", "query-")
#: Scopes that widen a machine's token without need.
_USUAL = frozenset({"profile", "email"})
_PERSONAL = (
    "email",
    "phone_number",
    "address",
    "birthdate",
    "given_name",
    "family_name",
    "clientHost",
    "clientAddress",
)


@check(
    id="token-required-claims-missing",
    area="tokens",
    level="L2",
    severity="medium",
    tier="core",
    title="exp, iat, jti or sub missing or implausible",
    rationale="Without these claims, replayed or expired tokens cannot be detected.",
    remediation="Give the client the default scope basic, and synchronize the server's clock.",
    reference="RFC 9068 section 2.2",
    parameters={
        "clock_skew": Parameter(60, "Maximum difference between the server's clock and this machine's, in seconds.")
    },
)
def token_required_claims_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claims, skew = snapshot.own_claims, parameters["clock_skew"]
    missing = [name for name in ("exp", "iat", "jti", "sub") if claims.get(name) in (None, "")]
    wrong = [f"{name} is missing" for name in missing]
    issued, expires, begins = (_number(claims.get(name)) for name in ("iat", "exp", "nbf"))
    wrong += [
        f"{name} is not a number" for name in ("exp", "iat") if name not in missing and _number(claims[name]) is None
    ]
    if issued is not None and expires is not None and expires <= issued:
        wrong.append("exp is not after iat")
    received = snapshot.own_token.received_at
    # Without received_at, the token may have been issued earlier.
    if issued is not None and received is not None and abs(issued - received) > skew:
        wrong.append(f"iat is {abs(issued - received):.0f} s off this machine's clock")
    elif issued is not None and issued > time.time() + skew:
        wrong.append("iat is in the future")
    if begins is not None and begins > time.time() + skew:
        wrong.append("nbf is in the future")
    if wrong:
        evidence = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
        yield on_own_client(snapshot, f"In the access token {', '.join(wrong)}.", evidence, details=tuple(missing))


@check(
    id="token-lifetime-too-long",
    area="tokens",
    level="L2",
    severity="medium",
    tier="core",
    title="Access token lives too long",
    rationale="A leaked bearer token can be used until it expires.",
    remediation="Lower Access Token Lifespan in Realm settings > Tokens, or in the client's Advanced settings.",
    reference="RFC 9700 section 2.2.1",
    parameters={"max_access_token_lifespan": Parameter(900, "Maximum lifetime of an access token, in seconds.")},
)
def token_lifetime_too_long(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claimed = _lifetime(snapshot.own_claims)
    answer = snapshot.sections.get("token_answer")
    said = answer.expires_in if isinstance(answer, TokenAnswer) else None
    if claimed is None and said is None:
        raise NotEvaluated("Neither the access token nor the token response says how long it lives.")
    seconds = max(claimed or 0, said or 0)
    if seconds > parameters["max_access_token_lifespan"]:
        message = f"The access token lives {seconds:.0f} s."
        yield on_own_client(snapshot, message, {"lifetime": seconds}, severity="high" if seconds > _LONG else None)


@check(
    id="token-expires-in-inconsistent",
    area="tokens",
    level="L2",
    severity="low",
    tier="core",
    title="expires_in does not match exp, or is too short to be useful",
    rationale="Callers cache tokens by expires_in: they would use expired tokens, or request a new one for each call.",
    remediation="Set one Access Token Lifespan that suits both realm and client.",
    reference="RFC 6749 section 5.1",
    parameters={"min_useful_lifetime": Parameter(30, "Longest lifetime that is too short to be useful, in seconds.")},
)
def token_expires_in_inconsistent(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    said = snapshot.token_answer.expires_in
    if said is None:
        raise NotEvaluated("The token endpoint returned no token with expires_in: see token-grant-failed.")
    if said <= parameters["min_useful_lifetime"]:
        yield on_own_client(
            snapshot, f"The access token lives only {said} s, too short to be useful.", {"expires_in": said}
        )
        return
    claimed = _lifetime(snapshot.own_claims)
    if claimed is not None and abs(said - claimed) > _TOLERANCE:
        message = f"expires_in is {said} s, but exp is {claimed:.0f} s after iat."
        yield on_own_client(snapshot, message, {"expires_in": said, "exp-iat": claimed})


@check(
    id="token-audience-missing",
    area="tokens",
    level="L2",
    severity="low",
    tier="core",
    title="Token has no audience",
    rationale="Any resource server of the realm may accept it.",
    remediation="Add an Audience mapper for the API in a dedicated client scope.",
    reference="RFC 9700 section 2.3",
    parameters={"expected_audience": Parameter(None, "The audience that the token must have.", str)},
)
def token_audience_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    found, expected = audiences(snapshot.own_claims), parameters["expected_audience"]
    if expected and expected not in found:
        message = f"The access token's audience is {_listed(found)}, without {expected}."
        yield on_own_client(snapshot, message, {"aud": found, "expected": expected}, severity="medium")
    elif not found:
        yield on_own_client(snapshot, "The access token has no audience.", {"aud": found})


@check(
    id="token-audience-too-broad",
    area="tokens",
    level="L2",
    severity="high",
    tier="core",
    title="Token audience includes the admin API or everyone",
    rationale="A token that the admin API accepts should not go to other APIs.",
    remediation="Disable Full scope allowed on the client, and remove audience mappers that add realm-management.",
    reference="RFC 9700 section 2.3",
    parameters={
        "max_audiences": Parameter(3, "Maximum number of audiences of a token, not counting the client account.")
    },
)
def token_audience_too_broad(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claims = snapshot.own_claims
    found = audiences(claims)
    held = _client_roles(claims)
    broad = [
        each
        for each in found
        if each in ("*", "broker") or (manages_realm(each, snapshot.name) and not _only_reads(held.get(each, [])))
    ]
    counted = [each for each in found if each != _ACCOUNT]
    if broad or len(counted) > parameters["max_audiences"]:
        message = f"The access token's audience is {_listed(found)}."
        yield on_own_client(snapshot, message, {"aud": found}, details=tuple(broad or counted))
    elif found == [_ACCOUNT]:
        message = "The access token's audience is only account, which default roles add with full scope."
        yield on_own_client(snapshot, message, {"aud": found}, severity="low")


@check(
    id="token-personal-data",
    area="tokens",
    level="L2",
    severity="info",
    tier="extended",
    title="Machine token contains network or personal data",
    rationale="The claims of a token end up in the logs of each API.",
    remediation="Remove the scopes profile and email, and mappers of service_account that nobody needs.",
)
def token_personal_data(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claims = snapshot.own_claims
    found = [name for name in _PERSONAL if claims.get(name)]
    if found:
        message = f"The access token contains {_listed(found)}."
        yield on_own_client(snapshot, message, {"claims": found}, details=tuple(found))


@check(
    id="token-scope-not-minimal",
    area="scopes",
    level="L2",
    severity="low",
    tier="core",
    title="Token has scopes that were not requested",
    rationale="Default client scopes silently widen a machine's token.",
    remediation="Move client scopes that are not needed from Default to Optional, or remove them from the client.",
    reference="RFC 9700 section 2.3",
    parameters={"allowed_scopes": Parameter([], "Scopes that the token may have without a request.")},
)
def token_scope_not_minimal(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    token = snapshot.own_token
    if token.asked is None:
        raise NotEvaluated("The scopes that were requested with the token are unknown.")
    extra = sorted(set(token.granted) - set(token.asked) - set(parameters["allowed_scopes"]))
    if extra:
        wide = [scope for scope in extra if scope == "offline_access" or scope.endswith(("admin", "write"))]
        # A request without scopes gets those that the client was configured for.
        meant = not token.asked and not _USUAL.intersection(extra)
        severity = "medium" if wide else INFO if meant else None
        message = f"The access token has {_listed(extra)}, which was not requested."
        yield on_own_client(snapshot, message, {"scope": extra}, severity=severity, details=tuple(extra))


@check(
    id="token-admin-roles",
    area="roles",
    level="L2",
    severity="critical",
    tier="core",
    title="Token contains realm administration roles",
    rationale="If such a token leaks, the whole realm is compromised.",
    remediation="Remove the roles from the client's Service accounts roles, or limit them with scope mappings.",
    reference="RFC 9700 section 2.3",
    parameters={
        "allowed_admin_roles": Parameter(
            [], "Names of administration roles that the token may have, as role or client.role."
        )
    },
)
def token_admin_roles(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    roles = _roles(snapshot.own_claims)
    admin = admin_ids(roles, snapshot.name)
    allowed = set(parameters["allowed_admin_roles"])
    bad = labels(roles, [each for each in admin if not allowed.intersection((roles[each].name, label(roles[each])))])
    if bad:
        message = f"The access token has roles that administer the realm: {_listed(bad)}."
        yield on_own_client(snapshot, message, {"roles": bad}, details=tuple(bad))
        return
    reading = labels(
        roles, [each for each, role in roles.items() if manages_realm(role.client, snapshot.name) and _reads(role.name)]
    )
    if reading:
        message = f"The access token has roles that read the realm's configuration: {_listed(reading)}."
        yield on_own_client(snapshot, message, {"roles": reading}, severity=INFO, details=tuple(reading))


@check(
    id="token-default-account-roles",
    area="roles",
    level="L2",
    severity="low",
    tier="core",
    title="Machine token has end-user account roles",
    rationale="A service account has the realm's default roles, and with full scope its token contains them.",
    remediation="Disable Full scope allowed on the client, or remove default-roles-… from the service account.",
    reference="RFC 9700 section 2.3",
)
def token_default_account_roles(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    claims = snapshot.own_claims
    account = [f"account.{name}" for name in _client_roles(claims).get(_ACCOUNT, ()) if name in _OF_PEOPLE]
    found = sorted(account) + [name for name in _held(claims.get("realm_access")) if name == "offline_access"]
    if found:
        message = f"The access token has roles that are meant for end users: {_listed(found)}."
        yield on_own_client(snapshot, message, {"roles": found}, details=tuple(found))


_OF_PEOPLE = frozenset({"manage-account", "delete-account"})


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e15 and isfinite(value) else None


def _lifetime(claims: Json) -> float | None:
    """Seconds between iat and exp."""
    issued, expires = _number(claims.get("iat")), _number(claims.get("exp"))
    return None if issued is None or expires is None else expires - issued


def _held(access: object) -> list[str]:
    return names(access.get("roles")) if isinstance(access, Mapping) else []


def _client_roles(claims: Json) -> dict[str, list[str]]:
    """clientId -> names of its roles in the token."""
    access = claims.get("resource_access")
    return {client: _held(held) for client, held in access.items()} if isinstance(access, Mapping) else {}


def _roles(claims: Json) -> dict[str, Role]:
    """All roles of the token, by generated ids."""
    found = [Role("", name) for name in _held(claims.get("realm_access"))]
    found += [Role("", name, client) for client, held in _client_roles(claims).items() for name in held]
    return {str(number): Role(str(number), each.name, each.client) for number, each in enumerate(found)}


def _only_reads(roles: list[str]) -> bool:
    """Whether the audience serves roles that only read the realm. Without any role, a mapper adds it needlessly."""
    return bool(roles) and all(_reads(role) for role in roles)


def _reads(role: str) -> bool:
    return role.startswith(_READING)


def _listed(values: list[str]) -> str:
    return ", ".join(values) or "empty"
