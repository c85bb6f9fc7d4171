# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens that a play ends: at the server, and in the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.token_revoke import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.actions import Tasks
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import SECRET, Issuer, form_of, refused, serve
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import CLIENT
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store

TASKS = Tasks("authkit.oauth.token_revoke", ActionModule)
REVOKE = "/protocol/openid-connect/revoke"
DONE = {"changed": True, "revoked": True}


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    private_store(tmp_path, monkeypatch)
    found = Issuer()
    with serve(found):
        yield found


def connection(issuer: Issuer, **more: Any) -> dict[str, Any]:
    return {"authkit_issuer": issuer.issuer, "authkit_client_id": CLIENT, "authkit_client_secret": SECRET, **more}


def own(issuer: Issuer) -> str:
    """The token of the connection, as a play gets it."""
    return token_for(ClientOptions(CLIENT, SECRET, issuer=issuer.issuer), warn=pytest.fail).access_token


def run(at: Issuer, variables: dict[str, Any] | None = None, *, check_mode: bool = False, **given: Any) -> Any:
    found = TASKS.run(given, connection(at) if variables is None else variables, check_mode=check_mode)
    assert not [token for token in [*at.issued, SECRET] if token in str(found)]
    return found


def sent(issuer: Issuer) -> list[dict[str, str]]:
    return [form_of(request.body) for request in issuer.asked if request.path.endswith(REVOKE)]


def test_the_token_of_the_connection_is_revoked_and_forgotten(issuer: Issuer) -> None:
    first = own(issuer)
    found = run(issuer)
    assert found.items() >= {**DONE, "forgotten": True}.items()
    assert found["msg"] == "The token is revoked. The store keeps it no longer."
    assert issuer.revoked == {first}
    assert sent(issuer)[0]["token_type_hint"] == "access_token"
    assert own(issuer) != first
    again = run(issuer, connection(issuer, authkit_scope="other"))
    assert (again["changed"], again["msg"]) == (False, "The store has no token of this client.")
    assert len(issuer.issued) == 2, "none is requested to revoke it"


def test_a_given_token_is_revoked_and_other_tokens_stay(issuer: Issuer) -> None:
    kept, given = own(issuer), issuer.token()
    assert run(issuer, access_token=given).items() >= {**DONE, "forgotten": False}.items()
    assert issuer.revoked == {given}
    assert own(issuer) == kept
    assert run(issuer, access_token=kept)["forgotten"], "it is that of the store"
    assert len(sent(issuer)) == 2
    assert own(issuer) != kept


def test_a_given_token_needs_a_client(issuer: Issuer) -> None:
    found = TASKS.run({"access_token": issuer.token(), "issuer": issuer.issuer}, {})
    assert found["error"] == "missing_option"
    assert "client_id is not set" in found["msg"]


def test_check_mode_revokes_nothing(issuer: Issuer) -> None:
    assert not run(issuer, check_mode=True)["changed"]
    token = own(issuer)
    assert run(issuer, check_mode=True)["changed"]
    assert (sent(issuer), own(issuer)) == ([], token)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (refused(400, "unsupported_token_type", "x"), "revocation_failed", "does not offer revocation for this kind"),
        (refused(403, "access_denied", "x"), "revocation_failed", "refused revocation for the client"),
        (refused(401, "invalid_client", "x"), "client_authentication_failed", "check client_id and client_secret"),
        (Answer(503), "server_unavailable", "cannot answer now"),
        (Answer(307, {}, {"Location": "https://evil.example.org/"}), "endpoint_redirects", "redirects"),
    ],
)
def test_a_token_that_is_not_revoked_stays(issuer: Issuer, answer: Answer, error: str, words: str) -> None:
    token = own(issuer)
    issuer.answers[REVOKE] = lambda _request: answer
    found = run(issuer, connection(issuer, authkit_retries=0))
    assert (found["failed"], found["error"]) == (True, error)
    assert words in found["msg"]
    assert own(issuer) == token


def test_without_an_endpoint_it_says_so(issuer: Issuer) -> None:
    issuer.changes = {"revocation_endpoint": None}
    found = run(issuer, access_token=issuer.token())
    assert found["error"] == "revocation_failed"
    assert "names no revocation_endpoint" in found["msg"]
    variables = connection(issuer, authkit_token_url=f"{issuer.base}/token")
    del variables["authkit_issuer"]
    found = run(issuer, variables, access_token=issuer.token())
    assert found["msg"].startswith("token_url does not say where its tokens are revoked: set issuer instead")


def test_a_store_without_files_keeps_nothing_to_revoke(issuer: Issuer) -> None:
    found = run(issuer, connection(issuer, authkit_cache="none"))
    assert not found["changed"]
    assert run(issuer, connection(issuer, authkit_cache="none"), access_token=issuer.token())["changed"]
