#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what a token is. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: token_info
short_description: Verify a token, and say what it has and what it lacks
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Verifies an access token with the keys that its issuer publishes, signature, issuer and times, and returns its
    claims. Only asymmetric algorithms count (RSA, elliptic curves, EdDSA), chosen by the key and never by the token.
  - Compares the token with what you require, and so says why an API answers 403. The task fails, with one sentence for
    each problem, if the token is not genuine, not valid now, or lacks something. To only look, set C(failed_when) to
    V(false).
  - Opaque tokens, which are not JWTs, are introspected (RFC 7662). At Keycloak, the client must be in the audience of
    the token for that.
  - Runs on the controller, whatever host the task is for. Needs the Python package C(joserfc) there.
  - The metadata of the issuer is kept for up to an hour and its keys for 5 minutes. A key that is not among them has
    them fetched again, at most once a minute.
options:
  access_token:
    description:
      - The token. Unless set, the token of the connection is examined, as the lookup gives it.
      - With it, only O(issuer), or O(auth_server) and O(realm), must be set. Introspection needs the client, too.
    type: str
  introspect:
    description: Whether the server is asked about a JWT, too. Only the server knows whether it was revoked.
    type: bool
    default: false
  leeway:
    description: Seconds by which the clock of the server and that of the controller may differ.
    type: float
    default: 60
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - It changes nothing. In check mode it examines the token as usual.
seealso:
  - module: authkit.oauth.api
  - module: authkit.oauth.doctor
"""

EXAMPLES = r"""
- name: Is the token fit for this API?
  authkit.oauth.token_info:
    require:
      scopes: [orders.write]
      roles: [orders:editor]
      aud: https://orders.example.com

- name: Examine a token from elsewhere
  authkit.oauth.token_info:
    issuer: https://sso.example.com/realms/erp
    access_token: "{{ token_of_the_caller }}"
  register: caller

- name: Show who it is for
  ansible.builtin.debug:
    var: caller.claims.sub
"""

RETURN = r"""
active:
  description: Whether the token is genuine and valid now. What O(require) names does not count.
  returned: if the token could be examined
  type: bool
verified:
  description: Whether the issuer signed the token.
  returned: if the token could be examined
  type: bool
introspected:
  description: Whether the server was asked.
  returned: if the token could be examined
  type: bool
claims:
  description: The claims of the token, or what introspection says; empty for a token that is not genuine.
  returned: if the token could be examined
  type: dict
  sample: {iss: "https://sso.example.com/realms/erp", aud: orders, scope: orders.read, exp: 1796083200}
expires_in:
  description: Seconds until the token expires; V(null) if that is not known.
  returned: if the token could be examined
  type: int
  sample: 287
scope:
  description: The scopes of the token, separated by spaces.
  returned: if the token could be examined
  type: str
  sample: orders.read
roles:
  description: The roles of the token; at Keycloak, those of a client as C(client:role).
  returned: if the token could be examined
  type: list
  elements: str
  sample: ["auditor", "orders:viewer"]
missing_scopes:
  description: The required scopes that the token lacks.
  returned: if the token could be examined
  type: list
  elements: str
  sample: [orders.write]
missing_roles:
  description: The required roles that the token lacks.
  returned: if the token could be examined
  type: list
  elements: str
  sample: ["orders:editor"]
problems:
  description: A sentence for each problem, with what to do.
  returned: if the token could be examined
  type: list
  elements: str
  sample: []
msg:
  description: The problems, or for how long the token is active.
  returned: always
  type: str
  sample: The token is active for another 287 s.
error:
  description: The short name of the first problem's error, which does not change between versions.
  returned: on failure
  type: str
  sample: requirement_not_met
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import TOKEN_INFO_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(TOKEN_INFO_SPEC), supports_check_mode=True)
    module.fail_json(
        msg="authkit.oauth.token_info is run by its action plugin, on the controller: call it in a playbook."
    )


if __name__ == "__main__":
    main()
