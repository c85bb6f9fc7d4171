# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in quotes, lists, and what was probably meant."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._words import (
    LONGEST_NAME,
    close_name,
    listed,
    nearest,
    quoted,
)


def test_names_are_shown_without_tricks() -> None:
    assert quoted("svc:é &") == "'svc:é &'"
    assert quoted("a\n\x1b[31mb\u202e") == "'a??[31mb?'"
    assert quoted("x" * 1000) == f"'{'x' * LONGEST_NAME}…'"


def test_words_are_listed() -> None:
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a and b", "a, b and c"]


def test_the_nearest_name_is_suggested_else_all_are_named() -> None:
    assert nearest("scopes", ("scope", "realm")) == "did you mean scope?"
    assert nearest("x", ("scope", "realm")) == "known are realm and scope."


def test_a_name_is_close_or_there_is_none() -> None:
    assert close_name("client_secert", ("client_id", "client_secret")) == "client_secret"
    assert close_name("client_secert", ("realm", "scope")) is None
