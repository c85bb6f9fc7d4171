# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fingerprint depends on the problem and its target, and on nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.accepted.fingerprint import fingerprint
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding

FOUND = Finding("web", "client", "It is wrong.", {"seconds": 5}, details=("b", "a"))
MARK = fingerprint("the-check", "shop", FOUND)


def test_it_stays_the_same_over_versions() -> None:
    assert MARK == "f118d061b49501a71b9b89f1a57c027c"


@pytest.mark.parametrize(
    "same",
    [
        replace(FOUND, evidence={"seconds": 6}, message="It is wronger."),
        replace(FOUND, severity="info"),
        replace(FOUND, details=("a", "b", "a")),
    ],
)
def test_what_is_measured_is_not_in_it(same: Finding) -> None:
    assert fingerprint("the-check", "shop", same) == MARK


@pytest.mark.parametrize(
    ("check", "realm", "other"),
    [
        ("a-check", "shop", FOUND),
        ("the-check", "shop2", FOUND),
        ("the-check", "shop", replace(FOUND, target="web2")),
        ("the-check", "shop", replace(FOUND, target_type="role")),
        ("the-check", "shop", replace(FOUND, details=("a",))),
        ("the-check", "shop", replace(FOUND, details=("a:b",))),
        ("the-check", "shop", replace(FOUND, details=("ab",))),
        ("the-checks", "hop", FOUND),
        ("the-check", "shop", replace(FOUND, target="\ud800")),
    ],
)
def test_what_tells_findings_apart_is(check: str, realm: str, other: Finding) -> None:
    assert fingerprint(check, realm, other) != MARK
