# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries: what they take from the task, and what they cannot have."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.many.entries import (
    ENTRY_SPEC,
    ON_TASK,
    OWN,
    entry_parameters,
    means_many,
    prepare_many,
)
from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import API_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption

URL = "https://api.example.com/x"
TASK = {"method": "GET", "follow_redirects": "safe"}


def prepared(*entries: dict[str, Any], **task: Any) -> Any:
    return prepare_many({**TASK, **task, "requests": list(entries)})


def test_every_option_of_a_call_is_one_of_an_entry_or_of_the_task() -> None:
    assert set(ENTRY_SPEC) == {*API_SPEC, "name"} - ON_TASK
    assert not [name for name, rules in ENTRY_SPEC.items() if {"default", "required"} & set(rules)]
    assert set(OWN) < set(ENTRY_SPEC)


def test_headers_are_merged_whatever_their_case() -> None:
    task = {"headers": {"Accept": "a", "X-One": "1"}}
    assert entry_parameters(task, {"headers": {"accept": "b"}})["headers"] == {"X-One": "1", "accept": "b"}
    assert entry_parameters(task, {"headers": None})["headers"] is None
    assert entry_parameters(task, {})["headers"] == task["headers"]


def test_null_means_the_default() -> None:
    assert entry_parameters({"method": "POST"}, {"method": None})["method"] == "GET"
    assert entry_parameters({"paginate": "auto"}, {"paginate": None})["paginate"] is None


def test_what_one_call_owns_is_not_taken_from_the_task() -> None:
    task = {**dict.fromkeys(OWN, "x"), "access_token": "x", "timeout": 3, "mode": "0600"}
    assert entry_parameters(task, {"url": URL}) == {"url": URL, "timeout": 3}
    assert entry_parameters(task, {"url": URL, "dest": "/x"})["mode"] == "0600"


@pytest.mark.parametrize(("given", "keeps"), [(None, "json"), (True, "all"), (False, "nothing")])
def test_what_results_keep(given: bool | None, keeps: str) -> None:
    assert prepared({"url": URL}, return_content=given).entries[0].keeps == keeps
    assert prepared({"url": URL, "return_content": given}).entries[0].keeps == keeps
    in_file = "all" if given else "nothing"
    assert prepared({"url": URL, "dest": "/x"}, return_content=given).entries[0].keeps == in_file


def test_an_entry_without_a_name_is_its_url_without_the_query() -> None:
    many = prepared({"url": f"{URL}?key=secret"}, {"url": URL, "name": "mine"})
    assert [entry.name for entry in many.entries] == [URL, "mine"]
    assert "secret" not in repr(many) + repr(many.entries[0])


def test_a_key_for_all_calls_is_refused() -> None:
    with pytest.raises(InvalidOption, match="no two calls can have the same key"):
        means_many({"requests": [], "idempotency_key": "mine"})
    assert means_many({"requests": [], "idempotency_key": "auto"})
    made = prepared({"url": URL}, {"url": URL, "method": "POST"}, {"url": URL, "method": "PUT"}, idempotency_key="auto")
    keys = [entry.call.key for entry in made.entries]
    assert keys[0] is None
    assert len(set(keys)) == 3
