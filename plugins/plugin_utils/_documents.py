# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata and keys of a client's issuer, kept in the token store.

A document says where the client's secret goes and which keys are trusted. So it is sealed as a token is, with the
client's own secret, and found only with the options that decide whom to trust: one that was planted is a miss.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..module_utils import _errors
from ..module_utils._http.model import Retries
from ..module_utils._oauth.discovery import IssuerMetadata, issuer_metadata, issuer_of, metadata_response
from ..module_utils._oauth.token import Token
from ._store.store import StoreKey, open_store, store_key

if TYPE_CHECKING:
    from ..module_utils._http.model import Transport
    from ..module_utils._oauth.jwt import Jwk
    from ..module_utils._options.client import ClientOptions

    Warn = Callable[[str], None]

#: Seconds that metadata is kept, at most and at least. Its max-age shortens that. no-store and no-cache do not:
#: Keycloak sends them with every document.
LONGEST, SHORTEST = 3600.0, 60.0
#: Seconds that keys are kept, and that must pass until an unknown one has them fetched again.
KEYS_LIFETIME, PAUSE = 300.0, 60.0
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})", re.IGNORECASE)
#: The options that decide which server is trusted, and so which document may be used.
_TRUST = ("validate_certs", "ca_path", "client_cert", "proxy", "allow_http")


class Documents:
    """The documents of one client's issuer.

    :param warn: receives warnings about the store.
    """

    def __init__(self, options: ClientOptions, transport: Transport, warn: Warn) -> None:
        self._options, self._transport, self._warn = options, transport, warn
        self._retries = Retries(count=options.retries)
        self._read: tuple[str, Transport, Retries] | None = None
        self._used: Token | None = None
        self._fresh = False

    def issuer(self) -> IssuerMetadata | None:
        """The metadata of the issuer, checked; None if the options do not name it.

        :raises AuthkitError: it cannot be read, or belongs to another issuer.
        """
        name = issuer_of(self._options)
        if name is None:
            return None
        return issuer_metadata(
            name,
            self._transport,
            allow_http=self._options.allow_http,
            derived=self._options.issuer is None,
            retries=self._retries,
            discover=self.metadata,
        )

    def metadata(self, issuer: str, transport: Transport, retries: Retries) -> tuple[str, dict[str, object]]:
        """The URL of the issuer's metadata and the metadata, unchecked, as metadata() in discovery gives them."""
        self._fresh = False
        self._read = issuer, transport, retries
        self._used = self._metadata(issuer, transport, retries)
        where, document = json.loads(self._used.access_token)
        return where, document

    def out_of_date(self, error: _errors.AuthkitError) -> bool:
        """Whether a token request failed because the metadata was kept, and the issuer now names another endpoint.

        The new metadata replaces the old, so the request can be made again.
        """
        old = self._used
        if self._read is None or old is None or self._fresh or not _may_be_elsewhere(error):
            return False
        try:
            new = self._metadata(*self._read, old)
        except _errors.AuthkitError:  # what went wrong before is the more useful message
            return False
        return _token_endpoints(old) != _token_endpoints(new)

    def keys(self, jwks_uri: str, kid: object) -> list[Jwk]:
        """The issuer's keys; fetched again, at most once a minute, if none of those that are kept has this kid.

        :raises AuthkitError: they cannot be read.
        """
        from ..module_utils._oauth.jwt import published_keys

        def fetch() -> Token:
            found = published_keys(
                jwks_uri, self._transport, retries=self._retries, allow_http=self._options.allow_http
            )
            return _kept(found, KEYS_LIFETIME)

        held = self._from_store("keys", jwks_uri, fetch)
        keys: list[Jwk] = json.loads(held.access_token)
        if kid is not None and all(key.get("kid") != kid for key in keys) and time.time() - held.issued_at >= PAUSE:
            keys = json.loads(self._from_store("keys", jwks_uri, fetch, held).access_token)
        return keys

    def introspection(self, token: Token) -> dict[str, object]:
        """What the server says about an opaque token of the client; asked once for each token.

        :raises AuthkitError: it does not say.
        """
        from ..module_utils._oauth.token_services import introspected

        def fetch() -> Token:
            metadata = self.issuer()
            if metadata is None:
                raise _errors.TokenNotVerifiable(
                    "The token is opaque, so only the server can tell whether it has what require names, and token_url "
                    "does not say where to ask: set issuer instead."
                )
            found = introspected(token.access_token, self._options, metadata, self._transport)
            if not found["active"]:
                raise _errors.TokenNotActive(
                    "The token is opaque, and introspection of it tells this client nothing, so it is not known "
                    "whether it has what require names: let the client introspect its own tokens at the server, or "
                    "remove require."
                )
            return _kept(found, max(token.expires_at - time.time(), 1.0))

        name = hashlib.sha256(token.access_token.encode()).hexdigest()
        found: dict[str, object] = json.loads(self._from_store("introspection", name, fetch).access_token)
        return found

    def _metadata(self, issuer: str, transport: Transport, retries: Retries, old: Token | None = None) -> Token:
        def fetch() -> Token:
            response = metadata_response(issuer, transport, retries)
            self._fresh = True
            return _kept([response.url, response.json_members()], lifetime(response.headers))

        return self._from_store("metadata", issuer, fetch, old)

    def _from_store(self, kind: str, url: str, fetch: Callable[[], Token], old: Token | None = None) -> Token:
        """The document in the store's form, which is that of a token.

        :param old: a document that is out of date.
        """
        options = self._options
        trust = [f"{name}={getattr(options, name)}" for name in _TRUST]
        key = StoreKey(("document", kind, url, *trust), store_key(options).secret)
        rejected = None if old is None else old.access_token
        return open_store(options.cache, self._warn).get(key, fetch, rejected=rejected, warn=self._warn)


def lifetime(headers: Mapping[str, str]) -> float:
    """Seconds to keep metadata (RFC 9111 section 5.2.2.1), within our limits."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return LONGEST if found is None else min(max(float(found[1]), SHORTEST), LONGEST)


def _may_be_elsewhere(error: _errors.AuthkitError) -> bool:
    """Whether the server that was asked may be the wrong one: not if it is only busy or slow."""
    if isinstance(error, (_errors.RateLimited, _errors.ServerUnavailable)):
        return False
    return isinstance(error, (_errors.TokenError, _errors.ConnectionFailed, _errors.NameNotResolved))


def _token_endpoints(document: Token) -> tuple[object, object]:
    found = json.loads(document.access_token)[1]
    return found.get("token_endpoint"), found.get("mtls_endpoint_aliases")


def _kept(document: Any, seconds: float) -> Token:
    now = time.time()
    return Token(json.dumps(document), "document", None, now, now + seconds)
