# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_check."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from ..plugin_utils._action.realm_check import RealmCheckAction

# Imported once, before Ansible forks a worker for each host. A missing library is reported where it is needed.
with suppress(ImportError):
    import_module("requests")
    import_module("ansible_collections.authkit.oauth.plugins.module_utils._http.requests")


class ActionModule(RealmCheckAction):
    """Audits Keycloak realms."""
