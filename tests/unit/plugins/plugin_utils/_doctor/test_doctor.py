# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of the doctor in few lines."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError
from ansible_collections.authkit.oauth.plugins.plugin_utils._doctor.doctor import report
from ansible_collections.authkit.oauth.plugins.plugin_utils._doctor.parts import ReportSection


def test_the_verdict_is_first() -> None:
    sections = [ReportSection("Options", ["a: 1", "b: 2"], summary="two"), ReportSection("Token", ["valid", "signed"])]
    assert report([each.to_data() for each in sections]) == ["No problems found.", "✓ Options: two", "✓ Token: valid"]


def test_a_line_for_each_problem() -> None:
    one, two = AuthkitError("One is wrong."), AuthkitError("Two is wrong.")
    sections = [
        ReportSection("Options", ["a: 1"], problems=[one, two]),
        ReportSection("Server", ["not read"], examined=False),
        ReportSection("Token", problems=[two]),
    ]
    assert report([each.to_data() for each in sections]) == [
        "2 problems found.",
        "✗ Options: One is wrong.",
        "✗ Options: Two is wrong.",
        "– Server: not read",
        "✗ Token: Two is wrong.",
    ]
