# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: what they say, and how they travel between processes."""

from __future__ import annotations

import json
import pickle

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    RateLimited,
    WrongClientSecret,
    rfc_code,
)


def subclasses(base: type[AuthkitError]) -> list[type[AuthkitError]]:
    return [base, *(found for child in base.__subclasses__() for found in subclasses(child))]


@pytest.mark.parametrize("kind", subclasses(AuthkitError), ids=lambda kind: kind.__name__)
def test_every_class_travels_as_json(kind: type[AuthkitError]) -> None:
    error = kind("Cause: next step.", retry_after=7.5)
    error.name_sources("client_id from the call")
    back = AuthkitError.from_data(json.loads(json.dumps(error.to_data())))
    assert back.__class__ is kind
    assert str(back) == back.message == "Cause: next step (client_id from the call)."
    assert back.retry_after == 7.5


@pytest.mark.parametrize("data", [{}, {"class": "os.system", "message": "x"}, {"retry_after": "soon", "message": None}])
def test_foreign_data_is_still_an_error(data: dict[str, object]) -> None:
    back = AuthkitError.from_data(data)
    assert back.__class__ is AuthkitError
    assert back.retry_after is None


def test_sources_are_named_once() -> None:
    error = WrongClientSecret("The secret is wrong: correct it.")
    error.name_sources("client_id from A")
    error.name_sources("client_id from B")
    assert str(error) == "The secret is wrong: correct it (client_id from B)."


def test_errors_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(RateLimited("Wait: later.", retry_after=3))).retry_after == 3


def test_only_codes_of_the_rfcs_are_shown() -> None:
    assert rfc_code("invalid_scope") == "invalid_scope"
    assert [rfc_code(value) for value in ("s3cret", "A b", "", None, 7, "x" * 41, "line\nbreak")] == [None] * 7
