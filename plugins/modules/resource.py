#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One resource of an API that requires an OAuth 2.0 access token, brought to a desired state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: resource
short_description: Create, update or delete a JSON resource of a protected API
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Reads a resource of a REST API, compares it with O(body), and creates, updates or deletes it if needed. A second
    run changes nothing.
  - The token is requested, kept and replaced as by M(authkit.oauth.api). The controller makes the calls itself where
    the task runs on it (local connection, no C(become), no C(environment), no C(async)). Another host gets only the
    access token.
  - What the server shows as a mask, such as V(**********), is not known. It is neither compared nor sent back, since
    some servers would store the mask as the new secret.
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth.call.common
  - authkit.oauth.call.deadline
  - authkit.oauth._attributes.actiongroup_all
attributes:
  check_mode:
    support: full
    description: Can run in check mode and tell what it would do.
    details:
      - Only GET requests are sent. RV(ignore:changed), RV(action) and RV(diff) are those of a run without check mode.
  diff_mode:
    support: full
    description: Returns details on what has changed, in diff mode.
    details:
      - Secrets are masked.
  async:
    support: partial
    description: Supports use with the C(async) keyword.
    details:
      - The calls are made on the host with the token that was valid when the task began. They are not retried with a
        new token after a 401.
  action:
    support: full
    description: Runs an action plugin on the controller.
  platform:
    support: full
    description: Where it runs.
    platforms: posix
options:
  state:
    description:
      - Whether the resource must exist with what O(body) says, or must not exist. 404 and 410 mean that it does not.
    type: str
    choices: [absent, present]
    default: present
  url:
    description:
      - The address of the resource, V(https://host/path). If it is not set, O(collection_url) and O(match) find the
        resource.
      - The token is sent only to this origin (scheme, host and port), also after redirects. If O(allowed_hosts) is
        set, it must name the host. Plain V(http) is only for this machine, unless O(allow_http) is set.
    type: str
  collection_url:
    description:
      - The address of the collection. A POST to it creates the resource.
    type: str
  match:
    description:
      - >-
        What identifies the resource in its collection, as values of members, such as V({username: alice}). A name with
        dots is a path, see O(ignore). More than one match is an error.
      - These members are a part of what is created, unless O(body) has them.
    type: dict
  query:
    description:
      - >-
        Parameters to add to the query when the collection is read, or without O(collection_url) the resource, such as
        V({username: alice, exact: true}). A list repeats its key, null omits it.
    type: raw
  paginate:
    description:
      - How the pages of O(collection_url) are read, as in M(authkit.oauth.api). V(none) reads one page only.
    type: raw
    default: auto
  id_key:
    description:
      - The member that identifies a resource of the collection. Its address is O(collection_url), a slash and this
        value.
    type: str
    default: id
  link_key:
    description:
      - The member that is the address of a resource of the collection, such as V(_links.self.href), instead of
        O(id_key). It must lead to the same origin.
    type: str
  body:
    description:
      - The desired state, a mapping. With O(compare=subset), members that it does not have stay as they are.
      - Required if O(state=present).
    type: raw
  compare:
    description:
      - With V(subset), the resource may have more members than O(body). With V(exact), others are removed, except
        those in O(ignore).
      - Values must be equal with their types, so V("5") is not V(5). A member that is null equals one that is missing.
    type: str
    choices: [exact, subset]
    default: subset
  list_keys:
    description:
      - >-
        Lists whose items have a name, as paths with the member that is the name, such as V({protocolMappers: name}).
        Their items are compared one by one, in any order. With O(compare=subset), items that O(body) does not name
        stay.
      - Other lists are compared as a whole.
    type: dict
  unordered_lists:
    description:
      - Paths of lists whose order means nothing, such as V(redirectUris). V(**) means all lists.
    type: list
    elements: str
  ignore:
    description:
      - Paths of members that are set when the resource is created, and are neither compared nor changed afterwards.
      - A path is a name with dots, such as V(config.clientSecret), or a JSON pointer such as V(/attributes/login.theme)
        if a name has a dot. A list adds no step, so V(mappers.id) is the V(id) of each item of V(mappers). V(*) is any
        one member, and V(**) at the end is all of it.
    type: list
    elements: str
  write_only:
    description:
      - Paths of members that the server never returns, such as V(credentials) of a Keycloak user. They are not
        compared. They count as secrets, too.
    type: list
    elements: str
  update_write_only:
    description:
      - When to send values that the server does not show, those in O(write_only) and those that it masks. They are
        always sent when the resource is created.
      - With V(on_change), they are sent whenever something else is updated. With V(on_create), never to a resource that
        exists. With V(always), in each run, which is then C(changed).
    type: str
    choices: [always, on_change, on_create]
    default: on_change
  secret_fields:
    description:
      - Paths of members whose values are secret, besides those with a name such as C(password), C(clientSecret) or
        C(api_key). They are masked in the result, in the diff and in what callback plugins get.
    type: list
    elements: str
  masks:
    description:
      - Texts by which the server masks secrets, besides the usual ones, such as V(**********), V($encrypted$) and
        V(<redacted>).
    type: list
    elements: str
  return_secrets:
    description:
      - Whether RV(json) has secrets that the server returned, such as one that it generated. Values in O(body) stay
        masked. Set C(no_log) on the task.
    type: bool
    default: false
  create_method:
    description:
      - V(post) sends O(body) to O(collection_url), V(put) to O(url). If it is not set, V(post) if there is a
        O(collection_url).
      - After a POST, the address of the resource is O(url), else C(Location) of the response, else that of O(id_key) or
        O(link_key) in the response, else O(match) finds it.
    type: str
    choices: [post, put]
  update_method:
    description:
      - V(put) sends the whole resource as it was read, changed by O(body), without masks.
      - V(patch) sends a PATCH with the members that differ, each as a whole.
      - V(merge_patch) sends a JSON merge patch (RFC 7396), V(json_patch) a JSON patch (RFC 6902).
    type: str
    choices: [put, patch, merge_patch, json_patch]
    default: put
  if_match:
    description:
      - Whether an update or deletion sends C(If-Match), if the resource has a strong C(ETag), so that the server
        refuses it if somebody else has changed the resource meanwhile.
      - After 409 or 412, the resource is read and written once more in any case.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait for a change that the server completes later. It is one if the response has
        C(Azure-AsyncOperation) or C(Operation-Location), or is a 202 with C(Location). They must lead to the same
        origin. C(Retry-After) is honored.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait in total.
    type: float
    default: 300.0
  shipped:
    description:
      - What the controller passes to a host that makes the calls, O(body) among it, so that no log there shows it. Not
        for playbooks.
    type: str
notes:
  - Each call is retried up to O(retries) times after a failed connection, 429, 502, 503 and 504. POST and PATCH are
    retried only if the server cannot have processed them.
  - If the server returns something else than was sent, so that the next run would change it again, a warning names the
    members.
  - O(dpop) needs a task that runs on the controller.
seealso:
  - module: authkit.oauth.api
  - module: ansible.builtin.uri
"""

EXAMPLES = r"""
- name: A user of a realm, found by name
  authkit.oauth.resource:
    auth_server: sso.example.com
    realm: demo
    client_id: provisioning
    client_secret: "{{ vault_provisioning_secret }}"
    collection_url: https://sso.example.com/admin/realms/demo/users
    query: {username: alice, exact: true}
    match: {username: alice}
    body:
      email: alice@example.com
      enabled: true
      credentials: [{type: password, value: "{{ vault_alice_password }}", temporary: true}]
    write_only: [credentials]
  register: alice

- name: Her id
  ansible.builtin.debug:
    msg: "{{ alice.json.id }}"

- name: A client of the realm, with two mappers
  authkit.oauth.resource:
    profile: provisioning
    collection_url: https://sso.example.com/admin/realms/demo/clients
    query: {clientId: shop}
    match: {clientId: shop}
    body:
      redirectUris: ["https://shop.example.com/*"]
      protocolMappers:
        - name: department
          protocol: openid-connect
          protocolMapper: oidc-usermodel-attribute-mapper
          config: {user.attribute: department, claim.name: department}
    list_keys: {protocolMappers: name}
    unordered_lists: [redirectUris]

- name: A role, read by its own address
  authkit.oauth.resource:
    profile: provisioning
    url: https://sso.example.com/admin/realms/demo/roles/order-reader
    collection_url: https://sso.example.com/admin/realms/demo/roles
    body: {name: order-reader, description: May read orders}

- name: A host of the CMDB, created and updated by PUT, and protected from lost updates by its ETag
  authkit.oauth.resource:
    profile: cmdb
    url: "https://cmdb.example.com/api/hosts/{{ inventory_hostname }}"
    body: {name: "{{ inventory_hostname }}", roles: "{{ group_names }}"}
    unordered_lists: [roles]

- name: A deployment that takes minutes
  authkit.oauth.resource:
    profile: cloud
    url: https://cloud.example.com/v1/deployments/blue
    update_method: merge_patch
    body: {replicas: 3}
    wait_timeout: 900

- name: A user who has left
  authkit.oauth.resource:
    profile: provisioning
    state: absent
    collection_url: https://sso.example.com/admin/realms/demo/users
    query: {username: bob, exact: true}
    match: {username: bob}
"""

RETURN = r"""
json:
  description:
    - The resource as it stands, in check mode as it would stand. Secrets are masked unless O(return_secrets) is true.
    - On failure, the server's own words, if they are JSON.
  returned: when the resource exists and could be read
  type: raw
  sample: {"id": "4711", "username": "alice", "enabled": true}
action:
  description: What was done, in check mode what would be done, V(none), V(created), V(updated) or V(deleted).
  returned: always
  type: str
  sample: updated
diff:
  description:
    - The resource C(before) and C(after), with secrets masked. Members that the server masks are only in C(after), if
      they are sent.
  returned: when the resource could be read, and a write was not refused
  type: dict
  sample: {"before": {"enabled": false}, "after": {"enabled": true}}
status:
  description:
    - The HTTP status of the response to the write, or of the last read if nothing was written. V(-1) if there was no
      response, null if check mode did not send the write.
  returned: always
  type: int
  sample: 204
url:
  description: The address of the resource, or on failure the URL that responded.
  returned: when the options were valid
  type: str
  sample: https://sso.example.com/admin/realms/demo/users/4711
elapsed:
  description: Seconds that the task took, with its waits for a change that the server completes later.
  returned: when there was a response
  type: float
  sample: 0.142
attempts:
  description: Number of requests that were sent to the API, including redirects and retries.
  returned: when a request was sent
  type: int
  sample: 3
waits:
  description: The waits before retries, in order. See RV(authkit.oauth.api#module:waits).
  returned: when a request was sent
  type: list
  elements: dict
  sample: []
operation:
  description: What the server reported of a change that it accepted and that then failed, with secrets masked.
  returned: if O(wait) is true and the change failed
  type: raw
  sample: {"status": "Failed", "error": {"code": "QuotaExceeded"}}
msg:
  description:
    - What happened, in our own words. On failure, what went wrong and what to do about it, in one sentence.
  returned: always
  type: str
  sample: The resource at https://sso.example.com/admin/realms/demo/users/4711 was updated.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: several_match
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._api.resource.spec import ARGUMENT_SPEC
from ..module_utils._api.resource.task import resource_on_node
from ..module_utils._options.spec import with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(ARGUMENT_SPEC), supports_check_mode=True)
    result = resource_on_node(module.params, check_mode=module.check_mode)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
