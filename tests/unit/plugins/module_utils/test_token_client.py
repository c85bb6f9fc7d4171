# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token client: one request, one token, over both transports and a real socket."""

from __future__ import annotations

import logging
import threading
import time
from base64 import b64decode
from urllib.parse import parse_qsl, unquote_plus

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AnswerTooLarge,
    AuthkitError,
    EndpointRedirects,
    GrantRefused,
    InsecureUrl,
    NotJson,
    RateLimited,
    ScopeRefused,
    TruncatedAnswer,
    WrongClientSecret,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Retries
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils.token_client import TokenClient
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import (
    FINE,
    MakeTransport,
    ScriptedTransport,
    answer,
    options,
)

RESERVED_ID, RESERVED_SECRET = "svc:é &", "s+e c%r:e/t&=é~"


class Warnings(list[str]):
    """Collects what the user is warned of."""

    def __call__(self, text: str) -> None:
        self.append(text)


def fetch(ready: ClientOptions, make_transport: MakeTransport, warn: Warnings | None = None) -> Token:
    return TokenClient(ready, make_transport(), Warnings() if warn is None else warn).fetch()


def local(server: Scripted, **values: object) -> ClientOptions:
    return options(auth_server=server.url, realm="erp", **values)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_reserved_characters_arrive(make_transport: MakeTransport, server: Scripted, method: str) -> None:
    server.in_turn(Answer(200, FINE))
    secret = RESERVED_SECRET + "{{ 7 }}"
    token = fetch(local(server, client_id=RESERVED_ID, client_secret=secret, client_auth_method=method), make_transport)
    (seen,) = server.seen
    form = dict(parse_qsl(seen.body.decode(), strict_parsing=True))
    if method == "client_secret_basic":
        raw = b64decode(seen.headers["authorization"].split(" ")[1]).decode("ascii")
        pair = [unquote_plus(part) for part in raw.split(":")]
        assert form == {"grant_type": "client_credentials"}
    else:
        pair = [form["client_id"], form["client_secret"]]
        assert "authorization" not in seen.headers
    assert pair == [RESERVED_ID, secret]
    assert (seen.method, seen.path) == ("POST", "/realms/erp/protocol/openid-connect/token")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.headers["accept"] == "application/json"
    assert token.header == "Bearer abc.def.ghi"


def test_nothing_secret_is_logged(
    make_transport: MakeTransport, server: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.in_turn(Answer(200, FINE))
    for method in ("client_secret_post", "client_secret_basic"):
        fetch(local(server, client_auth_method=method), make_transport)
    assert all(secret not in caplog.text for secret in ("hush", "abc.def.ghi", "c3ZjOmh1c2g="))


def test_lifetime_counts_from_before_the_request(make_transport: MakeTransport, server: Scripted) -> None:
    def slow(_request: Incoming) -> Answer:
        time.sleep(0.3)
        return Answer(200, {**FINE, "expires_in": "120"})

    server.reply = slow
    before = time.time()
    token = fetch(local(server), make_transport)
    assert before <= token.issued_at <= time.time() - 0.3
    assert token.expires_at == token.issued_at + 120


def test_lifetime_of_the_option(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, {**FINE, "expires_in": None}))
    token = fetch(local(server, token_lifetime=7200.0), make_transport)
    assert token.expires_at == token.issued_at + 7200


def test_a_wrong_password_of_a_user(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(400, {"error": "invalid_grant"}))
    with pytest.raises(GrantRefused) as caught:
        fetch(local(server, username="robot", password="app-pass-1"), make_transport)
    assert "refused the user 'robot' or the grant client_credentials for the client 'svc': check" in str(caught.value)
    assert "app-pass-1" not in str(caught.value)


def test_discovery_comes_first(make_transport: MakeTransport, server: Scripted) -> None:
    issuer = f"{server.url}/realms/erp"
    document = {"issuer": issuer, "token_endpoint": f"{server.url}/elsewhere/token"}
    server.in_turn(Answer(200, document), Answer(200, FINE))
    assert fetch(options(issuer=issuer), make_transport).access_token == "abc.def.ghi"
    assert [(seen.method, seen.path) for seen in server.seen] == [
        ("GET", "/realms/erp/.well-known/openid-configuration"),
        ("POST", "/elsewhere/token"),
    ]


def test_busy_endpoint_is_asked_again(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(503), Answer(429), Answer(200, FINE))
    assert fetch(local(server, retries=2), make_transport).token_type == "Bearer"
    assert len(server.seen) == 3


def test_no_retries(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(429, None, {"Retry-After": "40"}))
    with pytest.raises(RateLimited) as caught:
        fetch(local(server, retries=0), make_transport)
    assert caught.value.retry_after == 40.0
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_do_not_follow_redirects(make_transport: MakeTransport, server: Scripted, status: int) -> None:
    server.in_turn(Answer(status, None, {"Location": f"{server.url}/other"}), Answer(200, FINE))
    with pytest.raises(EndpointRedirects) as caught:
        fetch(local(server), make_transport)
    assert len(server.seen) == 1
    url = f"{server.url}/realms/erp/protocol/openid-connect/token"
    assert caught.value.message == (
        f"{url} redirects to '{server.url}/other' (HTTP {status}) and credentials do not follow redirects: auth_server "
        "is not the server's own address, set it to the address the server really has."
    )


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"<html>hush</html>", "text/html", NotJson),
        (b'{"access_token": "hu', "application/json", TruncatedAnswer),
        (b'{"x": "' + b"y" * 1024 * 1024 + b'"}', "application/json", AnswerTooLarge),
    ],
)
def test_odd_answers(
    make_transport: MakeTransport, server: Scripted, body: bytes, content_type: str, kind: type[AuthkitError]
) -> None:
    server.in_turn(Answer(200, body, content_type=content_type))
    with pytest.raises(kind):
        fetch(local(server), make_transport)
    assert len(server.seen) == 1


def test_wrong_secret_names_its_source(make_transport: MakeTransport, server: Scripted) -> None:
    words = {"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"}
    server.in_turn(Answer(401, words))
    ready = local(server, origins={"client_secret": "AUTHKIT_CLIENT_SECRET", "client_id": "the call"})
    with pytest.raises(WrongClientSecret) as caught:
        fetch(ready, make_transport)
    assert caught.value.sources == ready.sources(WrongClientSecret)
    assert "AUTHKIT_CLIENT_SECRET" in str(caught.value)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert len(server.seen) == 1


def test_an_error_in_a_good_answer_is_an_error() -> None:
    script = ScriptedTransport([answer({**FINE, "error": "invalid_scope"})])
    with pytest.raises(ScopeRefused):
        TokenClient(options(scope=("x",)), script, Warnings()).fetch()


@pytest.mark.parametrize("kind", [None, "BearerToken"])
def test_an_unusual_token_type_is_one_warning(kind: str | None) -> None:
    warn = Warnings()
    token = TokenClient(options(), ScriptedTransport([answer({**FINE, "token_type": kind})]), warn).fetch()
    assert (token.header, token.token_type) == ("Bearer abc.def.ghi", "Bearer")
    assert len(warn) == 1
    assert f"has {'no token_type' if kind is None else 'token_type BearerToken'}, so its token is used" in warn[0]


def test_fewer_scopes_than_asked_are_a_warning() -> None:
    warn = Warnings()
    script = ScriptedTransport([answer({**FINE, "scope": "profile read"})])
    token = TokenClient(options(scope=("read", "write", "admin")), script, warn).fetch()
    assert token.scope == "profile read"
    assert warn == [
        "https://login.example.org/realms/erp/protocol/openid-connect/token gave the client 'svc' a token without the "
        "scope 'write', 'admin': calls that need it will be refused; check scope, and which scopes the client may have."
    ]


@pytest.mark.parametrize("scope", ["write read", None])
def test_all_scopes_are_no_warning(scope: str | None) -> None:
    warn = Warnings()
    TokenClient(options(scope=("read", "write")), ScriptedTransport([answer({**FINE, "scope": scope})]), warn).fetch()
    assert not warn


def test_retries_and_limit_reach_the_transport() -> None:
    script = ScriptedTransport([answer(FINE)])
    TokenClient(options(retries=5), script, Warnings()).fetch()
    assert script.retries == [Retries(5)]
    assert script.asked[0].limit == 1024 * 1024


def test_plain_http_is_refused_before_any_network() -> None:
    script = ScriptedTransport([answer(FINE)])
    with pytest.raises(InsecureUrl, match=r"^token_url is http://login"):
        TokenClient(options(token_url="http://login.example.org/token"), script, Warnings()).fetch()
    assert not script.asked
    TokenClient(options(token_url="http://login.example.org/t", allow_http=True), script, Warnings()).fetch()
    assert len(script.asked) == 1


def test_one_client_serves_many_threads(make_transport: MakeTransport, server: Scripted) -> None:
    server.in_turn(Answer(200, FINE))
    client = TokenClient(local(server), make_transport(), Warnings())
    got: list[Token] = []
    threads = [threading.Thread(target=lambda: got.append(client.fetch())) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(server.seen) == 8


def test_reprs_are_sealed() -> None:
    token = Token("s3cret", "Bearer", "read", 1.0, 2.0)
    client = TokenClient(options(client_secret="s3cret"), ScriptedTransport([]), Warnings())
    assert all("s3cret" not in f"{thing!r} {thing}" for thing in (token, client))


def test_token_travels_as_data() -> None:
    token = Token("abc", "Bearer", None, 1.5, 2.5)
    assert Token.from_data(token.to_data()) == token


@pytest.mark.parametrize(
    "change",
    [{"access_token": None}, {"token_type": 1}, {"scope": []}, {"issued_at": "1"}, {"expires_at": None}],
)
def test_foreign_data_is_no_token(change: dict[str, object]) -> None:
    data = {**Token("abc", "Bearer", None, 1.5, 2.5).to_data(), **change}
    with pytest.raises(ValueError, match="not a token's data"):
        Token.from_data(data)
