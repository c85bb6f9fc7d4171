# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refresh tokens: what a token endpoint sends, what goes out again, and what a refusal says."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    GrantRefused,
    RefreshTokenRefused,
    ServerUnavailable,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refresh import RefreshToken
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token_answer import refresh_token
from ansible_collections.authkit.oauth.tests.unit.support.transports import answer

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("members", "expires_at"),
    [({}, None), ({"refresh_expires_in": 0}, None), ({"refresh_expires_in": 1800}, NOW + 1800)],
)
def test_a_response_says_how_long_its_refresh_token_lives(members: dict[str, object], expires_at: float | None) -> None:
    assert refresh_token({"refresh_token": "r1", **members}, NOW) == RefreshToken("r1", expires_at, NOW)


@pytest.mark.parametrize("value", [None, "", 7, "a b", "x\n", "x" * 70_000])
def test_an_unusable_refresh_token_is_none(value: object) -> None:
    assert refresh_token({"refresh_token": value}, NOW) is None


def refused(refresh: RefreshToken | None, error: str = "invalid_grant", status: int = 400, **more: str) -> AuthkitError:
    at = RequestFacts("https://login.example.org/token", "app", refresh=refresh)
    response = answer({"error": error, **more}, status=status)
    return refusal(response, response.json_members(), at)


def test_a_refused_refresh_token_is_named() -> None:
    error = refused(RefreshToken("r1"), error_description="Token is not active")
    assert isinstance(error, RefreshTokenRefused)
    assert "has expired, was revoked, was used by another process" in str(error)
    assert str(error).endswith("set a new refresh_token, or log in again.")


def test_an_interrupted_refresh_is_named_with_its_time() -> None:
    error = refused(RefreshToken("r1", sent_at=NOW))
    assert "The last refresh for the client 'app' was interrupted (1970-01-12 13:46:40 UTC)" in str(error)


def test_other_refusals_do_not_end_a_refresh_token() -> None:
    assert isinstance(refused(None), GrantRefused)
    assert isinstance(refused(RefreshToken("r1"), status=503), ServerUnavailable)
    for error in (refused(RefreshToken("r1"), code) for code in ("invalid_client", "invalid_scope", "invalid_request")):
        assert error.refresh_token == "kept"
