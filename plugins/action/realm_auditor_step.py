# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_auditor_step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from ..module_utils._errors import AuthkitError
from ..module_utils._realm.auditor import ARGUMENT_SPEC
from ..plugin_utils._action.task import Notes, Result, TaskAction
from ..plugin_utils._auditor.steps import Steps


class ActionModule(TaskAction):
    """Does one step of the role realm_auditor. Always runs on the controller, where the secret is kept."""

    MODULE = "authkit.oauth.realm_auditor_step"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = ARGUMENT_SPEC
    SETTINGS: ClassVar[tuple[str, ...]] = ("realm_auditor_", "__realm_auditor_")
    OWN_WORDS: ClassVar[frozenset[str]] = TaskAction.OWN_WORDS | {"usage", "client", "owners", "requests"}
    _supports_async = False

    def failed(self, error: AuthkitError) -> Result:
        return {"changed": False, **error.result()}

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        task_input = self._input(variables, notes)
        steps = Steps(task_input.own, task_input.options, full_path=os.path.abspath)
        return steps.run(check_mode=bool(self._task.check_mode))
