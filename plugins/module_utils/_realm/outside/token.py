# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The caller's own token: the token endpoint's answer, the token's content, and its signature.

On the controller, one token is requested that only this audit uses; tokens of the store are not sent anywhere here. If
only a token is known, that one is examined.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._http.headers import is_visible_ascii
from ..._http.model import RETRY_STATUSES, HttpResponse, Retries
from ..._oauth.jwt import LibraryMissing, UnknownKey, Unverified, verify
from ..._oauth.jwt_parts import unverified
from ..._oauth.refusals import refusal
from ...token_client import request_facts
from ..snapshot.gaps import Gap
from ..snapshot.missing import Missing, attempt
from ..snapshot.observed import Introspection, OwnToken, Signature, TokenAnswer
from .client_access import Caller, ClientAccess
from .metadata import Reach
from .public import fault

SECTIONS = ("token_answer", "own_token", "own_header", "own_claims", "token_signature", "introspection")
_NO_TOKEN = Gap("The client got no token: see token-grant-failed.")
_OPAQUE = Gap("The access token is opaque (not a JWT): only the server knows what it contains.")


@dataclass(frozen=True, repr=False)
class Fresh:
    """A token that only this audit uses, and the access that it was requested with."""

    token: str
    access: ClientAccess

    def __repr__(self) -> str:
        return "Fresh(...)"


def gather_token(
    caller: Caller, access: ClientAccess | Gap, public: Mapping[str, Any], reach: Reach, retries: Retries
) -> tuple[dict[str, Any], Fresh | Gap]:
    """The sections of the caller's own token, and a token that only this audit uses, or why there is none.

    :param caller: its realm must be the one that is checked.
    :param public: the sections of the realm's public side.
    """
    if isinstance(access, Gap):
        if caller.token is None:
            return dict.fromkeys(SECTIONS, access), access
        return {**_of(caller.token, OwnToken(), public), "token_answer": access, "introspection": access}, access
    received_at = time.time()
    response = attempt(lambda: _answered(access.request_token(retries=retries)))
    if isinstance(response, Gap):
        return dict.fromkeys(SECTIONS, response), response
    members = response.json_members() if response.status == 200 else {}
    answer = _token_answer(response, access, members)
    token = members.get("access_token")
    if not isinstance(token, str) or not answer.has_token:
        return {**dict.fromkeys(SECTIONS, _NO_TOKEN), "token_answer": answer}, _NO_TOKEN
    fresh = Fresh(token, access)
    own = OwnToken(_words(members.get("scope")), access.options.scope, received_at)
    sections = {
        **_of(token, own, public),
        "token_answer": answer,
        "introspection": attempt(lambda: introspected(fresh, token, public["metadata"], reach)),
    }
    return sections, fresh


def introspected(fresh: Fresh, token: str, metadata: Any, reach: Reach) -> Introspection:
    """What the introspection endpoint tells the client about a token. Raises Missing."""
    if isinstance(metadata, Gap):
        raise Missing(metadata)
    fields = (("token", token), ("token_type_hint", "access_token"))
    return introspection(fresh.access.post(reach.endpoint(metadata, "introspection_endpoint"), fields))


def introspection(response: HttpResponse) -> Introspection:
    """What an introspection endpoint's answer says. Raises Missing if the server failed."""
    if response.status >= 500:
        raise fault(response)
    members = response.json_members()
    active = members.get("active")
    return Introspection(response.status, active if isinstance(active, bool) else None, tuple(sorted(members)))


def _answered(response: HttpResponse) -> HttpResponse:
    if response.status in RETRY_STATUSES:
        raise fault(response)
    return response


def _token_answer(response: HttpResponse, access: ClientAccess, members: Mapping[str, Any]) -> TokenAnswer:
    token, kind = members.get("access_token"), members.get("token_type")
    refused = response.status != 200
    at = request_facts(access.options, access.token_url)
    return TokenAnswer(
        response.status,
        refusal(response, response.json_members(), at).message if refused else None,
        has_token=isinstance(token, str) and bool(token) and is_visible_ascii(token),
        token_type=kind if isinstance(kind, str) else None,
        expires_in=_positive(members.get("expires_in")),
        has_refresh_token=bool(members.get("refresh_token")),
        cache_control=response.headers.get("cache-control", ""),
        pragma=response.headers.get("pragma", ""),
    )


def _of(token: str, own: OwnToken, public: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that can be read from a token itself."""
    found = unverified(token)
    if found is None:
        return {"own_token": own, **dict.fromkeys(("own_header", "own_claims", "token_signature"), _OPAQUE)}
    granted = own.granted or _words(found.claims.get("scope"))
    return {
        "own_token": OwnToken(granted, own.asked, own.received_at),
        "own_header": found.header,
        "own_claims": found.claims,
        "token_signature": attempt(lambda: _signature(token, public["jwks_keys"])),
    }


def _signature(token: str, keys: Any) -> Signature:
    unknown = isinstance(keys, Gap)
    try:
        verify(token, [] if unknown else keys)
    except LibraryMissing as error:
        raise Missing(Gap(error.message)) from None
    except UnknownKey as error:
        if unknown:
            raise Missing(keys) from None
        return Signature(error.message)
    except Unverified as error:
        return Signature(error.message)
    return Signature()


def _words(value: object) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else ()


def _positive(value: object) -> int | None:
    """A positive whole number, or None. Some servers write it as text."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0 else None
