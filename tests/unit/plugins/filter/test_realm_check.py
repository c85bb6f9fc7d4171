# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters, in templates, on what a module returned."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.authkit.oauth.plugins.filter import realm_check_sarif, realm_check_table, realm_check_view
from ansible_collections.authkit.oauth.tests.unit.support.reports import hostile, ordinary
from ansible_collections.authkit.oauth.tests.unit.support.variables import from_a_node

FILTERS: dict[str, Any] = {
    name: function
    for module in (realm_check_sarif, realm_check_table, realm_check_view)
    for name, function in module.FilterModule().filters().items()
}


def test_their_names() -> None:
    assert sorted(FILTERS) == ["realm_check_sarif", "realm_check_table", "realm_check_view"]


def test_what_they_return() -> None:
    report = from_a_node(ordinary())
    assert FILTERS["realm_check_view"](report, "html")["failed"] is True
    assert FILTERS["realm_check_sarif"](report)["version"] == "2.1.0"
    assert FILTERS["realm_check_table"](report, 1)[-3].startswith("Realm empty")
    assert "<img" not in str(FILTERS["realm_check_view"](from_a_node(hostile()), "html"))


@pytest.mark.parametrize(
    ("name", "arguments"), [("realm_check_view", ["html"]), ("realm_check_sarif", []), ("realm_check_table", [])]
)
def test_what_is_no_report_is_told_in_one_sentence(name: str, arguments: list[str]) -> None:
    with pytest.raises(AnsibleError) as caught:
        FILTERS[name]({"secret": "hush"}, *arguments)
    assert "This is not a report of a realm check" in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
