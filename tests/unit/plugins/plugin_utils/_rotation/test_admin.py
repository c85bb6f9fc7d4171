# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the admin API is sent, and what its refusals mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    NotJson,
    TokenRejected,
    UnknownRealm,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    ONCE,
    BearerCredentials,
    HttpRequest,
    HttpResponse,
    Retries,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.admin import AdminApi, changed
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.errors import (
    AdminRequestRefused,
    ClientNotFound,
    MissingRole,
)

CLIENT = {"id": "4711", "clientId": "app", "secret": "s3cret", "attributes": {"a": "b"}}


class Wire:
    """Answers in turn, and keeps the requests."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[HttpRequest, Retries]] = []

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        self.requests.append((request, retries))
        status, body = self.answers.pop(0)
        return HttpResponse(status, {}, json.dumps(body).encode(), request.url, 1, 0.0)

    def close(self) -> None:
        pass


class Tokens:
    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def token(self) -> str:
        return self.tokens[0]

    def renewed(self, rejected: str) -> str | None:
        others = [each for each in self.tokens if each != rejected]
        return others[0] if others else None


def api_of(wire: Wire, *tokens: str) -> AdminApi:
    return AdminApi("https://sso.example.com/auth/", "a realm", Tokens(*(tokens or ("t1",))), wire, 2)


def test_a_client_is_found_by_its_id_and_not_by_a_similar_one() -> None:
    wire = Wire((200, [{"clientId": "app2"}, CLIENT]))
    assert api_of(wire).find("app") == CLIENT
    (request, retries) = wire.requests[0]
    assert request.url == "https://sso.example.com/auth/admin/realms/a%20realm/clients?clientId=app"
    assert (request.method, request.credentials, retries) == ("GET", BearerCredentials("t1"), Retries(2))


def test_the_whole_client_is_written_but_nothing_that_the_token_may_not_see() -> None:
    wire = Wire((204, ""))
    unseen: dict[str, Any] = {
        "defaultClientScopes": [],
        "optionalClientScopes": [],
        "protocolMappers": [],
        "access": {},
    }
    api_of(wire).write(changed({**CLIENT, "redirectUris": ["https://a"], **unseen}, "new", "17"))
    request = wire.requests[0][0]
    assert (request.method, request.url[-13:]) == ("PUT", "/clients/4711")
    assert json.loads(request.body or b"") == {
        **CLIENT,
        "secret": "new",
        "redirectUris": ["https://a"],
        "attributes": {"a": "b", "client.secret.creation.time": "17"},
    }


def test_a_secret_is_never_made_twice() -> None:
    wire = Wire((200, {"type": "secret", "value": "made"}))
    assert api_of(wire).regenerate(CLIENT) == "made"
    assert not wire.requests[0][1].repeatable


def test_a_rejected_token_is_replaced_once() -> None:
    wire = Wire((401, {}), (200, CLIENT))
    assert api_of(wire, "t1", "t2").read(CLIENT) == CLIENT
    assert [each[0].credentials for each in wire.requests] == [BearerCredentials("t1"), BearerCredentials("t2")]
    with pytest.raises(TokenRejected):
        api_of(Wire((401, {}))).read(CLIENT)


@pytest.mark.parametrize(
    ("status", "body", "error", "sentence"),
    [
        (403, {}, MissingRole, "GET .*/clients was answered with 403: .* the role manage-clients of realm-management"),
        (404, {"error": "Realm not found."}, UnknownRealm, "The server has no realm 'a realm'"),
        (404, {"error": "Could not find client"}, AdminRequestRefused, "was answered with 404"),
        (
            400,
            {"error": "invalid_client_metadata"},
            AdminRequestRefused,
            r"\(invalid_client_metadata\): a client policy",
        ),
        (500, {"error": "a <b> that nobody should see"}, AdminRequestRefused, "was answered with 500: check"),
        (200, {"no": "list"}, NotJson, "was not answered as Keycloak does"),
        (200, [], ClientNotFound, "has no client 'app' that the token may see"),
    ],
)
def test_a_refusal_is_one_sentence(status: int, body: Any, error: type[AuthkitError], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        api_of(Wire((status, body))).find("app")
    assert "nobody" not in str(caught.value)
