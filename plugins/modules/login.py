#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has a person sign in. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: login
short_description: Have a person sign in with a browser (device flow)
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Shows an address and a code, and waits until a person has entered the code there and signed in (RFC 8628). Tokens
    go to the token store, so the lookup and the other modules use and renew them from then on, in later runs as well.
  - Does nothing if somebody is logged in. To log in as someone else, run M(authkit.oauth.logout) first.
  - The connection needs O(grant_type=device_code). A public client also needs O(client_auth_method=none).
  - However many hosts and processes need the login at once, one of them shows a prompt and the others wait.
  - On the command line, C(ansible-playbook authkit.oauth.login -e login_profile=NAME) does the same, with the variables
    of the inventory.
options:
  prompt:
    description:
      - What to do if nobody is logged in. V(display) shows address and code, in a job without a terminal in its log; in
        a terminal also as a QR code where the Python package segno is installed. V(fail) fails, for plays that run
        unattended.
      - The prompt is never written to Ansible's log file.
    type: str
    choices: [display, fail]
    default: display
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - It prompts nobody. Where somebody is logged in, it may renew their token as usual.
seealso:
  - module: authkit.oauth.logout
  - plugin: authkit.oauth.token
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Sign in, unless somebody is logged in
  authkit.oauth.login:
    profile: me
  run_once: true

- name: Call an API as that person
  authkit.oauth.api:
    url: https://api.example.org/me
    profile: me

# group_vars:
# authkit_profiles:
#   me:
#     auth_server: login.example.org
#     realm: shop
#     client_id: command-line
#     client_auth_method: none
#     grant_type: device_code
"""

RETURN = r"""
user:
  description: Who is logged in, as the token says. It was not verified. Null if the token does not say.
  returned: success, except in check mode if nobody is logged in
  type: str
  sample: ada
scope:
  description: The scopes of the token. Null if the server does not say.
  returned: success, except in check mode if nobody is logged in
  type: str
  sample: openid email
token_expires_at:
  description: When the token expires, in seconds since 1970. It is renewed before that.
  returned: success, except in check mode if nobody is logged in
  type: int
  sample: 1795723200
login_expires_at:
  description: When the login ends unless it is used before, in seconds since 1970. Null if the server does not say.
  returned: success, except in check mode if nobody is logged in
  type: int
  sample: 1795725000
msg:
  description: Who is logged in.
  returned: always
  type: str
  sample: ada is logged in for the client 'command-line'.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: login_expired
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import LOGIN_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(LOGIN_SPEC), supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.login is run by its action plugin, on the controller: call it in a playbook.")


if __name__ == "__main__":
    main()
