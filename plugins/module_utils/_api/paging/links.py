# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next page's address: in the header Link (RFC 8288), or in the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._http.headers import utf8
from .errors import PageElsewhere

#: The most characters of the address of a next page. Servers refuse longer ones.
LONGEST = 16 * 1024
#: The most characters of a header Link that is read. It may have many links besides that of the next page.
LONGEST_HEADER = 32 * 1024
#: A quoted string. One that nothing closes runs to the end, so that no quote in it opens another one.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
#: `<target>` and its parameters, up to the next target. A quoted parameter may contain one.
_LINK = re.compile(rf'<([^<>]*)>((?:{_QUOTED}|[^"<])*)', re.DOTALL)
#: A parameter and its value, or a string that belongs to none.
_PARAMETER = re.compile(rf';\s*([^\s=;,"]+)\s*(?:=\s*({_QUOTED}|[^;,"]*))?|{_QUOTED}', re.DOTALL)


def next_link(headers: Mapping[str, str]) -> str | None:
    """The target of the header Link with the relation next.

    :param headers: with lower-case names.
    :raises PageElsewhere: the header is too long to be read.
    """
    text = headers.get("link", "")
    if len(text) > LONGEST_HEADER:
        raise PageElsewhere(
            f"The listing was answered with a header Link of more than {LONGEST_HEADER} characters, which is not read: "
            "set paginate to a mapping with another style, such as {style: page}."
        )
    for found in _LINK.finditer(text):
        parameters = _parameters(found[2])
        # With an anchor, it is a link of another page (RFC 8288 section 3.2).
        if "next" in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
            return utf8(found[1].strip())
    return None


def _parameters(text: str) -> dict[str, str]:
    """The parameters of a link by lower-case name. Only the first of a name counts (RFC 8288 section 3.3)."""
    parameters: dict[str, str] = {}
    for found in _PARAMETER.finditer(text):
        if found[1]:
            parameters.setdefault(found[1].lower(), (found[2] or "").strip("\"' "))
    return parameters


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
