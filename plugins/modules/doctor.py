#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diagnoses how a client is set up. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: doctor
short_description: Diagnose how a client is set up, and say what to do about problems
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Reports where every connection option came from (never the value of a secret), what the issuer's metadata says,
    whether the token can be verified, its lifetime, scopes, audience and roles, whether the token store works and where
    it is, and which HTTP client and Python interpreter are used.
  - For each problem it says the one thing to do. The task fails if there is a problem.
  - On the command line, C(ansible HOST -m authkit.oauth.doctor) uses the variables of that host, those of C(group_vars)
    and C(host_vars) beside the inventory and in the current folder included.
  - Needs no admin role. The playbook C(authkit.oauth.doctor) runs it and prints what it found, but sees only the
    variables of the inventory.
  - If the variable C(realm_check_waivers) is set, it also reports which waivers of the realm check have expired.
options:
  details:
    description: Whether to return RV(sections), with all that was found.
    type: bool
    default: false
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - It changes nothing. In check mode it requests a token as usual.
seealso:
  - plugin: authkit.oauth.token
    plugin_type: lookup
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Diagnose the connection
  authkit.oauth.doctor:

- name: Diagnose a profile
  authkit.oauth.doctor:
    profile: billing
  register: billing
  failed_when: false

- name: Show the problems
  ansible.builtin.debug:
    var: billing.problems

# On the command line, in the folder of your playbook:
# ansible web1 -i inventory -m authkit.oauth.doctor
# ansible web1 -i inventory -m authkit.oauth.doctor -a "profile=billing details=true"
"""

RETURN = r"""
report:
  description:
    - The verdict, then one line for each part with a tick or, for each of its problems, a cross.
    - A part without a result, such as the server's metadata if no token was issued, has a dash.
  returned: always
  type: list
  elements: str
  sample:
    - No problems found.
    - "✓ Token: A token was issued that is valid for 300 s"
sections:
  description:
    - What was examined, section by section, for programs. C(ok) is V(null) for a part without a result.
  returned: if O(details=true)
  type: list
  elements: dict
  sample:
    - title: Token
      ok: true
      summary: A token was issued that is valid for 300 s
      lines: ["A token was issued that is valid for 300 s"]
      problems: []
problems:
  description: One sentence for each problem, with what to do.
  returned: always
  type: list
  elements: str
  sample: []
msg:
  description: The verdict.
  returned: always
  type: str
  sample: No problems found.
error:
  description:
    - The short name of the first problem's error, which does not change between versions. The page of errors in the
      documentation lists them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: wrong_client_secret
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import DOCTOR_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(DOCTOR_SPEC), supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.doctor is run by its action plugin, on the controller: call it in a playbook.")


if __name__ == "__main__":
    main()
