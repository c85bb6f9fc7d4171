# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mappings: that they name checks and parameters that exist, and say why a requirement is not covered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import BY_ID
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.known import STANDARDS, needed_checks
from ansible_collections.authkit.oauth.plugins.module_utils._realm.standards.model import Standard

ROOT = Path(__file__).resolve().parents[6]


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=lambda each: each.name)
def test_a_mapping_names_only_what_exists(standard: Standard) -> None:
    ids = [each.id for each in standard.requirements]
    assert len(set(ids)) == len(ids)
    assert standard.url.startswith("https://")
    for each in standard.requirements:
        assert each.checks or each.reason
        assert not each.reason or each.reason.endswith(".")
        assert not each.title.endswith(".")
        assert set(each.checks) <= set(BY_ID)
        assert {*each.limits, *each.strictest, *each.grave} <= set(each.checks)
        for limits in (each.limits, each.strictest):
            for check, values in limits.items():
                for name, value in values.items():
                    assert isinstance(value, BY_ID[check].parameters[name].type)


def test_a_level_includes_the_lower_ones() -> None:
    first, second, third = (STANDARDS[f"asvs5-l{level}"] for level in (1, 2, 3))
    assert {each.level for each in first.chosen} == {"1"}
    assert {each.level for each in second.chosen} == {"1", "2"}
    assert first.checks < second.checks < third.checks
    assert [each.highest for each in (first, second, third)] == [False, False, True]


def test_each_requirement_of_the_mapped_chapters_is_listed() -> None:
    """ASVS 5.0.0 numbers them without gaps: what is missing would be neither covered nor said to be missing."""
    sections: dict[str, list[int]] = {}
    for each in STANDARDS["asvs5-l3"].requirements:
        section, _dot, number = each.id.rpartition(".")
        sections.setdefault(section, []).append(int(number))
    assert " ".join(f"{section}:{len(numbers)}" for section, numbers in sections.items()) == (
        "6.1:3 6.2:12 6.3:8 6.4:6 6.5:8 6.6:4 6.7:2 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:3 7.6:2 "
        "9.1:3 9.2:4 10.1:2 10.2:3 10.3:5 10.4:16 10.5:5 10.6:2 10.7:3 12.1:5 12.2:2 12.3:5 "
        "16.1:1 16.2:5 16.3:4 16.4:3 16.5:4"
    )
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sections.values())


def test_an_assurance_level_has_its_own_requirements_and_those_of_all() -> None:
    levels = [{each.level for each in STANDARDS[f"nist-aal{number}"].chosen} for number in (1, 2, 3)]
    common = set.intersection(*levels)
    assert common == {"SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT"}
    for number, own in enumerate(levels, start=1):
        assert {level.partition(" ")[0] for level in own - common} == {f"AAL{number}"}
    chosen = {each.id for number in (1, 2, 3) for each in STANDARDS[f"nist-aal{number}"].chosen}
    assert chosen == {each.id for each in STANDARDS["nist-aal1"].requirements}


def test_no_table_claims_a_certificate() -> None:
    for standard in STANDARDS.values():
        words = " ".join([standard.title, standard.edition, *(f"{r.title} {r.reason}" for r in standard.requirements)])
        assert not re.search(r"complian|certified|\bCIS\b|\bBSI\b", words, re.IGNORECASE)


def test_the_checks_of_several_standards_are_needed_together() -> None:
    both = needed_checks(["rfc9700", "fapi2"])
    assert both == STANDARDS["rfc9700"].checks | STANDARDS["fapi2"].checks


def test_the_options_of_module_and_role_offer_them_all() -> None:
    for path in ("plugins/modules/realm_check.py", "roles/realm_check/meta/argument_specs.yml"):
        assert f"choices: [{', '.join(STANDARDS)}]" in (ROOT / path).read_text(encoding="utf-8")
