# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins about a token that the task gives, or that of the connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._errors import AuthkitError, MissingOption, MixedSources, OptionError
from ...module_utils._options.client import OPTIONS, ClientOptions
from .._variables import options_for
from .task import Notes, Result, TaskAction, TaskInput

#: The client of a connection that names none. Never sent.
NOBODY = "-"


class GivenTokenAction(TaskAction):
    """Base of action plugins that always run on the controller, and may run without a client if a token is given."""

    #: Whether a given token needs a client, too.
    NEEDS_CLIENT = False
    _supports_async = False

    def failed(self, error: AuthkitError) -> Result:
        return {"changed": False, **error.result()}

    def _input(self, variables: Mapping[str, Any], notes: Notes) -> TaskInput:
        found = super()._input(variables, notes)
        if has_client(found.options):
            notes.hide(*found.options.secrets)
        return found

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        connection = {name: value for name, value in own.items() if name in OPTIONS}
        try:
            return options_for(connection, variables, self._templar, own.get("profile"))
        except (MissingOption, MixedSources) as error:
            refused = error
        if given_token and not self.NEEDS_CLIENT:
            client = dict.fromkeys(("client_id", "client_secret", "username", "password"), NOBODY)
            try:
                return options_for({**connection, **client}, variables, self._templar, own.get("profile"))
            except OptionError:
                pass  # not only the client is missing
        raise refused


def has_client(options: ClientOptions) -> bool:
    """Whether the options name a client."""
    return options.client_id != NOBODY
