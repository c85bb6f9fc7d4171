# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of reads: what readers declare, and what they may access."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin import plan as gather_parts
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin import side_by_side
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.admin_api import AdminApi
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.plan import Parts, Plan, Reader
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import Malformed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.missing import Missing, lacking
from ansible_collections.authkit.oauth.tests.unit.support.interrupts import interrupted_at_line


class Api:
    """The part of the API that a plan uses."""

    def __init__(self) -> None:
        self.stopped = 0

    def stop(self) -> None:
        self.stopped += 1


def read(readers: Mapping[str, Reader], **given: Any) -> dict[str, Any]:
    return Plan(readers, *given).read(cast(AdminApi, Api()), "shop", given)


def missing(gap: Gap) -> Callable[[Parts], Any]:
    def reader(_parts: Parts) -> Any:
        raise Missing(gap)

    return reader


@pytest.mark.parametrize(
    "readers",
    [
        {"a": Reader(str, ("a",))},
        {"a": Reader(str, ("b",)), "b": Reader(str, ("a",))},
        {"a": Reader(str, ("c",)), "b": Reader(str, ("a",)), "c": Reader(str, ("b",)), "d": Reader(str)},
    ],
)
def test_a_declared_circle_fails_before_anything_is_read(readers: dict[str, Reader]) -> None:
    with pytest.raises(ValueError, match="cycle"):
        Plan(readers)


def test_a_need_that_nobody_reads_fails_before_anything_is_read() -> None:
    with pytest.raises(ValueError, match="No reader provides what others need: realm, x"):
        Plan({"a": Reader(str, ("realm", "x"))})
    Plan({"a": Reader(str, ("realm",))}, "realm")


@pytest.mark.parametrize("touch", [lambda parts: parts["b"], lambda parts: parts.require("a", "b")])
def test_a_reader_that_touches_what_it_does_not_declare_is_an_error(touch: Callable[[Parts], Any]) -> None:
    readers = {"a": Reader(lambda _parts: 1), "b": Reader(lambda _parts: 2), "c": Reader(touch, ("a",))}
    with pytest.raises(LookupError, match="does not declare that it needs the part b"):
        read(readers)


def test_sections_and_what_only_serves_them() -> None:
    found = read(
        {
            "_base": Reader(lambda parts: parts["realm"] + parts.realm),
            "shown": Reader(lambda parts: parts["_base"] * 2, ("_base",)),
        }
        | {"_base": Reader(lambda parts: parts["realm"] + parts.realm, ("realm",))},
        realm="the ",
    )
    assert found == {"shown": "the shopthe shop", "realm": "the "}


def test_what_builds_on_a_gap_is_that_gap() -> None:
    gap = Gap("No.", fault=True)
    found = read(
        {"a": Reader(missing(gap)), "b": Reader(lambda parts: parts["a"], ("a",)), "c": Reader(lambda _parts: 1)},
        realm=gap,
    )
    assert found == {"a": gap, "b": gap, "c": 1, "realm": gap}


def test_all_roles_that_what_is_needed_lacks_are_named() -> None:
    readers = {
        "a": Reader(missing(lacking("view-a").gap)),
        "b": Reader(missing(lacking("view-b").gap)),
        "c": Reader(lambda _parts: 1),
        "all": Reader(lambda parts: parts.require("a", "b", "c"), ("a", "b", "c")),
    }
    assert read(readers)["all"].roles == ("view-a", "view-b")


def test_another_shape_than_keycloaks_is_a_gap() -> None:
    def odd(_parts: Parts) -> None:
        raise Malformed("x")

    assert read({"a": Reader(odd)})["a"].fault


def test_an_error_stops_the_api_and_reaches_the_caller() -> None:
    def broken(_parts: Parts) -> None:
        raise ZeroDivisionError

    api = Api()
    with pytest.raises(ZeroDivisionError):
        Plan({"a": Reader(broken), "b": Reader(lambda parts: parts["a"], ("a",))}).read(cast(AdminApi, api), "shop", {})
    assert api.stopped == 1


def test_an_interrupt_at_any_line_ends_it_and_stops_the_api() -> None:
    plan = Plan(
        {
            "a": Reader(lambda _parts: 1),
            "b": Reader(lambda parts: parts["a"] + parts["realm"], ("a", "realm")),
            "c": Reader(lambda _parts: 3),
        },
        "realm",
    )
    files = frozenset({gather_parts.__file__, side_by_side.__file__})
    line, stopped = 0, 0
    while True:
        line += 1
        api, started = Api(), time.monotonic()

        def run(api: Api = api) -> None:
            plan.read(cast(AdminApi, api), "shop", {"realm": 1})

        if not interrupted_at_line(line, files, run):
            break
        assert time.monotonic() - started < 2
        stopped += api.stopped
    # All but the lines before anything is started, and the one that stops it.
    assert stopped >= line - 6
