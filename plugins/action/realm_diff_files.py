# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_diff_files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import errors
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

from ..module_utils._api.results import bug
from ..module_utils._errors import AuthkitError, InvalidOption
from ..module_utils._realm.diff import FILES_MODULE, FILES_SPEC, MODULE
from ..module_utils._words import quoted
from ..plugin_utils._action.arguments import validated
from ..plugin_utils._action.realm_diff import ROLE_VARIABLES
from ..plugin_utils._report.diff_files import planned
from ..plugin_utils._report.files import Target, preflight, write
from ..plugin_utils._report.version import collection_version
from ..plugin_utils._variables import plain, refuse_facts

FOUND, ABOUT = "__realm_diff_result", "__realm_diff_about"
TEMPLATES = Path(__file__).resolve().parents[2] / "roles" / "realm_diff" / "templates"
#: Before ansible-core 2.19 text that looks like JSON would become data without this option. 2.19 removed it.
_AS_TEXT: dict[str, bool] = {} if hasattr(errors, "AnsibleValueOmittedError") else {"convert_data": False}


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no hints
    """Writes the files of a realm diff. Always runs on the controller, as the user who runs the play."""

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
        parameters = validated(FILES_MODULE, FILES_SPEC, plain(self._task.args)).parameters
        files = planned(parameters)
        shown = {"changed": False, "directory": files.directory, "files": [each.name for each in files.reports]}
        if parameters["validate_only"]:
            return {**shown, "problems": preflight(files)}
        if FOUND not in variables:
            raise InvalidOption("There is nothing to write: run authkit.oauth.realm_diff first, as the role does.")
        about = {"tool": {"name": MODULE, "version": collection_version()}}
        given = {FOUND: variables[FOUND], ABOUT: about}
        for target in files.reports:
            write(target, self._rendered(target, given))
        return shown

    def _rendered(self, target: Target, given: dict[str, Any]) -> bytes:
        """The content of the role's template, which gets these variables and no others."""
        lookup = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        (text,) = lookup.run([str(TEMPLATES / target.template)], given, **_AS_TEXT)
        return str(text).encode("utf-8")


def _refuse_facts_of_others(variables: Mapping[str, Any]) -> None:
    """Refuses facts of the play's other hosts: any of them may write the files."""
    hostvars, own = variables.get("hostvars"), variables.get("inventory_hostname")
    for host in variables.get("ansible_play_batch") or ():
        if host != own and hostvars is not None:
            theirs = {"ansible_facts": hostvars.raw_get(host).get("ansible_facts")}
            refuse_facts(theirs, ROLE_VARIABLES, whose=f"the facts of the host {quoted(host)}")
