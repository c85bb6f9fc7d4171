# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is counted of results: of one call and of many, made here or on a node."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _events
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.counted import counted
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.ledger import Account, Ledger
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.receipt import document_of

ORDERS = ClientOptions("orders", "s3cret", token_url="https://login.example.org/token")
WAITS = [{"seconds": 1.5, "status": 429, "retry_after": True}, {"seconds": 0.5, "status": 503, "retry_after": False}]


@pytest.mark.parametrize(
    ("result", "rejections", "waits", "seconds"),
    [
        ({"status": 401, "failed": True}, 1, 0, 0.0),
        ({"status": 200, "waits": WAITS}, 0, 1, 1.5),
        ({"results": [{"status": 401, "waits": WAITS}, {"status": 200}, {"status": 401}]}, 2, 1, 1.5),
        *(
            ({"status": 401, "waits": [{"status": 429, "seconds": seconds}, *WAITS]}, 1, 1, 1.5)
            for seconds in (10**400, 10**5000, math.inf, math.nan, -1, True, 86401)
        ),
        ({"results": "of a node", "status": 401, "waits": [3, {"seconds": "x", "status": 429}]}, 1, 0, 0.0),
    ],
    ids=["rejected", "waited", "many", "400 digits", "5000 digits", "inf", "nan", "negative", "bool", "days", "odd"],
)
def test_rejections_and_waits(
    monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], rejections: int, waits: int, seconds: float
) -> None:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [])
    _events._EARLY.clear()
    ledger = Ledger()
    assert counted(lambda token: {**result, "token": token}, ORDERS)("t") == {**result, "token": "t"}
    json.loads(document_of(ledger.accounts()), parse_constant=pytest.fail)
    expected = Account("orders", "login.example.org", rejections=rejections, waits=waits, seconds_waited=seconds)
    assert ledger.accounts() == [expected]


def test_a_result_without_either_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [])
    _events._EARLY.clear()
    ledger = Ledger()
    counted(lambda _token: {"status": 200}, ORDERS)("t")
    assert ledger.accounts() == []
