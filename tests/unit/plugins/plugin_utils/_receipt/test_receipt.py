# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipt as text and as JSON."""

from __future__ import annotations

import json

from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.ledger import Account
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.receipt import document_of, lines_of

ACCOUNTS = [
    Account("orders", "login.example.org", 3, 1997, 1, 2, 2, 3.14159),
    Account("a", "sso.example.org:8443", hits=4),
]


def test_a_line_for_each_client() -> None:
    heading, *lines = lines_of(ACCOUNTS)
    assert heading.startswith("OAUTH RECEIPT ***")
    assert [" ".join(line.split()) for line in lines] == [
        "orders at login.example.org : token_requests=3 hits=1997 refreshes=1 401=2 429_waits=2 (3.1 s)",
        "a at sso.example.org:8443 : token_requests=0 hits=4 refreshes=0 401=0 429_waits=0",
    ]
    assert len({line.index(" : ") for line in lines}) == 1


def test_nothing_without_a_client() -> None:
    assert lines_of([]) == []


def test_the_same_as_json() -> None:
    document = json.loads(document_of(ACCOUNTS))
    assert document["version"] == 1
    assert document["clients"][0] == {
        "client_id": "orders",
        "host": "login.example.org",
        "token_requests": 3,
        "hits": 1997,
        "refreshes": 1,
        "rejections": 2,
        "waits": 2,
        "seconds_waited": 3.142,
    }
    assert json.loads(document_of([]))["clients"] == []
