# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The device authorization grant (RFC 8628): a person signs in with a browser, while this machine asks for the token.

Clock and sleep are passed in, so the rules of section 3.5 can be tested without waiting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._errors import AuthkitError, ConnectionFailed, NameNotResolved, RequestTimedOut, TokenError
from .._http.model import retry_after
from .._urls import check_url, leads_inward
from .token_answer import seconds_above_zero

if TYPE_CHECKING:
    from .._http.model import HttpResponse
    from .request_facts import RequestFacts

#: The value of the option grant_type.
NAME = "device_code"
#: Seconds between two token requests, unless the server says (RFC 8628 section 3.2), and what slow_down adds to them.
INTERVAL, SLOWER = 5.0, 5.0
#: The bounds of a code's life in seconds. RFC 8628 requires expires_in; some servers leave it out.
USUAL_LIFE, LONGEST_LIFE = 600.0, 1800.0
#: Seconds after the end of the code in which a last request may fall, so that a short code is asked for at all.
GRACE = 10.0
LONGEST_CODE, LONGEST_ADDRESS = 100, 2000
#: The server may have answered the next time (RFC 8628 section 3.5).
_PASSING = (ConnectionFailed, NameNotResolved, RequestTimedOut)


class LoginDenied(TokenError):
    """The person refused the login in the browser. Run the login again and allow it."""


class LoginExpired(TokenError):
    """Nobody entered the code of the login in time. Run the login again and enter its new code."""


class DeviceCodeUnusable(TokenError):
    """The server's response to a login has no usable code or address. Check the address, and the server's log."""


class DeviceFlowUnavailable(TokenError):
    """The server has no endpoint for the device flow, or it is not known. Switch it on there, or set issuer."""


@dataclass(frozen=True)
class DeviceCode:
    """What the device authorization endpoint answered (RFC 8628 section 3.2). Texts are safe to show.

    :param user_code: what the person enters at the address.
    :param complete_address: contains the code as well; None if the server names none.
    :param interval: seconds between two token requests.
    :param seconds: how long the code is valid.
    :param deadline: when it expires, on the clock that was passed in.
    """

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    address: str
    complete_address: str | None = field(repr=False)
    interval: float
    seconds: float
    deadline: float


def device_code(answer: Mapping[str, object], at: RequestFacts, *, allow_http: bool, asked_at: float) -> DeviceCode:
    """The code in the response of the device authorization endpoint.

    :param asked_at: the clock before the request was sent.
    :raises DeviceCodeUnusable: a part is missing, or cannot be shown or used.
    """
    secret = answer.get("device_code")
    user_code = printable(answer.get("user_code"))
    address = answer.get("verification_uri", answer.get("verification_url"))  # Google's name is older than the RFC
    complete = answer.get("verification_uri_complete")
    if not isinstance(secret, str) or not secret or not user_code or len(user_code) > LONGEST_CODE:
        raise DeviceCodeUnusable(
            f"The response from {at.url} has no device_code and user_code that can be used: check {at.where_options}, "
            "and the server's log."
        )
    if not _may_be_opened(address, at, allow_http):
        raise DeviceCodeUnusable(
            f"The response from {at.url} has no verification_uri that is safe to open: it must be https, or http "
            "where allow_http allows it; correct the server's host name settings."
        )
    seconds = min(seconds_above_zero(answer.get("expires_in")) or USUAL_LIFE, LONGEST_LIFE)
    return DeviceCode(
        device_code=secret,
        user_code=user_code,
        address=str(address),
        complete_address=str(complete) if _may_be_opened(complete, at, allow_http) else None,
        interval=max(seconds_above_zero(answer.get("interval")) or INTERVAL, 1.0),
        seconds=seconds,
        deadline=asked_at + seconds,
    )


def printable(value: object) -> str:
    """A server's text without control and formatting characters, which could change what a terminal shows."""
    return "".join(c for c in value if c.isprintable()).strip() if isinstance(value, str) else ""


def awaited(
    code: DeviceCode,
    ask: Callable[[], HttpResponse],
    at: RequestFacts,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> HttpResponse:
    """The response of the token endpoint that ends the wait: a token, or a refusal that is not about the person.

    Waits before the first request, and ``code.interval`` seconds between two (RFC 8628 section 3.5).

    :param ask: sends one token request.
    :raises LoginDenied: the person refused.
    :raises LoginExpired: the code expired.
    :raises NetworkError: there is no response.
    """
    pace = Pace(code.interval, code.deadline)
    unanswered: AuthkitError | None = None
    while True:
        pause = pace.pause(clock())
        if pause is None:
            raise unanswered or expired(code, at)
        sleep(pause)
        try:
            response = ask()
        except _PASSING as error:
            pace.back_off()
            unanswered = error
            continue
        unanswered = None
        if not pace.goes_on(response):
            refusal = _about_the_person(response.json_members(), code, at)
            if refusal is not None:
                raise refusal
            return response


class Pace:
    """When the token endpoint is asked next.

    :param interval: seconds between two requests.
    :param deadline: when the code expires.
    """

    def __init__(self, interval: float, deadline: float) -> None:
        self.interval, self.deadline = interval, deadline
        self._once = 0.0

    def pause(self, now: float) -> float | None:
        """Seconds to wait before the next request; None if the code will have expired by then."""
        pause, self._once = max(self.interval, self._once), 0.0
        return pause if now < self.deadline and now + pause <= self.deadline + GRACE else None

    def back_off(self) -> None:
        """No response: wait twice as long from now on, as RFC 8628 section 3.5 recommends."""
        self.interval *= 2

    def goes_on(self, response: HttpResponse) -> bool:
        """Whether to ask again: the person is not done yet, or the server is too busy. GitHub says so with HTTP 200."""
        answer = response.json_members()
        error = answer.get("error")
        if error == "slow_down":
            self.interval = max(self.interval + SLOWER, seconds_above_zero(answer.get("interval")) or 0.0)
        busy = response.status == 429 or response.status >= 500
        if busy and error is None:
            wait = retry_after(response.headers)
            self._once = wait if wait is not None and math.isfinite(wait) else 0.0
        return error in ("authorization_pending", "slow_down") or (busy and error is None)


def expired(code: DeviceCode, at: RequestFacts) -> LoginExpired:
    """The error for a code that nobody entered in time."""
    return LoginExpired(
        f"Nobody signed in for the client {at.client} within the {code.seconds:.0f} s that the code from {at.url} was "
        "valid: run the login again and enter its new code."
    )


def no_endpoint(at: RequestFacts, *, known: bool = True) -> DeviceFlowUnavailable:
    """The error for a server without a device authorization endpoint.

    :param known: whether its URL would be known.
    """
    if not known and at.where_options == "token_url":
        return DeviceFlowUnavailable(
            "token_url does not say where a login begins: set issuer instead, whose metadata names the device "
            "authorization endpoint, or auth_server and realm for Keycloak."
        )
    if not known:
        return DeviceFlowUnavailable(
            "The issuer's metadata names no device_authorization_endpoint: switch on the device flow at the server, or "
            "check issuer."
        )
    return DeviceFlowUnavailable(
        f"There is no device authorization endpoint at {at.url}: switch on the device flow at the server, or check "
        f"{at.where_options}."
    )


def _about_the_person(answer: Mapping[str, object], code: DeviceCode, at: RequestFacts) -> AuthkitError | None:
    error = answer.get("error")
    if error in ("access_denied", "authorization_declined"):  # the second is Microsoft's
        return LoginDenied(
            f"The login for the client {at.client} was refused in the browser: run the login again and allow it, or "
            "ask the server's administrators whether this person may use the client."
        )
    # invalid_grant: the server has removed the expired code.
    return expired(code, at) if error in ("expired_token", "invalid_grant", "bad_verification_code") else None


def _may_be_opened(address: object, at: RequestFacts, allow_http: bool) -> bool:
    """Whether people may be sent to this address: https, or http where the connection itself may use it."""
    if not isinstance(address, str) or len(address) > LONGEST_ADDRESS or printable(address) != address:
        return False
    try:
        check_url(address, allow_http=allow_http, what="verification_uri")
        return not leads_inward(at.endpoint, address)
    except AuthkitError:
        return False
