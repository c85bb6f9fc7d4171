# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor examines at the authorization server: its metadata, and a token with its claims and signature."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._errors import AuthkitError, IssuerMismatch
from ...module_utils._http.model import Retries, Transport
from ...module_utils._oauth.discovery import issuer_of, metadata, same_issuer
from ...module_utils._oauth.jwt import Unverified, verified_claims
from ...module_utils._oauth.jwt_parts import unverified_claims
from ...module_utils._oauth.token import Token
from ...module_utils._options.client import ClientOptions
from ...module_utils._realm.outside.metadata import Reach, origin_of, shown_origin
from ...module_utils._urls import safe_url
from ...module_utils._words import quoted
from .parts import ReportSection

#: The most names of a list that are shown; the rest is counted.
MOST_NAMES = 20
_SHOWN = ("token_endpoint", "jwks_uri", "introspection_endpoint", "grant_types_supported")


def discovery_section(options: ClientOptions, transport: Transport) -> tuple[ReportSection, Mapping[str, Any]]:
    """The section about the issuer's metadata document, and the document; empty if it could not be read."""
    section = ReportSection("Server")
    issuer = issuer_of(options)
    if issuer is None:
        return section, {}
    try:
        where, document = metadata(issuer, transport, Retries(count=options.retries))
    except AuthkitError as error:
        error.name_sources(options.sources(type(error)))
        section.problems.append(error)
        return section, {}
    section.lines.append(f"The metadata is at {safe_url(where)}")
    named = document.get("issuer")
    section.lines.append(f"issuer: {_text(named)}")
    if not same_issuer(named, issuer):
        section.problems.append(
            IssuerMismatch(
                f"The server names {_text(named)} as its issuer, but the options lead to {quoted(issuer)}: use the "
                "server's own name, or correct its hostname settings."
            )
        )
    section.lines += [f"{name}: {_text(document[name])}" for name in _SHOWN if name in document]
    return section, document


def token_section(
    options: ClientOptions, token: Token, document: Mapping[str, Any], transport: Transport
) -> ReportSection:
    """The section about the token: its lifetime, what it allows, and whether its issuer signed it."""
    section = ReportSection("Token")
    section.lines.append(f"A token was issued that is valid for {token.expires_at - token.issued_at:.0f} s")
    left = token.expires_at - time.time()
    section.lines.append(f"It is valid for another {max(left, 0):.0f} s")
    if token.scope is not None:
        section.lines.append(f"scope: {_names(token.scope.split()) or 'none'}")
    claims = unverified_claims(token.access_token)
    if claims is None:
        section.lines.append("It is opaque (not a JWT): only the server knows what it allows")
        return section
    section.lines += _claim_lines(claims)
    _verify(section, token, document, transport, options)
    return section


def _verify(
    section: ReportSection, token: Token, document: Mapping[str, Any], transport: Transport, options: ClientOptions
) -> None:
    jwks_uri, issuer = document.get("jwks_uri"), document.get("issuer")
    if not isinstance(jwks_uri, str) or not isinstance(issuer, str):
        reason = "the metadata names no keys" if issuer_of(options) else "the options do not name the issuer"
        section.lines.append(f"Its signature was not verified: {reason}")
        return
    untrusted = _untrusted(options, issuer, jwks_uri)
    if untrusted:
        section.lines.append(f"Its signature was not verified: {untrusted}")
        return
    try:
        verified_claims(
            token.access_token,
            jwks_uri,
            issuer,
            transport,
            retries=Retries(count=options.retries),
            allow_http=options.allow_http,
        )
    except Unverified as error:
        section.problems.append(error)
    except AuthkitError as error:
        section.problems.append(type(error)(f"The token could not be verified. {error.message}"))
    else:
        section.lines.append("Its signature and issuer were verified against the issuer's keys")


def _untrusted(options: ClientOptions, issuer: str, jwks_uri: str) -> str | None:
    """Why the keys that the metadata names are not fetched; None if they may be.

    The server controls the document, which must not make the doctor contact any host that it names. A realm check
    applies the same rule.
    """
    if not same_issuer(issuer, issuer_of(options)):
        return "the metadata belongs to another issuer, whose keys prove nothing about this one"
    named = map(origin_of, (options.issuer, options.token_endpoint))
    if Reach(frozenset(origin for origin in named if origin is not None)).covers(jwks_uri):
        return None
    return (
        f"jwks_uri leads to {shown_origin(origin_of(jwks_uri))}, which is not the server that the options name, so it "
        "was not contacted"
    )


def _claim_lines(claims: Mapping[str, Any]) -> list[str]:
    audience = claims.get("aud", [])
    lines = [f"audience: {_names(audience if isinstance(audience, list) else [audience]) or 'none'}"]
    realm_roles = _roles(claims.get("realm_access"))
    lines.append(f"realm roles: {_names(realm_roles) or 'none'}")
    access = claims.get("resource_access")
    for client, held in access.items() if isinstance(access, Mapping) else ():
        lines.append(f"roles of {_text(client)}: {_names(_roles(held)) or 'none'}")
    return lines


def _roles(access: object) -> list[Any]:
    roles = access.get("roles") if isinstance(access, Mapping) else None
    return sorted(map(str, roles)) if isinstance(roles, list) else []


def _names(values: Iterable[object]) -> str:
    shown = [_text(value) for value in values]
    rest = len(shown) - MOST_NAMES
    return ", ".join(shown[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def _text(value: object) -> str:
    """A server's value made safe to show: printable, of bounded length."""
    if isinstance(value, list):
        return _names(value)
    return quoted(str(value))[1:-1]
