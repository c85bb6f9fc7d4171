# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of a task: which jobs they describe, and what is refused before anything is sent."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.job import Job, JobCall, prepare, secrets_in
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.spec import RESOURCE_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError

DEFAULTS = {name: rules["default"] for name, rules in RESOURCE_SPEC.items() if "default" in rules}
URL, COLLECTION = "https://api.example.com/things/1", "https://api.example.com/things"


def job(**params: Any) -> Job:
    return prepare({**DEFAULTS, **params})


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"body": {}}, "url is not set"),
        ({"collection_url": COLLECTION, "body": {}}, "without match"),
        ({"collection_url": COLLECTION, "match": {}, "body": {}}, "match is empty"),
        ({"url": URL, "match": {"a": 1}, "body": {}}, "url and match are both set"),
        ({"url": URL}, "body is not set"),
        ({"url": URL, "body": [1]}, "body must be a mapping"),
        ({"url": URL, "body": "a=1"}, "body must be a mapping"),
        ({"url": URL, "body": "{"}, "body must be a mapping"),
        ({"url": URL, "body": {"a": {1, 2}}}, "JSON cannot express"),
        ({"url": URL, "body": {}, "create_method": "post"}, "needs collection_url"),
        ({"collection_url": COLLECTION, "match": {"a": 1}, "body": {}, "create_method": "put"}, "needs url"),
        ({"url": URL, "body": {}, "ignore": ["a..b"]}, "ignore names 'a..b'"),
        ({"url": URL, "body": {}, "list_keys": {"": "x"}}, "list_keys names ''"),
        ({"url": URL, "body": {}, "wait_timeout": 0}, "wait_timeout"),
        ({"url": URL, "body": {}, "wait_timeout": float("nan")}, "wait_timeout"),
        ({"url": URL, "body": {}, "deadline": -1}, "deadline"),
        ({"url": "ftp://x/", "body": {}}, "url"),
        ({"collection_url": "http://api.example.com/", "match": {"a": 1}, "body": {}}, "collection_url"),
        ({"url": URL, "body": {}, "allowed_hosts": ["b.example.com"]}, "allowed_hosts"),
    ],
    ids=str,
)
def test_what_is_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        job(**params)


def test_how_a_resource_is_created() -> None:
    assert job(url=URL, body={}).create_method == "PUT"
    assert job(url=URL, collection_url=COLLECTION, body={}).create_method == "POST"
    assert job(url=URL, collection_url=COLLECTION, body={}, create_method="put").create_method == "PUT"


def test_what_identifies_it_is_a_part_of_it() -> None:
    found = job(collection_url=COLLECTION, match={"meta.name": "a", "zone": 1}, body={"zone": 2, "meta": {"x": 1}})
    assert found.desired == {"meta": {"name": "a", "x": 1}, "zone": 2}
    assert found.target == COLLECTION


def test_the_body_is_json() -> None:
    assert job(url=URL, body='{"a": [1]}').desired == {"a": [1]}
    assert job(url=URL, body={1: datetime.date(2026, 1, 2)}).desired == {"1": "2026-01-02"}


def test_nothing_shows_a_secret() -> None:
    found = job(url=URL, body={"password": "hunter22"})
    assert found.hidden() == ["hunter22"]
    assert "hunter22" not in repr(found) + repr(JobCall(found))


def test_secrets_of_parameters_that_are_not_valid() -> None:
    params = {"body": {"password": "one", "pin": "two"}, "write_only": "pin,..", "secret_fields": 7}
    assert secrets_in(params) == ["one", "two"]
    assert secrets_in({"body": '{"password": "one"}'}) == ["one"]
    assert secrets_in({"body": "{"}) == secrets_in({}) == []
