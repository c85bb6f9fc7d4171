# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of Keycloak's releases."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.realm import server_version_unsupported
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak import releases

GUIDE = Path(__file__).resolve().parents[6] / "docs" / "docsite" / "rst" / "guide_realm_files.rst"


def test_each_release_ends_after_the_one_before_it() -> None:
    ends = [releases.ENDS[each] for each in sorted(releases.ENDS)]
    assert ends[-1] is None
    assert all(end is not None and end <= releases.AS_OF for end in ends[:-1])


def test_the_catalogue_dates_the_table() -> None:
    assert f"as of {releases.AS_OF.isoformat()}" in server_version_unsupported.reference


def test_the_guide_has_the_table() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    rows = re.findall(r"\* - (\d+)\.(\d+)\n     - (\S+)", text)
    ends = {(int(one), int(two)): None if end == "supported" else date.fromisoformat(end) for one, two, end in rows}
    assert ends == dict(releases.ENDS)
    assert f"as of {releases.AS_OF.isoformat()}" in text


@pytest.mark.parametrize(
    ("version", "end"),
    [
        ((26, 8), None),
        ((27, 0), None),
        ((26, 7), None),
        ((26, 6), date(2026, 7, 9)),
        ((24, 0), date(2024, 6, 10)),
        ((3, 3), date(2020, 7, 22)),
    ],
)
def test_the_end_of_support(version: tuple[int, int], end: date | None) -> None:
    assert releases.ended(version) == end


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (None, None),
        ("nightly", None),
        ("22.0.5", None),
        ("26.8.0", None),
        ("21.1.2", "Keycloak 21.1.2 is older than the versions that this audit is written for (22 to 26)"),
        ("3.3.0.CR1", "older"),
        ("27.0.0", "newer"),
    ],
)
def test_versions_outside_the_range(version: str | None, says: str | None) -> None:
    found = releases.outside_range(version)
    assert found is None if says is None else says in str(found)
