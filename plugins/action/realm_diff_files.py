# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_diff_files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..module_utils._errors import InvalidOption
from ..module_utils._realm.diff import FILES_MODULE, FILES_SPEC, MODULE
from ..plugin_utils._action.arguments import validated
from ..plugin_utils._action.realm_diff import ROLE_VARIABLES
from ..plugin_utils._report.diff_files import planned
from ..plugin_utils._report.files import preflight, write
from ..plugin_utils._report.version import collection_version
from ..plugin_utils._report.writing import WritingAction
from ..plugin_utils._variables import plain

FOUND, ABOUT = "__realm_diff_result", "__realm_diff_about"


class ActionModule(WritingAction):
    """Writes the files of a realm diff."""

    ROLE: ClassVar[str] = "realm_diff"
    VARIABLES: ClassVar[tuple[str, ...]] = ROLE_VARIABLES

    def _result(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        parameters = validated(FILES_MODULE, FILES_SPEC, plain(self._task.args)).parameters
        files = planned(parameters)
        shown = {"changed": False, "directory": files.directory, "files": [each.name for each in files.reports]}
        if parameters["validate_only"]:
            return {**shown, "problems": preflight(files)}
        if FOUND not in variables:
            raise InvalidOption("There is nothing to write: run authkit.oauth.realm_diff first, as the role does.")
        about = {"tool": {"name": MODULE, "version": collection_version()}}
        for target in files.reports:
            text = self._rendered(target, {FOUND: variables[FOUND], ABOUT: about})
            write(target, text.encode("utf-8"))
        return shown
