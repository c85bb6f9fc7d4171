# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources in their collections: what is listed and not there, what is not on the page, and tokens that expire."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.legs import advanced
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.resource_tasks import WEB, Tasks, behind


@pytest.mark.parametrize("params", [{"state": "absent"}, {"body": {"size": 1}}], ids=str)
def test_a_resource_that_is_listed_and_not_at_its_address(params: Any, rest: Tasks) -> None:
    """Keycloak's roles have an id, and their addresses have their names."""
    rest.server.add(name="web")

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(404, {}) if request.path != "/things" else answer

    with behind(rest, change):
        result = rest.run(**WEB, **params)
        assert (result["error"], result["changed"]) == ("not_a_resource", False)
        assert "there is none at" in result["msg"]
        assert "/things/1: set id_key or link_key" in result["msg"]
    assert not rest.server.writes


def test_a_resource_that_is_deleted_after_the_listing(rest: Tasks) -> None:
    """Or before it, and the listing lags behind for a moment."""
    rest.server.add(name="web")

    def change(request: Incoming, answer: Answer) -> Answer:
        rest.server.things.clear()
        return answer

    with behind(rest, change):
        result = rest.run(**WEB, state="absent")
        assert (result["action"], result.get("failed")) == ("none", None)
    assert sum(rest.slept) == 1.0


def test_a_listing_may_have_what_is_deleted_for_good(rest: Tasks) -> None:
    rest.server.add(name="web")

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(410, {}) if request.path == "/things/1" else answer

    with behind(rest, change):
        assert not rest.run(**WEB, state="absent").get("failed")
        assert rest.run(**WEB, body={})["error"] == "not_a_resource"


def paged(request: Incoming, pages: dict[str, Answer]) -> Answer:
    """A listing with cursors."""
    return pages[parse_qs(request.query).get("cursor", ["1"])[0]]


def test_a_page_that_is_gone_does_not_mean_that_the_resource_is(rest: Tasks) -> None:
    rest.server.add(name="web")
    pages = {
        "1": Answer(200, {"items": [{"name": "web", "id": 1}], "next_cursor": "2"}),
        "2": Answer(410, {"reason": "Expired"}),
    }

    def change(request: Incoming, answer: Answer) -> Answer:
        return paged(request, pages) if request.path == "/things" else answer

    with behind(rest, change):
        paginate = {"style": "cursor", "next_key": "next_cursor", "parameter": "cursor"}
        result = rest.run(**WEB, state="absent", paginate=paginate)
        assert (result["status"], result["failed"], result["changed"]) == (410, True, False)


@pytest.mark.parametrize("params", [{"state": "absent"}, {"body": {}}], ids=str)
def test_a_resource_may_be_on_a_page_that_was_not_read(params: Any, rest: Tasks) -> None:
    rest.server.add(name="other")

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(200, {"total": 300, "items": answer.body}) if request.path == "/things" else answer

    with behind(rest, change):
        result = rest.run(**WEB, **params)
        assert (result["error"], result["changed"]) == ("incomplete_listing", False)
        assert rest.run(match={"name": "other"}, state="absent")["action"] == "deleted"
    assert len(rest.server.writes) == 1


def test_a_listing_goes_on_with_the_next_token(rest: Tasks) -> None:
    """Each token is good for two pages. What is kept of the resources between them has no secrets."""
    good = [2]
    listed = []

    def change(request: Incoming, answer: Answer) -> Answer:
        if not good[0]:
            return Answer(401, {})
        good[0] -= 1
        if request.path != "/things":
            return Answer(200, {"id": 7, "name": "web"})
        number = int(parse_qs(request.query).get("cursor", ["1"])[0])
        listed.append(number)
        item = {"id": number, "name": "web" if number == 1 else f"n{number}", "secret": "kept-from-all"}
        return Answer(200, {"items": [item], "next_cursor": number + 1 if number < 7 else None})

    with behind(rest, change):
        paginate = {"style": "cursor", "next_key": "next_cursor", "parameter": "cursor"}
        result: dict[str, Any] = {}
        for turn in range(4):
            before, good[0] = result, 2
            result = rest.run(**WEB, body={}, paginate=paginate, resume=before.get("resume"))
            if turn < 3:
                assert (result["status"], "kept-from-all" in json.dumps(result)) == (401, False)
            if 0 < turn < 3:
                assert advanced(before, result)
        assert (result["action"], result.get("failed"), listed) == ("none", None, list(range(1, 8)))


CURSOR = {"style": "cursor", "next_key": "next_cursor", "parameter": "cursor"}


def test_secrets_that_equal_what_is_looked_for_do_not_change_it(rest: Tasks) -> None:
    """What the next try starts from is not masked: a password may be the user's name, or the number of pages."""
    pages = {
        "1": Answer(200, {"items": [{"id": 1, "name": "web"}], "next_cursor": "web"}),
        "web": Answer(401, {}),
    }

    def change(request: Incoming, answer: Answer) -> Answer:
        return paged(request, pages) if request.path == "/things" else Answer(200, {"id": 1, "name": "web"})

    body = {"password": "web", "pin": 1}
    with behind(rest, change):
        first = rest.run(**WEB, body=body, write_only=["password", "pin"], paginate=CURSOR)
        assert first["status"] == 401
        pages["web"] = Answer(200, {"items": [{"id": 2, "name": "other"}]})
        second = rest.run(**WEB, body=body, write_only=["password", "pin"], paginate=CURSOR, resume=first["resume"])
        assert (second["action"], second.get("failed")) == ("none", None), second


def test_a_page_that_is_always_rejected_is_no_progress(rest: Tasks) -> None:
    pages = {"1": Answer(200, {"items": [{"id": 1}], "next_cursor": "2"}), "2": Answer(401, {})}
    with behind(rest, lambda request, _answer: paged(request, pages)):
        results: list[dict[str, Any]] = [{}]
        for _turn in range(3):
            results.append(rest.run(**WEB, body={}, paginate=CURSOR, resume=results[-1].get("resume")))
        assert [advanced(*pair) for pair in zip(results, results[1:])] == [True, False, False]


def test_a_resource_that_moves_to_the_next_page_is_one(rest: Tasks) -> None:
    """Another one is created between two tokens."""
    pages = {"1": Answer(200, {"items": [{"id": 1, "name": "web"}], "next_cursor": "2"}), "2": Answer(401, {})}

    def change(request: Incoming, answer: Answer) -> Answer:
        return paged(request, pages) if request.path == "/things" else Answer(200, {"id": 1, "name": "web"})

    with behind(rest, change):
        first = rest.run(**WEB, body={}, paginate=CURSOR)
        pages["2"] = Answer(200, {"items": [{"id": 1, "name": "web"}]})
        assert not rest.run(**WEB, body={}, paginate=CURSOR, resume=first["resume"]).get("failed")
        pages["2"] = Answer(200, {"items": [{"id": 2, "name": "web"}]})
        assert rest.run(**WEB, body={}, paginate=CURSOR, resume=first["resume"])["error"] == "several_match"


def test_a_wait_goes_on_with_the_next_token(rest: Tasks) -> None:
    """Each token is good for a few looks, and the wait counts as one."""
    rest.server.later, rest.server.monitor, good = 12, "Operation-Location", [3]

    def change(request: Incoming, answer: Answer) -> Answer:
        good[0] -= 1
        return answer if good[0] >= 0 else Answer(401, {})

    with behind(rest, change):
        result: dict[str, Any] = {}
        for turn in range(8):
            before, good[0] = result, 3
            result = rest.run(**WEB, body={"size": 1}, resume=before.get("resume"))
            if not result.get("failed"):
                break
            assert not turn or advanced(before, result)
        assert (result["action"], result["changed"], len(rest.server.writes)) == ("created", True, 1)
        assert turn > 2
