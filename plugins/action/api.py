# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.api."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from ..module_utils._api.call import ARGUMENT_SPEC, ApiCall, perform, prepare
from ..module_utils._http.model import Transport
from ..plugin_utils._action.call import CallAction
from ..plugin_utils._store.crypto import entry_cipher

# Ansible loads an action plugin once, before it forks a worker for each host and task. Slow imports and slow first uses
# are done here, so that no worker has to. A missing library is reported where it is needed.
with suppress(ImportError):
    import_module("requests")
    import_module("ansible_collections.authkit.oauth.plugins.module_utils._http.requests")
with suppress(Exception):
    _cipher = entry_cipher(("warm up",), b"warm up", b"warm up")
    _cipher.unseal(_cipher.seal(b""))


class ActionModule(CallAction):
    """Makes one call to a protected API."""

    MODULE = "authkit.oauth.api"
    SPEC = ARGUMENT_SPEC

    def prepare(self, parameters: Mapping[str, Any]) -> ApiCall:
        return prepare(parameters)

    def perform(self, call: ApiCall, token: str, transport: Transport) -> dict[str, Any]:
        return perform(call, token, transport)
