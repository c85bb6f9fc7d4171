# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.client_secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from typing import Any, ClassVar

from ..module_utils._errors import AuthkitError, InvalidOption
from ..module_utils._options.spec import CLIENT_SECRET_SPEC
from ..plugin_utils._action.task import Notes, Result, TaskAction
from ..plugin_utils._fetching import transport_for
from ..plugin_utils._rotation.job import Job, wish_of


class ActionModule(TaskAction):
    """Rotates the secret of a Keycloak client. Always runs on the controller, where the secret is kept."""

    MODULE = "authkit.oauth.client_secret"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = CLIENT_SECRET_SPEC
    _supports_async = False

    def failed(self, error: AuthkitError) -> Result:
        return {"changed": False, **error.result()}

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        task_input = self._input(variables, notes)
        options, own = task_input.options, task_input.own
        job = Job(options, own.get("target_realm"), wish_of(own, options), warn=notes.warn, hide=notes.hide)
        path = self._full_path(str(own["path"]))
        with closing(transport_for(options.transport_settings, notes.warn)) as transport:
            return job.run(path, transport, check_mode=bool(self._task.check_mode))

    def _full_path(self, path: str) -> str:
        """The path, relative to the playbook. A link at its end is not followed, so that it can be refused."""
        if not os.path.basename(path) or "\0" in path:
            raise InvalidOption("path must name a file, such as /etc/erp/client_secret.")
        return os.path.abspath(os.path.join(self._loader.get_basedir(), path))
