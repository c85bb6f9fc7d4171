# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much memory the values of a JSON text will take, before it is parsed, and how deeply values are nested.

`[],[],[]` takes 25 times its own length. The estimate counts the structural characters outside of strings, weighted by
what CPython needs for the values behind them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

#: How many times the limit the values of a text may take. Responses of APIs take 3 to 4 times their length.
GROWTH = 6
#: Levels of lists and mappings. Ansible walks a result recursively, and so does the audit a realm.
DEEPEST = 100
#: Characters: shorter texts are harmless, since nothing takes more than 50 times its length.
_SMALL = 1024 * 1024
_STEP = 256 * 1024
#: Bytes of a list with its first items, of a mapping with its first members, of one more item, of its name, and of a
#: string apart from these and its characters. Measured with CPython 3.9 to 3.13.
_LIST, _MAPPING, _ITEM, _NAME, _STRING = 88, 184, 40, 20, 22
#: Bytes that a character takes in a string with escaped surrogates, temporary copy included.
_ESCAPED = 6
_NOISE = bytes(byte for byte in range(256) if byte not in b'"[{,:')


def too_many_values(text: str, limit: int) -> bool:
    """Whether the values of a JSON text would take more memory than GROWTH times the limit (bytes)."""
    return len(text) > _SMALL and memory_of(text) + _characters(text) > GROWTH * limit


def depth(value: object) -> int:
    """How many levels of lists and mappings a value has, counted without recursion."""
    levels, level = 0, [value]
    while level:
        level = [child for item in level for child in _containers(item)]
        levels += 1
    return levels


def memory_of(text: str) -> int:
    """About how many bytes the values of a JSON text take, apart from the characters of its strings."""
    total, quotes, start = 0, 0, 0
    while start < len(text):
        end = _cut(text, start + _STEP)
        marks = text[start:end].encode("latin-1", "replace")
        if b"\\" in marks:  # without its escapes, every quote begins or ends a string
            marks = marks.replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = marks.translate(None, _NOISE).split(b'"')
        outside = b"".join(parts[quotes % 2 :: 2])
        total += outside.count(b"[") * _LIST + outside.count(b"{") * _MAPPING
        total += outside.count(b",") * _ITEM + outside.count(b":") * _NAME
        quotes += len(parts) - 1
        start = end
    return total + quotes // 2 * _STRING


def _characters(text: str) -> int:
    """Bytes that a text and its strings take beyond ASCII's: one emoji makes every character 4 bytes wide."""
    size = sys.getsizeof(text)
    if "\\ud" in text or "\\uD" in text:  # an emoji in a string, or a lone surrogate, whose removal copies the string
        return size + _ESCAPED * len(text)
    if size < 1.5 * len(text):
        return 0
    return 2 * size if "\\" in text else size  # a string with escapes is joined from parts


def _cut(text: str, end: int) -> int:
    """The next position, from `end` on, that does not split an escape."""
    while end < len(text) and text[end - 1] == "\\":
        end += 1
    return min(end, len(text))


def _containers(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, (dict, list))]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, (dict, list))]
    return ()
