# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_check_files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import errors
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader, module_loader

from ..module_utils._api.results import bug
from ..module_utils._errors import AuthkitError, InvalidOption
from ..module_utils._realm.results.report_files import ARGUMENT_SPEC, MODULE
from ..module_utils._words import quoted
from ..plugin_utils._action.arguments import validated
from ..plugin_utils._action.realm_check import ROLE_VARIABLES
from ..plugin_utils._report.files import Files, Target, planned, preflight, write
from ..plugin_utils._report.kinds import BASELINE, WAIVERS
from ..plugin_utils._report.place import Place, place_of, place_of_play
from ..plugin_utils._report.sarif import TOOL
from ..plugin_utils._report.version import collection_version
from ..plugin_utils._variables import plain, refuse_facts

EXTRA = {"baseline": BASELINE, "waivers": WAIVERS}
FOUND, KEYCLOAK_MODULES = "__realm_check_result", "__realm_check_modules"
MIDDLEWARE = "middleware_automation.keycloak"
#: What a report says about the run itself.
ABOUT = "__realm_check_about"
TEMPLATES = Path(__file__).resolve().parents[2] / "roles" / "realm_check" / "templates"
#: Before ansible-core 2.19 text that looks like JSON would become data without this option. 2.19 removed it.
_AS_TEXT: dict[str, bool] = {} if hasattr(errors, "AnsibleValueOmittedError") else {"convert_data": False}
#: JSON escapes for characters that a shell would expand if text from these files is pasted there.
_FOR_A_SHELL = str.maketrans({"$": "\\u0024", "`": "\\u0060"})
_SPELLED = frozenset({"baseline.json.j2", "waivers.yml.j2", "remediation.yml.j2"})


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no hints
    """Writes the files of a realm check. Always runs on the controller, as the user who runs the play."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task's result. A failure is returned, never raised."""
        super().run(tmp, task_vars)
        try:
            return self._result(task_vars or {})
        except AuthkitError as error:
            return {"changed": False, **error.result()}
        except Exception as error:  # a traceback would show values
            return bug(error)

    def _result(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        refuse_facts(variables, ROLE_VARIABLES)
        _refuse_facts_of_others(variables)
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
            write(target, self._rendered(target, given))
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

    def _rendered(self, target: Target, given: dict[str, Any]) -> bytes:
        """The content of the role's template, which gets these variables and no others."""
        lookup = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        (text,) = lookup.run([str(TEMPLATES / target.template)], given, **_AS_TEXT)
        shown = str(text).translate(_FOR_A_SHELL) if target.template in _SPELLED else str(text)
        return shown.encode("utf-8")


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


def _refuse_facts_of_others(variables: Mapping[str, Any]) -> None:
    """Refuses facts of the play's other hosts: the role compares the hosts, and any of them may write the files."""
    hostvars, own = variables.get("hostvars"), variables.get("inventory_hostname")
    for host in variables.get("ansible_play_batch") or ():
        if host != own and hostvars is not None:
            theirs = {"ansible_facts": hostvars.raw_get(host).get("ansible_facts")}
            refuse_facts(theirs, ROLE_VARIABLES, whose=f"the facts of the host {quoted(host)}")
