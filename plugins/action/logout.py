# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.logout."""

from __future__ import annotations

from ..plugin_utils._action.login import LogoutAction


class ActionModule(LogoutAction):
    """Ends a person's login. Always runs on the controller."""
