# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token of an audit is renewed once for all threads, and its loss is a plain error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    ConnectionFailed,
    WrongClientSecret,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.audit_token import AuditToken
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.missing import Missing
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import Tokens


def test_the_token_is_kept_until_it_is_rejected() -> None:
    source = Tokens("one", "two")
    token = AuditToken(source)
    assert [token.current(), token.current(), token.instead_of("one"), token.current()] == ["one", "one", "two", "two"]
    assert source.renewals == ["one"]


def test_many_rejections_make_one_renewal() -> None:
    source, together = Tokens("one", "two"), Barrier(16)
    token = AuditToken(source)
    token.current()

    def rejected(_number: int) -> str:
        together.wait()
        return token.instead_of("one")

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(rejected, range(16))) == {"two"}
    assert source.renewals == ["one"]


@pytest.mark.parametrize("following", [None, "one"])
def test_a_token_that_nobody_can_renew_ends_everything(following: str | None) -> None:
    source = Tokens("one", following)
    token = AuditToken(source)
    token.current()
    token.accepted()
    with pytest.raises(Missing) as caught:
        token.instead_of("one")
    assert "during the audit (401)" in caught.value.gap.reason
    assert not caught.value.gap.fault
    for again in (token.current, lambda: token.instead_of("one")):
        with pytest.raises(Missing):
            again()
    assert source.renewals == ["one"]


def test_a_token_that_never_was_accepted_is_said_to_be_of_the_wrong_realm() -> None:
    token = AuditToken(Tokens("one", None))
    token.current()
    with pytest.raises(Missing) as caught:
        token.instead_of("one")
    assert "does not accept" in caught.value.gap.reason


@pytest.mark.parametrize(
    ("error", "fault"), [(ConnectionFailed("Nothing listens."), True), (WrongClientSecret("Another one."), False)]
)
def test_a_renewal_that_fails_says_why(error: AuthkitError, fault: bool) -> None:
    token = AuditToken(Tokens("one", error))
    token.current()
    with pytest.raises(Missing) as caught:
        token.instead_of("one")
    assert (caught.value.gap.reason, caught.value.gap.fault) == (error.message, fault)
    with pytest.raises(Missing):
        token.current()


def test_giving_up_ends_everything() -> None:
    token = AuditToken(Tokens("one"))
    token.current()
    token.accepted()
    assert "during the audit" in token.give_up().gap.reason
    with pytest.raises(Missing):
        token.current()
