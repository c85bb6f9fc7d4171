# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bases of the action plugins authkit.oauth.login and authkit.oauth.logout, which run on the controller only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...module_utils._errors import AuthkitError, NotLoggedIn
from ...module_utils._options.spec import CONNECTION_SPEC, LOGIN_SPEC
from .._login.login import Login, logged_out, login_result
from .._login.prompt import show
from .task import Notes, Result, TaskAction


class _OnController(TaskAction):
    _supports_async = False
    #: Prefixes of the variables of its playbook.
    SETTINGS: ClassVar[tuple[str, ...]] = ("login_", "logout_")

    def failed(self, error: AuthkitError) -> Result:
        return {"changed": False, **error.result()}


class LoginAction(_OnController):
    """Has a person sign in, unless somebody is logged in."""

    MODULE: ClassVar[str] = "authkit.oauth.login"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = LOGIN_SPEC
    #: Whether the prompt goes to a terminal.
    TERMINAL: ClassVar[bool] = False

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        found = self._input(variables, notes)
        shows = found.own.get("prompt") != "fail" and not self._task.check_mode
        login = Login(found.options, show if shows else None, self.TERMINAL, notes.warn)
        try:
            token = login.token()
        except AuthkitError as error:
            if isinstance(error, NotLoggedIn) and self._task.check_mode:
                return {"changed": True, "msg": str(error.args[0])}
            error.name_sources(found.options.sources(type(error)))
            raise
        notes.hide(token.access_token)
        return login_result(login, token)


class LogoutAction(_OnController):
    """Revokes a person's login, and has the token store forget it."""

    MODULE: ClassVar[str] = "authkit.oauth.logout"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = CONNECTION_SPEC

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        found = self._input(variables, notes)
        return logged_out(found.options, notes.warn, check_mode=bool(self._task.check_mode))
