# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stays in the results of many calls, and what is said of a call whose end nobody saw."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.entries import ALL, JSON, NOTHING, Entry
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.outcome import Keeping, unknown
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging

URL = "https://api.example.com/things?page=1"


def entry(number: int, keeps: str = JSON) -> Entry:
    return Entry(number, f"n{number}", ApiCall("GET", URL), keeps)


def result(headers: dict[str, str], **more: Any) -> dict[str, Any]:
    flat = {"cookies": {}, "cookies_string": "", "redirected": False}
    return {"changed": False, "status": 200, "url": URL, "headers": headers, **flat, **more}


@pytest.mark.parametrize("keeps", [ALL, JSON, NOTHING])
def test_headers_beyond_the_limit_are_left_out(keeps: str) -> None:
    keeping, long = Keeping(1), {f"x-{number}": "x" * 65_000 for number in range(10)}
    kept = [keeping.kept(entry(number, keeps), result(long, json=[number]), 3) for number in (1, 2, 3)]
    assert [each.get("headers") for each in kept] == [long, None, None]
    assert [each["status"] for each in kept] == [200] * 3
    assert [each.get("json") for each in kept] == ([None] * 3 if keeps == NOTHING else [[1], [2], [3]])
    assert [each["url"] for each in kept] == [URL, *["https://api.example.com/things"] * 2]
    (said,) = keeping.warnings()
    assert "The headers of the responses are longer than 1 MiB in total" in said
    assert "the results of 2 entries of requests have no headers" in said
    assert "beginning with entry 2 ('n2')" in said


@pytest.mark.parametrize(
    "more",
    [
        {"cookies": {"a": "x" * 600_000}},
        {"cookies_string": "x" * 600_000},
        {"location": "x" * 600_000},
        {"content_type": "x" * 600_000},
        {"url": f"https://api.example.com/{'x' * 600_000}"},
        {"headers": {f"x{number}": "" for number in range(20_000)}},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_is_made_of_headers_counts_as_well(more: dict[str, Any]) -> None:
    keeping = Keeping(1)
    kept = [keeping.kept(entry(number), {**result({"x": "y"}), **more}, 0) for number in (1, 2)]
    assert ["headers" in each for each in kept] == [True, False]
    assert len(str(kept[1])) < 1_000


def test_usual_headers_of_ten_thousand_responses_stay() -> None:
    keeping, usual = Keeping(32), {f"header-{number}": "a usual value of a header" for number in range(15)}
    kept = [keeping.kept(entry(number, NOTHING), result(usual), 0) for number in range(1, 10_001)]
    assert all("headers" in each for each in kept)
    assert list(keeping.warnings()) == []


@pytest.mark.parametrize(
    ("method", "paging", "changed"),
    [("POST", None, True), ("POST", Paging("offset"), False), ("GET", None, False), ("TRACE", None, False)],
    ids=["post", "search", "get", "trace"],
)
def test_only_an_abandoned_write_may_have_changed_something(method: str, paging: Paging | None, changed: bool) -> None:
    found = unknown(Entry(1, "n1", ApiCall(method, URL, paging=paging)), "another call failed")
    assert (found["changed"], found["status"], found["sent"]) == (changed, None, True)
