#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the reports of a realm diff. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: realm_diff_files
short_description: Write the reports of the role realm_diff
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - The role P(authkit.oauth.realm_diff#role) uses it to write its reports, on the controller and as the user who runs
    the play. Use the role.
  - It refuses to run if the facts of any host of the play define a variable of the role.
  - It follows no link, neither for the report directory nor for a file, and replaces a file only if that is empty or of
    the same kind.
extends_documentation_fragment:
  - authkit.oauth._attributes.controller
  - authkit.oauth.report_files
options:
  formats:
    description: The reports to write.
    type: list
    elements: str
    choices: [json, markdown, html]
    default: [json, markdown, html]
seealso:
  - module: authkit.oauth.realm_diff
"""

EXAMPLES = r"""
- name: Compare two realms, and write reports with this module
  ansible.builtin.include_role:
    name: authkit.oauth.realm_diff
"""

RETURN = r"""
directory:
  description: The report directory, without a link in its path.
  returned: success
  type: str
  sample: /home/alice/realm-diff
files:
  description: Names of the files in it.
  returned: success
  type: list
  elements: str
  sample: [diff.json, diff.html]
problems:
  description: One sentence for each thing that keeps the files from being written, with what to do.
  returned: when O(validate_only) is set
  type: list
  elements: str
  sample: []
msg:
  description: What was refused, and what to do.
  returned: on failure
  type: str
  sample: /home/alice/realm-diff is a link, and the role does not follow links.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: invalid_option
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._realm.diff import FILES_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=FILES_SPEC, supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.realm_diff_files is run by its action plugin: use the role realm_diff.")


if __name__ == "__main__":
    main()
