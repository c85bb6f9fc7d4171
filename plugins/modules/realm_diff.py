#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares two Keycloak realms. The action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: realm_diff
short_description: Compare two Keycloak realms, live or from files
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Reports what differs between two realms. Each is a realm on a server, read through the admin API, or one in a realm
    file on the controller.
  - Compares the realm's settings, SMTP, events, localization, clients with their mappers, roles, service accounts and
    authorization settings, client scopes, realm roles, groups, authentication flows, required actions, identity
    providers, components (keys, user federation, registration policies), the user profile, client policies and
    profiles, and organizations. Users are not compared, except service accounts.
  - Ids, order and generated keys do not count, and where the realms have different names, neither does the name in
    URLs of the realm and in its default role.
  - Secrets are compared by an HMAC under a random key of this run. The result says of a secret only that it differs.
  - What a side does not show, such as masked secrets, a section that the client may not read, or a setting that a file
    leaves out, is unknown, and counts neither as equal nor as different.
  - It sends only GET requests. Read-only roles are enough, C(view-realm), C(view-clients), C(view-users),
    C(view-identity-providers) of the client C(realm-management), or of C(<realm>-realm) for a client of C(master); and
    where the realm uses them, C(view-organizations), and C(view-authorization) for authorization services. Keycloak
    shows the resources and policies of these only with C(manage-authorization).
  - The role P(authkit.oauth.realm_diff#role) runs this module and writes reports.
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth._attributes.actiongroup_all
  - authkit.oauth._attributes.controller
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - The comparison only reads, so it is the same in check mode.
options:
  left:
    description:
      - One realm. A mapping of C(source), the path of a realm file on the controller, and C(realm) if the file has
        several realms; or a mapping of C(profile) or connection options of this module, and C(realm).
      - C(realm) is the realm to compare. If it is not set, that of the connection. A connection with C(auth_server) in
        the mapping also gets its token from C(realm). For a client of another realm, such as V(master), set C(profile)
        or C(issuer).
      - Connection options of the task itself hold for both sides. A side that sets C(profile), C(auth_server),
        C(issuer) or C(token_url) takes from the task only how to connect (O(timeout), O(retries), O(proxy) and the
        options of TLS), so that no credential of the task goes to another server.
    type: dict
    required: true
  right:
    description: The other realm, as O(left).
    type: dict
    required: true
  accepted:
    description:
      - Accepted differences, which do not fail the task. The report lists them apart, with their reasons.
      - An entry that matches no difference, although everything that it applies to could be compared, leads to a
        warning. An expired entry fails the task before anything is read.
    type: list
    elements: dict
    suboptions:
      section:
        description: The section, as in the report.
        type: str
        required: true
      object:
        description: The object's name, in which C(*) stands for any text. If it is not set, all objects.
        type: str
      path:
        description: The path, in which C(*) stands for any text. If it is not set, all differences of the object.
        type: str
      reason:
        description: Why the difference is accepted.
        type: str
        required: true
      owner:
        description: Who is responsible for it.
        type: str
      expires:
        description: The last day on which the entry is valid, V(YYYY-MM-DD). If it is not set, it is always valid.
        type: str
  fail_on_difference:
    description:
      - Whether the task fails if a difference is not accepted, if a role is missing, or if a server fails during the
        comparison. Otherwise it fails only if a realm cannot be read at all.
    type: bool
    default: true
  validate_only:
    description: Whether only to check the options and files, without any request.
    type: bool
    default: false
seealso:
  - module: authkit.oauth.realm_check
"""

EXAMPLES = r"""
- name: Compare a realm on two servers
  authkit.oauth.realm_diff:
    left: {profile: stage, realm: shop}
    right: {profile: prod, realm: shop}
    accepted:
      - section: clients
        object: "*"
        path: redirectUris
        reason: The hosts of stage are others.

- name: Compare a file in git with the live realm, and go on whatever is found
  authkit.oauth.realm_diff:
    left:
      source: realms/shop.json
    right:
      auth_server: sso.example.com
      realm: shop
      client_id: auditor
      client_secret: "{{ vault_auditor_secret }}"
    fail_on_difference: false
  register: drift

- name: Show what differs
  ansible.builtin.debug:
    var: drift.table
"""

RETURN = r"""
report:
  description: The result of the comparison.
  returned: when the options were valid, and there was a token
  type: dict
  contains:
    left:
      description: The side, with C(realm), C(server) or C(source), and C(version) or null.
      type: dict
      returned: always
    right:
      description: The same of the other side.
      type: dict
      returned: always
    differences:
      description:
        - The differences that are not accepted, each with C(section), C(object), C(path), which is empty for the whole
          object, and C(kind), which is C(changed), C(only_left), C(only_right), C(order) or C(secret).
        - All but those of secrets have C(left) and C(right), the values as text. Long texts are cut. Both may be null.
      type: list
      elements: dict
      returned: always
    accepted:
      description: The accepted differences, each with its C(acceptance).
      type: list
      elements: dict
      returned: always
    left_out:
      description: How many differences the lists leave out. They hold the first 5,000.
      type: int
      returned: always
    unknown:
      description:
        - What a side does not show, each with C(section), C(objects), C(count), C(path), C(side), C(reason), C(roles)
          that allow reading it, and C(fault) if the server failed.
      type: list
      elements: dict
      returned: always
    stale:
      description: A sentence for each entry of O(accepted) that matches no difference.
      type: list
      elements: str
      returned: always
    summary:
      description: Counts of C(differences), C(accepted), C(unknown), C(objects), C(secrets), C(sections), and C(text).
      type: dict
      returned: always
failures:
  description: A sentence for each reason why the task fails.
  returned: with RV(report)
  type: list
  elements: str
table:
  description: The summary and the differences as lines, grouped by object.
  returned: with RV(report)
  type: list
  elements: str
msg:
  description: Why the task failed.
  returned: on failure
  type: str
  sample: "The realms differ: 3 differences in 2 clients."
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: realms_differ
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._options.spec import with_defaults
from ..module_utils._realm.diff import ARGUMENT_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(ARGUMENT_SPEC), supports_check_mode=True)
    module.fail_json(msg="authkit.oauth.realm_diff is run by its action plugin: call it as a task by its full name.")


if __name__ == "__main__":
    main()
