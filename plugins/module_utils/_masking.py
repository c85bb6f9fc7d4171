# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks secrets and tokens, in all usual encodings, in what a task shows. Leaves all other text unchanged.

Keys are never rewritten. In our own sentences only quoted text is masked: a secret may be an English word. A secret
that is too short to be told from other text is masked only where it is a whole value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from ._maskable import SHORTEST, could_be_words
from ._spellings import Needle, Span, in_base64

MASK = "********"
#: The keys of our results whose values are our own sentences.
SENTENCES = frozenset({"msg", "error", "failures", "warnings", "problems"})

#: Foreign text in our own sentences: quoted (see _words.quoted), or a URL. An apostrophe follows a letter.
_FOREIGN = re.compile(r"(?<!\w)'((?:[^']|'(?=\w)){0,260})'(?!\w)|https?://[^\s'\"]+")
#: Characters: a sentence may quote only the beginning of a text.
_ENOUGH = 40
_REST = re.compile(r"[^\s'\"…,;)/]*")
#: A short secret as a whole value: in a form or query, in JSON (but not as a key), in an Authorization header.
_WHOLE_VALUES = (
    r"(?:=|%3[Dd])[\"']?(?P<secret>{0})(?=\Z|[&;,\s<>)\]}}\"'\\]|%26)",
    r"\"(?P<secret>{0})(?=\\{{0,8}}\"(?!\s{{0,20}}:))",
    r"\b(?i:Bearer|Basic|DPoP|Token)(?:\s|\+|%20){{1,4}}(?P<secret>{0})(?=\Z|[&;,\s<>)\]}}\"'\\])",
)
#: The same, and where Ansible's own messages quote a value.
_QUOTED_VALUES = (
    *_WHOLE_VALUES,
    r"got: (?P<secret>{0})\Z",
    r"module: (?P<secret>{0})(?=\. )",
    r"'(?P<secret>{0})(?=')",
)
#: A path segment of a URL in a sentence; such URLs have no query.
_PARTS_OF_URLS = (r"(?<!/)/(?P<secret>{0})(?=[/?&#,.:;)]|\Z)",)


class Masker:
    """Masks these secrets. Empty ones are ignored."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = list(dict.fromkeys(secret for secret in secrets if secret))
        long = [secret for secret in known if len(secret) >= SHORTEST]
        plain = [secret for secret in long if not could_be_words(secret)]
        self._words = [Needle(secret) for secret in long if could_be_words(secret)]
        self._plain = [Needle(secret) for secret in plain]
        self._encoded = [Needle(digits, base64=True) for secret in long for digits in _base64(secret)]
        self._short = [Needle(secret) for secret in known if len(secret) < SHORTEST]
        self._beginnings = [Needle(secret[:_ENOUGH]) for secret in plain if len(secret) > _ENOUGH]

    def __bool__(self) -> bool:
        return bool(self._all)

    def __repr__(self) -> str:
        return "Masker(...)"

    @property
    def _all(self) -> list[Needle]:
        return self._words + self._plain + self._encoded + self._short + self._beginnings

    def for_parts_of(self, text: str) -> Masker:
        """A masker for parts of this text: with only the secrets that may occur in it, which is cheap to find out."""
        found = Masker(())
        for name, needles in vars(self).items():
            setattr(found, name, [needle for needle in needles if needle.may_be_in(text)])
        return found

    def value(self, text: str) -> str:
        """Masks a value that came from elsewhere, such as from a server."""
        if not any(needle.core in text for needle in self._all):
            return text
        return _replaced(text, self._in_value(text, _WHOLE_VALUES))

    def foreign_words(self, text: str) -> str:
        """Masks somebody else's sentence, such as Ansible's, which may quote a value anywhere."""
        return _replaced(text, self._in_value(text, _QUOTED_VALUES))

    def sentence(self, text: str) -> str:
        """Masks a sentence of ours."""
        return _replaced(text, self._in_sentence(text))

    def number(self, value: float) -> bool:
        """Whether a number is a secret."""
        text = str(value)
        return any(needle.is_all_of(text) for needle in (*self._plain, *self._short))

    def _in_value(self, text: str, shapes: Collection[str]) -> Iterator[Span]:
        for needle in (*self._words, *self._plain, *self._encoded):
            yield from needle.spans(text)
        for needle in self._short:
            if needle.core in text:
                yield from [(0, len(text))] if needle.is_all_of(text.strip()) else _shaped(needle, text, shapes)

    def _in_sentence(self, text: str) -> Iterator[Span]:
        for needle in (*self._plain, *self._encoded):
            yield from needle.spans(text)
        for needle in self._beginnings:
            yield from ((start, _end(_REST.match(text, end), end)) for start, end in needle.spans(text))
        for foreign in _FOREIGN.finditer(text) if self._words or self._short else ():
            quoted = foreign[1] is not None
            start, part = (foreign.start(1), foreign[1]) if quoted else (foreign.start(), foreign[0])
            found = self._in_quotes(part) if quoted else self._in_url(part)
            yield from ((start + first, start + last) for first, last in found)

    def _in_quotes(self, text: str) -> Iterator[Span]:
        for needle in self._words:
            yield from needle.spans(text)
        if any(needle.is_all_of(text) for needle in self._short):
            yield 0, len(text)

    def _in_url(self, text: str) -> Iterator[Span]:
        for needle in self._words:
            yield from _shaped(needle, text, _PARTS_OF_URLS)


def without_secrets(
    result: dict[str, Any],
    secrets: Iterable[str],
    *,
    sentences: Collection[str] = SENTENCES,
    nested: Collection[str] = (),
) -> dict[str, Any]:
    """The result with the secrets masked in its values.

    Numbers at the top level (status, elapsed) are our own, too, except a JSON response that is a number (json).

    :param sentences: the keys whose values are our own sentences.
    :param nested: the keys whose values are lists of results.
    """
    masker = Masker(secrets)
    if not masker:
        return result
    masker = masker.for_parts_of("\n".join(_texts(result)))  # walking a large response takes seconds
    if not masker:
        return result
    found = {key: value for key, value in result.items() if key not in nested}
    found = _masked(found, masker, sentences)
    found.update({key: [_masked(item, masker, sentences) for item in result[key]] for key in nested if key in result})
    return found


def _masked(result: Mapping[str, Any], masker: Masker, sentences: Collection[str]) -> dict[str, Any]:
    return {
        key: _walked(value, masker.sentence, None)
        if key in sentences
        else _walked(value, masker.value, None if key != "json" and isinstance(value, (int, float)) else masker.number)
        for key, value in result.items()
    }


def _base64(secret: str) -> Iterator[str]:
    """The base64 of a secret, plain and form-encoded (RFC 6749 section 2.3.1)."""
    for spelled in dict.fromkeys((secret, quote_plus(secret))):
        yield from in_base64(spelled)


def _walked(value: Any, mask: Callable[[str], str], is_secret: Callable[[float], bool] | None) -> Any:
    # JSON's types first: a decoded response has no others, and may have millions of values.
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, (dict, Mapping)):
        return {key: _walked(item, mask, is_secret) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_walked(item, mask, is_secret) for item in value])
    if is_secret and isinstance(value, (int, float)) and not isinstance(value, bool) and is_secret(value):
        return MASK
    return value


def _texts(result: object) -> Iterator[str]:
    """Every value as text, in no particular order."""
    waiting: list[object] = [result]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, Mapping)):
            waiting.extend(value.values())
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
        elif value is not None and not isinstance(value, bool):
            yield str(value)


def _shaped(needle: Needle, text: str, shapes: Iterable[str]) -> Iterator[Span]:
    for shape in shapes:
        for found in _compiled(shape, needle.pattern).finditer(text):
            yield found.span("secret")


@lru_cache(maxsize=64)
def _compiled(shape: str, pattern: str) -> re.Pattern[str]:
    return re.compile(shape.format(pattern))


def _end(match: re.Match[str] | None, otherwise: int) -> int:
    return match.end() if match else otherwise


def _replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with each span replaced by a mask; overlapping spans share one."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        if start >= done or not pieces:
            pieces += [text[done:start], MASK]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text
