# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipt of a run: one line for each client, and the same as JSON in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .ledger import Account

#: Of the file's format.
VERSION = 1
HEADING = "OAUTH RECEIPT"


def lines_of(accounts: Sequence[Account]) -> list[str]:
    """The receipt as text, with its heading; empty if no client was used."""
    if not accounts:
        return []
    names = [f"{each.client_id} at {each.host}" for each in accounts]
    width = max(map(len, names))
    heading = f"{HEADING} {'*' * max(3, 79 - len(HEADING))}"
    return [heading, *(f"{name:<{width}} : {_counts(each)}" for name, each in zip(names, accounts, strict=True))]


def document_of(accounts: Sequence[Account]) -> bytes:
    """The receipt as JSON."""
    document = {"version": VERSION, "clients": [each.to_data() for each in accounts]}
    return (json.dumps(document, indent=2) + "\n").encode()


def _counts(account: Account) -> str:
    waited = f" ({account.seconds_waited:.1f} s)" if account.waits else ""
    return (
        f"token_requests={account.token_requests:<4} hits={account.hits:<6} refreshes={account.refreshes:<4} "
        f"401={account.rejections:<4} 429_waits={account.waits}{waited}"
    )
