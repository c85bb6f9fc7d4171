# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of a realm, made harmless for the place where it is written.

Anyone who may create a client or name a group chooses such text. It may hold markup, terminal escapes, marks that turn
the direction of writing, or halves of characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

Escape = Callable[[str], str]

# Control characters, marks that are invisible or turn the text around, separators of lines, halves of characters, and
# what is no character at all. The joiners U+200C and U+200D stay: Persian, Hindi and emoji are written with them.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_DELETE = 0x7F
# U+2400 and on are pictures of the control characters, U+2421 that of delete.
_PICTURES = 0x2400
_PICTURE_OF_DELETE = 0x2421
# What begins markup of any kind, an address that becomes a link by itself, and at the beginning a list or heading. A
# reference to a character never begins one. An underscore in a word does not either.
_MARKDOWN = re.compile(
    r"[\\`*\[\]{}<>&|~#$@!^]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|:(?=//)|^[-+=:]|^\d+(?=[.)](?:\s|$))|^\s+|\s+$",
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """The text with what is not seen, or changes how the rest is seen, written out: ESC as ␛, U+202E as [U+202E]."""
    return _HIDDEN.sub(lambda found: _shown(ord(found[0])), text)


def markup(text: str) -> str:
    """The text for HTML or XML 1.0, between tags or in a quoted attribute."""
    return escape(visible(text), quote=True)


def markdown(text: str) -> str:
    """The text for GitHub Flavored Markdown, in a line or a cell of a table: no markup, no link, no HTML."""
    return _MARKDOWN.sub(lambda found: "".join(f"&#{ord(character)};" for character in found[0]), visible(text))


def sarif(text: str) -> str:
    """The text for a message of SARIF 2.1.0: no placeholder (section 3.11.5), no embedded link (3.11.6)."""
    return visible(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


# What a text is written into -> how it is escaped there.
ESCAPES: Mapping[str, Escape] = {"html": markup, "markdown": markdown, "terminal": visible, "xml": markup}


def escaped(value: Any, escape_text: Escape) -> Any:
    """The value with every text in it escaped; of keys those that are no identifiers, which are harmless anywhere."""
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
