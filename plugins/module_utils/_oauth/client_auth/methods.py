# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function for each client authentication method (RFC 6749 section 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from ..._http.model import LONGEST_OAUTH_ANSWER, BasicCredentials, HttpRequest

if TYPE_CHECKING:
    from ..._options.client import ClientOptions


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


def none(options: ClientOptions) -> ClientAuthentication:
    """A public client only says who it is (RFC 6749 section 3.2.1)."""
    return ClientAuthentication(fields=(("client_id", options.client_id),))


#: By the option client_auth_method, whose choices these are. The option's validation allows no other.
METHODS: Mapping[str, Callable[[ClientOptions], ClientAuthentication]] = MappingProxyType(
    {"client_secret_post": client_secret_post, "client_secret_basic": client_secret_basic, "none": none}
)


def authenticate(options: ClientOptions) -> ClientAuthentication:
    """The client's authentication by its client_auth_method."""
    return METHODS[options.client_auth_method](options)


def form_request(options: ClientOptions, url: str, fields: Iterable[tuple[str, str]]) -> HttpRequest:
    """A form for an endpoint that requires client authentication, such as the token endpoint."""
    proof = authenticate(options)
    return HttpRequest(
        "POST",
        url,
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode((*fields, *proof.fields)).encode("ascii"),
        credentials=proof.credentials,
        limit=LONGEST_OAUTH_ANSWER,
    )
