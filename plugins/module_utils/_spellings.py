# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds a text in all the encodings in which an honest server may send it back.

These are JSON, HTML, percent-encoding, forms and base64, and one nested in another, such as percent-encoding twice.
Encoders leave letters and digits unchanged, so the search looks for the longest run of them first, which costs one
`in`; it compares the rest around it, character by character. Every repeat is bounded, since the texts are foreign.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import lru_cache
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus

_RUN = re.compile(r"[A-Za-z0-9]+")
#: What is encoded as a unit: a run of backslashes, which escape each other, or one other character.
_PARTS = re.compile(r"\\+|[^\\]", re.DOTALL)
_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
#: base64 and base64url (RFC 4648 sections 4 and 5) differ in two characters.
_ALPHABETS = {"+": "+-", "/": "/_"}
_OF_URLS = str.maketrans("+/", "-_")
_NO_SPECIALS = {ord(digit): None for digit in _DIGITS - set("+/")}
_PERCENT = "%(?:25){0,3}"
_BACKSLASHES = r"\\{0,8}"
_AMPERSAND = rf"(?:&|\\{{1,8}}u0026|{_PERCENT}26)(?:amp(?:;|{_PERCENT}3[bB])){{0,3}}"
_SEMICOLON = f"(?:;|{_PERCENT}3[bB])?"
_JSON_ESCAPES = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}
_NUMBER_SIGN = f"(?:#|{_PERCENT}23)"
#: Characters: a core this short occurs in every large text.
_WEAK = 2
#: Characters: the longest encoding of one character that encoders produce.
_WIDEST = 60

#: A text with more characters that encoders change is compared as a whole: compiling its pattern would take seconds.
MOST_SPECIALS = 100

Span = tuple[int, int]


class Needle:
    """A text to find in all its encodings. base64: it is base64 of either alphabet, maybe a part of a longer one."""

    def __init__(self, text: str, *, base64: bool = False) -> None:
        self._text, self._base64 = text, base64
        runs = [run.span() for run in _RUN.finditer(text)]
        self._start, self._end = max(runs, key=lambda span: span[1] - span[0], default=(0, 0))
        # The part that every encoding leaves unchanged; may be empty.
        self.core = text[self._start : self._end]
        specials = text.translate(_NO_SPECIALS) if base64 else _RUN.sub("", text)
        self._is_large = len(specials) > MOST_SPECIALS

    def spans(self, text: str) -> Iterator[Span]:
        """Where the needle occurs in the text, as (start, end)."""
        if self.core not in text:
            return
        for span in self._large(text) if self._is_large else self._around_cores(text):
            yield self._widened(text, *span) if self._base64 else span

    def _large(self, text: str) -> Iterator[Span]:
        for spelled in self._whole_spellings:
            start = text.find(spelled)
            while start >= 0:
                end = start + len(spelled)
                yield start, end
                start = text.find(spelled, end)

    def _around_cores(self, text: str) -> Iterator[Span]:
        window = sum(_width(character) for character in self._text[: self._start])
        from_core, until_core = self._from_core, self._before
        found, done = from_core.search(text), 0
        while found:
            # Do not search again before the last core: otherwise many cores would cost many windows.
            least = max(0, found.start() - window, min(found.start(), done - _WIDEST))
            before = until_core.search(text, least, found.start())
            done = found.start() + len(self.core)
            if before:
                yield before.start(), found.end()
            found = from_core.search(text, found.end() if before else found.start() + 1)

    def may_be_in(self, text: str) -> bool:
        """Whether the needle may occur in the text. A core of one or two characters does not tell, so search."""
        return self.core in text and (len(self.core) > _WEAK or next(iter(self.spans(text)), None) is not None)

    def is_all_of(self, text: str) -> bool:
        """Whether the text is this needle and nothing else."""
        if self.core not in text:
            return False
        return text in self._whole_spellings if self._is_large else bool(self._whole.fullmatch(text))

    @property
    def pattern(self) -> str:
        """A regular expression for all encodings."""
        return self._pattern(self._text)

    @staticmethod
    def _widened(text: str, start: int, end: int) -> Span:
        """The span, extended by the digits at its edges, which hold bits of the secret, and the padding."""
        start -= 1 if start and text[start - 1] in _DIGITS else 0
        end += 1 if text[end : end + 1] in _DIGITS and end < len(text) else 0
        while text[end : end + 1] == "=":
            end += 1
        return start, end

    @property
    def _whole_spellings(self) -> frozenset[str]:
        return _by_encoders(self._text, self._base64)

    @property
    def _before(self) -> re.Pattern[str]:
        return _compiled(self._pattern(self._text[: self._start]) + r"\Z")

    @property
    def _from_core(self) -> re.Pattern[str]:
        return _compiled(self._pattern(self._text[self._start :]))

    @property
    def _whole(self) -> re.Pattern[str]:
        return _compiled(self.pattern)

    def _pattern(self, text: str) -> str:
        if self._base64:
            return "".join(_either(_ALPHABETS.get(digit, digit)) for digit in text)
        parts = _PARTS.findall(text)
        return "".join(_spelled(part, before[:1] == "\\") for before, part in zip(["", *parts], parts))


def in_base64(text: str) -> Iterator[str]:
    """The base64 digits that encode the text alone, for each of the three alignments."""
    data = text.encode("utf-8", "surrogateescape")
    for before, shared in ((0, 0), (1, 2), (2, 3)):
        digits = b64encode(bytes(before) + data).decode().rstrip("=")
        partly = 1 if (before + len(data)) % 3 else 0
        yield digits[shared : len(digits) - partly]


@lru_cache(maxsize=16)
def _by_encoders(text: str, is_base64: bool) -> frozenset[str]:
    """What common encoders make of a text; each encodes a character the same way everywhere."""
    texts = [text, text.translate(_OF_URLS)] if is_base64 else [text]
    latin = [one.encode("utf-8", "surrogateescape").decode("latin-1") for one in texts]
    once = {encode(one) for one in (*texts, *latin) for encode in _ENCODERS}
    return frozenset(once | {encode(one) for one in once for encode in _OUTER_ENCODERS})


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _width(character: str) -> int:
    return 1 if _RUN.fullmatch(character) else _WIDEST


def _either(characters: str) -> str:
    return characters if len(characters) == 1 else f"(?:{'|'.join(map(_spelled, characters))})"


def _backslashes(number: int) -> str:
    """A regular expression for this many backslashes and the escapes of what follows them.

    Each text matches in one way only: all are encoded alike, and the match takes every backslash at its position.
    """
    percent = f"{_PERCENT}5[cC]"
    entity = f"{_AMPERSAND}(?:{_NUMBER_SIGN}(?:0{{0,6}}92|[xX]0{{0,6}}5[cC])|bsol){_SEMICOLON}"
    return (
        rf"(?:(?:\\{{1,8}}(?:u005[cC]|x5[cC])){{{number}}}\\{{0,8}}(?!\\)|\\{{{number},{4 * number + 8}}}(?!\\)"
        rf"|(?:{percent}){{{number},{4 * number}}}|(?:{entity}){{{number},{4 * number}}})"
    )


@lru_cache(maxsize=256)
def _spelled(part: str, follows_backslash: bool = False) -> str:
    """A regular expression for one character, or several backslashes, in all encodings."""
    if _RUN.fullmatch(part):
        return part
    if part[0] == "\\":
        return _backslashes(len(part))
    code, octets = ord(part), part.encode("utf-8", "surrogateescape")
    spellings = [
        f"{_BACKSLASHES}{re.escape(part)}",
        f"{_AMPERSAND}{_NUMBER_SIGN}(?:0{{0,6}}{code}|[xX]0{{0,6}}(?i:{code:x})){_SEMICOLON}",
        *(f"{_AMPERSAND}{name}{_SEMICOLON}" for name in _entities(part)),
        _percent(octets),
        "".join(rf"\\{{1,8}}u(?i:{unit})" for unit in _units(part)),
    ]
    if part == " ":
        spellings.append(rf"\+|{_PERCENT}2[bB]")
    if 0x20 <= code <= 0xFF:
        spellings += [rf"\\{{1,8}}x(?i:{code:02x})", _percent(bytes([code]))]
    if code > 0x7F:  # UTF-8 that was read as Latin-1, as HTTP libraries do with headers
        spellings.append(re.escape(octets.decode("latin-1")))
    if part in _JSON_ESCAPES:
        spellings.append(rf"\\{{1,8}}{_JSON_ESCAPES[part]}")
    if not part.isprintable():
        spellings.append(r"\?")  # as our own sentences show it
    # The longest first: otherwise the backslash of `\u0026` alone would match a backslash of the secret.
    pattern = f"(?:{'|'.join(sorted(dict.fromkeys(spellings), key=len, reverse=True))})"
    # The backslashes before it have already matched those that escape it.
    return pattern.replace(r"\\{1,8}", _BACKSLASHES) if follows_backslash else pattern


def _entities(character: str) -> list[str]:
    code = ord(character)
    names = [codepoint2name[code]] if code in codepoint2name else []
    return [*names, *_MORE_ENTITIES.get(character, ())]


def _percent(octets: bytes) -> str:
    return "".join(f"{_PERCENT}(?i:{octet:02x})" for octet in octets)


def _units(character: str) -> list[str]:
    units = character.encode("utf-16-be", "surrogatepass")
    return [units[at : at + 2].hex() for at in range(0, len(units), 2)]


#: HTML has names for nearly every ASCII character; encoders write these.
_MORE_ENTITIES = {
    "'": ("apos",),
    "+": ("plus",),
    "/": ("sol",),
    "=": ("equals",),
    "`": ("grave",),
    "@": ("commat",),
    ":": ("colon",),
    " ": ("nbsp",),
    "\\": ("bsol",),
}


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_json_of_utf8(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_json_of_go(text: str) -> str:
    return re.sub("[&<>]", _as_unit, _in_json_of_utf8(text))


def _in_ascii_json_for_html(text: str) -> str:
    return re.sub("[&<>]", _as_unit, _in_json(text))


def _in_json_of_net(text: str) -> str:
    return re.sub("[&'+<>`]", lambda found: _as_unit(found).upper().replace("U", "u"), _in_json(text))


def _in_json_of_net_core(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\\u0022" if found[1] == '"' else found[0], _in_json_of_net(text))


def _as_unit(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _in_json_of_php(text: str) -> str:
    return _in_json(text).replace("/", "\\/")


def _in_html_of_text(text: str) -> str:
    return html.escape(text, quote=False)


def _in_html_of_go(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;").replace("+", "&#43;")


def _in_html_of_php(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&#039;")


def _in_url(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _in_url_in_lower_case(text: str) -> str:
    return re.sub("%..", lambda found: found[0].lower(), _in_url(text))


def _in_url_of_latin(text: str) -> str:
    return quote(text, safe="", encoding="latin-1", errors="replace")


def _in_component(text: str) -> str:
    return quote(text, safe="!~*'()", errors="surrogateescape")


def _in_path(text: str) -> str:
    return quote(text, errors="surrogateescape")


def _in_form(text: str) -> str:
    return quote_plus(text, errors="surrogateescape")


def _in_python(text: str) -> str:
    return repr(text)[1:-1]


_ENCODERS: tuple[Callable[[str], str], ...] = (
    str,
    _in_json,
    _in_json_of_utf8,
    _in_json_of_go,
    _in_ascii_json_for_html,
    _in_json_of_net,
    _in_json_of_net_core,
    _in_json_of_php,
    html.escape,
    _in_html_of_text,
    _in_html_of_go,
    _in_html_of_php,
    _in_url,
    _in_url_in_lower_case,
    _in_url_of_latin,
    _in_component,
    _in_path,
    _in_form,
    _in_python,
)
#: The outer encoding of a nested one is JSON, HTML or a part of a URL, as most encoders write them.
_OUTER_ENCODERS = (_in_json, _in_json_of_php, _in_ascii_json_for_html, html.escape, _in_url, _in_form)
