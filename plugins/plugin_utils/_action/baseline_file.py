# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the baseline of a realm check on the controller."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.accepted.baseline import LARGEST_BASELINE
from ...module_utils._words import quoted
from .input_file import input_content

_MISSING = (
    "write it with one run of the role with realm_check_write_baseline set to this path, commit it, or check the path"
)


def baseline_content(value: object, whole_path: Callable[[str], str]) -> Mapping[str, Any]:
    """The content of a baseline, from the option itself or from the file that it names.

    :param whole_path: makes a path absolute that is relative to the playbook.
    :raises InvalidOption: the value is neither, or the file is not a readable JSON object.
    """
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        raise InvalidOption("baseline must be the path of a baseline file on the controller, or its content.")
    content = _json(input_content("baseline", whole_path(value), LARGEST_BASELINE, "write it again", _MISSING))
    if not isinstance(content, Mapping):
        raise InvalidOption(
            f"baseline {quoted(value)} is not a JSON object: pass a baseline file that an earlier run wrote."
        )
    return content


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
