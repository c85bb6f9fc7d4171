# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.api."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..module_utils._api.call import ApiCall, parameters_for_node, perform, prepare
from ..module_utils._api.spec import ARGUMENT_SPEC
from ..module_utils._http.model import Transport
from ..module_utils._options.client import ClientOptions
from ..plugin_utils._action.before_fork import load_before_fork
from ..plugin_utils._action.many import ManyAction
from ..plugin_utils._action.paths import with_full_paths
from ..plugin_utils._action.uri_options import with_use_proxy
from ..plugin_utils._store.crypto import entry_cipher

# Slow imports and slow first uses are done here, once.
load_before_fork()
with suppress(Exception):
    _cipher = entry_cipher(("warm up",), b"warm up", b"warm up")
    _cipher.unseal(_cipher.seal(b""))


class ActionModule(ManyAction):
    """Makes calls to a protected API."""

    MODULE = "authkit.oauth.api"
    SPEC = ARGUMENT_SPEC

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        return super()._options(with_use_proxy(own), variables, given_token=given_token)

    def prepare(self, parameters: Mapping[str, Any]) -> ApiCall:
        return prepare(self.adapted(parameters))

    def adapted(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return with_full_paths(self, parameters) if self._in_process() else parameters

    def for_node(self, call: ApiCall, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return parameters_for_node(parameters, call)

    def held_back(self, call: ApiCall) -> dict[str, Any] | None:
        # Otherwise only the host that the task runs on knows its files.
        found = call.held_back() if self._in_process() else None
        return found or super().held_back(call)

    def perform(self, call: ApiCall, token: str, transport: Transport) -> dict[str, Any]:
        return perform(call, token, transport, check_mode=self._task.check_mode, progress=self.progress)
