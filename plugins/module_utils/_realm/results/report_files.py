# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that the role realm_check writes: their names, and what it may be told of them."""

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
#: Written whatever the formats are.
REMEDIATION = "remediation.yml"
#: How the names of the other files may end. A shell's or a service's file never does.
ENDINGS = (".yml", ".yaml", ".json")

ARGUMENT_SPEC: Mapping[str, Mapping[str, Any]] = {
    "directory": {"type": "str", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(REPORTS), "default": list(REPORTS)},
    "baseline": {"type": "str", "default": ""},
    "waivers": {"type": "str", "default": ""},
    "validate_only": {"type": "bool", "default": False},
}
