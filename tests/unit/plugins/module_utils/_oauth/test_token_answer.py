# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which parts of a token endpoint's response are accepted."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    NotJson,
    TokenError,
    TruncatedAnswer,
    UnusableToken,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token_answer import (
    LONGEST_LIFETIME,
    LONGEST_TOKEN,
    access_token,
    granted_scope,
    json_object,
    lifetime,
    missing_scopes,
    type_notice,
)
from ansible_collections.authkit.oauth.tests.unit.support.transports import FINE, TOKEN_URL, answer

AT = RequestFacts(endpoint=TOKEN_URL, client_id="svc", where_options="auth_server and realm")


def jwt(**claims: object) -> str:
    """A token that looks like a JWT."""
    middle = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{middle}.c2ln"


def not_json(what: str) -> str:
    return (
        f"{TOKEN_URL} answered HTTP 200 with {what} instead of a JSON object: check auth_server and realm, and what "
        "proxies in between answer."
    )


def truncated(size: int) -> str:
    return (
        f"The JSON response from {TOKEN_URL} (HTTP 200, {size} bytes) breaks off or is damaged: try again, and check "
        "proxies in between and the server's log."
    )


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "sentence"),
    [
        (b"<!DOCTYPE html><p>s3cret</p>", "text/html", NotJson, not_json("an HTML page")),
        (b"  <html>", "application/json", NotJson, not_json("an HTML page")),
        (b"Sign in", "text/html; charset=utf-8", NotJson, not_json("an HTML page")),
        (b"", "application/json", NotJson, not_json("nothing")),
        (b'["s3cret"]', "application/json", NotJson, not_json("something else")),
        (b"\xff\xfe\x00", "application/octet-stream", NotJson, not_json("something else")),
        (b'{"access_token": "s3cret', "application/json", TruncatedAnswer, truncated(24)),
        (b"{" * 3, "text/plain", TruncatedAnswer, truncated(3)),
        (b'{"a":' * 100_000, "application/json", TruncatedAnswer, truncated(500_000)),
        (b'{"a": ' + b"9" * 5000 + b"x}", "application/json", TruncatedAnswer, truncated(5008)),
    ],
)
def test_answers_that_are_no_object(body: bytes, content_type: str, kind: type[TokenError], sentence: str) -> None:
    response = answer(body, headers={"content-type": content_type})
    with pytest.raises(TokenError) as caught:
        json_object(response, AT)
    assert (type(caught.value), caught.value.message) == (kind, sentence)
    assert response.json_members() == {}


def test_an_object_is_read_with_a_byte_order_mark() -> None:
    assert json_object(answer(b'\xef\xbb\xbf {"a": "\xc3\xa9"}\n'), AT) == {"a": "é"}


NO_TOKEN = f"The response from {TOKEN_URL} has no access_token: check auth_server and realm, and the server's log."
ODD_TOKEN = (
    f"The access_token in the response from {TOKEN_URL} holds spaces, control or non-ASCII characters and cannot be "
    "sent in a header: have the server's token format corrected."
)


def other_type(named: str, step: str = "check its settings for the client 'svc' at the server") -> str:
    return (
        f"The token from {TOKEN_URL} is not a bearer token{named}, and only token_type Bearer can be used here: {step}."
    )


DPOP = f"The token from {TOKEN_URL} is bound to a key (DPoP): set dpop: true."
N_A = (
    "it is not an access token, remove requested_token_type from extra_parameters or set it to "
    "urn:ietf:params:oauth:token-type:access_token"
)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"access_token": None}, NO_TOKEN),
        ({"access_token": ""}, NO_TOKEN),
        ({"access_token": ["s3cret"]}, NO_TOKEN),
        ({"access_token": "s3cret s3cret"}, ODD_TOKEN),
        ({"access_token": "s3cret\r\nX: y"}, ODD_TOKEN),
        ({"access_token": "s3crét"}, ODD_TOKEN),
        ({"access_token": "s3cret\x7f"}, ODD_TOKEN),
        ({"token_type": "DPoP"}, DPOP),
        ({"token_type": "mac"}, other_type(" (mac)", "set the token type of the client 'svc' to Bearer at the server")),
        ({"token_type": "N_A"}, other_type(" (N_A)", N_A)),
        ({"token_type": "Bearer s3cret"}, other_type("")),
        ({"token_type": ""}, other_type("")),
        ({"token_type": "s3cret"}, other_type("")),
        ({"token_type": 7}, other_type("")),
    ],
)
def test_tokens_that_cannot_be_used(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnusableToken) as caught:
        access_token({**FINE, **change}, AT)
    assert caught.value.message == sentence


def test_a_token_that_no_header_carries() -> None:
    assert access_token({**FINE, "access_token": "t" * LONGEST_TOKEN}, AT)
    with pytest.raises(UnusableToken) as caught:
        access_token({**FINE, "access_token": "t" * (LONGEST_TOKEN + 1)}, AT)
    assert caught.value.message == (
        f"The access_token in the response from {TOKEN_URL} is longer than 64 KiB, more than a header can carry: have "
        "the server put less into the tokens of the client 'svc'."
    )


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_bearer_in_any_case(kind: str) -> None:
    assert access_token({**FINE, "token_type": kind, "access_token": "!~"}, AT) == "!~"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (None, "no token_type"),
        ("BearerToken", "token_type BearerToken"),
        ("bearertoken", "token_type BearerToken"),
        ("Bearer", None),
        ("bearer", None),
    ],
)
def test_what_counts_as_bearer(kind: str | None, said: str | None) -> None:
    found = {**FINE, "token_type": kind}
    assert access_token(found, AT) == "abc.def.ghi"
    expected = (
        f"The response from {TOKEN_URL} has {said}, so its token is used as a bearer token: check this if calls fail."
    )
    assert type_notice(found, AT) == (expected if said else None)


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (300, 300.0),
        (0.5, 0.5),
        ("300", 300.0),
        (" 60.5 ", 60.5),
        (1e300, LONGEST_LIFETIME),
        (10**400, 60.0),
        ("1e999", 60.0),
        (float("nan"), 60.0),
        (float("inf"), 60.0),
        (-5, 60.0),
        (0, 60.0),
        ("soon", 60.0),
        (True, 60.0),
        ([300], 60.0),
        (None, 60.0),
    ],
)
def test_lifetime_by_expires_in(expires_in: object, seconds: float) -> None:
    assert lifetime({"expires_in": expires_in}, "opaque") == seconds


@pytest.mark.parametrize(
    ("token", "seconds"),
    [
        (jwt(iat=1000, exp=1900), 900.0),
        (jwt(iat=1000, exp="1900"), 900.0),
        (jwt(iat=1900, exp=1000), 60.0),
        (jwt(exp=1900), 60.0),
        (jwt(iat="x", exp={}), 60.0),
        ("e30.!!!!.sig", 60.0),
        ("e30.WzFd.sig", 60.0),
        ("a.é.c", 60.0),
        ("a.b", 60.0),
    ],
)
def test_lifetime_by_the_tokens_claims(token: str, seconds: float) -> None:
    assert lifetime({}, token) == seconds


def test_expires_in_beats_the_claims_and_the_option() -> None:
    assert lifetime({"expires_in": 10}, jwt(iat=1000, exp=1900), 7200.0) == 10.0


@pytest.mark.parametrize(
    ("token", "seconds"), [("opaque", 7200.0), (jwt(exp=1900), 7200.0), (jwt(iat=1000, exp=1900), 900.0)]
)
def test_lifetime_by_the_option(token: str, seconds: float) -> None:
    assert lifetime({}, token, 7200.0) == seconds
    assert lifetime({"expires_in": "soon"}, token, 7200.0) == seconds


@pytest.mark.parametrize(
    ("scope", "granted", "missing"),
    [
        ("read write more", "read write more", []),
        ("write", "write", ["read"]),
        ("", "", ["read", "write"]),
        (["write", "read"], "write read", []),
        (None, "read write", []),
        (7, "read write", []),
    ],
)
def test_granted_scope(scope: object, granted: str, missing: list[str]) -> None:
    asked = ("read", "write")
    assert granted_scope({"scope": scope}, asked) == granted
    assert missing_scopes(granted, asked) == missing


def test_no_scope_asked_and_none_told() -> None:
    assert granted_scope({}, ()) is None
