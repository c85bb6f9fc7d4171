# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_check."""

from __future__ import annotations

from contextlib import suppress

from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_check import RealmCheckAction

# Imported once, before Ansible forks a worker for each host; what is missing is reported where it is needed.
with suppress(ImportError):
    import requests  # noqa: F401

    from ansible_collections.authkit.oauth.plugins.module_utils import _http_requests  # noqa: F401


class ActionModule(RealmCheckAction):
    """An audit of Keycloak realms."""
