# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that the server makes later, and writes whose outcome is not plain from one response."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.resource_tasks import WEB, Tasks, behind, tasks


@pytest.mark.parametrize("monitor", ["Location", "Operation-Location", "Azure-AsyncOperation"])
def test_changes_that_take_their_time(monitor: str) -> None:
    with tasks(later=3, monitor=monitor) as rest:
        for params in ({"body": {"size": 1}}, {"body": {"size": 2}}, {"state": "absent"}):
            result = rest.run(**WEB, **params)
            assert (result["changed"], result["status"]) == (True, 202), result
            assert rest.run(**WEB, **params)["changed"] is False


@pytest.mark.parametrize("gone", [404, 410])
def test_a_monitor_that_goes_away_with_its_work(gone: int) -> None:
    with tasks(later=2) as rest:

        def change(request: Incoming, answer: Answer) -> Answer:
            return Answer(gone, {}) if request.path.startswith("/operations/") and answer.status == 200 else answer

        with behind(rest, change):
            for params in ({"body": {"size": 1}}, {"body": {"size": 2}}, {"state": "absent"}):
                result = rest.run(**WEB, **params)
                assert (result["changed"], result["status"], result.get("failed")) == (True, 202, None), result


@pytest.mark.parametrize("status", ["ACTIVE", "pending", "cancelled", "error"])
def test_the_status_of_a_resource_is_its_own(status: str, rest: Tasks) -> None:
    """A 202 that leads to the resource itself, which has a member `status`."""
    rest.server.add(name="web", size=1)
    looks = []

    def change(request: Incoming, answer: Answer) -> Answer:
        if request.method == "PUT":
            return Answer(202, b"", {"Location": "/things/1"})
        if request.path == "/things/1" and rest.server.writes:
            looks.append(request)
            return replace(answer, body={**answer.body, "status": "updating" if len(looks) == 1 else status})
        return answer

    with behind(rest, change):
        result = rest.run(**WEB, body={"size": 2})
        assert (result["changed"], result["status"], result.get("failed")) == (True, 202, None), result
        assert (result["json"]["status"], len(looks)) == (status, 3)


@pytest.mark.parametrize(
    ("params", "looks", "outcome"),
    [
        ({"body": {"size": 2}}, [(404, {}), (200, {"status": "pending"}), (200, {"status": "ACTIVE"})], "created"),
        ({"body": {"size": 2}}, [(404, {}), (200, {"status": "failed"})], "operation_failed"),
        ({"state": "absent"}, [(200, {"status": "ACTIVE"}), (200, {}), (404, {})], "deleted"),
    ],
    ids=str,
)
def test_a_resource_that_comes_or_goes_later(params: Any, looks: list[Any], outcome: str, rest: Tasks) -> None:
    """The 202 leads to the resource itself, which is not there yet, or still is."""
    if "state" in params:
        rest.server.add(name="web")
    left = list(looks)

    def change(request: Incoming, answer: Answer) -> Answer:
        if request.method in ("POST", "DELETE"):
            return Answer(202, b"", {"Location": "/things/1"})
        if request.path == "/things/1" and rest.server.writes:
            status, body = left.pop(0) if len(left) > 1 else left[0]
            return Answer(status, {"id": "1", **body})
        return answer

    with behind(rest, change):
        result = rest.run(**WEB, **params)
        assert (result["changed"], result.get("error", result["action"]), len(left)) == (True, outcome, 1), result


def test_a_change_that_is_not_complete_in_time() -> None:
    with tasks(later=100) as rest:
        result = rest.run(**WEB, body={}, wait_timeout=2)
        assert result["status"] == 202
        assert (result["error"], result["changed"], result["action"]) == ("operation_timed_out", True, "created")
        assert sum(rest.slept) <= 2


def test_a_change_that_fails_later() -> None:
    with tasks(later=2, monitor="Operation-Location", outcome="Failed") as rest:
        result = rest.run(**WEB, body={})
        assert (result["error"], result["operation"]["error"]["code"]) == ("operation_failed", "Quota")
        assert "in-the-report" not in str(result)


def test_nobody_waits() -> None:
    with tasks(later=2) as rest:
        result = rest.run(**WEB, body={}, wait=False)
        assert (result["status"], result["changed"], rest.slept) == (202, True, [0.0])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_whose_response_was_lost_is_still_a_change(method: str, rest: Tasks) -> None:
    """The second try finds a resource that the first has changed."""
    rest.server.etags = True
    rest.server.add(name="web", size=1)
    lost: list[Incoming] = []

    def change(request: Incoming, answer: Answer) -> Answer:
        if request.method == method and not lost:
            lost.append(request)
            return Answer(503, {})
        return answer

    wanted: dict[str, Any] = {"state": "absent"} if method == "DELETE" else {"body": {"size": 2}}
    update = "merge_patch" if method == "PATCH" else "put"
    predicted = rest.run(**WEB, **wanted, check_mode=True)
    with behind(rest, change):
        result = rest.run(**WEB, **wanted, update_method=update, retries=2)
    if method == "PATCH":  # may have been done, so it is not repeated
        assert (result["status"], len(rest.server.writes)) == (503, 1)
    else:
        same = ("changed", "action", "diff")
        assert [result[name] for name in same] == [predicted[name] for name in same]
        assert (result.get("failed"), len(rest.server.writes)) == (None, 2)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_that_was_not_processed_has_changed_nothing(method: str, rest: Tasks) -> None:
    """After 429 and then 404, 409 or 412, others made the change."""
    rest.server.etags = True
    if method != "POST":
        rest.server.add(name="web", size=1)
    turns = []

    def change(request: Incoming, answer: Answer) -> Answer:
        if request.method != method:
            return answer
        turns.append(request)
        return Answer(429, {}, {"Retry-After": "0"}) if len(turns) == 1 else Answer(refused, {})

    refused = {"PUT": 412, "POST": 409, "DELETE": 404}[method]
    wanted: dict[str, Any] = {"state": "absent"} if method == "DELETE" else {"body": {"size": 2}}
    with behind(rest, change):
        result = rest.run(**WEB, **wanted, retries=2)
    assert (result["changed"], result["action"], len(turns)) == (False, "none", 2), result


def test_a_change_that_was_made_by_others_is_none(rest: Tasks) -> None:
    """A write that was sent once and refused has changed nothing."""
    rest.server.add(name="web", size=1)

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(412, {}) if request.method == "PUT" else answer

    with behind(rest, change):
        result = rest.run(**WEB, body={"size": 2})
        assert (result["changed"], result["action"]) == (False, "none")


def test_what_is_read_after_a_change_may_be_anything(rest: Tasks) -> None:
    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(200, b"<html>", content_type="text/html") if request.path == "/things/1" else answer

    with behind(rest, change):
        result = rest.run(**WEB, body={"size": 1})
        assert (result["changed"], result["action"], result.get("failed")) == (True, "created", None)
        assert "could not be read afterwards" in result["warnings"][0]
