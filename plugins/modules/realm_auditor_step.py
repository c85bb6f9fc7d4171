#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One step of the role realm_auditor. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: realm_auditor_step
short_description: Plan the calls of the role realm_auditor
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - The role P(authkit.oauth.realm_auditor#role) uses it to validate its variables, to find out which calls to the admin
    API are needed, and to keep the client's secret on the controller. Use the role.
  - It refuses to run if the facts of the host define a variable of the role.
  - It makes the file of the secret, and replaces no file.
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
options:
  step:
    description: What to do.
    type: str
    choices: [plan, check, reads, grants, keep, drop]
    required: true
  state:
    description: Whether the client must exist.
    type: str
    choices: [absent, present]
    default: present
  realms:
    description: The realms that the client may audit.
    type: list
    elements: str
    required: true
  client_realm:
    description: The realm that has the client. If it is not set, the only realm to audit, else V(master).
    type: str
  auditor_id:
    description: The client's id.
    type: str
    default: realm-auditor
  roles:
    description: The roles that an audit needs.
    type: list
    elements: str
    default: [view-clients, view-events, view-identity-providers, view-organizations, view-realm, view-users]
  token_lifespan:
    description: How many seconds an access token of the client lives.
    type: int
    default: 300
  secret_path:
    description: The file for the secret.
    type: path
  secret_variable:
    description: The name of a variable for the secret, instead of a file.
    type: str
  found:
    description: What the calls before have found.
    type: raw
  secret:
    description: The client's secret.
    type: str
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Make a client for audits, which uses this module
  ansible.builtin.include_role:
    name: authkit.oauth.realm_auditor
  vars:
    realm_auditor_realms: [shop]
    realm_auditor_secret_path: ~/shop-auditor.secret
"""

RETURN = r"""
clients_url:
  description: The address of the clients in the admin API.
  returned: for the step V(plan)
  type: str
  sample: https://sso.example.com/admin/realms/shop/clients
client:
  description: The settings of the client.
  returned: for the step V(plan)
  type: dict
  sample: {"clientId": "realm-auditor"}
owners:
  description: The requests that find the clients that own the roles.
  returned: for the step V(plan)
  type: list
  elements: dict
  sample: []
usage:
  description: How to audit with the client, as lines.
  returned: for the step V(plan)
  type: list
  elements: str
  sample: []
home:
  description: The realm that has the client.
  returned: for the step V(plan)
  type: str
  sample: shop
id:
  description: The id of the client, an empty string if there is none.
  returned: for the step V(check)
  type: str
  sample: ""
ids:
  description: The ids of the clients that own the roles, by name.
  returned: for the step V(check)
  type: dict
  sample: {"realm-management": "0a1b"}
requests:
  description: The requests to make.
  returned: for the steps V(reads) and V(grants)
  type: list
  elements: dict
  sample: []
unknown_roles:
  description: The roles that the server does not have.
  returned: for the step V(grants)
  type: list
  elements: str
  sample: []
msg:
  description: What was refused, and what to do.
  returned: on failure
  type: str
  sample: "realm_auditor_realms is empty or has an empty name: list the realms to audit."
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: invalid_option
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import with_defaults
from ..module_utils._realm.auditor import ARGUMENT_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(ARGUMENT_SPEC), supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.realm_auditor_step is run by its action plugin: use the role realm_auditor.")


if __name__ == "__main__":
    main()
