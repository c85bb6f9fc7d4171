# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No spelling of a secret stays in a result."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._masking import spellings, without_secrets

SECRET = 's+e c%r:e/t&="é~\\<'


@pytest.mark.parametrize(
    "spelled",
    [SECRET, json.dumps(SECRET)[1:-1], quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET)],
    ids=["as it is", "JSON", "URL path", "URL", "form"],
)
def test_every_spelling_is_masked_in_keys_and_values(spelled: str) -> None:
    result = {
        "a": spelled,
        "b": [f"x{spelled}y"],
        "c": {"d": {spelled: {f"k{spelled}": 1}}},
        "n": None,
        "t": True,
        "i": 7,
    }
    masked = without_secrets(result, [SECRET])
    assert spelled not in json.dumps(masked, ensure_ascii=False)
    assert masked["b"] == ["x********y"]
    assert (masked["n"], masked["t"], masked["i"]) == (None, True, 7)


def test_a_number_that_is_the_secret_is_masked() -> None:
    assert without_secrets({"pin": 90210, "other": 17}, ["90210"]) == {
        "pin": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
        "other": 17,
    }


def test_a_result_without_secrets_is_left_alone() -> None:
    result = {"a": {"b": ["c", 1.5, None]}}
    assert without_secrets(result, ["something else"]) is result
    assert without_secrets(result, []) is result


def test_what_is_too_short_to_be_a_secret_tears_nothing_to_pieces() -> None:
    assert spellings(["1", "", "abc"]) == frozenset()
    assert without_secrets({"address": "10.1.1.1"}, ["1"]) == {"address": "10.1.1.1"}
