# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.token_revoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._errors import AuthkitError
from ..module_utils._options.spec import TOKEN_REVOKE_SPEC
from ..plugin_utils._action.given import GivenTokenAction
from ..plugin_utils._action.task import Notes, Result
from ..plugin_utils._action.token_revoke import revoked


class ActionModule(GivenTokenAction):
    """Revokes a token. Always runs on the controller."""

    MODULE = "authkit.oauth.token_revoke"
    SPEC = TOKEN_REVOKE_SPEC
    NEEDS_CLIENT = True

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        task_input = self._input(variables, notes)
        options = task_input.options
        try:
            found: Result = revoked(task_input.token, options, notes.warn, check_mode=self._task.check_mode)
            return found
        except AuthkitError as error:
            error.name_sources(options.sources(type(error)))
            raise
