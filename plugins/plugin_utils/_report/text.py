# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Escapes text from a realm for the format that it is written to.

Anyone who can create a client or name a group controls such text. It may contain markup, terminal escapes,
bidirectional controls or lone surrogates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

Escape = Callable[[str], str]

#: Control characters, invisible and bidirectional marks, line separators, surrogates and noncharacters. The joiners
#: U+200C and U+200D are allowed: Persian, Hindi and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_DELETE = 0x7F
#: U+2400 to U+241F are pictures of the control characters, U+2421 is the one of delete.
_PICTURES = 0x2400
_PICTURE_OF_DELETE = 0x2421
#: Whatever starts markup, an automatic link or, at the beginning, a list or heading. Underscores inside words do not,
#: nor do character references, which replace all of these.
_MARKDOWN = re.compile(
    r"[\\`*\[\]{}<>&|~#$@!^]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|:(?=//)|^[-+=:]|^\d+(?=[.)](?:\s|$))|^\s+|\s+$",
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """The text with invisible and misleading characters made visible: ESC as ␛, U+202E as [U+202E]."""
    return _HIDDEN.sub(lambda found: _shown(ord(found[0])), text)


def markup(text: str) -> str:
    """The text for HTML or XML 1.0, as element content or in a quoted attribute."""
    return escape(visible(text), quote=True)


def markdown(text: str) -> str:
    """The text for GitHub Flavored Markdown, in a line or table cell: without markup, links or HTML."""
    return _MARKDOWN.sub(lambda found: "".join(f"&#{ord(character)};" for character in found[0]), visible(text))


def sarif(text: str) -> str:
    """The text for a SARIF 2.1.0 message: without placeholders (section 3.11.5) and embedded links (3.11.6)."""
    return visible(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


#: How to escape text, by output.
ESCAPES: Mapping[str, Escape] = {"html": markup, "markdown": markdown, "terminal": visible, "xml": markup}


def escaped(value: Any, escape_text: Escape) -> Any:
    """The value with every text in it escaped, keys included unless they are identifiers, which are harmless."""
    if isinstance(value, str):
        return escape_text(value)
    if isinstance(value, Mapping):
        return {_key(key, escape_text): escaped(item, escape_text) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [escaped(item, escape_text) for item in value]
    return value


def _key(key: str, escape_text: Escape) -> str:
    return key if key.isidentifier() else escape_text(key)


def _shown(code: int) -> str:
    if code == _DELETE:
        return chr(_PICTURE_OF_DELETE)
    return chr(_PICTURES + code) if code < 0x20 else f"[U+{code:04X}]"
