# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret is found in the spellings of JSON, HTML, URLs, forms and base64, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._spellings import MOST_SPECIALS, Needle, in_base64

SECRET = "s+e c%r:e/t&=\"é~\\<q'"
JSON = json.dumps(SECRET)[1:-1]
HTML = html.escape(SECRET, quote=False)
URL = quote(SECRET, safe="")
SPELLINGS = {
    "as it is": SECRET,
    "JSON": JSON,
    "JSON in UTF-8": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "JSON of PHP": JSON.replace("/", "\\/"),
    "JSON of Go": JSON.replace("&", "\\u0026").replace("<", "\\u003c"),
    "JSON of .NET": JSON.replace("&", "\\u0026")
    .replace("<", "\\u003C")
    .replace("+", "\\u002B")
    .replace("'", "\\u0027"),
    "JSON in JSON": json.dumps(JSON)[1:-1],
    "HTML, not quotes": HTML,
    "HTML of Python": html.escape(SECRET),
    "HTML of Go": HTML.replace('"', "&#34;").replace("'", "&#39;").replace("+", "&#43;"),
    "HTML of PHP": HTML.replace('"', "&quot;").replace("'", "&#039;"),
    "HTML in hex": HTML.replace('"', "&#x22;").replace("'", "&#X27;").replace("/", "&#x2F;"),
    "HTML by name": HTML.replace("é", "&eacute;").replace("'", "&apos;"),
    "HTML twice": html.escape(html.escape(SECRET)),
    "HTML in JSON": json.dumps(html.escape(SECRET))[1:-1].replace("&", "\\u0026"),
    "URL": URL,
    "URL in lower case": "".join(c.lower() if before == "%" else c for before, c in zip(" " + URL, URL)).replace(
        "%c3", "%C3"
    ),
    "a URL's path": quote(SECRET),
    "JavaScript's encodeURIComponent": quote(SECRET, safe="!~*'()"),
    "form": quote_plus(SECRET),
    "percent twice": quote(URL, safe=""),
    "form, percent twice": quote_plus(quote_plus(SECRET)),
    "Python": repr(SECRET)[1:-1],
    "UTF-8 read as Latin-1": SECRET.encode().decode("latin-1"),
    "Latin-1 in a URL": quote(SECRET.encode("latin-1"), safe=""),
}
#: Some of it in one spelling and some in another, which is not looked for in secrets of thousands of characters.
MIXED = {"HTML in hex", "HTML by name", "URL in lower case"}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_spellings(spelled: str) -> None:
    text = f"before {spelled} after"
    ((start, end),) = Needle(SECRET).spans(text)
    # What escapes the first character or the last may be taken along.
    assert (text[:start].rstrip("\\"), text[end:]) == ("before ", " after")
    assert Needle(SECRET).is_all_of(spelled)


@pytest.mark.parametrize(
    "secret", ["abc", "ab\\\\cd", "\\\\\\", "#!?/", "p/ss", "ü&ö", "\U0001f600-emoji", "a\u200bb c"]
)
def test_secrets_of_every_make(secret: str) -> None:
    for spelled in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""), html.escape(secret)):
        assert Needle(secret).is_all_of(spelled)
        assert len(list(Needle(secret).spans(f"x {spelled}, {spelled} y"))) == 2
    assert not list(Needle(secret).spans("something else"))


def test_a_text_that_is_nearly_the_secret_is_none() -> None:
    for near in ("a-b/d", "a_b/c", "A-b/c", "a-b%2Ec", "a-b&#48;c", "a-b"):
        assert not list(Needle("a-b/c").spans(near))
    assert list(Needle("a-b/c").spans("a-b/a-b/c")) == [(4, 9)]


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("offset", range(3))
def test_base64_of_the_secret_inside_of_more(encode: object, offset: int) -> None:
    assert callable(encode)
    for more in (b"", b"y", b"yy", b"yyy"):
        encoded = encode(b"x" * offset + SECRET.encode() + more).decode()
        found = [span for digits in in_base64(SECRET) for span in Needle(digits, base64=True).spans(encoded)]
        assert found
        rest = encoded[: min(found)[0]] + encoded[max(found)[1] :]
        assert len(rest.rstrip("=")) <= 6


@pytest.mark.parametrize(
    "secret",
    [
        "Passw0rd\\xyz!9",
        "line1secret\nline2secret",
        "tab\tSecret99",
        "s3cretvalue12\n",
        "\n\b\f\r\tSecret99",
        "C:\\\\share99",
        'a\\"b99secret\\\\"',
        "a\\\nb99secret<\\&",
    ],
)
def test_escapes_of_json(secret: str) -> None:
    once = json.dumps(secret)[1:-1]
    of_go = once.replace("&", "\\u0026").replace("<", "\\u003c")
    html_in_json = json.dumps(html.escape(secret))[1:-1].replace("&", "\\u0026")
    for spelled in (secret, once, json.dumps(once)[1:-1], of_go, html_in_json, quote(secret)):
        assert Needle(secret).is_all_of(spelled)
        assert [end for _start, end in Needle(secret).spans(f"-{spelled}-")] == [len(spelled) + 1]


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("A1B2" + '\\\\"' * 12 + "!", "A1B2" + ("\\" * 8 + '"') * 12 + "?"),
        ("A1B2" + '\\\\"' * 12 + "!", "A1B2" + ("\\" * 8 + "u0022") * 12 + "?"),
        ("A1B2" + "\\" * 20 + "!", "A1B2" + ("\\" * 8 + "u005c") * 20 + "?"),
        ("A1B2" + "\\" * 20 + "!", "A1B2" + "\\" * 100 + "?"),
        ("A1B2" + "\\" * 20 + "!", "A1B2" + "%5C" * 100 + "?"),
        ("A1B2" + "\\\n" * 12 + "!", "A1B2" + "\\" * 100 + "n" * 12 + "?"),
    ],
)
def test_there_is_one_way_only_to_read_backslashes(secret: str, text: str) -> None:
    started = time.perf_counter()
    assert not list(Needle(secret).spans(text))
    assert time.perf_counter() - started < 5


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    started = time.perf_counter()
    for text in ("\\" * 200_000 + "x", "%25" * 100_000, "&amp;" * 100_000, "s" * 200_000, "\\u" * 100_000):
        assert not list(Needle("\\\\\\/&%s<").spans(text))
        assert not list(Needle(SECRET).spans(text))
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize("secret", ["!?/" * 30 + "abcd12", "!?/" * 30 + "ab"])
@pytest.mark.parametrize("before", ["", "?/", "!"])
def test_every_core_costs_no_more_than_what_is_before_it(secret: str, before: str) -> None:
    text = (before + secret[90:]) * 20_000
    started = time.perf_counter()
    assert not list(Needle(secret).spans(text))
    assert [end for _start, end in Needle(secret).spans(text + secret + text)] == [len(text + secret)]
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("spelled", sorted(SPELLINGS.keys() - MIXED))
def test_a_long_secret_in_its_usual_spellings(spelled: str) -> None:
    long = SPELLINGS[spelled] * MOST_SPECIALS
    needle = Needle(SECRET * MOST_SPECIALS)
    assert needle.is_all_of(long)
    assert (2, 2 + len(long)) in list(needle.spans(f"x {long} y"))
    assert not list(needle.spans(f"x {long[:-9]} y"))


@pytest.mark.parametrize("digits", [SECRET, "secret", "\n\\'"])
def test_a_long_secret_costs_little(digits: str) -> None:
    secret = (digits * 5000)[:5000]
    started = time.perf_counter()
    for encode in (str, json.dumps, html.escape, quote_plus):
        assert list(Needle(secret).spans(f"x {encode(secret)} y"))
    for encoded in (base64.b64encode(secret.encode()).decode(), base64.urlsafe_b64encode(secret.encode()).decode()):
        found = [span for part in in_base64(secret) for span in Needle(part, base64=True).spans(f"x {encoded} y")]
        assert found == [(2, 2 + len(encoded))]
    assert time.perf_counter() - started < 10
