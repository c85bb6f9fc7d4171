# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out what a token is: whether it is genuine and valid, what it has, and what it lacks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._errors import AuthkitError, DiscoveryFailed, TokenNotActive, TokenNotVerifiable
from ...module_utils._http.model import Transport
from ...module_utils._oauth.discovery import IssuerMetadata
from ...module_utils._oauth.jwt import LEEWAY, Unverified, claim_faults, number, verify
from ...module_utils._oauth.jwt_parts import Jwt, unverified
from ...module_utils._oauth.requirements import Requirements, missing, roles_of, scopes_of, shortcomings
from ...module_utils._oauth.token_services import introspected
from ...module_utils._options.client import ClientOptions
from .._documents import Documents
from .._fetching import transport_for


@dataclass(frozen=True)
class Question:
    """What to find out about a token.

    :param granted: the scope in the response that the token came in, or None.
    :param has_client: whether the options name a client, which introspection needs.
    :param introspect: whether to ask the server about a JWT, too.
    :param leeway: seconds by which the server's clock and this one may differ.
    """

    token: str = field(repr=False)
    granted: str | None = None
    has_client: bool = True
    introspect: bool = False
    leeway: float = LEEWAY
    requirements: Requirements = ()


@dataclass
class Findings:
    """What was found out.

    :ivar issuer: as the metadata spells it, or None.
    :ivar verified: whether the issuer signed the token.
    :ivar active: what introspection says; None if it was not asked.
    """

    claims: Mapping[str, Any] = field(default_factory=dict)
    issuer: str | None = None
    verified: bool = False
    active: bool | None = None
    problems: list[AuthkitError] = field(default_factory=list)


def examined(asked: Question, options: ClientOptions, warn: Callable[[str], None]) -> dict[str, Any]:
    """The result of the task.

    :raises AuthkitError: the metadata, the keys or introspection cannot be used, so nothing is known.
    """
    with closing(transport_for(options.transport_settings, warn)) as transport:
        found = _found(asked, options, transport, Documents(options, transport, warn))
    if found.verified:  # of an opaque token, the server knows best whether it is valid now
        found.problems += claim_faults(found.claims, found.issuer, asked.leeway, ("nbf", "iat"))
    genuine = found.verified or bool(found.active)
    active = genuine and not found.problems
    requirements = asked.requirements if genuine else ()
    found.problems += shortcomings(requirements, found.claims, asked.granted)
    return _result(asked, found, requirements, active=active)


def _found(asked: Question, options: ClientOptions, transport: Transport, documents: Documents) -> Findings:
    metadata = documents.issuer()
    if metadata is None:
        raise TokenNotVerifiable(
            "token_url does not say who issues its tokens, whose keys would prove that this one is genuine: set issuer "
            "instead, or auth_server and realm."
        )
    jwt = unverified(asked.token)
    found = Findings()
    if jwt is not None:
        _verify(found, asked.token, jwt, metadata, documents)
    if jwt is None or asked.introspect:
        _introspect(found, asked, options, metadata, transport)
    return found


def _verify(found: Findings, token: str, jwt: Jwt, metadata: IssuerMetadata, documents: Documents) -> None:
    jwks_uri = metadata.endpoint("jwks_uri")
    if jwks_uri is None:
        raise DiscoveryFailed("The issuer's metadata names no jwks_uri: set introspect, if the server offers that.")
    try:
        found.claims = verify(token, documents.keys(jwks_uri, jwt.header.get("kid")), unambiguous=True).claims
    except Unverified as error:
        found.problems.append(error)
    else:
        found.verified, found.issuer = True, metadata.issuer


def _introspect(
    found: Findings, asked: Question, options: ClientOptions, metadata: IssuerMetadata, transport: Transport
) -> None:
    if not asked.has_client:
        raise TokenNotVerifiable(
            "Only the server can tell whether this token is active, and only to a client that it knows: set client_id "
            "and client_secret in the same place as the server."
        )
    answer = introspected(asked.token, options, metadata, transport)
    found.active = bool(answer.pop("active"))
    found.claims = {**answer, **found.claims}
    if not found.active:
        found.problems.append(
            TokenNotActive(
                "The server says that the token is not active: it has expired, was revoked or is of another server, or "
                "this client is not among its audience (Keycloak then tells it no more)."
            )
        )


def _result(asked: Question, found: Findings, requirements: Requirements, *, active: bool) -> dict[str, Any]:
    expires = number(found.claims.get("exp"))
    scopes = scopes_of(found.claims, asked.granted)
    roles = roles_of(found.claims)
    problems = [each.message for each in found.problems]
    failed = {"failed": True, "error": found.problems[0].short_name()} if found.problems else {}
    left = None if expires is None else max(0, int(expires - time.time()))
    fine = "The token is active" if left is None else f"The token is active for another {left} s"
    return {
        "changed": False,
        **failed,
        "msg": " ".join(problems) or f"{fine}.",
        "problems": problems,
        "active": active,
        "verified": found.verified,
        "introspected": found.active is not None,
        "claims": dict(found.claims),
        "expires_in": left,
        "scope": " ".join(scopes),
        "roles": roles,
        "missing_scopes": missing(requirements, "scopes", scopes),
        "missing_roles": missing(requirements, "roles", roles),
    }
