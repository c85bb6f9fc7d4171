# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes that modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules of an action group of meta/runtime.yml, and those that run on the controller and show no diff."""

    ACTIONGROUP_ALL = r"""
options: {}
attributes:
  action_group:
    support: full
    description: Use C(group/authkit.oauth.all) in C(module_defaults) to set defaults for this module.
    membership:
      - authkit.oauth.all
"""

    CONTROLLER = r"""
options: {}
attributes:
  diff_mode:
    support: none
    description: Returns details on what has changed, in diff mode.
  action:
    support: full
    description: Runs an action plugin on the controller.
    details:
      - It runs entirely there, whatever host the task is for.
  platform:
    support: full
    description: Where it runs.
    platforms: posix
"""
