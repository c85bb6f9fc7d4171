# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules have in common that write a role's reports."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules whose action plugin writes reports on the controller."""

    # A literal, in a file without an underscore: the Ansible language server reads the text and runs no code.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - A report does not change the state of a host, so it is written in check mode, too.
options:
  directory:
    description: Directory of the reports.
    type: str
    required: true
  validate_only:
    description:
      - Whether only to create the directory and check what the files would replace, and write no file.
    type: bool
    default: false
"""
