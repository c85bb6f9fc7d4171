# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for changes that are complete later: what a server says, and how long."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.waiting import (
    Clock,
    Monitor,
    OperationElsewhere,
    OperationFailed,
    OperationTimedOut,
    monitor_of,
    wait_for,
)

URL = "https://api.example.com/things/1"


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.clock = Clock(lambda: sum(self.slept), self.slept.append)


def answered(status: int = 202, **headers: str) -> dict[str, Any]:
    return {"status": status, "url": URL, "headers": {name.replace("_", "-"): text for name, text in headers.items()}}


def test_where_progress_is_reported() -> None:
    assert monitor_of(answered(location="/jobs/7")) == Monitor("https://api.example.com/jobs/7", False)
    assert monitor_of(answered(location="/x", operation_location="/jobs/7")) == Monitor(
        "https://api.example.com/jobs/7", True
    )
    assert monitor_of(answered(201, azure_asyncoperation="/jobs/7", retry_after="5")) == Monitor(
        "https://api.example.com/jobs/7", True, 5.0
    )


@pytest.mark.parametrize("result", [answered(), answered(201, location="/things/1"), answered(204)], ids=str)
def test_changes_that_are_complete(result: dict[str, Any]) -> None:
    assert monitor_of(result) is None


def test_progress_that_is_reported_elsewhere() -> None:
    with pytest.raises(OperationElsewhere, match="wait: false"):
        monitor_of(answered(operation_location="https://evil.example.com/jobs/7"))


def wait(*answers: Any, operation: bool = True, seconds: float = 100.0) -> tuple[Any, list[float]]:
    time, left = Time(), list(answers)

    def look(url: str) -> dict[str, Any]:
        assert url == URL
        return left.pop(0) if len(left) > 1 else dict(left[0])

    return wait_for(Monitor(URL, operation), look, seconds, time.clock), time.slept


def said(word: object, status: int = 200, **more: Any) -> dict[str, Any]:
    return {"status": status, "json": {"status": word}, "headers": {}, **more}


def test_the_status_of_an_operation() -> None:
    result, slept = wait(said("InProgress"), said("not started"), said(None), {"status": 200}, said("Succeeded"))
    assert result["json"] == {"status": "Succeeded"}
    assert slept == [1.0, 1.5, 2.25, 3.375, 5.0625]


def test_the_status_of_http() -> None:
    assert wait({"status": 202}, {"status": 202}, {"status": 200}, operation=False)[0] == {"status": 200}
    assert wait(said("running"), said("active"), said("odd"), operation=False)[0] == said("odd")
    assert wait({"status": 404, "failed": True}, operation=False)[0]["status"] == 404


def test_retry_after_is_honored() -> None:
    later = {"retry-after": "7"}
    assert wait(said("running", headers=later), said("running", headers={"retry-after": "0"}), said("done"))[1] == [
        1.0,
        7.0,
        0.1,
    ]


@pytest.mark.parametrize("word", ["Failed", "canceled", "ERROR", "Timed out", "rejected"])
def test_a_failure(word: str) -> None:
    for operation in (True, False):
        with pytest.raises(OperationFailed, match="in operation") as caught:
            wait(said("running"), said(word), operation=operation)
        assert caught.value.said == {"status": word}


def test_a_monitor_that_does_not_respond_as_it_should() -> None:
    assert wait({"status": 500, "failed": True})[0]["failed"]


@pytest.mark.parametrize("headers", [{}, {"retry-after": "86400"}, {"retry-after": "0"}], ids=str)
def test_the_wait_ends(headers: dict[str, str]) -> None:
    time = Time()
    with pytest.raises(OperationTimedOut, match="within 20 s"):
        wait_for(Monitor(URL, True), lambda _url: said("running", headers=headers), 20, time.clock)
    assert sum(time.slept) <= 20
