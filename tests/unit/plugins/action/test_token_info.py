# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token is said to be, by an issuer that really answers."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.token_info import ActionModule
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.actions import Tasks
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import (
    KEY,
    KID,
    OTHER_KEY,
    SECRET,
    Issuer,
    leave_unsigned,
    public_key,
    refused,
    serve,
    sign,
    sign_with_secret,
)
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store

TASKS = Tasks("authkit.oauth.token_info", ActionModule)
CERTS = "/protocol/openid-connect/certs"
INTROSPECT = "/protocol/openid-connect/token/introspect"


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    private_store(tmp_path, monkeypatch)
    found = Issuer()
    with serve(found):
        yield found


def connection(issuer: Issuer, **more: Any) -> dict[str, Any]:
    return {"authkit_issuer": issuer.issuer, "authkit_client_id": CLIENT, "authkit_client_secret": SECRET, **more}


def asked(at: Issuer, variables: dict[str, Any] | None = None, /, **arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = TASKS.run(arguments, connection(at) if variables is None else variables)
    for token in [*at.issued, arguments.get("access_token", SECRET), SECRET]:
        assert token not in str(found)
    return found


def counted(issuer: Issuer, path: str) -> int:
    return sum(request.path.endswith(path) for request in issuer.asked)


def test_the_token_of_the_connection_is_verified_and_shown(issuer: Issuer) -> None:
    issuer.claims = {"realm_access": {"roles": ["auditor"]}, "resource_access": {"orders": {"roles": ["viewer"]}}}
    found = asked(issuer, require={"scopes": "orders-api", "roles": ["auditor", "orders:viewer"], "azp": CLIENT})
    assert not found.get("failed"), found["msg"]
    assert (found["active"], found["verified"], found["introspected"]) == (True, True, False)
    assert (found["scope"], found["roles"]) == ("orders-api", ["auditor", "orders:viewer"])
    assert found["claims"]["iss"] == issuer.issuer
    assert 290 < found["expires_in"] <= 300
    assert (found["missing_scopes"], found["missing_roles"], found["problems"]) == ([], [], [])
    assert found["msg"] == f"The token is active for another {found['expires_in']} s."
    assert found["changed"] is False


def test_what_an_api_would_answer_403_to_is_named_with_what_the_token_has(issuer: Issuer) -> None:
    issuer.claims = {"realm_access": {"roles": ["auditor"]}, "tenant": "acme"}
    require = {
        "scopes": ["orders-api", "orders.write"],
        "roles": ["editor"],
        "aud": ["https://api.example.org/orders", "https://api.example.org/billing"],
        "azp": "portal",
        "claims": {"tenant": ["globex", "initech"], "email": "a@example.org", "azp": CLIENT},
    }
    found = asked(issuer, require=require)
    assert found["failed"]
    assert found["error"] == "requirement_not_met"
    assert (found["active"], found["verified"]) == (True, True)
    assert (found["missing_scopes"], found["missing_roles"]) == (["orders.write"], ["editor"])
    assert found["problems"] == [
        "The token lacks the scope 'orders.write' that require names (it has 'orders-api'): request it with scope, and "
        "assign it to the client.",
        "The token lacks the role 'editor' that require names (it has 'auditor'): assign it to the user or service "
        "account that the token is for.",
        "The token lacks the audience 'https://api.example.org/billing' that require names (it has "
        f"'https://api.example.org/orders', '{CLIENT}'): have the server add it, such as by an audience mapper.",
        f"The token lacks the authorized party 'portal' that require names (it has '{CLIENT}'): have the client that "
        "is named request the token.",
        "The claim 'tenant' that require names has another value in the token: correct the server's mapper for it, or "
        "require.",
        "The claim 'email' that require names is not there in the token: correct the server's mapper for it, or "
        "require.",
    ]


def forged(claims: dict[str, Any]) -> str:
    """HS256 with the public key as the shared secret."""
    head = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "kid": KID}, claims)
    )
    mac = hmac.new(KEY.as_pem(private=False), head.encode(), "sha256").digest()
    return f"{head}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        ({"signed": leave_unsigned}, "not_signed", "is not signed (alg none)"),
        ({"signed": sign_with_secret}, "shared_key", "signed with a shared secret"),
        ({"signed": forged}, "shared_key", "signed with a shared secret"),
        ({"signed": lambda claims: sign(claims, OTHER_KEY, "RS256")}, "bad_signature", "does not match the key"),
        ({"signed": lambda claims: sign(claims, KEY, "RS256", "kid-2")}, "unknown_key", "kid is unknown"),
        ({"keys": [public_key(KEY), public_key(OTHER_KEY)]}, "ambiguous_key", "different keys with the kid"),
        ({"claims": {"exp": int(time.time()) - 3600}}, "wrong_claims", "has expired"),
        ({"claims": {"iat": int(time.time()) + 3600}}, "wrong_claims", "not valid yet"),
        ({"claims": {"nbf": int(time.time()) + 3600}}, "wrong_claims", "not valid yet"),
        ({"claims": {"iss": "https://evil.example.org"}}, "wrong_claims", "another issuer"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_what_is_not_genuine_or_valid_is_refused_by_its_cause(
    issuer: Issuer, spoil: dict[str, Any], error: str, words: str
) -> None:
    for name, value in spoil.items():
        setattr(issuer, name, value)
    found = asked(issuer, access_token=issuer.token(), require={"scopes": ["x"]})
    assert (found["failed"], found["active"]) == (True, False)
    assert found["error"] == error
    assert words in found["problems"][0]
    genuine = error == "wrong_claims"
    assert found["verified"] is genuine
    assert bool(found["claims"]) is genuine
    assert found["missing_scopes"] == (["x"] if genuine else [])


def test_one_key_that_is_listed_for_two_algorithms_is_one_key(issuer: Issuer) -> None:
    issuer.keys = [public_key(KEY), public_key(KEY, alg="PS256"), public_key(KEY)]
    assert asked(issuer, access_token=issuer.token())["active"]


def test_leeway_is_what_two_clocks_may_differ_by(issuer: Issuer) -> None:
    issuer.claims = {"exp": int(time.time()) - 100, "iat": int(time.time()) - 400}
    token = issuer.token()
    assert not asked(issuer, access_token=token)["active"]
    assert asked(issuer, access_token=token, leeway=200)["active"]


def test_a_given_token_needs_no_client(issuer: Issuer) -> None:
    found = asked(issuer, {}, access_token=issuer.token(), issuer=issuer.issuer)
    assert found["active"]
    by_realm = asked(issuer, {}, access_token=issuer.token(), auth_server=issuer.base, realm="orders")
    assert "does not have the realm 'orders'" in by_realm["msg"] or "There is no metadata" in by_realm["msg"]
    opaque = asked(issuer, {}, access_token="an-opaque-token-0815", issuer=issuer.issuer)
    assert opaque["error"] == "token_not_verifiable"
    assert "set client_id and client_secret in the same place as the server" in opaque["msg"]
    variables = connection(issuer, authkit_issuer="https://other.example.org")
    assert asked(issuer, variables, access_token=issuer.token(), issuer=issuer.issuer)["active"]
    nowhere = asked(issuer, {}, access_token=issuer.token())
    assert nowhere["error"] == "missing_option"
    assert "says where the token comes from" in nowhere["msg"]
    unknown = asked(issuer, {}, access_token=issuer.token(), token_url=f"{issuer.base}/token")
    assert unknown["error"] == "token_not_verifiable"
    assert unknown["msg"].startswith("token_url does not say who issues its tokens")


def test_without_a_token_the_client_is_needed(issuer: Issuer) -> None:
    found = asked(issuer, {}, issuer=issuer.issuer)
    assert found["error"] == "missing_option"
    assert "client_id is not set" in found["msg"]


def test_an_opaque_token_and_on_request_a_jwt_is_introspected(issuer: Issuer) -> None:
    issuer.signed = lambda _claims: "opaque-token-of-the-issuer"
    found = asked(issuer, require={"scopes": ["orders-api"]})
    assert (found["active"], found["verified"], found["introspected"]) == (True, False, True)
    assert found["claims"] == {"sub": "90958303-a46e"}
    assert found["expires_in"] is None
    assert found["msg"] == "The token is active."
    issuer.revoked.add("opaque-token-of-the-issuer")
    gone = asked(issuer, access_token="opaque-token-of-the-issuer")
    assert (gone["active"], gone["error"], gone["claims"]) == (False, "token_not_active", {})
    assert "The server says that the token is not active" in gone["msg"]


def test_only_introspection_knows_that_a_jwt_was_revoked(issuer: Issuer) -> None:
    token = issuer.token()
    issuer.revoked.add(token)
    assert asked(issuer, access_token=token)["active"]
    found = asked(issuer, access_token=token, introspect=True)
    assert (found["active"], found["verified"], found["error"]) == (False, True, "token_not_active")


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(403, {"error": "access_denied"}), "introspection_failed", "refused introspection for the client"),
        (Answer(200, {"active": "yes"}), "introspection_failed", "does not say whether the token is active"),
        (Answer(200, b"<html>"), "introspection_failed", "does not say whether"),
        (Answer(503), "server_unavailable", "cannot answer now"),
        (Answer(302, {}, {"Location": "https://evil.example.org/"}), "endpoint_redirects", "redirects"),
        (refused(401, "invalid_client", "x"), "client_authentication_failed", "check client_id and client_secret"),
    ],
)
def test_an_introspection_that_fails_says_why(issuer: Issuer, answer: Answer, error: str, words: str) -> None:
    issuer.answers[INTROSPECT] = lambda _request: answer
    found = asked(issuer, connection(issuer, authkit_retries=0), access_token="an-opaque-token-0815")
    assert (found["failed"], found["error"]) == (True, error)
    assert words in found["msg"]


@pytest.mark.parametrize("endpoint", ["introspection_endpoint", "jwks_uri"])
def test_an_endpoint_that_is_not_there_or_not_safe_is_named(issuer: Issuer, endpoint: str) -> None:
    token = "an-opaque-token-0815" if endpoint == "introspection_endpoint" else issuer.token()
    issuer.changes = {endpoint: None}
    found = asked(issuer, connection(issuer, authkit_cache="none"), access_token=token)
    assert found["failed"]
    assert f"names no {endpoint}" in found["msg"]
    issuer.changes = {endpoint: "http://evil.example.org/x"}
    found = asked(issuer, connection(issuer, authkit_cache="none"), access_token=token)
    assert found["error"] == "insecure_url"
    assert f"The {endpoint} in" in found["msg"]


def test_metadata_and_keys_are_fetched_once(issuer: Issuer) -> None:
    for _turn in range(3):
        assert asked(issuer, access_token=issuer.token())["active"]
    assert (counted(issuer, CERTS), counted(issuer, "openid-configuration")) == (1, 1)


def test_an_unknown_key_is_looked_for_once_a_minute(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(issuer, access_token=issuer.token())["active"]
    issuer.keys = [public_key(OTHER_KEY, "kid-2")]
    issuer.signed = lambda claims: sign(claims, OTHER_KEY, "RS256", "kid-2")
    token = issuer.token()
    assert asked(issuer, access_token=token)["error"] == "unknown_key"
    assert counted(issuer, CERTS) == 1, "the keys are not a minute old"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    assert asked(issuer, access_token=token)["active"]
    issuer.signed = lambda claims: sign(claims, KEY, "RS256", "made-up")
    for _turn in range(3):
        assert asked(issuer, access_token=issuer.token())["error"] == "unknown_key"
    assert counted(issuer, CERTS) == 2


@pytest.mark.parametrize(
    ("require", "words"),
    [
        ({"scope": ["x"]}, "A name in require from the call is unknown: did you mean scopes?"),
        ({"x1": ["x"]}, "A name in require from the call is unknown: known are scopes, roles, aud, azp and claims."),
        ({"claims": ["x"]}, "claims in require from the call must be a mapping of names to values, and is a list."),
        (
            {"claims": {"x": {"y": 1}}},
            "Each value of claims in require from the call must be text, a number",
        ),
    ],
)
def test_a_requirement_of_another_form_is_refused(issuer: Issuer, require: object, words: str) -> None:
    found = asked(issuer, require=require)
    assert words in found["msg"]
    assert issuer.asked == []


def test_text_for_require_is_json(issuer: Issuer) -> None:
    assert asked(issuer, require='{"scopes": ["orders-api"]}')["active"]
    assert "require must be a mapping" in asked(issuer, require="scopes=orders-api")["msg"]


def test_facts_do_not_steer_it(issuer: Issuer) -> None:
    variables = connection(issuer, ansible_facts={"authkit_issuer": "https://evil.example.org"})
    assert asked(issuer, variables)["error"] == "fact_variable"
    assert issuer.asked == []
