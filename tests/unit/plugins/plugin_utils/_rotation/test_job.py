# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks for, and with which secret a client that rotates itself requests its tokens."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    HostNotAllowed,
    InvalidOption,
    MissingOption,
    WrongClientSecret,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation import job
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.job import Job, wish_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.rotation import Wish

OPTIONS = ClientOptions("rotator", "old-secret", auth_server="https://sso.example.com", realm="erp")


def ignore(*_words: str) -> None:
    pass


def job_of(options: ClientOptions, target: str = "app", realm: str | None = None) -> Job:
    return Job(options, realm, Wish(target), warn=ignore, hide=ignore)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(None, None), ("0", 0), ("90", 90), ("5s", 5), ("2m", 120), ("1h", 3600), (" 30d ", 30 * 86400), ("1w", 604800)],
)
def test_an_age_has_a_unit(given: str | None, seconds: float | None) -> None:
    assert wish_of({"max_age": given}, OPTIONS).max_age == seconds


@pytest.mark.parametrize("given", ["", "a month", "-1d", "1.5h", "1y", "30 d", "٣d"])
def test_another_age_is_refused(given: str) -> None:
    with pytest.raises(InvalidOption, match="max_age must be a number with s, m, h, d or w behind it"):
        wish_of({"max_age": given}, OPTIONS)


def test_the_connections_client_is_the_default() -> None:
    assert wish_of({}, OPTIONS) == Wish("rotator")
    asked = {"target_client_id": "app", "state": "prepared", "revoke_old": True}
    assert wish_of(asked, OPTIONS) == Wish("app", None, only_prepare=True, revoke_old=True)


def test_the_token_goes_to_allowed_hosts_only() -> None:
    with pytest.raises(HostNotAllowed, match=r"sso\.example\.com"):
        job_of(OPTIONS.replaced(allowed_hosts=("other.example.com",)))
    job_of(OPTIONS.replaced(allowed_hosts=("sso.example.com",)))


def test_another_server_than_keycloak_is_refused() -> None:
    options = ClientOptions("a", "b", token_url="https://login.example.com/token", origins={"token_url": "the call"})
    with pytest.raises(MissingOption, match="is not the URL of a Keycloak realm"):
        job_of(options)


def test_a_realm_is_no_path() -> None:
    with pytest.raises(InvalidOption):
        job_of(OPTIONS, realm="..")


@pytest.mark.parametrize(
    ("target", "realm", "valid", "tried"),
    [
        ("rotator", None, "new-secret", ["old-secret", "new-secret"]),
        ("rotator", None, "kept-secret", ["old-secret", "new-secret", "kept-secret"]),
        ("rotator", None, "old-secret", ["old-secret"]),
        ("rotator", "other", "new-secret", ["old-secret"]),
        ("app", None, "new-secret", ["old-secret"]),
    ],
)
def test_a_client_that_rotates_itself_tries_its_newest_secret(
    target: str, realm: str | None, valid: str, tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def token_for(options: ClientOptions, **_more: Any) -> Token:
        asked.append(str(options.client_secret))
        if options.client_secret != valid:
            raise WrongClientSecret("It is wrong.")
        return Token(f"token of {valid}", "Bearer", None, 0.0, 60.0)

    monkeypatch.setattr(job, "token_for", token_for)
    found = job_of(OPTIONS, target, realm)
    for secret in ("kept-secret", "new-secret"):
        found._seen(secret)
    if valid in tried:
        assert found._tokens.token() == f"token of {valid}"
    else:
        with pytest.raises(WrongClientSecret):
            found._tokens.token()
    assert asked == tried
