# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of all checks is generated from the checks, and every text states their number."""

from __future__ import annotations

import re

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding, Parameter, Parameters, check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.tools.catalogue import PAGE, page
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT


def test_the_page_is_the_one_that_make_catalogue_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(CHECKS), "run make catalogue"


def test_the_readme_and_the_guides_state_the_number_of_checks() -> None:
    texts = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.rst"), *ROOT.glob("roles/*/*.md")]
    stated = [
        (path.name, int(number))
        for path in texts
        for number in re.findall(r"\b(\d+)\s+checks\b", path.read_text(encoding="utf-8"))
    ]
    assert "README.md" in dict(stated)
    assert [(name, number) for name, number in stated if number != len(CHECKS)] == []


def test_an_entry_holds_what_a_check_says_of_itself() -> None:
    @check(
        id="realm-example",
        area="service-accounts",
        level="L3",
        severity="high",
        tier="core",
        title="A title with *stars*",
        rationale="Because of a_b.",
        remediation="Mend it.",
        reference="RFC 6749 section 4",
        parameters={"limit": Parameter(3, "days"), "least": Parameter(None, "a version", str)},
    )
    def example(_snapshot: Snapshot, _parameters: Parameters) -> list[Finding]:
        return []

    written = page([example])
    for part in (
        "``realm-example`` (high, core)",
        r"**A title with \*stars\*.** Because of a\_b.",
        "*What to do:* Mend it.",
        "*Reference:* RFC 6749 section 4",
        "*Parameter* ``limit`` (``3``): days",
        "*Parameter* ``least`` (unset): a version",
        "Service accounts\n~~~~~~~~~~~~~~~~",
        "All 1 checks",
    ):
        assert part in written
