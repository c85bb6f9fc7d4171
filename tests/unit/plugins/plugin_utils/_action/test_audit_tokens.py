# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of an audit: requested rarely, renewed once for all threads, and an error if there is no other."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, WrongClientSecret
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._action import audit_tokens as _audit_tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.audit_tokens import StoreTokens


class Store:
    """Replaces token_for: gives these in turn, the last one forever; raises errors."""

    def __init__(self, *answers: str | AuthkitError) -> None:
        self.answers = list(answers)
        self.asked: list[str | None] = []
        self.now = 0.0
        self.hidden: list[str] = []

    def __call__(self, _options: ClientOptions, *, rejected: str | None, warn: Any) -> Any:
        self.asked.append(rejected)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AuthkitError):
            raise answer
        return SimpleNamespace(access_token=answer, issued_at=self.now, expires_at=self.now + 60)


def tokens(monkeypatch: pytest.MonkeyPatch, *answers: str | AuthkitError) -> tuple[StoreTokens, Store]:
    store = Store(*answers)
    monkeypatch.setattr(_audit_tokens, "token_for", store)
    options = ClientOptions(client_id="app", client_secret="s")
    return StoreTokens(options, warn=lambda _text: None, hide=store.hidden.append, clock=lambda: store.now), store


def test_the_store_is_asked_again_before_the_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    given, store = tokens(monkeypatch, "one", "two")
    assert [given.token(), given.token()] == ["one", "one"]
    store.now = 47
    assert given.token() == "one"
    store.now = 48.5
    assert [given.token(), given.token()] == ["two", "two"]
    assert (store.asked, store.hidden) == ([None, None], ["one", "two"])


def test_no_token_at_all_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    given, _store = tokens(monkeypatch, WrongClientSecret("The client_secret is wrong."))
    with pytest.raises(WrongClientSecret):
        given.token()


def test_a_token_serves_on_while_the_next_one_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    given, store = tokens(monkeypatch, "one", WrongClientSecret("Wrong."))
    given.token()
    store.now = 50
    assert [given.token(), given.token()] == ["one", "one"]
    assert store.asked == [None, None]
    store.now = 52
    assert given.token() == "one"
    assert store.asked == [None, None, None]
    assert given.complaint is None


def test_a_rejected_token_is_renewed_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    given, store = tokens(monkeypatch, "one", "two")
    sent = given.token()
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(given.renewed(sent))) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["two"] * 8
    assert store.asked == [None, "one"]
    assert given.token() == "two"


def test_without_another_token_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    given, _store = tokens(monkeypatch, "one", WrongClientSecret("The client_secret is wrong."))
    with pytest.raises(WrongClientSecret):
        given.renewed(given.token())
    assert given.complaint == (
        "The access token expired during the audit and could not be renewed: The client_secret is wrong."
    )
    given, _store = tokens(monkeypatch, "one")
    assert given.renewed(given.token()) is None
    assert "although it is new (401)" in str(given.complaint)
