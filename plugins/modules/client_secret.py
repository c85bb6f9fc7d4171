#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotates the secret of a Keycloak client. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: client_secret
short_description: Rotate the secret of a Keycloak client
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Gives a client of Keycloak a new secret through the admin API, and keeps it in a file on the controller. No
    result, fact or log contains a secret.
  - The new secret is kept before it counts, and is proven by a token before it replaces the one in O(path). If the
    proof fails, the old secret is put back. Whatever step fails, the files hold a secret that works, and the next run
    finishes what an interrupted one has begun.
  - Where a client policy with the executor C(secret-rotation) applies to the client, Keycloak keeps the old secret
    valid as well, for as long as that policy says. Calls with either secret then succeed during the rotation. This is
    the feature C(client-secret-rotation), which is on by default from Keycloak 26.8 on.
  - Without such a policy, the new secret is made on the controller. The old one is invalid from the moment that
    Keycloak has the new one, and O(path) has the new one as soon as it is proven.
  - The connection options name the client that makes the change. Its service account needs the role C(manage-clients)
    of C(realm-management). It may rotate its own secret.
options:
  target_client_id:
    description:
      - The client whose secret is rotated. By default, the client of the connection.
      - It must be confidential, and authenticate with C(Client Id and Secret) or C(Signed JWT with Client Secret).
    type: str
  target_realm:
    description: The realm of that client. By default, the realm of the connection.
    type: str
  path:
    description:
      - The file that keeps the secret on the controller, of mode 0600. It holds the secret and nothing else.
      - The secret that follows is in a file beside it, with C(.next) behind its name, from before Keycloak gets it
        until it is proven.
      - Both are replaced in one step and written to the disk at once. A symbolic link, a file that others may read,
        and a directory that everybody may write to are refused.
      - A relative path is relative to the playbook. The directory must exist.
    type: path
    required: true
  state:
    description:
      - V(prepared) makes and keeps the secret that follows, and leaves the one in use. Use it to hand the new secret
        on, such as to a vault, with tasks of your own before V(rotated).
      - V(rotated) makes the secret that follows the one in use, and makes one first if none is prepared.
    type: str
    choices: [prepared, rotated]
    default: rotated
  max_age:
    description:
      - The age up to which the secret is left alone, such as V(30d), V(12h) or V(600) for seconds. The units are
        V(s), V(m), V(h), V(d) and V(w).
      - If the secret is recent enough but is not the one in O(path), it is only written there.
      - An interrupted rotation is finished in any case. If Keycloak does not know when the secret was made, it is
        rotated.
      - If it is not set, each run rotates the secret.
    type: str
  revoke_old:
    description:
      - Whether to end the validity of the old secret as soon as the new one is in O(path), instead of when the client
        policy says.
    type: bool
    default: false
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - It reads the client and the files, and changes neither.
  diff_mode:
    support: none
    description: Returns details on what has changed, in diff mode.
  action:
    support: full
    description: Runs an action plugin on the controller.
    details:
      - It runs entirely there, whatever host the task is for. Set C(run_once) in a play with several hosts.
  platform:
    support: full
    description: Where it runs.
    platforms: posix
notes:
  - If a client rotates its own secret, take its O(client_secret) from O(path) with the lookup
    P(ansible.builtin.file#lookup), so that the tasks that follow use the new one. After an interrupted rotation, this
    module also tries the secret that follows.
  - A policy that keeps the old secret for 0 seconds keeps none. Its old secret is invalid when Keycloak has made the
    new one, which is in the files moments later.
  - Keycloak sets the time of creation for secrets that it makes itself, and this module sets it for its own.
seealso:
  - plugin: authkit.oauth.token
    plugin_type: lookup
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Rotate the secret of the client erp every 30 days
  authkit.oauth.client_secret:
    auth_server: auth.example.com
    realm: staging
    client_id: rotator
    client_secret: "{{ vaulted_rotator_secret }}"
    target_client_id: erp
    path: /etc/erp/client_secret
    max_age: 30d
  run_once: true

# The client rotates its own secret
- name: Rotate our own secret
  authkit.oauth.client_secret:
    auth_server: auth.example.com
    realm: staging
    client_id: rotator
    client_secret: "{{ lookup('ansible.builtin.file', '/etc/rotator/client_secret') }}"
    path: /etc/rotator/client_secret
    max_age: 30d
"""

RETURN = r"""
msg:
  description: What happened, or would happen, without a secret.
  returned: always
  type: str
  sample: The secret of the client 'erp' was rotated.
client_id:
  description: The client whose secret it is.
  returned: success
  type: str
  sample: erp
path:
  description: The file that keeps the secret in use.
  returned: success
  type: str
  sample: /etc/erp/client_secret
prepared:
  description: Whether a secret is prepared and not yet in use.
  returned: success
  type: bool
  sample: false
prepared_path:
  description: The file that keeps the secret that follows, while there is one.
  returned: success
  type: str
  sample: /etc/erp/client_secret.next
created:
  description: When Keycloak's current secret was made, in seconds since 1970, null if Keycloak does not know.
  returned: success
  type: int
  sample: 1795807119
old_valid_until:
  description: Until when the old secret is valid as well, in seconds since 1970, null if it is not.
  returned: success
  type: int
  sample: 1795979919
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: missing_role
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import CLIENT_SECRET_SPEC, with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(CLIENT_SECRET_SPEC), supports_check_mode=True)
    module.fail_json(
        msg="authkit.oauth.client_secret is run by its action plugin, on the controller: call it in a playbook."
    )


if __name__ == "__main__":
    main()
