# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assertions that a client signs (RFC 7523 section 3): to authenticate, or as its grant.

joserfc signs. It is imported on use, so that managed nodes do not need it.
"""

from __future__ import annotations

import time
import uuid
import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..._options.endpoint import realm_url
from ..jwt import library_missing
from .keys import secret_algorithm, signing_key

if TYPE_CHECKING:
    from ..._options.client import ClientOptions

#: Seconds: servers refuse an assertion from the future, and clocks differ; none needs to be valid for longer.
BACKDATED, LIFETIME = 10, 60


def by_secret(options: ClientOptions) -> str:
    """An assertion with a MAC of the client's secret."""
    algorithm = secret_algorithm(options)
    return _signed(options, algorithm, "OctKey", (options.client_secret or "").encode("utf-8", "surrogateescape"))


def by_private_key(options: ClientOptions, more: Mapping[str, str | None] = MappingProxyType({})) -> str:
    """An assertion signed with the client's private key.

    :param more: claims that replace or join the usual ones; None leaves a claim out.
    :raises InvalidOption: the key cannot be used.
    """
    key, algorithm = signing_key(options)
    kind = {"RS": "RSAKey", "PS": "RSAKey", "ES": "ECKey", "Ed": "OKPKey"}[algorithm[:2]]
    return _signed(options, algorithm, kind, key, more)


def as_grant(options: ClientOptions) -> str:
    """An assertion that is the grant (RFC 7523 section 2.1): on behalf of the user that the client names.

    Google's service accounts name a user only for domain-wide delegation, and the scope in a claim.
    https://developers.google.com/identity/protocols/oauth2/service-account

    :raises InvalidOption: the key cannot be used.
    """
    return by_private_key(options, {"sub": options.username, "scope": " ".join(options.scope) or None})


def audience(options: ClientOptions) -> str:
    """Whom the assertion is for: the issuer where it is known, else the token endpoint.

    One text, not a list: Keycloak refuses several, and a single issuer is safe against servers that replay it
    (draft-ietf-oauth-rfc7523bis).
    """
    if options.client_assertion_audience is not None:
        return options.client_assertion_audience
    if options.issuer is not None:
        return options.issuer
    if options.auth_server is not None and options.realm is not None:
        return realm_url(options.auth_server, options.realm)
    return options.token_url or ""


def claims(options: ClientOptions) -> dict[str, Any]:
    """The claims of a new assertion (RFC 7523 section 3), with an id that was never used."""
    issued = int(time.time()) - BACKDATED
    return {
        "iss": options.client_id,
        "sub": options.client_id,
        "aud": audience(options),
        "jti": str(uuid.uuid4()),
        "iat": issued,
        "exp": issued + LIFETIME,
    }


def _signed(
    options: ClientOptions, algorithm: str, kind: str, key: Any, more: Mapping[str, str | None] = MappingProxyType({})
) -> str:
    try:
        from joserfc import jwk, jwt
        from joserfc.errors import SecurityWarning
    except ImportError:
        raise library_missing("Client assertions are signed") from None
    header = {"alg": algorithm, **({} if options.key_id is None else {"kid": options.key_id})}
    with warnings.catch_warnings():
        # RFC 9864 gives EdDSA new names, which servers do not know yet; a short secret has its own warning.
        warnings.simplefilter("ignore", SecurityWarning)
        imported = getattr(jwk, kind).import_key(key)
        stated = {name: value for name, value in {**claims(options), **more}.items() if value is not None}
        return jwt.encode(header, stated, imported, algorithms=[algorithm])
