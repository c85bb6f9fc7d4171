# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module and the role realm_diff take and return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import AuthkitError
from .._masking import SENTENCES as OWN_SENTENCES
from .._options.spec import CONNECTION_SPEC

MODULE = "authkit.oauth.realm_diff"
FILES_MODULE = "authkit.oauth.realm_diff_files"
REPORTS: Mapping[str, str] = {"json": "diff.json", "markdown": "diff.md", "html": "diff.html"}
_TEXT = {"type": "str"}
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **CONNECTION_SPEC,
    "left": {"type": "dict", "required": True},
    "right": {"type": "dict", "required": True},
    "accepted": {
        "type": "list",
        "elements": "dict",
        "options": {
            "section": {"type": "str", "required": True},
            "object": _TEXT,
            "path": _TEXT,
            "reason": {"type": "str", "required": True},
            "owner": _TEXT,
            "expires": _TEXT,
        },
    },
    "fail_on_difference": {"type": "bool", "default": True},
    "validate_only": {"type": "bool", "default": False},
}
RESULT_KEYS = frozenset({"changed", "failed", "msg", "error", "report", "failures", "table", "warnings"})
SENTENCES = OWN_SENTENCES
FILES_SPEC: Mapping[str, Mapping[str, Any]] = {
    "directory": {"type": "str", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(REPORTS), "default": list(REPORTS)},
    "validate_only": {"type": "bool", "default": False},
}


class RealmsDiffer(AuthkitError):
    """Two realms differ, or one could not be read completely. Change one, or accept differences with a reason."""
