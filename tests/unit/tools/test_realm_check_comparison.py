# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the comparison with kcwarden has the files and the columns of the code; its numbers come from a run."""

from __future__ import annotations

import json
import re

from ansible_collections.authkit.oauth.tests.integration.support.realm_files import FILES, realms_of
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import VERSION
from ansible_collections.authkit.oauth.tests.tools.realm_check_comparison import COLUMNS, PAGE, Row, Score, page
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT


def names() -> list[str]:
    found = []
    for path in sorted(FILES.glob("*.json")):
        realms = list(realms_of(path))
        for number, realm in enumerate(realms):
            if realm["realm"] != "master":
                found.append(path.name if len(realms) == 1 else f"{path.name}, realm {number + 1}")
    return found


def shape(text: str) -> str:
    """The text without the numbers of a run."""
    return re.sub(r"\d+ found, \d+ wrong|crashed|\b\d+\b", "N", re.sub(r"- crashed", "- N", text))


def test_the_page_has_a_row_for_each_realm_of_each_file() -> None:
    pinned = re.search(r"kcwarden~=([\d.]+)", (ROOT / "tests/requirements/bench.txt").read_text(encoding="utf-8"))
    assert pinned is not None
    score = Score()
    written = page([Row(name, 0, score, score, score) for name in names()], pinned[1], VERSION)
    assert shape(PAGE.read_text(encoding="utf-8")) == shape(written), "run make compare-realm-files"


def test_the_realm_check_finds_every_fault_and_nothing_else() -> None:
    rows = re.findall(r"\* - (\S+\.json.*)\n((?:     - .*\n)+)", PAGE.read_text(encoding="utf-8"))
    assert [name for name, _numbers in rows] == names()
    for name, numbers in rows:
        cells = [each.removeprefix("     - ") for each in numbers.splitlines()]
        assert len(cells) == len(COLUMNS) - 1
        assert cells[3] == "0", json.dumps({name: cells})
