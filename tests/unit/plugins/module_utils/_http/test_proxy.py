# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: the option, the environment and its exceptions, and the error if a proxy refuses."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    CertificateNotTrusted,
    InsecureUrl,
    InvalidOption,
    NameNotResolved,
    ProxyFailed,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest, Proxy, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._http.settings import proxy_for
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import (
    ForwardProxy,
    Scripted,
    deaf_address,
    forward_proxy,
    free_port,
    raw_server,
    request_of,
    scripted,
)
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    with forward_proxy() as running:
        yield running


@pytest.fixture
def secure(authority: PrivateAuthority) -> Iterator[Scripted]:
    with scripted(tls=authority.server_context()) as running:
        yield running


ELSEWHERE = "api.example.test"


def elsewhere(server: Scripted) -> str:
    """The server's URL under a name that only the proxy knows."""
    return server.url.replace("127.0.0.1", ELSEWHERE)


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
    assert make_transport().send(HttpRequest("GET", elsewhere(server))).status == 200
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_environment_for_https(
    make_transport: MakeTransport,
    proxy: ForwardProxy,
    secure: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, proxy.url)
    assert make_transport(validate_certs=False).send(HttpRequest("GET", elsewhere(secure))).status == 200
    assert proxy.seen == [f"CONNECT {place(secure).replace('127.0.0.1', ELSEWHERE)}"]


@pytest.mark.parametrize("no_proxy", [None, "example.org"])
@pytest.mark.parametrize(
    "variable", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
)
def test_loopback_never_uses_a_proxy_of_the_environment(
    make_transport: MakeTransport,
    proxy: ForwardProxy,
    server: Scripted,
    secure: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    no_proxy: str | None,
) -> None:
    """Plain http to this machine is allowed because nothing is in between."""
    monkeypatch.setenv(variable, proxy.url)
    if no_proxy:
        monkeypatch.setenv("NO_PROXY", no_proxy)
    transport = make_transport(validate_certs=False)
    for running in (server, secure):
        for host in ("127.0.0.1", "localhost"):
            url = running.url.replace("127.0.0.1", host)
            assert transport.send(HttpRequest("POST", url, body=b"client_secret=s3cret")).status == 200
    assert len(server.seen) == len(secure.seen) == 2
    assert not proxy.seen


def test_what_counts_as_loopback_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example.org:3128")
    for host in ("[::1]", "127.8.8.8", "LOCALHOST", "localhost.", "[::ffff:127.0.0.1]"):
        assert proxy_for(f"http://{host}:8080/", settings()) is None
    for host in ("idp.localhost", "localhost.example.org", "127.1", "0.0.0.0"):
        assert proxy_for(f"http://{host}:8080/", settings()) == Proxy("http://proxy.example.org:3128", "ALL_PROXY")


@pytest.mark.parametrize("exception", ["10.1.2.3", "example.org, 10.0.0.0/8", "*"])
def test_no_proxy(monkeypatch: pytest.MonkeyPatch, exception: str) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", exception)
    assert proxy_for("http://10.1.2.3:8080/", settings()) is None


def test_plain_http_to_this_machine_does_not_go_through_a_proxy_elsewhere(make_transport: MakeTransport) -> None:
    transport = make_transport(proxy="http://proxy.example.org:3128")
    for host in ("localhost", "127.0.0.1", "[::1]"):
        with pytest.raises(InsecureUrl) as caught:
            transport.send(HttpRequest("GET", f"http://{host}:8080/a?key=s3cret"))
        assert caught.value.message == (
            f"http://{host}:8080/a is plain http to this machine, but would go through the proxy "
            "proxy.example.org:3128, for which that address is the proxy itself: leave proxy out, use https, or set "
            "allow_http: true if you trust every machine in between."
        )


@pytest.mark.parametrize("url", ["https://localhost:8443/", "http://idp.example.org/", "http://localhost:8080/"])
def test_other_requests_go_through_a_proxy_elsewhere(url: str) -> None:
    """The last one with allow_http; a proxy on this machine, for debugging, needs none: see the tests above."""
    connecting = settings(proxy="http://proxy.example.org:3128", allow_http=url.startswith("http://localhost"))
    assert proxy_for(url, connecting) == Proxy("http://proxy.example.org:3128", Proxy.OPTION)


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


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (407, "write its user and password into its URL, as in http://user:password@host:port"),
        (403, "have it allow that server"),
        (502, "check the server's host and port, and that the proxy can reach it"),
    ],
)
def test_proxy_that_refuses_the_tunnel(make_transport: MakeTransport, status: int, hint: str) -> None:
    """The status says whether the proxy refused, or the server behind it."""

    def refuse(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 %d s3cret words\r\nContent-Length: 0\r\n\r\n" % status)

    with raw_server(refuse) as proxy:
        transport = make_transport(proxy=f"http://user:hidden@127.0.0.1:{proxy.port}")
        with pytest.raises(ProxyFailed) as caught:
            transport.send(HttpRequest("GET", "https://api.example.org/"), Retries(2))
    assert caught.value.message == (
        f"The proxy 127.0.0.1:{proxy.port} from the option proxy did not connect to api.example.org:443 "
        f"(HTTP {status}): {hint}, or set proxy: none to connect without it."
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("variable", ["{}_PROXY", "{}_proxy", "ALL_PROXY", "all_proxy"])
def test_proxy_that_is_down(
    make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch, scheme: str, variable: str
) -> None:
    port = free_port()
    name = variable.format(scheme if variable.islower() else scheme.upper())
    monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with pytest.raises(ProxyFailed) as caught:
        make_transport().send(HttpRequest("GET", f"{scheme}://example.org/"))
    assert caught.value.message == (
        f"There is no connection to the proxy 127.0.0.1:{port} from {name}: check its host and port, and that it runs, "
        "or name the host in NO_PROXY or set proxy: none to connect without it."
    )


def test_proxy_that_accepts_no_connection(make_transport: MakeTransport) -> None:
    with deaf_address() as (host, port), pytest.raises(ProxyFailed) as caught:
        make_transport(proxy=f"http://{host}:{port}", timeout=0.3).send(HttpRequest("GET", "http://example.org/"))
    assert f"There is no connection to the proxy {host}:{port} from the option proxy" in caught.value.message


def test_server_that_fails_behind_a_proxy(
    make_transport: MakeTransport, proxy: ForwardProxy, secure: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(CertificateNotTrusted) as caught:
        make_transport().send(HttpRequest("GET", elsewhere(secure)))
    port = place(secure).rpartition(":")[2]
    assert caught.value.message.startswith(
        f"The certificate of {ELSEWHERE}:{port} (through the proxy {proxy.url.split('//')[1]} from HTTPS_PROXY) is "
    )


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("kind", ["socks5h", "socks5", "socks4a", "SOCKS"])
def test_socks_proxy(make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch, variable: str, kind: str) -> None:
    monkeypatch.setenv(variable, f"{kind}://user:hidden@127.0.0.1:1080")
    with pytest.raises(InvalidOption) as caught:
        make_transport().send(HttpRequest("GET", "http://example.org/"))
    assert caught.value.message == (
        f"The proxy from {variable} is a SOCKS proxy, and only http and https proxies are supported: set the option "
        "proxy to the URL of an http proxy, or to none to connect without one."
    )


@pytest.mark.parametrize("none", ["none", "None"])
def test_none_switches_off_the_proxies_of_the_environment(
    make_transport: MakeTransport, server: Scripted, monkeypatch: pytest.MonkeyPatch, none: str
) -> None:
    for variable in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "socks5h://127.0.0.1:1080")
    assert make_transport(proxy=none).send(HttpRequest("GET", server.url)).status == 200
    with pytest.raises(NameNotResolved):
        make_transport(proxy=none).send(HttpRequest("GET", "http://host.invalid/"))


@pytest.mark.parametrize("proxy_url", ["socks5://127.0.0.1:1080", "http://", "http://host:port"])
def test_proxy_that_is_no_http_url(make_transport: MakeTransport, proxy_url: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        make_transport(proxy=proxy_url)
    assert caught.value.message.startswith("The proxy from the option proxy ")
    assert caught.value.message.endswith("to none to connect without one.")


def test_variable_that_is_no_http_url(make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://host:port")
    with pytest.raises(InvalidOption) as caught:
        make_transport().send(HttpRequest("GET", "http://example.org/"))
    assert caught.value.message == (
        "The proxy from http_proxy must be a URL such as http://proxy.example.com:3128: correct it, or set the option "
        "proxy to none to connect without one."
    )
