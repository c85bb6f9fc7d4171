# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header Link as servers write it (RFC 8288), and links in documents."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging import links
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.errors import PageElsewhere
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.links import (
    LONGEST_HEADER,
    link_text,
    next_link,
)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("", None),
        ('<https://a/?page=2>; rel="next"', "https://a/?page=2"),
        ("</x?page=2>;rel=next", "/x?page=2"),
        ("<?page=2>; REL=NEXT; title=more", "?page=2"),
        ('<a>; rel="prev", <b>; rel="next", <c>; rel="last"', "b"),
        ('<a,b;c>; rel="start next"', "a,b;c"),
        ('<a>; title="<b>; rel=next", <c>; rel=next', "c"),
        ('<a>; title="say \\"<b>\\""; rel="next"', "a"),
        ('<a>; rel="nextish"', None),
        ('<a>; rel="next"; anchor="#other"', None),
        ("<a>", None),
        ('a; rel="next"', None),
        ('< a >; rel="next"', "a"),
        ("<a>; rel='next'", "a"),
        ('<a>; rel="prev"; rel="next"', None),
        ('<a>; title="; rel=next"', None),
        ('<a>; title="; rel=next', None),
        ('<a>; x"; rel=next"', None),
        ("<a?q=\u00c3\u00bc>; rel=next", "a?q=\u00fc"),
        ("<a?q=\u00fc>; rel=next", "a?q=\u00fc"),
    ],
)
def test_the_link_with_the_relation_next(header: str, target: str | None) -> None:
    assert next_link({"link": header}) == target


HOSTILE = {
    "quotes": '<a>"' * 10_000,
    "brackets": "<" * 60_000,
    "escapes": '<a>; x="' + "\\" * 60_000,
    "targets": "<>" * 20_000,
    "parameters": "<a>" + "; x" * 20_000,
    "escaped quotes": '<a>\\"' * 13_000,
    "escaped quotes in parameters": '<a>; x="' + '\\"' * 30_000,
    "semicolons in a string": '<a>; x="' + ";" * 60_000 + '"; rel=prev',
    "spaces": "<a>;" + " " * 60_000,
    "spaces after a name": "<a>; x" + " " * 60_000,
    "names": "<a>;" + "x" * 60_000,
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_a_hostile_header_costs_little_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "LONGEST_HEADER", 2**20)
    begin = time.process_time()
    assert next_link({"link": HOSTILE[kind]}) is None
    assert time.process_time() - begin < 5


def test_a_header_that_is_too_long_is_an_error_and_not_the_last_page() -> None:
    link = '<https://a/2>; rel="next"'
    assert next_link({"link": link + " " * (LONGEST_HEADER - len(link))}) == "https://a/2"
    with pytest.raises(PageElsewhere, match="more than 32768 characters, which is not read"):
        next_link({"link": f"{'<a>; rel=prev, ' * 3_000}{link}"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("/x", "/x"),
        (" ", None),
        (None, None),
        ({"href": "/x"}, "/x"),
        ({"href": None}, None),
        ([{"rel": "self", "href": "/"}, {"rel": "next", "href": "/x"}], "/x"),
        ([{"relation": "next", "url": "/x"}], "/x"),
        (["next"], None),
        (7, None),
    ],
)
def test_a_link_in_a_document(value: Any, text: str | None) -> None:
    assert link_text(value) == text
