# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: the option, the environment, the exceptions from it, and what is said when one refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption, ProxyFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http import HttpRequest, Retries
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.http_support import (
    ForwardProxy,
    MakeTransport,
    Scripted,
    forward_proxy,
    free_port,
    scripted,
)


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    with forward_proxy() as running:
        yield running


@pytest.fixture
def secure(authority: PrivateAuthority) -> Iterator[Scripted]:
    with scripted(tls=authority.server_context()) as running:
        yield running


def place(server: Scripted) -> str:
    return server.url.split("//")[1]


def test_option_serves_both_schemes(
    make_transport: MakeTransport, proxy: ForwardProxy, server: Scripted, secure: Scripted, authority: PrivateAuthority
) -> None:
    transport = make_transport(proxy=proxy.url, ca_path=str(authority.ca_path))
    assert transport.send(HttpRequest("GET", f"{server.url}/a")).status == 200
    assert transport.send(HttpRequest("POST", f"{secure.url}/b", body=b"x")).status == 200
    assert proxy.seen == [f"GET {server.url}/a", f"CONNECT {place(secure)}"]
    assert secure.seen[0].body == b"x"


def test_option_needs_no_scheme(make_transport: MakeTransport, proxy: ForwardProxy, server: Scripted) -> None:
    make_transport(proxy=proxy.url.split("//")[1]).send(HttpRequest("GET", f"{server.url}/a"))
    assert proxy.seen == [f"GET {server.url}/a"]


def test_option_beats_the_environment(
    make_transport: MakeTransport, proxy: ForwardProxy, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert make_transport(proxy=proxy.url).send(HttpRequest("GET", server.url)).status == 200
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_environment(
    make_transport: MakeTransport,
    proxy: ForwardProxy,
    server: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, proxy.url)
    assert make_transport().send(HttpRequest("GET", server.url)).status == 200
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("exception", ["127.0.0.1", "example.org, 127.0.0.0/8", "*"])
def test_no_proxy(
    make_transport: MakeTransport,
    proxy: ForwardProxy,
    server: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    exception: str,
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", exception)
    assert make_transport().send(HttpRequest("GET", server.url)).status == 200
    assert not proxy.seen


def test_environment_stays_as_it_was(
    make_transport: MakeTransport, proxy: ForwardProxy, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://elsewhere:1")
    monkeypatch.setenv("no_proxy", "example.org")
    before = dict(os.environ)
    make_transport(proxy=proxy.url).send(HttpRequest("GET", server.url))
    assert dict(os.environ) == before


def test_user_and_password(
    make_transport: MakeTransport, server: Scripted, secure: Scripted, authority: PrivateAuthority
) -> None:
    with forward_proxy(wanted="Basic dXNlcjpwQHNz") as guarded:
        with_user = guarded.url.replace("http://", "http://user:p%40ss@")
        transport = make_transport(proxy=with_user, ca_path=str(authority.ca_path))
        assert transport.send(HttpRequest("GET", server.url)).status == 200
        assert transport.send(HttpRequest("GET", secure.url)).status == 200


def test_proxy_that_refuses_the_tunnel(
    make_transport: MakeTransport, secure: Scripted, authority: PrivateAuthority
) -> None:
    with forward_proxy(wanted="Basic other") as guarded:
        with_user = guarded.url.replace("http://", "http://user:hidden@")
        transport = make_transport(proxy=with_user, ca_path=str(authority.ca_path))
        with pytest.raises(ProxyFailed) as caught:
            transport.send(HttpRequest("GET", secure.url), Retries(2))
    assert caught.value.message == (
        f"The proxy {guarded.url.split('//')[1]} did not connect to {place(secure)}: check proxy (or HTTP_PROXY, "
        "HTTPS_PROXY and NO_PROXY), and its user and password."
    )
    assert len(guarded.seen) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_is_down(make_transport: MakeTransport, scheme: str) -> None:
    port = free_port()
    with pytest.raises(ProxyFailed) as caught:
        make_transport(proxy=f"http://127.0.0.1:{port}").send(HttpRequest("GET", f"{scheme}://example.org/"))
    target = "example.org:80" if scheme == "http" else "example.org:443"
    assert caught.value.message == (
        f"The proxy 127.0.0.1:{port} did not connect to {target}: check proxy (or HTTP_PROXY, HTTPS_PROXY and "
        "NO_PROXY), and its user and password."
    )


@pytest.mark.parametrize("proxy_url", ["socks5://127.0.0.1:1080", "http://", "http://host:port"])
def test_proxy_that_is_no_http_url(make_transport: MakeTransport, proxy_url: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        make_transport(proxy=proxy_url)
    assert caught.value.message == (
        "proxy (or HTTP_PROXY, HTTPS_PROXY) must be a URL such as http://proxy.example.com:3128."
    )
