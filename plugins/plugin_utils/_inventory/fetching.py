# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gets the items from the API: one token for all pages, and a fresh one after a 401."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from ...module_utils._api.call import perform
from ...module_utils._api.paging.legs import Legs, from_place
from ...module_utils._api.progress import Progress
from ...module_utils._api.results import failure
from ...module_utils._api.time_left import TimeLeft
from ...module_utils._errors import ApiError, AuthkitError
from ...module_utils._masking import without_secrets
from ...module_utils._oauth.token import Token
from ...module_utils._urls import safe_url
from .._action.counted import counted
from .._action.dpop import proving
from .._action.own_tokens import own_tokens
from .._action.repair import Result, with_own_token
from .._fetching import transport_for
from .source import Source


def items_of(
    source: Source,
    warn: Callable[[str], None],
    progress: Progress,
    doubt: Callable[[str], None] | None = None,
) -> list[Any]:
    """The API's items, as its JSON has them, without this client's secrets.

    :param doubt: shows a warning which means that items may be missing; by default that is ``warn``.
    :raises AuthkitError: there is no token or no usable response.
    """
    options, call = source.options, source.call
    given: dict[str, Token] = {}
    secrets, left = list(options.secrets), TimeLeft(call.deadline)
    tokens = own_tokens(options, warn, secrets.append, given)
    with closing(transport_for(options.transport_settings, warn)) as transport:

        def send(token: str, place: Mapping[str, Any] | None) -> Result:
            asked = left.bounded(from_place(call, place))
            try:
                result: Result = perform(asked, token, proving(transport, given.get(token)), progress=progress)
            except AuthkitError as error:
                result = failure(error, call.url)
            left.spend(result)
            return result

        try:
            result = with_own_token(call, tokens, counted(Legs(send), options))
        except AuthkitError as error:
            error.name_sources(options.sources(type(error)))
            raise
    if result.get("failed"):
        raise ApiError(str(result["msg"]))
    items = _items(without_secrets({"json": result.get("json")}, secrets)["json"], result, source)
    for text in result.get("warnings", ()):
        (doubt or warn)(text)
    return items


def _items(found: object, result: Result, source: Source) -> list[Any]:
    where, warnings = f"The response from {safe_url(source.call.url)}", result.get("warnings")
    if isinstance(found, list):
        most = source.call.max_items
        if result.get("truncated") and (most is None or len(found) < most):
            raise ApiError(str(warnings[-1]) if warnings else f"{where} is a part of the list: set paginate.")
        return found
    if warnings:
        raise ApiError(str(warnings[0]))
    if "json" not in result:
        raise ApiError(f"{where} is not JSON, so it has no hosts: check that url is an address of the API.")
    raise ApiError(f"{where} is not a list of hosts: check url, and set paginate to say where its items are.")
