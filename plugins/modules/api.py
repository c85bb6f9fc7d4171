#!/usr/bin/python

# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of an API that requires an OAuth 2.0 access token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: api
short_description: Call an API that requires an OAuth 2.0 access token, once or many times
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Makes one HTTP call with an access token, or many with O(requests). No task, variable or output has to contain the
    token.
  - The controller requests the token once for all hosts, tasks and runs, and again when it is about to expire. If the
    API responds with 401, the token is replaced and the call is made once more, before the task fails.
  - If the task runs on the controller itself (local connection, no C(become), no C(environment), no C(async)), the
    running Ansible process makes the call. Otherwise the host that the task runs on makes it, and gets only the access
    token. The client secret never leaves the controller.
  - Options and results have the same names as those of M(ansible.builtin.uri).
extends_documentation_fragment:
  - authkit.oauth.client
  - authkit.oauth.call
  - authkit.oauth.call.common
  - authkit.oauth.call.deadline
  - authkit.oauth.paging
  - authkit.oauth._attributes.actiongroup_all
attributes:
  check_mode:
    support: partial
    description: Can run in check mode and tell what it would do.
    details:
      - GET, HEAD and OPTIONS are sent, and a search by POST with O(paginate). Other methods are not, and the result
        says C(changed) for those that write.
      - All options are validated as usual. No token is requested for a call that is not sent.
      - Nothing is written to O(dest). O(creates) and O(removes) of a call that another host would make and that is not
        sent are not looked at.
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
      - The token is sent only to this origin (scheme, host and port), also after redirects. If O(allowed_hosts) is
        set, it must name the host. Plain V(http) is only for this machine, unless O(allow_http) is set.
      - User, password, backslash and control characters are refused.
      - Set either this or O(requests).
    type: str
  requests:
    description:
      - Many calls, instead of the one of O(url). Each entry is a mapping with the options of one call and a C(name),
        which RV(results) and messages repeat. Without a name, it is the URL.
      - An entry needs O(url). O(body), O(body_base64), O(src), O(dest), O(creates) and O(removes) are only set in
        entries. The other options of a call, such as O(method), may be set in the task for all entries; an entry
        replaces them, and null leaves one out. Mappings in O(headers) and O(query) are merged.
      - In the task, O(idempotency_key) can only be V(auto), which makes a key for each entry.
      - The connection, O(access_token) and O(use_proxy) hold for all calls and are only set in the task.
      - All entries are validated before anything is sent. The calls are made side by side, so none may depend on
        another.
      - The responses in RV(results) have at most O(json_limit) in total. Beyond that, results have neither RV(json) nor
        RV(content), and a warning says so. The same limit holds for their headers. Beyond it, results have no
        RV(headers), RV(cookies) and RV(location), and RV(url) has no query.
    type: list
    elements: dict
  concurrency:
    description:
      - How many calls of O(requests) are made at once, from V(1) to V(64).
      - If the running Ansible process makes them, this is also the most connections that it opens to one server. It
        keeps them open for the next call. Other hosts connect for each call.
    type: int
    default: 10
  on_error:
    description:
      - What a failed call of O(requests) means for the others.
      - With V(fail_fast), no further call begins, and the task fails. Calls that have begun get another second, those
        that write 10 seconds.
      - With V(collect), all calls are made, and the task fails at the end.
      - In both cases RV(results) has all that is known.
    type: str
    choices: [fail_fast, collect]
    default: fail_fast
  renewable_token:
    description:
      - The controller uses this option to tell a host that it can replace a rejected O(access_token). The calls of
        O(requests) then stop at a 401, and the controller continues with those that are left.
    type: bool
    default: false
notes:
  - The task itself retries up to O(retries) times after a failed connection, 429, 502, 503 and 504. POST and PATCH are
    retried only if the server cannot have processed them, or with O(idempotency_key) or O(paginate). Do not use
    C(until) for this.
  - Files such as O(ca_path) must exist on the host that makes the call, and on the controller, which requests the
    token.
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
      enabled: true
    paginate: auto
  register: users

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ users.json | map(attribute='username') }}"

- name: Read a listing whose API has paging of its own
  authkit.oauth.api:
    profile: erp
    url: https://erp.example.com/orders
    paginate:
      results_key: orders
      next_key: meta.next_cursor
      parameter: after
    max_items: 1000
  register: orders

- name: Read many users at once, over at most ten connections
  authkit.oauth.api:
    issuer: https://sso.example.com/realms/demo
    client_id: inventory
    client_secret: "{{ vault_inventory_secret }}"
    requests:
      - name: alice
        url: https://sso.example.com/admin/realms/demo/users/0a1b
      - name: bob
        url: https://sso.example.com/admin/realms/demo/users/2c3d
    on_error: collect
  register: read
  ignore_errors: true

- name: Show who could not be read
  ansible.builtin.debug:
    msg: "{{ read.results | selectattr('failed') | map(attribute='name') }}"

# Define the client once for all tasks
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
      audit:
        token_url: https://login.example.com/oauth2/token
        client_id: auditor
        client_secret: "{{ vault_auditor_secret }}"
  tasks:
    - name: Post an order
      authkit.oauth.api:
        url: https://erp.example.com/orders
        method: POST
        body:
          article: 4711
      register: created

    - name: Ask with another client
      authkit.oauth.api:
        profile: audit
        url: "https://erp.example.com/orders/{{ created.json.id }}/log"
        headers:
          Accept: text/plain
        return_content: true
"""

RETURN = r"""
results:
  description:
    - The results of the calls of O(requests), in the same order. Each has what a single call returns, and C(name),
      C(failed) and C(sent). C(sent) says whether a request was sent.
    - Calls that were not sent, and those whose response was not waited for after another call had failed, have a null
      RV(status). RV(msg) tells why.
  returned: when O(requests) is set and valid
  type: list
  elements: dict
  sample:
    - {"name": "alice", "sent": true, "failed": false, "changed": false, "status": 200, "json": {"username": "alice"}}
status:
  description:
    - The HTTP status of the response, V(-1) if there was none, null if check mode did not send the call.
    - This and the keys below are returned for one call, and in each of RV(results). With O(requests), the task itself
      returns only RV(results), RV(msg), RV(error) and RV(elapsed).
  returned: when O(url) is set
  type: int
  sample: 200
json:
  description: The value of a JSON response. With O(paginate), the list of all entries.
  returned: when the response is JSON and no longer than O(json_limit)
  type: raw
  sample: [{"username": "alice"}]
content:
  description:
    - The response as text, decoded with the charset that it names, else UTF-8. Invalid bytes become U+FFFD.
  returned: when O(return_content) is true
  type: str
  sample: '[{"username": "alice"}]'
headers:
  description: The headers of the response from RV(url), by lower-case name.
  returned: when there was a response
  type: dict
  sample: {"content-type": "application/json"}
url:
  description:
    - The URL that responded, after all redirects.
    - With O(paginate), that of the first page, or of the page that failed. After a 401 in the middle, the first page is
      the one that was rejected.
  returned: when the options were valid
  type: str
  sample: https://sso.example.com/admin/realms/demo/users?max=100&enabled=true
elapsed:
  description:
    - Seconds that the call took, including redirects, retries and waits. With O(requests), the task returns its own
      as well.
  returned: when a request was sent
  type: float
  sample: 0.042
attempts:
  description:
    - Number of requests that were sent to the API, including redirects and retries. In a task with C(until), Ansible
      replaces it with its own number.
  returned: when a request was sent
  type: int
  sample: 1
waits:
  description:
    - The waits before retries, in order. Each has C(seconds), the C(status) of the response before it (V(-1) if there
      was none), and C(retry_after), whether the server asked for the wait with this header.
  returned: when a request was sent
  type: list
  elements: dict
  sample: [{"seconds": 2.05, "status": 429, "retry_after": true}, {"seconds": 0.31, "status": -1, "retry_after": false}]
idempotency_key:
  description: The key that all attempts of the call had.
  returned: when O(idempotency_key) is set
  type: str
  sample: 8e03978e-40d5-43dd-bc93-6894a57f9324
pages:
  description: The number of pages that were read. With O(paginate), RV(elapsed) and RV(attempts) are sums over all.
  returned: when O(paginate) is set and there was a response
  type: int
  sample: 13
truncated:
  description: Whether there are entries that were not read, because of O(max_items) or a style that is not known.
  returned: when O(paginate) is set and all pages could be read
  type: bool
  sample: false
content_type:
  description: The header C(Content-Type) of the response.
  returned: when the response has this header
  type: str
  sample: application/json
location:
  description: The header C(Location) of the response, as a whole URL.
  returned: when the response has this header
  type: str
  sample: https://cmdb.example.com/api/hosts/4711
redirected:
  description: Whether another URL responded than the one asked for.
  returned: when there was a response
  type: bool
  sample: false
cookies:
  description:
    - The cookies that the origin of O(url) set in this call, by name. No later call sends them.
    - A cookie can be as secret as a token. Set C(no_log) on the task if so, as RV(headers) contains it as well.
  returned: when there was a response
  type: dict
  sample: {"SESSIONID": "4f1c"}
cookies_string:
  description: The same as the value of a header C(Cookie).
  returned: when there was a response
  type: str
  sample: SESSIONID=4f1c
path:
  description: The file that O(dest) means.
  returned: when O(dest) is set and there was a response
  type: str
  sample: /srv/reports/2026.pdf
msg:
  description:
    - What happened, in our own words. On failure, what went wrong and what to do about it, in one sentence.
  returned: always
  type: str
  sample: GET https://sso.example.com/admin/realms/demo/users was answered with 200 OK.
error:
  description:
    - The short name of the error, which does not change between versions. The page of errors in the documentation lists
      them all, each with its cause and the next step.
  returned: on failure
  type: str
  sample: unexpected_status
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._api.many.node import calls_on_node
from ..module_utils._api.spec import ARGUMENT_SPEC
from ..module_utils._options.spec import with_defaults


def main() -> None:
    module = AnsibleModule(argument_spec=with_defaults(ARGUMENT_SPEC), supports_check_mode=True)
    result = calls_on_node(module.params, check_mode=module.check_mode)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
