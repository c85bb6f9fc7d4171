# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs: refused, compared, shown and sent."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InsecureUrl, InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._urls import (
    check_url,
    host_allowed,
    host_and_port,
    is_loopback,
    leads_inward,
    origin,
    safe_url,
    wire_url,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://API.Example.org/x", ("https", "api.example.org", 443)),
        ("http://api.example.org./x", ("http", "api.example.org", 80)),
        ("https://bücher.example:8443", ("https", "xn--bcher-kva.example", 8443)),
        ("https://ＡＰＩ。example", ("https", "api.example", 443)),
        ("https://[2001:DB8::0:1]/", ("https", "2001:db8::1", 443)),
        ("https://host:0/", ("https", "host", 0)),
        ("https://host:/", ("https", "host", 443)),
        ("https://[::1]:/", ("https", "::1", 443)),
        ("https://[fe80::1%eth0]:8443/", ("https", "fe80::1%eth0", 8443)),
    ],
)
def test_origin(url: str, expected: tuple[str, str, int]) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "//host/x",
        "host/x",
        "ftp://host/",
        "https://user@host/",
        "https://user:secret@host/",
        "https://@host/",
        "https://host\\@other/",
        "https://host/\nx",
        "https://host/\x85x",
        " https://host/",
        "https://host/ ",
        "https://host:99999/",
        "https://host:x/",
        "https://ho st/",
        "https://h%6fst/",
        "https://a..b/",
        "https://-/",
        f"https://{'a' * 64}.example/",
        "https://[::1/",
        "https://[::1].evil.test/",
        "https://[::1].evil.test:443/",
        "https://[::1]evil:80/",
        "https://[::1]:80.evil.test/",
        "https://[::1]x",
        "https://[::1]]/",
        "https://[[::1]]/",
        "https://evil.test[::1]/",
        "https://evil.test:80[::1]/",
        "https://[evil.test]/",
        "https://[localhost]/",
        "https://[127.0.0.1]/",
        "https://[v1.x]/",
        "https://[v1.fe80::1]/",
        "https://[]/",
        "https://[::1%lo]/",
        "https://[2001:db8::1%25eth0]/",
        "https://[fe80::1%]/",
        "https://[fe80::1%e/th]/",
        "https://[fe80::1%e%th]/",
        "https://::1/",
        "https://a:b:80/",
        "https://:80/",
        "https://host:+80/",
        "https://host:8_0/",
        "https://host:\u0668\u0660/",
        "https://host:-1/",
        "https://host／path/",
        "https://straße.example/",
        "",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_url(url, allow_http=True, what="token_url")
    assert caught.value.message.startswith("token_url ")
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://localhost/", "http://[::1]/", "https://host/"])
def test_urls_that_need_no_permission(url: str) -> None:
    check_url(url, allow_http=False, what="url")


def test_plain_http_needs_allow_http() -> None:
    check_url("http://api.example.org/x", allow_http=True, what="url")
    with pytest.raises(InsecureUrl) as caught:
        check_url("http://api.example.org/x?key=secret", allow_http=False, what="url")
    assert caught.value.message == (
        "url is http://api.example.org/x, where secrets and tokens would travel in clear text: use https, or set "
        "allow_http: true if you trust every machine in between."
    )


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("app.localhost", False),
        ("app.localhost.", False),
        ("127.1", False),
        ("::ffff:10.0.0.1", False),
        ("::", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("api.example.org", "https://API.example.org:8443/x", True),
        ("api.example.org", "https://api.example.org.evil.test/", False),
        ("api.example.org:443", "https://api.example.org/", True),
        ("api.example.org:8443", "https://api.example.org/", False),
        ("*.example.org", "https://a.b.example.org/", True),
        ("*.example.org", "https://example.org/", False),
        ("*.example.org", "https://evilexample.org/", False),
        ("*.example.org:8443", "https://a.example.org:8443/", True),
        ("Bücher.example", "https://xn--bcher-kva.example/", True),
        ("::1", "https://[::1]:9/", True),
        ("[::1]:9", "https://[::1]:9/", True),
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
    ],
)
def test_allowed_hosts(pattern: str, url: str, expected: bool) -> None:
    assert host_allowed(url, ["other.test", pattern]) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "*",
        "*.",
        "https://a.b",
        "a/b",
        "a.*.b",
        "user@host",
        "host:x",
        "a b",
        "host:",
        "[::1]:",
        "[::1].evil.test",
        "[::1]evil:80",
        "evil.test[::1]",
        "[::1",
        "::1]",
        "::1]:80",
        "[host]",
        "[127.0.0.1]",
        "[v1.x]",
        "::1%lo",
        "*.[::1].evil.test",
    ],
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(InvalidOption, match="allowed_hosts: "):
        host_allowed("https://[::1]/", [pattern])


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("https://api.example.org/", "http://localhost/", True),
        ("https://api.example.org/", "http://127.0.0.1:8080/", True),
        ("http://api.example.org/", "http://[::1]/", True),
        ("https://10.0.0.1/", "http://[::ffff:127.0.0.1]/", True),
        ("https://api.example.org/", "http://app.localhost/", True),
        ("https://api.example.org/", "http://0.0.0.0/", True),
        ("https://api.example.org/", "http://[::]/", True),
        ("https://api.example.org/", "http://127.1/", True),
        ("https://api.example.org/", "http://0x7f.1/", True),
        ("https://api.example.org/", "http://2130706433/", True),
        ("https://api.example.org/", "http://0/", True),
        ("https://api.example.org/", "https://localhost/", False),
        ("https://api.example.org/", "http://api.example.org/", False),
        ("https://api.example.org/", "http://10.1/", False),
        ("http://localhost:8080/", "http://127.0.0.1:9090/", False),
        ("https://[::1]/", "http://localhost/", False),
        ("http://app.localhost/", "http://app.localhost/x", False),
    ],
)
def test_no_place_elsewhere_leads_to_plain_http_on_this_machine(source: str, target: str, expected: bool) -> None:
    assert leads_inward(source, target) is expected


def test_nothing_allowed_is_nothing() -> None:
    assert host_allowed("https://host/", []) is False


def test_shown_urls_hold_no_secret() -> None:
    assert safe_url("https://u:p@host:8443/a?token=t#f") == "https://host:8443/a"
    assert safe_url("https://host:x/") == "(a broken URL)"
    assert safe_url("https://[::1].evil.test/") == "(a broken URL)"
    assert safe_url("https://[::1]:8/") == "https://[::1]:8/"
    assert host_and_port("https://[::1]/") == "[::1]:443"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://HOST", "https://host/"),
        ("https://Bücher.example:8443/ä b", "https://xn--bcher-kva.example:8443/%C3%A4%20b"),
        ("https://host/a%2Fb;c=1?q=%20x&r=[1]#f", "https://host/a%2Fb;c=1?q=%20x&r=%5B1%5D"),
        ("https://[::1]:8/", "https://[::1]:8/"),
        ("https://host/100%?q=%zz&r=5%", "https://host/100%25?q=%25zz&r=5%25"),
        ("https://host/%7euser/a%2fb?q=%c3%bc%41", "https://host/~user/a%2Fb?q=%C3%BCA"),
        ("https://host/a%2541%%41?%4%31%é", "https://host/a%2541%25A?%2541%25%C3%A9"),
    ],
)
def test_urls_on_the_wire(url: str, sent: str) -> None:
    """And what is on the wire does not change a second time."""
    assert wire_url(url) == sent
    assert wire_url(sent) == sent
