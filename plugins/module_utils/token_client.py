# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token client that everything shares: connection options in, an access token out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ._errors import AuthkitError, EndpointRedirects
from ._http.model import HttpRequest, HttpResponse, Retries, Transport
from ._oauth.assertion_refusals import assertion_facts
from ._oauth.client_auth.assertions import audience
from ._oauth.client_auth.federated import assertion_option
from ._oauth.client_auth.methods import form_encoded, form_request, is_known_by_its_grant
from ._oauth.discovery import Discover, issuer_metadata, token_endpoint
from ._oauth.grants import Fields, form_fields
from ._oauth.refusals import redirected, refusal
from ._oauth.request_facts import RequestFacts
from ._oauth.token import Token
from ._oauth.token_answer import access_token, granted_scope, json_object, lifetime, notices, refresh_token
from ._options.endpoint import realm_url
from ._urls import check_url
from ._words import quoted

if TYPE_CHECKING:
    from ._oauth.refresh import RefreshToken
    from ._options.client import ClientOptions

__all__ = ["Token", "TokenClient"]

#: Keycloak's device authorization endpoint, below the URL of a realm.
_KEYCLOAK_DEVICE = "/protocol/openid-connect/auth/device"


class TokenClient:
    """Requests tokens from the token endpoint (RFC 6749 section 3.2). Keeps none: the store does that.

    :param warn: receives one sentence for the user, never a secret.
    :param discover: reads the issuer's metadata, if not from the issuer itself.
    """

    def __init__(
        self,
        options: ClientOptions,
        transport: Transport,
        warn: Callable[[str], None],
        discover: Discover | None = None,
    ) -> None:
        self._options, self._transport, self._warn, self._discover = options, transport, warn, discover

    def __repr__(self) -> str:
        return f"TokenClient({quoted(self._options.client_id)})"

    def fetch(self, refresh: RefreshToken | None = None) -> Token:
        """Requests one token. Raises AuthkitError, whose message also says where the options came from.

        :param refresh: requests it by this refresh token, whatever the grant (RFC 6749 section 6).
        """
        try:
            return self._fetch(refresh)
        except AuthkitError as error:
            error.name_sources(self._options.sources(type(error)))
            raise

    def _fetch(self, refresh: RefreshToken | None) -> Token:
        options, at = self._options, self.facts(refresh)
        request = form_request(options, at.endpoint, partial(form_fields, options, refresh))
        assertion = assertion_option(options)
        if assertion is not None:
            at = replace(at, assertion=assertion_facts(assertion, options.client_assertion_source, request))
        # Before sending: network delays then make the token seem older than it is, never younger.
        issued_at = time.time()
        key = self.dpop_key(refresh)
        return self.token_in(self._send(request, options.retries, key), at, issued_at, key)

    def dpop_key(self, refresh: RefreshToken | None = None) -> str | None:
        """The key that the next token is bound to; None without DPoP.

        Public clients' refresh tokens are bound to it as well (RFC 9449 section 5).
        """
        if not self._options.dpop:
            return None
        from ._oauth.dpop import new_key

        return (refresh and refresh.dpop_key) or new_key()

    def post(
        self, url: str, fields: Fields, *, dpop_key: str | None = None, retries: int | None = None
    ) -> HttpResponse:
        """The response to a form of this client, such as a token request.

        :param dpop_key: proves the possession of this key.
        :param retries: None for those of the options.
        """
        count = self._options.retries if retries is None else retries
        return self._send(form_request(self._options, url, fields), count, dpop_key)

    def _send(self, request: HttpRequest, retries: int, dpop_key: str | None) -> HttpResponse:
        if dpop_key is None:
            return self._transport.send(request, Retries(count=retries))
        from ._oauth.dpop import send_with_proof

        return send_with_proof(self._transport, request, Retries(count=retries), dpop_key)

    def facts(self, refresh: RefreshToken | None = None) -> RequestFacts:
        """The facts about a token request. The endpoint's URL was checked."""
        at = request_facts(self._options, self._endpoint(), refresh)
        check_url(at.endpoint, allow_http=self._options.allow_http, what=at.where_options)
        return at

    def _endpoint(self) -> str:
        options = self._options
        if options.issuer is None:
            return options.token_endpoint or ""
        return token_endpoint(
            options.issuer,
            self._transport,
            allow_http=options.allow_http,
            mutual_tls=options.client_cert is not None,
            retries=Retries(count=options.retries),
            discover=self._discover,
        )

    def device_endpoint(self) -> str | None:
        """The device authorization endpoint (RFC 8628 section 4); None if the options do not say, or there is none.

        :raises AuthkitError: the metadata cannot be read, or names an unsafe URL.
        """
        options = self._options
        if options.auth_server is not None and options.realm is not None:
            return f"{realm_url(options.auth_server, options.realm)}{_KEYCLOAK_DEVICE}"
        if options.issuer is None:
            return None
        found = issuer_metadata(
            options.issuer,
            self._transport,
            allow_http=options.allow_http,
            retries=Retries(count=options.retries),
            discover=self._discover,
        )
        return found.endpoint("device_authorization_endpoint", mutual_tls=options.client_cert is not None)

    def token_in(self, response: HttpResponse, at: RequestFacts, issued_at: float, dpop_key: str | None) -> Token:
        """The token in a response of the token endpoint. Raises AuthkitError if there is none."""
        answer = self.answer_in(response, at)
        token = access_token(answer, at)
        scope = granted_scope(answer, at.scope)
        for notice in notices(answer, scope, at):
            self._warn(notice)
        seconds = lifetime(answer, token, self._options.token_lifetime)
        kind = "Bearer" if dpop_key is None else "DPoP"
        renewal = refresh_token(answer, issued_at, dpop_key)
        return Token(token, kind, scope, issued_at, issued_at + seconds, renewal, dpop_key)

    @staticmethod
    def answer_in(response: HttpResponse, at: RequestFacts) -> dict[str, object]:
        """The JSON object of a successful response. Raises AuthkitError if there is none."""
        if 300 <= response.status < 400:
            raise EndpointRedirects(redirected(response, what=at.address_option))
        if not 200 <= response.status < 300:
            raise refusal(response, response.json_members(), at)
        answer = json_object(response, at)
        if "error" in answer:
            raise refusal(response, answer, at)
        return answer


def request_facts(options: ClientOptions, endpoint: str, refresh: RefreshToken | None = None) -> RequestFacts:
    """The facts about a token request that an error may name."""
    where = "issuer" if options.issuer else "auth_server and realm" if options.auth_server else "token_url"
    return RequestFacts(
        endpoint=endpoint,
        client_id=options.client_id,
        auth_method="none" if is_known_by_its_grant(options) else options.client_auth_method,
        grant_type=options.grant_type if refresh is None else "refresh_token",
        scope=options.scope,
        audience=options.audience,
        resource=options.resource,
        username=options.username,
        realm_name=options.realm,
        where_options=where,
        refresh=refresh,
        dpop=options.dpop,
        reserved_characters=any(
            form_encoded(part) != part for part in (options.client_id, options.client_secret or "")
        ),
        assertion_audience=audience(options),
    )
