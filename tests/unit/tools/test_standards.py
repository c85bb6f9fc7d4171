# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to standards is what the mappings say."""

from __future__ import annotations

import re

from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.known import STANDARDS
from ansible_collections.authkit.oauth.tests.tools.standards import NEAR, PAGE, page


def test_the_page_is_the_one_that_make_catalogue_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make catalogue"


def test_each_check_is_mapped_or_listed_as_not_mapped() -> None:
    tables, _title, rest = page().partition("Checks without a mapping")
    for each in CHECKS:
        assert (f"``{each.id}``" in rest) is not any(each.id in standard.checks for standard in STANDARDS.values())
    assert all(f"   * - {each.id}\n" in tables for standard in STANDARDS.values() for each in standard.requirements)


def test_the_checks_that_come_near_a_requirement_have_no_mapping() -> None:
    unmapped = {each.id for each in CHECKS} - {check for each in STANDARDS.values() for check in each.checks}
    assert {name for checks in NEAR for name in checks} <= unmapped


def test_the_page_claims_no_certificate() -> None:
    assert not re.search(r"complian|certified|\bCIS\b|\bBSI\b", page(), re.IGNORECASE)
