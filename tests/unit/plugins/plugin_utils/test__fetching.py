# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token must have, before anybody gets it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    RequirementNotMet,
    TokenNotActive,
    TokenNotVerifiable,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import SECRET, Issuer, serve
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store

INTROSPECT = "/protocol/openid-connect/token/introspect"


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    private_store(tmp_path, monkeypatch)
    found = Issuer()
    with serve(found):
        yield found


def fetched(issuer: Issuer, *require: tuple[str, str], **options: Any) -> str:
    where = options or {"issuer": issuer.issuer}
    return token_for(ClientOptions(CLIENT, SECRET, require=require, **where), warn=pytest.fail).access_token


def refused(issuer: Issuer, *require: tuple[str, str], **options: Any) -> AuthkitError:
    with pytest.raises(AuthkitError) as caught:
        fetched(issuer, *require, **options)
    assert not [token for token in issuer.issued if token in caught.value.message]
    return caught.value


def test_a_token_that_lacks_something_is_not_handed_out(issuer: Issuer) -> None:
    error = refused(issuer, ("scopes", "orders-api"), ("scopes", "orders.write"), ("roles", "editor"))
    assert isinstance(error, RequirementNotMet)
    assert error.message == (
        "The token lacks the scope 'orders.write' that require names (it has 'orders-api'): request it with scope, and "
        "assign it to the client. The token lacks the role 'editor' that require names (it has none): assign it to the "
        "user or service account that the token is for."
    )


def test_a_stored_token_is_compared_too_and_a_newer_one_may_suffice(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetched(issuer)
    assert fetched(issuer, ("scopes", "orders-api")) == first
    refused(issuer, ("roles", "editor"))
    assert len(issuer.issued) == 1, "a brand-new token is not fetched again"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3)
    issuer.claims = {"realm_access": {"roles": ["editor"]}}
    second = fetched(issuer, ("roles", "editor"))
    assert second == issuer.issued[1] != first
    assert fetched(issuer, ("roles", "editor")) == fetched(issuer) == second


def test_scopes_of_an_opaque_token_are_known_from_the_response(issuer: Issuer) -> None:
    issuer.signed = lambda _claims: "opaque-token-of-the-issuer"
    assert fetched(issuer, ("scopes", "orders-api"))
    assert isinstance(refused(issuer, ("scopes", "orders.write")), RequirementNotMet)
    assert not [request for request in issuer.asked if request.path.endswith(INTROSPECT)]


def test_other_requirements_of_an_opaque_token_need_introspection(issuer: Issuer) -> None:
    issuer.signed = lambda _claims: "opaque-token-of-the-issuer"
    issuer.answers[INTROSPECT] = lambda _request: Answer(200, {"active": True, "aud": "orders"})
    assert fetched(issuer, ("aud", "orders"), ("scopes", "orders-api"))
    assert "the audience 'billing' that require names (it has 'orders')" in refused(issuer, ("aud", "billing")).message
    assert sum(request.path.endswith(INTROSPECT) for request in issuer.asked) == 1, "once for each token"
    issuer.signed = lambda _claims: "another-token-of-the-issuer"
    issuer.answers[INTROSPECT] = lambda _request: Answer(200, {"active": False})
    # The issuer follows from Keycloak's URL.
    error = refused(issuer, ("aud", "orders"), token_url=f"{issuer.issuer}/protocol/openid-connect/token")
    assert isinstance(error, TokenNotActive)


def test_without_an_issuer_it_cannot_be_told(issuer: Issuer) -> None:
    issuer.signed = lambda _claims: "opaque-token-of-the-issuer"
    url = f"{issuer.issuer}/protocol/openid-connect/token"
    issuer.answers["/token"] = issuer._token
    error = refused(issuer, ("aud", "orders"), token_url=url.replace("/protocol/openid-connect", ""))
    assert isinstance(error, TokenNotVerifiable)
    assert error.message.startswith(
        "The token is opaque, so only the server can tell whether it has what require names"
    )
