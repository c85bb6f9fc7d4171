# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.token_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._errors import AuthkitError
from ..module_utils._options.spec import TOKEN_INFO_SPEC
from ..plugin_utils._action.given import GivenTokenAction, has_client
from ..plugin_utils._action.task import Notes, Result
from ..plugin_utils._action.token_info import Question, examined
from ..plugin_utils._tokens import token_for


class ActionModule(GivenTokenAction):
    """Examines a token. Always runs on the controller."""

    MODULE = "authkit.oauth.token_info"
    SPEC = TOKEN_INFO_SPEC

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        task_input = self._input(variables, notes)
        own, options = task_input.own, task_input.options
        try:
            token, granted = task_input.token, None
            if token is None:
                found = token_for(options.replaced(require=()), warn=notes.warn)
                token, granted = found.access_token, found.scope
                notes.hide(token)
            question = Question(
                token,
                granted,
                has_client(options),
                introspect=own["introspect"],
                leeway=own["leeway"],
                requirements=options.require,
            )
            return examined(question, options, notes.warn)
        except AuthkitError as error:
            error.name_sources(options.sources(type(error)))
            raise
