# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditional writes (RFC 9110 section 13): a write fails if the resource has changed since it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The write does not fit the state that the resource has by now, so it is read once more.
CONFLICTS = frozenset({409, 412})
#: There is no such resource, or no longer.
GONE = frozenset({404, 410})


def if_match(headers: object) -> dict[str, str]:
    """The header If-Match for what a response returned; empty without a strong ETag (RFC 9110 section 8.8.3).

    :param headers: those of the response, by lower-case name.
    """
    etag: Any = headers.get("etag") if isinstance(headers, Mapping) else None
    strong = isinstance(etag, str) and len(etag) > 1 and etag.startswith('"') and etag.endswith('"')
    return {"If-Match": etag} if strong else {}
