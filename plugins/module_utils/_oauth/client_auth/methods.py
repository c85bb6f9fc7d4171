# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function for each client authentication method (RFC 6749 section 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from ..._http.model import LONGEST_OAUTH_ANSWER, BasicCredentials, HttpRequest
from ..._options.table import BY_SECRET
from .federated import assertion_option, federated_assertion

if TYPE_CHECKING:
    from ..._options.client import ClientOptions

#: RFC 7523 section 2.2.
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class ClientAuthentication:
    """What authenticates the client: form fields, or an Authorization header."""

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    credentials: BasicCredentials | None = None


def form_encoded(value: str) -> str:
    """A value in application/x-www-form-urlencoded format, encoded as UTF-8 first (RFC 6749 appendix B)."""
    return quote_plus(value, safe="")


def client_secret_post(options: ClientOptions) -> ClientAuthentication:
    """client_id and client_secret as form fields (RFC 6749 section 2.3.1)."""
    return ClientAuthentication(
        fields=(("client_id", options.client_id), ("client_secret", options.client_secret or ""))
    )


def client_secret_basic(options: ClientOptions) -> ClientAuthentication:
    """HTTP Basic with both parts form-encoded first (RFC 6749 section 2.3.1)."""
    return ClientAuthentication(
        credentials=BasicCredentials(form_encoded(options.client_id), form_encoded(options.client_secret or ""))
    )


def client_secret_jwt(options: ClientOptions) -> ClientAuthentication:
    """A JWT with a MAC of client_secret (OpenID Connect Core 1.0 section 9)."""
    from .assertions import by_secret

    return _asserted(options, by_secret(options))


def private_key_jwt(options: ClientOptions) -> ClientAuthentication:
    """A JWT that the client's private key signs (OpenID Connect Core 1.0 section 9)."""
    from .assertions import by_private_key

    return _asserted(options, by_private_key(options))


def tls_client_auth(options: ClientOptions) -> ClientAuthentication:
    """The certificate of the connection, of a PKI or self-signed (RFC 8705 section 2), beside the client's name."""
    return none(options)


def none(options: ClientOptions) -> ClientAuthentication:
    """A public client only says who it is (RFC 6749 section 3.2.1)."""
    return ClientAuthentication(fields=(("client_id", options.client_id),))


#: By the option client_auth_method, whose choices these are. The option's validation allows no other.
METHODS: Mapping[str, Callable[[ClientOptions], ClientAuthentication]] = MappingProxyType(
    {
        "client_secret_post": client_secret_post,
        "client_secret_basic": client_secret_basic,
        "client_secret_jwt": client_secret_jwt,
        "private_key_jwt": private_key_jwt,
        "tls_client_auth": tls_client_auth,
        "none": none,
    }
)


def authenticate(options: ClientOptions) -> ClientAuthentication:
    """The client's authentication: a federated assertion, else by its client_auth_method."""
    if assertion_option(options) is not None:
        return _asserted(options, federated_assertion(options))
    if is_known_by_its_grant(options):
        return ClientAuthentication()
    return METHODS[options.client_auth_method](options)


def is_known_by_its_grant(options: ClientOptions) -> bool:
    """Whether the client does not authenticate: its grant is an assertion that it signs, and it has no secret.

    Google's service accounts are no OAuth clients, so their requests name none.
    """
    return (
        options.grant_type == "jwt_bearer"
        and options.client_secret is None
        and options.client_auth_method in BY_SECRET
        and assertion_option(options) is None
    )


def form_request(
    options: ClientOptions, url: str, fields: Iterable[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]]
) -> HttpRequest:
    """A form for an endpoint that requires client authentication, such as the token endpoint.

    Each retry authenticates again: a server accepts an assertion once.

    :param fields: the form's own. A function makes new ones for each retry, for a grant that is accepted once.
    :raises InvalidOption: the client's key cannot be used.
    :raises LibraryMissing: joserfc cannot be imported.
    """
    if not callable(fields):
        fields = tuple(fields)
    proof = authenticate(options)
    return HttpRequest(
        "POST",
        url,
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode((*(fields() if callable(fields) else fields), *proof.fields)).encode("ascii"),
        credentials=proof.credentials,
        limit=LONGEST_OAUTH_ANSWER,
        renew=partial(form_request, options, url, fields),
    )


def _asserted(options: ClientOptions, assertion: str) -> ClientAuthentication:
    """An assertion as form fields (RFC 7523 section 2.2).

    client_id goes along although RFC 7521 section 4.2 makes it optional: Entra requires it, and Keycloak compares it.
    """
    return ClientAuthentication(
        fields=(
            ("client_id", options.client_id),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        )
    )
