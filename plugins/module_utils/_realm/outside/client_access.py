# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The caller of an audit, and requests with its client's own credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..._errors import AuthkitError, NetworkError
from ..._http.model import ONCE, HttpResponse, Retries, Transport
from ..._oauth.client_auth.methods import form_request
from ..._oauth.grants import form_fields
from ..._oauth.jwt_parts import unverified_claims
from ..._urls import check_url, host_and_port
from ..._words import quoted
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing
from .metadata import Reach, origin_of
from .public import unreached

if TYPE_CHECKING:
    from ..._options.client import ClientOptions

NO_CREDENTIALS = Gap(
    "This needs the client's credentials, but only an access token is available here: run the check on the "
    "controller, with a client of its own."
)
#: Grants whose credential the server may accept only once, so that a request besides the store would spend it.
_ONCE_ONLY = ("refresh_token", "device_code")
_SPENT = Gap(
    "This needs a token request of its own, which would use up the client's refresh token: run the check with a client "
    "that has another grant_type."
)
_OPAQUE = Gap("The access token is opaque (not a JWT), so the realm that issued it is unknown.")
Fields = Iterable[tuple[str, str]]


def _nobody(_token: str) -> None:
    """Ignores tokens, where none has to be masked."""


@dataclass(frozen=True, repr=False)
class Caller:
    """Whose token an audit uses.

    :param options: the client; None if only a token is known.
    :param realm: the realm that issues the client's tokens.
    :param token: the token, if only that is known.
    :param hide: called with each new token, to mask it in output.
    """

    options: ClientOptions | None = None
    realm: str | None = None
    token: str | None = None
    hide: Callable[[str], None] = _nobody

    def __repr__(self) -> str:
        return "Caller(...)"

    def stranger_to(self, realm: str) -> Gap | None:
        """Why the caller's token says nothing about a realm; None if that realm issues it."""
        issuing = self.realm if self.token is None else _issuing_realm(self.token)
        if issuing is None:
            return _OPAQUE
        if issuing == realm:
            return None
        return Gap(
            f"The client's token is issued by the realm {quoted(issuing)}, so it says nothing about {quoted(realm)}: "
            "check with a client of that realm to include it.",
            expected=True,
        )


def _issuing_realm(token: str) -> str | None:
    """The realm in a token's issuer. It is not verified: only the choice of what to check depends on it."""
    issuer = (unverified_claims(token) or {}).get("iss")
    try:
        path = urlsplit(issuer).path if isinstance(issuer, str) else ""
    except ValueError:
        return None
    before, _mark, name = path.rstrip("/").rpartition("/")
    return unquote(name) if before.endswith("/realms") and name else None


class ClientAccess:
    """Requests with the client's own credentials, sent only to the server that issues its tokens."""

    def __init__(
        self, options: ClientOptions, transport: Transport, token_url: str, hide: Callable[[str], None] = _nobody
    ) -> None:
        self.options, self.token_url = options, token_url
        self._transport, self._hide = transport, hide

    def __repr__(self) -> str:
        return "ClientAccess(...)"

    @classmethod
    def of(cls, caller: Caller, transport: Transport, metadata: Json | Gap, reach: Reach) -> ClientAccess:
        """The client's access. Raises Missing without credentials or a token endpoint."""
        options = caller.options
        if options is None:
            raise Missing(NO_CREDENTIALS)
        if options.grant_type in _ONCE_ONLY:
            raise Missing(_SPENT)
        url = options.token_endpoint
        if url is None:
            if isinstance(metadata, Gap):
                raise Missing(metadata)
            url = reach.endpoint(metadata, "token_endpoint")
        return cls(options, transport, url, caller.hide)

    def request_token(
        self, *, fields: Fields | None = None, scope: tuple[str, ...] | None = None, retries: Retries = ONCE
    ) -> HttpResponse:
        """The answer to a token request with the options' grant, or with other form fields. Raises Missing."""
        wanted = self.options if scope is None else self.options.replaced(scope=scope)
        made = partial(form_fields, wanted) if fields is None else fields
        response = self.post(self.token_url, made, retries=retries)
        token = response.json_members().get("access_token")
        if isinstance(token, str) and token:
            self._hide(token)
        return response

    def own_place(self, url: str) -> str:
        """The URL, if it is at the server that issues the client's tokens. Raises Missing otherwise."""
        if origin_of(url) != origin_of(self.token_url):
            raise Missing(
                Gap(
                    f"This endpoint is at {host_and_port(url)}, which does not issue the client's tokens, so the "
                    "client's credentials were not sent there."
                )
            )
        return url

    def post(
        self, url: str, fields: Fields | Callable[[], Fields], *, secret: str | None = None, retries: Retries = ONCE
    ) -> HttpResponse:
        """The answer to a form post.

        :param secret: sent instead of the client's own.
        :raises Missing: there is no answer, or the URL must not be contacted.
        """
        try:
            check_url(self.own_place(url), allow_http=self.options.allow_http, what="The endpoint")
            client = self.options if secret is None else self.options.replaced(client_secret=secret)
            return self._transport.send(form_request(client, url, fields), retries)
        except NetworkError as error:
            raise unreached(error) from None
        except AuthkitError as error:
            raise Missing(Gap(error.message)) from None
