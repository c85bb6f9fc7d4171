# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Header fields: which of them HTTP can carry (RFC 9110 section 5), and those of a response by lower-case name."""

from __future__ import annotations

from typing import Any

from .._errors import InvalidOption
from .._words import quoted

_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_token(text: str) -> bool:
    """Whether a text is a token (RFC 9110 section 5.6.2), like the names of headers and methods."""
    return bool(text) and _TOKEN.issuperset(text)


def is_visible_ascii(text: str) -> bool:
    """Whether a text can be a bearer token: no spaces, no control characters, nothing beyond ASCII."""
    return all("!" <= character <= "~" for character in text)


def check_header(name: str, value: str) -> None:
    """Raises InvalidOption for a header that HTTP cannot carry. Never quotes the value: it may be a secret."""
    if not is_token(name):
        raise InvalidOption(f"The header name {quoted(name)} is not valid: use letters, digits and - only.")
    if any((c < " " and c != "\t") or c == "\x7f" for c in value):
        raise InvalidOption(f"The header {name} holds line breaks or control characters: remove them.")
    if any(c > "\xff" for c in value):
        raise InvalidOption(f"The header {name} holds characters beyond Latin-1: encode them first.")


def lower_cased(headers: Any) -> dict[str, str]:
    """A response's headers by lower-case name; the values of a repeated one are joined by commas."""
    lowered: dict[str, str] = {}
    for name, value in headers.items():
        key = str(name).lower()
        lowered[key] = f"{lowered[key]}, {value}" if key in lowered else str(value)
    return lowered


def utf8(value: str) -> str:
    """An address in a header. Headers are decoded as Latin-1; servers that do not percent-encode send UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
