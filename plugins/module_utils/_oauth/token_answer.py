# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token endpoint's response (RFC 6749 section 5.1), validated before use."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .._errors import NotJson, TruncatedAnswer, UnusableToken
from .._http.headers import is_visible_ascii
from .._http.model import HttpResponse, parsed_json
from .._words import quoted
from .jwt_parts import unverified_claims
from .refresh import RefreshToken
from .request_facts import RequestFacts

#: Seconds that a token is taken to live if the response does not say.
UNKNOWN_LIFETIME = 60.0
#: Seconds: a longer expires_in is reduced to this, so that sums of times stay finite.
LONGEST_LIFETIME = 10 * 365 * 86400.0
#: Characters: servers accept headers of 4 to 64 KiB, so masking and caching a longer token would be wasted time.
LONGEST_TOKEN = 64 * 1024
#: token_type values that may be named (others could be a misplaced secret), and what to change for each.
_NOT_BEARER = {
    "pop": "switch off proof-of-possession tokens for the client {client} at the server",
    "mac": "set the token type of the client {client} to Bearer at the server",
    "n_a": "it is not an access token, remove requested_token_type from extra_parameters or set it to "
    "urn:ietf:params:oauth:token-type:access_token",
    "jwt": "have the server send token_type Bearer, which says how a token is used and not what it looks like",
}
#: A user who sets dpop wants a token that is useless without its key (RFC 9449 section 5).
_UNBOUND = (
    "{url} gave the client {client} a bearer token although dpop is true, so it has ignored the proof: switch on DPoP "
    "at the server (Keycloak has it from version 26.4 on), or set dpop: false."
)


def json_object(response: HttpResponse, at: RequestFacts) -> dict[str, object]:
    """The response as a JSON object. Raises NotJson or TruncatedAnswer; neither quotes the response."""
    text = response.text()
    value = parsed_json(text)
    if isinstance(value, dict):
        return value
    if text.startswith("{"):
        raise TruncatedAnswer(
            f"The JSON response from {at.url} (HTTP {response.status}, {len(response.body)} bytes) breaks off or is "
            "damaged: try again, and check proxies in between and the server's log."
        )
    raise NotJson(
        f"{at.url} answered HTTP {response.status} with {_kind(response, text)} instead of a JSON object: check "
        f"{at.where_options}, and what proxies in between answer."
    )


def access_token(answer: dict[str, object], at: RequestFacts) -> str:
    """The access token: visible ASCII, since it is sent in a header. Raises UnusableToken."""
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise UnusableToken(
            f"The response from {at.url} has no access_token: check {at.where_options}, and the server's log."
        )
    if not is_visible_ascii(token):
        raise UnusableToken(
            f"The access_token in the response from {at.url} holds spaces, control or non-ASCII characters and "
            "cannot be sent in a header: have the server's token format corrected."
        )
    if len(token) > LONGEST_TOKEN:
        raise UnusableToken(
            f"The access_token in the response from {at.url} is longer than {LONGEST_TOKEN // 1024} KiB, more than a "
            f"header can carry: have the server put less into the tokens of the client {at.client}."
        )
    _check_type(answer.get("token_type"), at)
    return token


def notices(answer: dict[str, object], scope: str | None, at: RequestFacts) -> Iterator[str]:
    """What to warn about in a response with a token.

    :param scope: what was granted.
    """
    notice = type_notice(answer, at)
    if notice is not None:
        yield notice
    missing = missing_scopes(scope, at.scope)
    if missing:
        yield (
            f"{at.url} gave the client {at.client} a token without the scope {', '.join(map(quoted, missing))}: "
            "calls that need it will be refused; check scope, and which scopes the client may have."
        )


def type_notice(answer: dict[str, object], at: RequestFacts) -> str | None:
    """The warning for a token that is taken as a bearer token though the response does not say Bearer, else None."""
    kind = answer.get("token_type")
    if at.dpop or (isinstance(kind, str) and kind.lower() == "bearer"):
        return None
    said = "no token_type" if kind is None else "token_type BearerToken"
    return f"The response from {at.url} has {said}, so its token is used as a bearer token: check this if calls fail."


def granted_scope(answer: dict[str, object], asked: tuple[str, ...]) -> str | None:
    """The scopes of the token; a response without them grants those requested (RFC 6749 section 5.1)."""
    scope = answer.get("scope")
    if isinstance(scope, list) and all(isinstance(part, str) for part in scope):
        scope = " ".join(scope)
    if isinstance(scope, str):
        return scope
    return " ".join(asked) or None


def missing_scopes(granted: str | None, asked: tuple[str, ...]) -> list[str]:
    """The requested scopes that were not granted, in the order requested."""
    given = set((granted or "").split())
    return [scope for scope in asked if scope not in given]


def lifetime(answer: dict[str, object], token: str, configured: float | None = None) -> float:
    """Seconds that the token lives, counted from the request: expires_in, else token_lifetime, else 60.

    A JWT without expires_in lives no longer than its exp - iat. An impossible value (negative, zero, not a number)
    counts as missing.

    :param configured: the option token_lifetime.
    """
    seconds = seconds_above_zero(answer.get("expires_in"))
    if seconds is None:
        claims = unverified_claims(token) or {}
        issued, expires = seconds_above_zero(claims.get("iat")), seconds_above_zero(claims.get("exp"))
        # Both are from the server's clock, so the clocks need not agree.
        claimed = expires - issued if issued is not None and expires is not None and expires > issued else None
        seconds = min(filter(None, (configured, claimed)), default=None)
    return UNKNOWN_LIFETIME if seconds is None else min(seconds, LONGEST_LIFETIME)


def refresh_token(answer: dict[str, object], issued_at: float, dpop_key: str | None = None) -> RefreshToken | None:
    """The refresh token of the response, if there is a usable one.

    Keycloak says how long it lives; 0 is without end.
    """
    value = answer.get("refresh_token")
    if not isinstance(value, str) or not value or not is_visible_ascii(value) or len(value) > LONGEST_TOKEN:
        return None
    seconds = seconds_above_zero(answer.get("refresh_expires_in"))
    expires_at = issued_at + min(seconds, LONGEST_LIFETIME) if seconds else None
    return RefreshToken(value, expires_at, issued_at, None, dpop_key)


def seconds_above_zero(value: object) -> float | None:
    """A positive, finite number from a number or a numeric string, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _check_type(kind: object, at: RequestFacts) -> None:
    # RFC 6749 section 5.1 requires a token_type; some servers send none, Apigee sends BearerToken (type_notice).
    name = "bearer" if kind is None else kind.lower() if isinstance(kind, str) else ""
    if name == "dpop":
        if not at.dpop:
            raise UnusableToken(f"The token from {at.url} is bound to a key (DPoP): set dpop: true.")
        return
    if name in ("bearer", "bearertoken"):
        if at.dpop:
            raise UnusableToken(_UNBOUND.format(url=at.url, client=at.client))
        return
    step = _NOT_BEARER.get(name)
    named = "" if step is None else f" ({kind})"
    step = step or "check its settings for the client {client} at the server"
    raise UnusableToken(
        f"The token from {at.url} is not a bearer token{named}, and only token_type Bearer can be used here: "
        f"{step.format(client=at.client)}."
    )


def _kind(response: HttpResponse, text: str) -> str:
    declared = response.headers.get("content-type", "").lower()
    if not text:
        return "nothing"
    if "html" in declared or text.startswith("<"):
        return "an HTML page"
    return "something else"
