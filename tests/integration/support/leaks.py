# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds a secret in output and files, in any usual encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus


def traces(secret: str) -> set[bytes]:
    """The forms of a secret: in clear, form-encoded, in JSON, and inside base64 at any offset."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), quote_plus(secret).encode(), json.dumps(secret)[1:-1].encode()}
    for text in (raw, quote_plus(secret).encode()):
        for offset in range(3):
            # Bytes at the edges share base64 digits with their neighbors, so those digits are left out.
            middle = base64.b64encode(b"\0" * offset + text).rstrip(b"=")
            found.add(middle[4 if offset else 0 : len(middle) - 2])
    return found


def token_traces(token: str) -> set[bytes]:
    """The forms of a JWT: its claims, and a part of its signature."""
    parts = token.split(".")
    found = {token.encode()}
    if len(parts) == 3:
        found |= {parts[1].encode(), parts[2][:32].encode(), parts[2][-32:].encode()}
    return found


def leaked(content: bytes | str, looked_for: Iterable[bytes]) -> bool:
    """Whether the content has any of the traces. It reports no more, because test output is not secret."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return any(trace in data for trace in looked_for)
