# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a realm diff: their names, and how a later run recognizes them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from ...module_utils._realm.diff import REPORTS
from .files import Files, Target, located
from .kinds import Kind

_DIRECTORY = "realm_diff_report_dir"
_HEAD = 65536


def _kind(name: str, pattern: bytes) -> Kind:
    begins = re.compile(pattern, re.DOTALL)
    return Kind(f"a {name} of the realm diff", _HEAD, False, lambda content: begins.match(content) is not None)


KINDS: Mapping[str, Kind] = {
    REPORTS["json"]: _kind(
        REPORTS["json"],
        rb'\s*\{\s*"schema_version"\s*:\s*\d+\s*,\s*"tool"\s*:\s*\{\s*"name"\s*:\s*"authkit\.oauth\.realm_diff"',
    ),
    REPORTS["markdown"]: _kind(REPORTS["markdown"], rb"\s*# Realm diff: "),
    REPORTS["html"]: _kind(REPORTS["html"], rb"\s*<!doctype html>.*<title>Realm diff: "),
}


def planned(parameters: Mapping[str, Any]) -> Files:
    """The files that the module's parameters name. Does not change anything.

    :raises InvalidOption: a path is not valid.
    """
    directory = os.path.join(*located(parameters["directory"], _DIRECTORY))
    names = dict.fromkeys(REPORTS[each] for each in parameters["formats"])
    way_out = f"name another directory in {_DIRECTORY}"
    reports = tuple(Target(directory, name, KINDS[name], f"{name}.j2", _DIRECTORY, way_out) for name in names)
    return Files(directory, reports, (), _DIRECTORY, frozenset(REPORTS.values()))
