# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells one token from another: every input that shapes the token request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...module_utils._record import Record

if TYPE_CHECKING:
    from ...module_utils._options.client import ClientOptions


class StoreKey(Record):
    """The identity of a token in the store.

    :param parts: every public input of the token request, in an order and framing that no other request shares.
    :param secret: the client's secret; ``b""`` for a client that has none.
    """

    __slots__ = ("parts", "secret")

    def __init__(self, parts: tuple[str, ...], secret: bytes = b"") -> None:
        self.parts, self.secret = parts, secret


def store_key(options: ClientOptions) -> StoreKey:
    """The key of the token that these options would fetch.

    The endpoint counts as it was given, so a hit needs no discovery. What does not shape the request (proxy, timeout,
    retries, http_agent) or judges the token only afterwards (min_valid, allowed_hosts, cache, allow_http) is left out.
    """
    endpoint = options.token_endpoint
    where = ("token_endpoint", endpoint) if endpoint is not None else ("issuer", options.issuer or "")
    parts = (
        *where,
        *_listed("grant_type", [options.grant_type]),
        *_listed("client_id", [options.client_id]),
        *_listed("client_auth_method", [options.client_auth_method]),
        *_listed("scope", sorted(options.scope)),
        *_listed("audience", options.audience),
        *_listed("resource", options.resource),
        *_listed("validate_certs", [str(options.validate_certs)]),
        *_listed("ca_path", _present(options.ca_path)),
        *_listed("client_cert", _present(options.client_cert)),
        *_listed("client_key", _present(options.client_key)),
        *_listed("extra_parameters", _pairs(options.extra_parameters)),
    )
    return StoreKey(parts, encoded(options.client_secret))


def encoded(text: str) -> bytes:
    """UTF-8, also for the lone surrogates that an environment variable of other bytes turns into."""
    return text.encode("utf-8", "surrogatepass")


def _listed(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """A list under its name and length, so that a value never slides from one option into the next."""
    items = tuple(values)
    return (name, str(len(items)), *items)


def _present(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _pairs(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Sorted by name alone: the order of different names is an accident, that of a repeated name is the request."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return tuple(text for pair in ordered for text in pair)
