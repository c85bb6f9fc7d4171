#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends a person's login. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: logout
short_description: End the login of a person
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Has the server revoke the refresh token of a login by M(authkit.oauth.login) (RFC 7009), and the token store forget
    the login.
  - If the server cannot be reached or does not revoke it, the login is forgotten all the same, with a warning.
  - On the command line, C(ansible-playbook authkit.oauth.logout -e logout_profile=NAME) does the same, with the
    variables of the inventory.
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
seealso:
  - module: authkit.oauth.login
"""

EXAMPLES = r"""
- name: Sign out
  authkit.oauth.logout:
    profile: me
  run_once: true
"""

RETURN = r"""
revoked:
  description: Whether the server revoked the login.
  returned: success
  type: bool
  sample: true
msg:
  description: Whether somebody was logged in.
  returned: always
  type: str
  sample: The login for the client 'command-line' has ended.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: store_busy
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import CONNECTION_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(CONNECTION_SPEC), supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.logout is run by its action plugin, on the controller: call it in a playbook.")


if __name__ == "__main__":
    main()
