# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks of secrets: they tell whether two secrets of one run are equal, and nothing else."""

from __future__ import annotations

import hashlib

from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.normal import Marks
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import OTHER, SECRET


def test_a_mark_tells_only_equality_and_only_in_its_run() -> None:
    marks = Marks()
    assert marks.of(SECRET) == marks.of(SECRET) != marks.of(OTHER)
    assert Marks().of(SECRET) != marks.of(SECRET), "each run has a key of its own"
    assert hashlib.sha256(SECRET.encode()).digest() != marks.of(SECRET).mark
    assert len(marks.of(SECRET).mark) == len(marks.of("").mark), "nor does it tell the length"
    assert repr(marks.of(SECRET)) == "Secret()"
