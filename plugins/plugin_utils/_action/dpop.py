# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls with tokens that are bound to a key (DPoP, RFC 9449). The key never leaves the controller.

In process each request is signed when it is sent. A node gets the token, and proofs for this one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...module_utils._api.results import same_origin
from ...module_utils._errors import InvalidOption
from .repair import both

if TYPE_CHECKING:
    from ...module_utils._http.model import Transport
    from ...module_utils._oauth.token import Token
    from ...module_utils._options.client import ClientOptions
    from .repair import Call, Result, Send
    from .task import TaskInput

#: Has the module make the call with these parameters besides those of the task.
Ship = Callable[[Mapping[str, Any]], "Result"]
#: By access token, those that the task's client got.
Given = Mapping[str, "Token"]


def check_dpop(task_input: TaskInput, *, background: bool) -> None:
    """Refuses what DPoP cannot do. Raises InvalidOption.

    :param background: whether the task is async.
    """
    if task_input.token is not None:
        # A variable may hold the option for the play's other tasks.
        if task_input.own.get("dpop"):
            raise InvalidOption(
                "access_token and dpop are both set, but only a token that this task's client requests has a key here: "
                "remove access_token, or remove dpop if it is a bearer token."
            )
    elif background and task_input.options.dpop:
        raise InvalidOption(
            "dpop is true, and a task with async cannot use it, because the controller makes the proofs of each try: "
            "remove async, or use a client without DPoP."
        )


def proving(transport: Transport, token: Token | None) -> Transport:
    """The transport for calls in process with this token; it signs them if the token is bound to a key."""
    if token is None or token.dpop_key is None:
        return transport
    from ...module_utils._oauth.dpop import ProvingTransport

    return ProvingTransport(transport, {token.access_token: token.dpop_key})


def with_proofs(call: Call, given: Given, options: ClientOptions, ship: Ship) -> Send:
    """Makes the call on a node, with proofs for it if the token is bound to a key.

    It is made twice if the API asks for a nonce, which the node cannot sign.
    """

    def send(token: str) -> Result:
        found = given.get(token)
        if found is None or found.dpop_key is None:
            return ship({"access_token": token})
        if getattr(call, "paging", None) is not None:
            raise InvalidOption(
                "paginate and dpop are both set, and only the controller can make the proofs for pages that nobody "
                "knows yet: delegate the task to localhost."
            )
        first = _sent(call, found, options.retries, ship)
        return both(first, _sent(call, found, options.retries, ship)) if _asks(call, first) else first

    return send


def _sent(call: Call, token: Token, retries: int, ship: Ship) -> Result:
    from ...module_utils._api.proofs import SPARE
    from ...module_utils._oauth.dpop import API_NONCES, proof

    nonce = API_NONCES.of(call.url)
    proofs = [
        proof(str(token.dpop_key), call.method, call.url, token=token.access_token, nonce=nonce)
        for _number in range(1 + retries + SPARE)
    ]
    result = ship({"access_token": token.access_token, "dpop_proofs": proofs})
    if same_origin(call, result):
        API_NONCES.learn(call.url, _headers(result))
    return result


def _asks(call: Call, result: Result) -> bool:
    from ...module_utils._http.dpop import asks_for_nonce

    return same_origin(call, result) and asks_for_nonce(result.get("status"), _headers(result))


def _headers(result: Result) -> Mapping[str, object]:
    headers = result.get("headers")
    return headers if isinstance(headers, Mapping) else {}
