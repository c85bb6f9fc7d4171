# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_check_files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.plugins.loader import module_loader

from ..module_utils._errors import InvalidOption
from ..module_utils._realm.results.report_files import ARGUMENT_SPEC, MODULE
from ..plugin_utils._action.arguments import validated
from ..plugin_utils._action.realm_check import ROLE_VARIABLES
from ..plugin_utils._report.files import Files, Target, planned, preflight, write
from ..plugin_utils._report.kinds import BASELINE, WAIVERS
from ..plugin_utils._report.place import Place, place_of, place_of_play
from ..plugin_utils._report.sarif import TOOL
from ..plugin_utils._report.version import collection_version
from ..plugin_utils._report.writing import WritingAction
from ..plugin_utils._variables import plain

EXTRA = {"baseline": BASELINE, "waivers": WAIVERS}
FOUND, KEYCLOAK_MODULES = "__realm_check_result", "__realm_check_modules"
MIDDLEWARE = "middleware_automation.keycloak"
#: What a report says about the run itself.
ABOUT = "__realm_check_about"
#: JSON escapes for characters that a shell would expand if text from these files is pasted there.
_FOR_A_SHELL = str.maketrans({"$": "\\u0024", "`": "\\u0060"})
_SPELLED = frozenset({"baseline.json.j2", "waivers.yml.j2", "remediation.yml.j2"})


class ActionModule(WritingAction):
    """Writes the files of a realm check. Always runs on the controller, as the user who runs the play."""

    ROLE: ClassVar[str] = "realm_check"
    VARIABLES: ClassVar[tuple[str, ...]] = ROLE_VARIABLES

    def _result(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        parameters = validated(MODULE, ARGUMENT_SPEC, plain(self._task.args)).parameters
        files = planned(parameters)
        if parameters["validate_only"]:
            return {"changed": False, **_paths(files), "problems": preflight(files)}
        if FOUND not in variables:
            raise InvalidOption("There is nothing to write: run authkit.oauth.realm_check first, as the role does.")
        given = {
            FOUND: variables[FOUND],
            ABOUT: self._about(parameters["source"]),
            KEYCLOAK_MODULES: keycloak_collection(),
        }
        for target in (*files.reports, *files.extra):
            write(target, self._content(target, given))
        return {"changed": False, **_paths(files)}

    def _about(self, source: str) -> dict[str, Any]:
        """The tool, and where the SARIF report shows its results: at the export, else at the play."""
        if source:
            place: Place | None = place_of(self._loader.path_dwim(source), 1, os.getcwd())
        else:
            place = place_of_play(self._task.get_play().get_path(), os.getcwd())
        return {
            "tool": {"name": TOOL, "version": collection_version()},
            "location": "" if place is None else place.uri,
            "line": 1 if place is None else place.line,
        }

    def _content(self, target: Target, given: dict[str, Any]) -> bytes:
        text = self._rendered(target, given)
        return (text.translate(_FOR_A_SHELL) if target.template in _SPELLED else text).encode("utf-8")


def keycloak_collection() -> str:
    """The collection whose modules fix a realm: community.general 14 hands its own over to middleware_automation."""
    context = module_loader.find_plugin_with_context(f"{MIDDLEWARE}.keycloak_realm")
    return MIDDLEWARE if context.resolved else "community.general"


def _paths(files: Files) -> dict[str, Any]:
    return {
        "directory": files.directory,
        "files": [target.name for target in files.reports],
        **{name: next((each.path for each in files.extra if each.kind is kind), "") for name, kind in EXTRA.items()},
    }
