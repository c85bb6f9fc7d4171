# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls on a node: the module has one token, and stops where only the controller can go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from ..._http.model import Transport, TransportSettings
from ..._http.transports import urls_transport
from ..call import call_on_node, perform
from ..node import result_on_node, token_of, transport_settings
from ..progress import SILENT
from ..results import failure, rejects_token
from ..spec import MODULE
from .entries import Entry, means_many, prepare_many
from .outcome import RESULTS, Keeping, entry_result, in_order, made, summed_up
from .side_by_side import BRIEFLY, UNTIL_DONE, Patience, SideBySide, Stop, Watched

Result = dict[str, Any]
Transports = Callable[[TransportSettings], Transport]


def calls_on_node(
    params: Mapping[str, Any], *, check_mode: bool = False, transport_for: Transports = urls_transport
) -> Result:
    """The whole work of the module authkit.oauth.api, for one call or many. Never raises."""
    if not params.get("requests"):
        return call_on_node(params, check_mode=check_mode, transport_for=transport_for)
    return result_on_node(params, lambda: _made(params, check_mode, transport_for), failure, nested=(RESULTS,))


def _made(params: Mapping[str, Any], check_mode: bool, transport_for: Transports) -> Result:
    means_many(params)
    started, token, many = time.monotonic(), token_of(params, MODULE), prepare_many(params)
    renewable, keeping = bool(params.get("renewable_token")), Keeping(many.limit)
    with closing(transport_for(transport_settings(params))) as transport:

        def make(entry: Entry, stop: Stop) -> Result:
            watched = Watched(transport, stop)
            if check_mode and not entry.call.sent_in_check_mode:
                return entry_result(entry, entry.call.unsent(), sent=False)
            return made(entry, watched, keeping, lambda: perform(entry.call, token, watched, check_mode=check_mode))

        def after(entry: Entry, result: Result) -> Patience | None:
            if renewable and rejects_token(entry.call, result):
                return UNTIL_DONE
            return BRIEFLY if many.fail_fast and result["failed"] else None

        outcome = SideBySide(many.entries, make, after).run(many.concurrency, SILENT)
    results = in_order(many, outcome.results, outcome.abandoned)
    return summed_up(many, results, time.monotonic() - started, list(keeping.warnings()))
