# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor requests from the authorization server, and which other servers it contacts."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Transport, TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.discovery import same_issuer
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions, Layer, client_options
from ansible_collections.authkit.oauth.plugins.plugin_utils._doctor.server import (
    discovery_section,
    token_section,
)
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

NOT_VERIFIED = "Its signature was not verified: "


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


JWT = ".".join(part(value) for value in ({"alg": "RS256"}, {"sub": "app"}, "signature"))


@pytest.fixture
def transport() -> Iterator[Transport]:
    with closing(requests_transport(TransportSettings(timeout=5.0))) as made:
        yield made


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


@pytest.fixture
def internal() -> Iterator[Scripted]:
    """A service on the controller that is not reachable from outside."""
    with scripted(lambda _request: Answer(200, {"keys": []})) as running:
        yield running


def options(where: str, **more: object) -> ClientOptions:
    values = {"issuer": where, "client_id": "app", "client_secret": "s3cret", **more}
    return client_options([Layer("call", values, dict.fromkeys(values, "the call"))])


def lines(given: ClientOptions, transport: Transport) -> list[str]:
    now = time.time()
    _section, document = discovery_section(given, transport)
    return token_section(given, Token(JWT, "Bearer", None, now, now + 300), document, transport).lines


def names(server: Scripted, **document: str) -> None:
    def reply(request: Incoming) -> Answer:
        return Answer(200, {"issuer": server.url, **document} if ".well-known" in request.path else {"keys": []})

    server.reply = reply


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://sso.example.com/realms/o'brien", "https://sso.example.com/realms/o%27brien", True),
        ("https://sso.example.com/realms/a/b", "https://sso.example.com/realms/a%2Fb", False),
        ("https://sso.example.com/realms/a", "https://sso.example.com/realms/A", False),
        ("https://sso.example.com", None, False),
        (None, None, False),
    ],
)
def test_issuers_that_differ_by_escapes_only(one: object, other: object, same: bool) -> None:
    assert same_issuer(one, other) is same


def test_no_word_about_metadata_with_a_token_url_alone(transport: Transport) -> None:
    given = options("", issuer=None, token_url="https://sso.example.com/token")
    assert lines(given, transport)[-1] == f"{NOT_VERIFIED}the options do not name the issuer"


def test_keys_of_the_issuer_are_read(server: Scripted, transport: Transport) -> None:
    names(server, jwks_uri=f"{server.url}/keys")
    assert not [line for line in lines(options(server.url), transport) if line.startswith(NOT_VERIFIED)]
    assert [request.path for request in server.seen][-1] == "/keys"


def test_keys_elsewhere_are_not_asked_for(server: Scripted, internal: Scripted, transport: Transport) -> None:
    names(server, jwks_uri=f"{internal.url}/admin/shutdown?confirm=1")
    assert lines(options(server.url), transport)[-1] == (
        f"{NOT_VERIFIED}jwks_uri leads to {internal.url}, which is not the server that the options name, so it was not "
        "contacted"
    )
    assert not internal.seen


@pytest.mark.parametrize("own", [True, False], ids=["at this server", "elsewhere"])
def test_keys_of_another_issuer_are_not_asked_for(
    own: bool, server: Scripted, internal: Scripted, transport: Transport
) -> None:
    names(server, issuer="https://other.example.com", jwks_uri=f"{(server if own else internal).url}/keys")
    assert lines(options(server.url), transport)[-1] == (
        f"{NOT_VERIFIED}the metadata belongs to another issuer, whose keys prove nothing about this one"
    )
    assert not internal.seen
    assert all(".well-known" in request.path for request in server.seen)


def test_keys_at_the_token_endpoint_that_the_options_name_are_read(
    server: Scripted, internal: Scripted, transport: Transport
) -> None:
    realm = f"{internal.url}/realms/shop"
    given = options("", issuer=None, token_url=f"{realm}/protocol/openid-connect/token")
    internal.reply = lambda request: Answer(
        200, {"issuer": realm, "jwks_uri": f"{realm}/certs"} if ".well-known" in request.path else {"keys": []}
    )
    assert not [line for line in lines(given, transport) if line.startswith(NOT_VERIFIED)]
    assert internal.seen[-1].path == "/realms/shop/certs"
