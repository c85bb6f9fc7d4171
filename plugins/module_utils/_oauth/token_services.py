# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an authorization server does with a token that it issued: introspection (RFC 7662), revocation (RFC 7009)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .._errors import AuthkitError, EndpointRedirects, IntrospectionFailed, RevocationFailed
from .._http.model import HttpResponse, Retries, Transport
from .._urls import safe_url
from .._words import quoted
from .client_auth.methods import form_request
from .discovery import IssuerMetadata
from .refusals import redirected, refusal, unavailable
from .request_facts import RequestFacts

if TYPE_CHECKING:
    from .._options.client import ClientOptions


def introspected(
    token: str, options: ClientOptions, metadata: IssuerMetadata, transport: Transport
) -> dict[str, object]:
    """What the server says about a token: active, and claims if it is.

    :raises IntrospectionFailed: there is no introspection endpoint, or it does not say.
    :raises AuthkitError: the server refuses the client, or does not answer.
    """
    response = _answer("introspection", IntrospectionFailed, (("token", token),), options, metadata, transport)
    members = response.json_members()
    if not isinstance(members.get("active"), bool):
        raise IntrospectionFailed(
            f"The introspection endpoint {safe_url(response.url)} does not say whether the token is active: check the "
            "server, and proxies in front of it."
        )
    # Some servers send the token back.
    return {name: value for name, value in members.items() if value != token}


def revoke(token: str, kind: str, options: ClientOptions, metadata: IssuerMetadata, transport: Transport) -> None:
    """Has the server revoke a token. One that it does not know counts as revoked (RFC 7009 section 2.2).

    :param kind: ``access_token`` or ``refresh_token``.
    :raises RevocationFailed: there is no revocation endpoint, or it does not revoke such tokens.
    :raises AuthkitError: the server refuses the client, or does not answer.
    """
    _answer("revocation", RevocationFailed, (("token", token), ("token_type_hint", kind)), options, metadata, transport)


def _answer(
    service: str,
    error: type[AuthkitError],
    fields: Iterable[tuple[str, str]],
    options: ClientOptions,
    metadata: IssuerMetadata,
    transport: Transport,
) -> HttpResponse:
    url = metadata.endpoint(f"{service}_endpoint", mutual_tls=options.client_cert is not None)
    if url is None:
        raise error(
            f"{safe_url(metadata.where)} names no {service}_endpoint, so this issuer does not offer {service}: check "
            "issuer, or have it switched on at the server."
        )
    response = transport.send(form_request(options, url, fields), Retries(count=options.retries))
    if 200 <= response.status < 300:
        return response
    if 300 <= response.status < 400:
        raise EndpointRedirects(redirected(response, what="issuer"))
    members = response.json_members()
    if response.status == 401 or members.get("error") == "invalid_client":
        at = RequestFacts(url, options.client_id, options.client_auth_method, where_options="issuer")
        raise refusal(response, members, at)
    if members.get("error") == "unsupported_token_type":
        raise error(
            f"{safe_url(url)} does not offer {service} for this kind of token (unsupported_token_type): have the "
            "server issue tokens that it can revoke, or let the token expire."
        )
    raise unavailable(response, url) or error(
        f"{safe_url(url)} refused {service} for the client {quoted(options.client_id)} (HTTP {response.status}): allow "
        "it for this client at the server, or use a client that may."
    )
