#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of an API that requires an OAuth 2.0 access token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: api
short_description: Call an API that requires an OAuth 2.0 access token
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Makes one HTTP call with an access token, which no task, variable or output has to hold.
  - The token is asked for on the controller, once for all hosts, tasks and runs, and again when it is about to expire.
    Where the API answers 401 the token is replaced and the call made once more, before the task fails.
  - Where the task runs on the controller itself (local connection, no C(become), no C(environment), no C(async)) the
    call is made by the running Ansible process. Elsewhere the host that the task runs on makes it, and is given the
    access token alone. The client secret never leaves the controller.
  - Options and results are named as those of M(ansible.builtin.uri).
extends_documentation_fragment:
  - authkit.oauth._client
  - authkit.oauth._attributes.actiongroup_all
attributes:
  check_mode:
    support: partial
    description: Can run in check mode and tell what it would do.
    details:
      - GET, HEAD and OPTIONS are sent. Other methods are not, and the result says C(changed) for those that write.
      - All options are checked as ever. No token is asked for.
  diff_mode:
    support: none
    description: Returns details on what has changed, in diff mode.
  async:
    support: partial
    description: Supports use with the C(async) keyword.
    details:
      - The call is made on the host with the token that was valid when the task began. The call is not
        retried with a new token after a 401.
  action:
    support: full
    description: Runs an action plugin on the controller.
  platform:
    support: full
    description: Where it runs.
    platforms: posix
options:
  url:
    description:
      - The address to call, V(https://host/path).
      - The token is sent to this origin (scheme, host and port) alone, also after redirects, and only if
        O(allowed_hosts) names the host, where that is set. Plain V(http) is for this machine only, unless
        O(allow_http).
      - User, password, backslash and control characters are refused.
    type: str
    required: true
  method:
    description:
      - The HTTP method, in any case.
    type: str
    default: GET
  headers:
    description:
      - Headers to send. A header whose value is null is left out.
      - C(Authorization) is refused, since the token goes there.
    type: dict
  query:
    description:
      - Added to the query that O(url) has. A list repeats its key, null leaves it out, booleans are V(true) and
        V(false).
    type: dict
  body:
    description:
      - The body to send. A string is sent as it is, in every O(body_format).
    type: raw
  body_format:
    description:
      - How O(body) is written, and the C(Content-Type) that is sent unless O(headers) has one.
      - V(json) takes everything that YAML can say.
      - V(form-urlencoded) takes a mapping or a list of pairs. A list as a value repeats its key, null leaves it out.
      - V(raw) takes text. Its C(Content-Type) is C(application/x-www-form-urlencoded), as with M(ansible.builtin.uri).
      - When it is not set, a mapping or a list is sent as V(json), everything else as V(raw).
    type: str
    choices: [raw, json, form-urlencoded]
  status_code:
    description:
      - The statuses that mean success. Any from 200 to 299 when it is not set.
    type: list
    elements: int
  return_content:
    description:
      - Whether to return the answer's text as RV(content). JSON is returned as RV(json) either way, up to
        O(json_limit).
    type: bool
    default: false
  json_limit:
    description:
      - How much of an answer is read as JSON at most, in MiB, V(1) to V(256). A longer one, or one of so many small
        values, or such wide characters, that they would take 6 times this in memory, gives a warning and no RV(json).
    type: int
    default: 32
  follow_redirects:
    description:
      - Which redirects are followed, ten at most. V(safe) means those of GET and HEAD, V(all) means those of every
        method, V(none) means that a redirect is the answer.
      - Another origin (scheme, host or port) gets neither the token nor the task's own headers, and no writing request.
    type: str
    choices: [all, none, safe]
    default: safe
  access_token:
    description:
      - A token of your own, to be sent instead of one of the client's. Then no option that says where a token comes
        from or who the client is counts, nothing is stored, and the call is not retried after a 401.
      - This is also how a host is given the token.
    type: str
notes:
  - Retries happen inside the task, after a failed connection, 429, 502, 503 and 504, as often as O(retries) says. POST
    and PATCH are retried only if the server cannot have processed them. Do not use C(until) for this.
  - Names of files such as O(ca_path) mean files of the host that makes the call, and of the controller for the token.
seealso:
  - module: ansible.builtin.uri
  - plugin: authkit.oauth.token
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: List a realm's users
  authkit.oauth.api:
    auth_server: sso.example.com
    realm: demo
    client_id: inventory
    client_secret: "{{ vault_inventory_secret }}"
    url: https://sso.example.com/admin/realms/demo/users
    query:
      max: 100
      enabled: true
  register: users

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ users.json | map(attribute='username') }}"

# Say once who the client is, and no task has to
- name: Register every host with the CMDB
  hosts: all
  gather_facts: false
  vars:
    authkit_issuer: https://sso.example.com/realms/demo
    authkit_client_id: inventory
    authkit_client_secret: "{{ vault_inventory_secret }}"
    authkit_allowed_hosts: [cmdb.example.com]
  tasks:
    - name: Write this host's record, by the controller
      authkit.oauth.api:
        url: "https://cmdb.example.com/api/hosts/{{ inventory_hostname }}"
        method: PUT
        body:
          name: "{{ inventory_hostname }}"
          roles: "{{ group_names }}"
        status_code: [200, 201]
      delegate_to: localhost

    - name: Ask the license server from the host itself, for each product
      authkit.oauth.api:
        url: "https://cmdb.example.com/api/licenses/{{ item }}"
      loop: [database, proxy]

- name: Several clients, and defaults for all tasks
  hosts: localhost
  module_defaults:
    group/authkit.oauth.all:
      profile: erp
      timeout: 10
  vars:
    authkit_profiles:
      erp:
        token_url: https://login.example.com/oauth2/token
        client_id: ansible
        client_secret: "{{ vault_erp_secret }}"
        scope: [orders.write]
  tasks:
    - name: Post an order
      authkit.oauth.api:
        url: https://erp.example.com/orders
        method: POST
        body:
          article: 4711
      register: order

    - name: Ask with another client
      authkit.oauth.api:
        profile: audit
        url: "https://erp.example.com/orders/{{ order.json.id }}/log"
        headers:
          Accept: text/plain
        return_content: true
"""

RETURN = r"""
status:
  description: The answer's HTTP status, V(-1) when there was no answer.
  returned: always, unless check mode kept the call back
  type: int
  sample: 200
json:
  description: What the answer says, when it is JSON.
  returned: when the answer is JSON and no longer than O(json_limit)
  type: raw
  sample: [{"username": "alice"}]
content:
  description:
    - The answer as text, in the charset that it names, else UTF-8. Bytes that are no text become U+FFFD.
  returned: when O(return_content) is true
  type: str
  sample: '[{"username": "alice"}]'
headers:
  description: The answer's headers, their names in lower case.
  returned: when there was an answer
  type: dict
  sample: {"content-type": "application/json"}
url:
  description: The address that answered, after all redirects.
  returned: when the options were valid
  type: str
  sample: https://sso.example.com/admin/realms/demo/users?max=100&enabled=true
elapsed:
  description: Seconds that the call took, redirects, repeats and their waits included.
  returned: when there was an answer
  type: float
  sample: 0.042
attempts:
  description:
    - Requests that were sent to the API, redirects and repeats included. Ansible puts its own number here in a task
      with C(until).
  returned: when there was an answer
  type: int
  sample: 1
msg:
  description: What went wrong and what to do about it, in one sentence.
  returned: on failure, and where check mode kept the call back
  type: str
  sample: "GET https://sso.example.com/admin/realms/demo/users was answered with 403 Forbidden: …"
error:
  description:
    - A short name of the cause, which stays the same from version to version. The guide of errors lists them all, each
      with its cause and the next step.
  returned: on failure
  type: str
  sample: unexpected_status
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._api.call import ARGUMENT_SPEC, call_on_node


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    result = call_on_node(module.params, check_mode=module.check_mode)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
