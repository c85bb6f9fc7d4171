# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fast path accepts a value only as full validation does."""

from __future__ import annotations

import random

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.module_utils._options import values, where
from ansible_collections.authkit.oauth.plugins.module_utils._options.endpoint import is_plain
from ansible_collections.authkit.oauth.plugins.module_utils._options.read import read
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import TABLE

PIECES = (
    *("https://", "http://", "HTTPS://", "ftp://", "//", "a.example", "A.Example", "localhost", "127.0.0.1", "[::1]"),
    *(
        "1.2.3.999",
        "xn--a",
        "-a",
        "a-",
        "..",
        ".",
        ":",
        ":8443",
        ":99999",
        ":-1",
        ":٣",
        "/",
        "/realms/",
        "/realms",
        "@",
    ),
    *("user:pw@", "?q", "#f", "\\", " ", "\t", "\n", "\x00", "é", "ß", "\u200c", "%00", "~", "$HOME", "x" * 64, "_a"),
)
BEGINNINGS = ("", "https://", "https://a.example", "https://a.example/", "http://localhost", "http://127.0.0.1:80")
TEXTS = ("issuer", "token_url", "auth_server", "realm", "client_id", "client_secret", "cache", "ca_path", "proxy")


def judged(name: str, value: object) -> object:
    """The result of full validation, without the fast path."""
    option = TABLE[name]
    try:
        if name in ("issuer", "token_url", "auth_server", "realm"):
            return where.read_where(option, value, "it", allow_http=False)
        return values.read_value(option, value, "it")
    except AuthkitError as error:
        return str(error)


def taken(name: str, value: object) -> object:
    try:
        return read(TABLE[name], value, "it", allow_http=False)
    except AuthkitError as error:
        return str(error)


@pytest.mark.parametrize("name", TEXTS)
def test_the_short_way_ends_where_the_long_one_does(name: str) -> None:
    chance = random.Random(7)
    for _turn in range(3000):
        value = chance.choice(BEGINNINGS) + "".join(chance.choices(PIECES, k=chance.randint(0, 3)))
        if not value:
            continue
        assert taken(name, value) == judged(name, value), repr(value)


def test_most_urls_are_plain() -> None:
    urls = ["https://login.example.org", "https://a.example:8443/x/y_z~1", "http://127.0.0.1:80/t", "http://localhost"]
    assert [url for url in urls if not is_plain(url)] == []
    assert not is_plain("http://a.example")
