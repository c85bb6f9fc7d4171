# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins that write the files of a role, on the controller and as the user who runs the play."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ansible import errors
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

from ...module_utils._api.results import bug
from ...module_utils._errors import AuthkitError
from ...module_utils._words import quoted
from .._variables import refuse_facts
from .files import Target

_ROLES = Path(__file__).resolve().parents[3] / "roles"
#: Before ansible-core 2.19 text that looks like JSON would become data without this option. 2.19 removed it.
_AS_TEXT: dict[str, bool] = {} if hasattr(errors, "AnsibleValueOmittedError") else {"convert_data": False}


class WritingAction(ActionBase):  # type: ignore[misc]  # ansible-core has no hints
    """Writes the files of a role.

    :cvar ROLE: the role that has the templates.
    :cvar VARIABLES: prefixes of its variables, which no host's facts may define.
    """

    ROLE: ClassVar[str]
    VARIABLES: ClassVar[tuple[str, ...]]
    _supports_check_mode = True

    @abstractmethod
    def _result(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The task's result. Raises AuthkitError."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task's result. A failure is returned, never raised."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        try:
            refuse_facts(variables, self.VARIABLES)
            self._refuse_facts_of_others(variables)
            return self._result(variables)
        except AuthkitError as error:
            return {"changed": False, **error.result()}
        except Exception as error:  # a traceback would show values
            return bug(error)

    def _rendered(self, target: Target, given: dict[str, Any]) -> str:
        """The content of the role's template, which gets these variables and no others."""
        lookup = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        (text,) = lookup.run([str(_ROLES / self.ROLE / "templates" / target.template)], given, **_AS_TEXT)
        return str(text)

    def _refuse_facts_of_others(self, variables: Mapping[str, Any]) -> None:
        """Refuses facts of the play's other hosts: any of them may write the files."""
        hostvars, own = variables.get("hostvars"), variables.get("inventory_hostname")
        for host in variables.get("ansible_play_batch") or ():
            if host != own and hostvars is not None:
                theirs = {"ansible_facts": hostvars.raw_get(host).get("ansible_facts")}
                refuse_facts(theirs, self.VARIABLES, whose=f"the facts of the host {quoted(host)}")
