#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the files of a realm check. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: realm_check_files
short_description: Write the reports of the role realm_check
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - The role P(authkit.oauth.realm_check#role) uses it to write its reports, the baseline and the waivers, on the
    controller and as the user who runs the play. Use the role.
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
    choices: [json, sarif, junit, markdown, html]
    default: [json, sarif, junit, markdown, html]
  baseline:
    description: Where to write a baseline. If it is empty, none is written.
    type: str
    default: ""
  waivers:
    description: Where to write waivers to fill in. If it is empty, none are written.
    type: str
    default: ""
  source:
    description: The realm export that was checked. The SARIF report shows results there, else at the play.
    type: str
    default: ""
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Audit a realm, and write reports with this module
  ansible.builtin.include_role:
    name: authkit.oauth.realm_check
"""

RETURN = r"""
directory:
  description: The report directory, without a link in its path.
  returned: success
  type: str
  sample: /home/alice/realm-check
files:
  description: Names of the files in it.
  returned: success
  type: list
  elements: str
  sample: [report.json, remediation.yml]
baseline:
  description: The path of the baseline, or an empty string.
  returned: success
  type: str
  sample: ""
waivers:
  description: The path of the waivers, or an empty string.
  returned: success
  type: str
  sample: ""
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
  sample: /home/alice/waivers.yml is a link, and the role does not follow links.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: invalid_option
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._realm.results.report_files import ARGUMENT_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.realm_check_files is run by its action plugin: use the role realm_check.")


if __name__ == "__main__":
    main()
