# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that hold for every check."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import AREAS, LEVELS, SEVERITIES, TIERS, Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import BY_ID, CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, found

HERE = "ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.checks"


class Faulty(dict[str, object]):
    """Sections that a broken server gave nothing of."""

    def get(self, key: str, default: object = None) -> object:
        return Gap("The server answered 500.", fault=True)


def cases() -> list[Case]:
    names = [path.stem for path in sorted((Path(__file__).parent / "checks").glob("test_*.py"))]
    return [each for name in names for each in getattr(import_module(f"{HERE}.{name}"), "CASES", ())]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_says_what_it_is(check: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check.id)
    assert check.run.__name__ == check.id.replace("-", "_")
    assert list(signature(check.run).parameters) == ["snapshot", "parameters"]
    assert check.area in AREAS
    assert check.level in LEVELS
    assert check.severity in SEVERITIES
    assert check.tier in TIERS
    assert check.title
    assert not check.title.endswith(".")
    assert check.rationale.endswith(".")
    assert check.remediation.endswith(".")
    assert all(parameter.description for parameter in check.parameters.values())


def test_every_area_has_checks() -> None:
    assert {check.area for check in CHECKS} == set(AREAS)


def test_no_check_is_there_twice() -> None:
    assert len(BY_ID) == len(CHECKS)


def test_every_file_of_checks_is_registered() -> None:
    folder = Path(
        import_module("ansible_collections.authkit.oauth.plugins.module_utils._realm.registry").__file__ or ""
    )
    files = {path.stem for path in (folder.parent / "checks").glob("*.py")}
    assert {check.run.__module__.rpartition(".")[2] for check in CHECKS} == files


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_what_nobody_could_read_never_passes(check: Check) -> None:
    with pytest.raises(NotEvaluated):
        found(check, {})


@pytest.mark.parametrize(
    "check", [each for each in CHECKS if None not in each.defaults().values()], ids=lambda check: check.id
)
def test_a_faulty_server_never_passes(check: Check) -> None:
    with pytest.raises(Inconclusive):
        found(check, Faulty())


def test_every_check_has_a_failing_and_a_passing_case() -> None:
    known = cases()
    failing = {each.check.id for each in known if each.fails}
    passing = {each.check.id for each in known if each.passes}
    assert set(BY_ID) - failing == set()
    assert set(BY_ID) - passing == set()
