# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next page's address: in the header Link (RFC 8288), or in the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from typing import Any

#: `<target>` and its parameters, up to the next target. A quoted parameter may contain one.
_LINK = re.compile(r'<([^<>]*)>((?:"(?:[^"\\]|\\.)*"|[^"<])*)')


def next_link(headers: Mapping[str, str]) -> str | None:
    """The target of the header Link with the relation next.

    :param headers: with lower-case names.
    """
    for found in _LINK.finditer(headers.get("link", "")):
        message = Message()
        message["Link"] = f"next{found[2].rstrip(', ')}"
        parameters = {name.lower(): str(value) for name, value in message.get_params([], "Link")}
        # With an anchor, it is a link of another page (RFC 8288 section 3.2).
        if "next" in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
            return found[1].strip()
    return None


def link_text(value: Any) -> str | None:
    """A next URL as documents have it: text, {href: text}, or a list of such with a relation (HAL, FHIR)."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, Mapping):
        return link_text(value.get("href") or value.get("url") or value.get("uri"))
    if isinstance(value, list):
        for link in value:
            if isinstance(link, Mapping) and "next" in (link.get("rel"), link.get("relation")):
                return link_text(link)
    return None
