# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An access token, in any template."""

from __future__ import annotations

DOCUMENTATION = r"""
name: token
short_description: OAuth 2.0 access token
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Returns a valid access token. It is requested once and kept for all hosts, tasks and runs.
  - A token goes wherever the template puts it. O(allowed_hosts) restricts modules such as M(authkit.oauth.api), not
    this lookup.
options:
  _terms:
    description:
      - Names of clients in the variable C(authkit_profiles), a mapping of names to mappings of these options. One token
        is returned for each. Without a name, the options describe the client.
    type: list
    elements: str
  output:
    description:
      - V(access_token) is the token, V(header) the value of an C(Authorization) header.
      - V(token) is a dictionary of C(access_token), C(token_type), C(scope) and C(expires_at), in seconds since 1970.
    type: str
    choices: [access_token, header, token]
    default: access_token
extends_documentation_fragment:
  - authkit.oauth.client.plugins
  - authkit.oauth.client.connection
notes:
  - Only the values of C(authkit_*) variables are templated. A value that is null, omitted or empty counts as not set.
  - A connection variable is refused if the host's facts define it, or define a variable that it refers to.
seealso:
  - module: authkit.oauth.api
"""

EXAMPLES = r"""
- name: Use a token in a task of another collection
  ansible.builtin.uri:
    url: https://api.example.org/orders
    headers:
      Authorization: "{{ lookup('authkit.oauth.token', output='header') }}"
  vars:
    authkit_auth_server: login.example.org
    authkit_realm: shop
    authkit_client_id: orders
    authkit_client_secret: "{{ vaulted_orders_secret }}"

- name: Use the client that authkit_profiles calls erp
  ansible.builtin.set_fact:
    erp_token: "{{ lookup('authkit.oauth.token', 'erp') }}"
"""

RETURN = r"""
_raw:
  description: The token of each profile, in the form that O(output) selects.
  type: list
  elements: raw
"""

# ansible-doc reads this file's text. Ansible's loader takes the attribute, and would parse it in every worker of every
# task (7 to 14 ms) for a config manager that this lookup does not use: see _variables.
del DOCUMENTATION

import sys
from importlib.util import module_from_spec, spec_from_file_location
from os.path import dirname
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

# Speeds up the imports after it. The import statement would have Ansible compile this file, too.
_NAME = "ansible_collections.authkit.oauth.plugins.plugin_utils._bytecode"
_SPEC = spec_from_file_location(_NAME, f"{dirname(dirname(__file__))}/plugin_utils/_bytecode.py")
if _NAME not in sys.modules and _SPEC and _SPEC.loader:
    _SPEC.loader.exec_module(sys.modules.setdefault(_NAME, module_from_spec(_SPEC)))

from ..plugin_utils._lookup import tokens


class LookupModule(LookupBase):  # type: ignore[misc]  # ansible-core has no hints
    """Passes on what Ansible knows. Reports an error in one sentence, and shows nothing else of it."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        known = variables or {}
        try:
            return tokens(terms, kwargs, known, self._templar, Display().warning)
        except Exception as error:
            from ..plugin_utils._lookup_errors import error_message

            message = error_message(error, kwargs, known, self._templar)
        raise AnsibleLookupError(message)  # out here it has no context: Ansible prints the texts of causes
