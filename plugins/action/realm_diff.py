# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.realm_diff."""

from __future__ import annotations

from ..plugin_utils._action.before_fork import load_before_fork
from ..plugin_utils._action.realm_diff import RealmDiffAction

load_before_fork()


class ActionModule(RealmDiffAction):
    """Compares two Keycloak realms."""
