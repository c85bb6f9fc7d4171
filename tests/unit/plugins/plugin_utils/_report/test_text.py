# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from a realm is harmless in every output format."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.text import (
    ESCAPES,
    escaped,
    markdown,
    markup,
    sarif,
    visible,
)
from ansible_collections.authkit.oauth.tests.unit.support.reports import ALL_AT_ONCE, HOSTILE

#: How a reference to a character, such as &#42;, is written.
REFERENCE = re.compile(r"&#\d+;")


class Page(HTMLParser):
    """What a browser makes of a page: tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_seen_is_written_out(text: str) -> None:
    shown = visible(f"{text}\ud800")
    for character in shown:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.category(character) != "Cf" or character in "\u200c\u200d"
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – Ünïcödé, 検査 👩\u200d💻", "plain – Ünïcödé, 検査 👩\u200d💻"),
        ("\x1b[31m", "␛[31m"),
        ("a\nb\r\tc\0", "a␊b␍␉c␀"),
        ("\x7f\x9b", "␡[U+009B]"),
        ("\u202e\u2066\u200b\ufeff", "[U+202E][U+2066][U+200B][U+FEFF]"),
        ("\ud800\uffff\U0001fffe\U000e0041", "[U+D800][U+FFFF][U+1FFFE][U+E0041]"),
    ],
)
def test_how_it_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", [*HOSTILE, ALL_AT_ONCE])
def test_markup_is_text_for_a_browser(text: str) -> None:
    page = Page()
    page.feed(f'<p title="{markup(text)}">{markup(text)}</p>')
    page.close()
    assert page.tags == ["p"]
    assert page.attributes == [("title", visible(text))]
    assert page.text == visible(text)


@pytest.mark.parametrize("text", [*HOSTILE, ALL_AT_ONCE])
def test_markup_is_text_for_an_xml_parser(text: str) -> None:
    element = ElementTree.fromstring(f'<p title="{markup(text)}">{markup(text)}</p>')
    assert (element.get("title"), element.text, len(element)) == (visible(text), visible(text), 0)


@pytest.mark.parametrize("text", [*HOSTILE, ALL_AT_ONCE])
def test_markdown_holds_no_character_that_begins_something(text: str) -> None:
    left = REFERENCE.sub("¤", markdown(text))
    assert not re.search(r"[\\`*\[\]{}<>&|~#@!\n]|://|www\.|(?<!\w)_|_(?!\w)", left)
    assert left[0] not in "-+= "


def test_markdown_reads_as_it_was() -> None:
    decoded = REFERENCE.sub(lambda found: chr(int(found[0][2:-1])), markdown(ALL_AT_ONCE))
    assert decoded == visible(ALL_AT_ONCE)
    assert markdown("client_secret_basic: 26.7.3 is old, isn't it?") == "client_secret_basic: 26.7.3 is old, isn't it?"


@pytest.mark.parametrize(("text", "begin"), [("- a", "&#45;"), ("1. a", "&#49;"), ("  a", "&#32;"), ("=", "&#61;")])
def test_markdown_begins_no_list(text: str, begin: str) -> None:
    assert markdown(text).startswith(begin)


def test_sarif_has_no_placeholder_and_no_link() -> None:
    assert sarif("{0} [here](https://evil.example)") == "{{0}} [here] (https://evil.example)"


def test_everything_in_a_value_is_escaped() -> None:
    value = {"a_b": ["<", {"c d<": ("<", 1, None, True)}]}
    assert escaped(value, markup) == {"a_b": ["&lt;", {"c d&lt;": ["&lt;", 1, None, True]}]}
    assert set(ESCAPES) == {"html", "markdown", "terminal", "xml"}
