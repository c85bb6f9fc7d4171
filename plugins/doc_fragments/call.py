# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a call besides its URL, described once for api, its entries and other modules."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules that make one call or many."""

    DOCUMENTATION = r"""
options:
  method:
    description:
      - The HTTP method, in upper or lower case.
    type: str
    default: GET
  query:
    description:
      - Parameters to add to the query of O(url). A list repeats its key, null omits it, booleans become V(true) and
        V(false).
      - A string such as V(a=1&b=2) is a query string and is added as it is, without a leading C(?).
    type: raw
  body:
    description:
      - The body to send. A string is sent unchanged, whatever O(body_format) is.
    type: raw
  body_base64:
    description:
      - The body in Base64, instead of O(body), for bytes that are no text, such as those of M(ansible.builtin.slurp).
        O(body_format) only decides the C(Content-Type).
      - The controller also uses this option to pass such a O(body) to a host.
    type: str
  paginate_from:
    description:
      - Where a listing goes on. The controller passes it to a host after a token has expired in the middle of a
        listing, so that no page is read twice.
    type: dict
  dpop_proofs:
    description:
      - DPoP proofs for this call. The controller makes them for a host that makes the call, if O(dpop) is true.
    type: list
    elements: str
  body_format:
    description:
      - How O(body) is encoded, and which C(Content-Type) is sent unless O(headers) sets one.
      - V(json) accepts any YAML value.
      - V(form-urlencoded) accepts a mapping or a list of pairs. A list as a value repeats its key, null omits it.
      - V(raw) accepts text. Its C(Content-Type) is C(application/x-www-form-urlencoded), as with
        M(ansible.builtin.uri).
      - V(form-multipart) accepts a mapping of fields, each text or a mapping with C(filename) or C(content), and
        optionally C(mime_type) and C(multipart_encoding), as in M(ansible.builtin.uri). Ansible encodes it. It sets
        C(Content-Type) in any case.
      - If it is not set, a mapping or a list is sent as V(json), everything else as V(raw).
    type: str
    choices: [raw, json, form-urlencoded, form-multipart]
  src:
    description:
      - A file to send as the body, of at most 256 MiB, instead of O(body). It is sent unchanged; O(body_format) only
        decides the C(Content-Type).
      - Like all paths here, it is one of the machine that makes the call. If that is the running Ansible process, a
        relative path is looked for in C(files) of the role and beside the playbook; otherwise, it is relative to the
        directory in which Ansible starts the module.
    type: str
  dest:
    description:
      - A file to write the response to if it has an expected status. It is replaced in one step, and only if its
        content or O(mode) differs. The result is then C(changed), and RV(path) names the file.
      - In a directory, the file is named like the last segment of O(url), without a query. What the server suggests is
        ignored. The directory must exist, and the file must not be a symbolic link.
      - A relative path is relative to the playbook if the running Ansible process makes the call.
    type: str
  mode:
    description:
      - The permissions of O(dest) as an octal number in quotes, such as V('0640').
      - If it is not set, a file that exists keeps its own, and a new one gets those of the umask.
    type: raw
  creates:
    description:
      - A path. If it exists, the call is not made, and the result is not C(changed).
    type: str
  removes:
    description:
      - A path. If it does not exist, the call is not made, and the result is not C(changed).
    type: str
  force:
    description:
      - Whether to send C(Cache-Control=no-cache), so that no cache in between answers.
    type: bool
    default: false
  status_code:
    description:
      - The statuses that mean success. If it is not set, any from 200 to 299.
    type: list
    elements: int
  return_content:
    description:
      - Whether to return the text of the response as RV(content). JSON is returned as RV(json) in any case, up to
        O(json_limit).
      - In a task with O(requests), V(false) also leaves out RV(json), unless the call failed. If it is not set, JSON
        is returned, except that of a call with O(dest).
    type: bool
  follow_redirects:
    description:
      - Which redirects are followed, at most ten. V(safe) follows those of GET and HEAD, V(all) those of every method.
        With V(none), the redirect itself is the result.
      - A cookie that a redirect sets goes back to the same origin for the rest of the call. No cookie outlives it.
      - Another origin (scheme, host or port) gets neither the token nor the task's own headers, and no request that
        writes.
    type: str
    choices: [all, none, safe]
    default: safe
  idempotency_key:
    description:
      - A key for a call that writes, sent as the header C(Idempotency-Key). By it, an API that supports the header
        recognizes a repeated call and does the work once. So V(POST) and V(PATCH) are then retried like V(PUT).
      - V(auto) makes a random key (a UUID) for the call. All its attempts have the same key, also after a 401.
        With C(until) or when the task runs again, the key is a new one. Give a key of your own if that must not repeat
        the work.
      - The key is sent as it is, without quotes, as the APIs in use expect. For an API that follows the IETF draft to
        the letter, write the quotes, V('"8e03978e"').
      - A search by POST with C(paginate) reads and has no key. V(auto) is ignored there, and another key is refused.
      - Use it only if the API supports the header. Other servers ignore it and may do the work twice.
    type: str
"""

    COMMON = r"""
options:
  headers:
    description:
      - Headers to send. A header whose value is null is omitted.
      - C(Authorization) is refused, since the token goes there.
    type: dict
  use_proxy:
    description:
      - V(false) means the same as O(proxy=none), for the call and for the token request.
    type: bool
    default: true
  json_limit:
    description:
      - The longest response that is read as JSON, in MiB, from V(1) to V(256). A longer one gives a warning and no
        RV(json). So does one with so many values, or such wide characters, that it would take 6 times this in memory.
    type: int
    default: 32
  access_token:
    description:
      - A token of your own, to send instead of one of the client's. Options that say where tokens come from or who the
        client is are then ignored, nothing is stored, and the call is not retried after a 401.
      - The controller also uses this option to pass the token to a host.
    type: str
"""

    DEADLINE = r"""
options:
  deadline:
    description:
      - Seconds in which the whole call must end, with all its retries, waits, redirects and pages. If it does not, it
        fails. No wait begins that would exceed it. If it is not set, only O(timeout) and O(retries) limit the call.
      - With C(requests) of M(authkit.oauth.api), it holds for each call. In M(authkit.oauth.resource), it holds for all
        calls of the task together.
      - The time to get a token, and to ship the module to a host, does not count.
    type: float
"""
