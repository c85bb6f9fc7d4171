# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that the role realm_check writes: their names and options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MODULE = "authkit.oauth.realm_check_files"
#: Format -> the report's file name.
REPORTS: Mapping[str, str] = {
    "json": "report.json",
    "sarif": "report.sarif",
    "junit": "report.xml",
    "markdown": "report.md",
    "html": "report.html",
}
#: Written with every choice of formats.
REMEDIATION = "remediation.yml"
#: The endings that other file names may have. Files of shells and services have none of these.
ENDINGS = (".yml", ".yaml", ".json")

ARGUMENT_SPEC: Mapping[str, Mapping[str, Any]] = {
    "directory": {"type": "str", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(REPORTS), "default": list(REPORTS)},
    "baseline": {"type": "str", "default": ""},
    "waivers": {"type": "str", "default": ""},
    "source": {"type": "str", "default": ""},
    "validate_only": {"type": "bool", "default": False},
}
