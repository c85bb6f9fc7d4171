# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.login."""

from __future__ import annotations

import sys

from ..plugin_utils._action.login import LoginAction

#: Ansible loads this file before it forks the task's worker, which has no terminal.
ON_TERMINAL = sys.stderr.isatty()


class ActionModule(LoginAction):
    """Has a person sign in. Always runs on the controller."""

    TERMINAL = ON_TERMINAL
