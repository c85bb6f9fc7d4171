#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revokes a token. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: token_revoke
short_description: Revoke a token, and drop it from the token store
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Has the server revoke a token (RFC 7009), so that it ends before it expires, and drops it from the token store.
  - If the server does not revoke the token, the task fails, and the token stays in the store.
  - Only the authorization server and APIs that ask it notice. An API that verifies JWTs by itself accepts the token
    until it expires.
  - Runs on the controller, whatever host the task is for.
options:
  access_token:
    description:
      - The token. Unless set, the access token and the refresh token are revoked that the store has for the connection.
        No token is requested for that.
    type: str
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - It revokes nothing, and tells whether it would.
seealso:
  - module: authkit.oauth.token_info
"""

EXAMPLES = r"""
- name: End the token of this play
  authkit.oauth.token_revoke:

- name: End a token that was in a log
  authkit.oauth.token_revoke:
    access_token: "{{ leaked_token }}"
"""

RETURN = r"""
revoked:
  description: Whether the server revoked the token. It answers so for a token that it does not know as well.
  returned: success
  type: bool
forgotten:
  description: Whether the token was in the token store, and no longer is.
  returned: success
  type: bool
msg:
  description: What was done.
  returned: always
  type: str
  sample: The token is revoked. The store keeps it no longer.
error:
  description: The short name of the error, which does not change between versions.
  returned: on failure
  type: str
  sample: revocation_failed
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import TOKEN_REVOKE_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(TOKEN_REVOKE_SPEC), supports_check_mode=True)
    module.fail_json(
        msg="authkit.oauth.token_revoke is run by its action plugin, on the controller: call it in a playbook."
    )


if __name__ == "__main__":
    main()
