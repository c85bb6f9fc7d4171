# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the report that a realm check is compared with, on the controller and before anything replaces it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._realm.results.earlier import LARGEST_REPORT, Earlier, earlier_report
from ...module_utils._realm.results.trend import lines, with_trend, without_trend
from .input_file import input_content


@dataclass(frozen=True)
class Comparison:
    """What a task's result is compared with.

    :param level: the severity below which its report leaves findings out.
    :param earlier: None if there is no earlier report yet.
    """

    level: str
    earlier: Earlier | None

    def of(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result with the trend, if it has a report."""
        if "report" not in result:
            return result
        report, known = result["report"], result["baseline"]["findings"]
        if self.earlier is None:
            compared = without_trend(report)
        else:
            compared = with_trend(report, known, self.level, self.earlier)
        return {**result, "report": compared, "trend": lines(compared)}


def comparison(parameters: Mapping[str, Any]) -> Comparison | None:
    """What the parameters ask to compare with; None if they do not.

    :raises InvalidOption: the file is not a report, or cannot be read.
    """
    given = parameters.get("previous_report")
    if not given:
        return None
    path = os.path.abspath(os.path.expanduser(given))
    earlier = None
    if os.path.lexists(path):
        content = input_content("previous_report", path, LARGEST_REPORT, "name a smaller one, or remove it")
        earlier = earlier_report(content, path)
    return Comparison(str(parameters.get("report_level") or "info"), earlier)
