# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts from an API that requires an OAuth 2.0 access token."""

from __future__ import annotations

DOCUMENTATION = r"""
name: hosts
short_description: Hosts from an API that requires an OAuth 2.0 access token
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - Reads a JSON list from a protected API, with all its pages, and adds a host for each of its items.
  - The file is named V(authkit.yml) or ends in V(.authkit.yml), or the same with V(yaml).
  - An item becomes the variable C(authkit_item) of its host, and no other. Other variables come only from O(compose),
    so no name that the API chooses becomes a variable. The API's texts are data. They are never templates, also
    where O(compose) builds values from them.
  - The token is requested once and kept for all sources, hosts and runs. A token that the API rejects with 401 is
    replaced once.
  - The values of connection options, O(url), O(query), O(headers) and O(paginate) in the file are templated, so that
    they can use lookups, and vaulted. O(host_name), O(compose), O(groups) and O(keyed_groups) are expressions, as in
    P(ansible.builtin.constructed#inventory).
options:
  plugin:
    description: Always V(authkit.oauth.hosts).
    type: str
    required: true
    choices: [authkit.oauth.hosts]
  url:
    description:
      - The address of the list, V(https://host/path). It is requested with GET.
      - The token is sent only to this origin (scheme, host and port), also after redirects. If O(allowed_hosts) is
        set, it must name the host. Plain V(http) is only for this machine, unless O(allow_http) is set.
    type: str
    required: true
  query:
    description:
      - Added to the query of O(url). A mapping of names to values or lists of values, or an encoded query string.
    type: raw
  headers:
    description: Additional headers.
    type: dict
  json_limit:
    description: The longest response that is read, in MiB.
    type: int
    default: 32
  deadline:
    description: Seconds in which the whole list must be read, with all its pages, retries and waits.
    type: float
  paginate:
    default: auto
  host_name:
    description:
      - Expression over C(authkit_item) for the name of its host, such as V(authkit_item.name ~ ".example.com").
      - A name consists of letters, digits, hyphens, underscores and dots, or is an address. Names of the controller
        (V(localhost)) and of groups, such as V(all), are refused.
      - An item whose name is not valid or belongs to an item before it is skipped with a warning, or is an error with
        O(strict). It is always an error if the list has items, and none has a valid name.
    type: str
    required: true
  strict:
    description:
      - Whether it is an error if an item is not a valid host, or if O(compose), O(groups) or O(keyed_groups) cannot be
        evaluated for a host. Otherwise they are skipped.
  cache:
    description:
      - Whether Ansible's inventory cache keeps the API's items, so that a later run asks neither the API nor for a
        token. It contains the API's items unencrypted, and no token.
      - This is Ansible's option. What O(cache) is elsewhere in this collection, where tokens are kept, is
        O(token_cache) in an inventory file.
  authkit_profiles:
    description: Clients for O(profile), a mapping of names to mappings of connection options.
    type: raw
    vars: [{name: authkit_profiles}]
extends_documentation_fragment:
  - authkit.oauth.client.inventory
  - authkit.oauth.client.inventory_connection
  - authkit.oauth.paging
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - Variables of the connection options (C(authkit_client_id)) are extra variables (C(-e)), because hosts and groups do
    not exist yet.
  - A host that an earlier source has defined gets the variables and groups as well.
  - No host is put into a group of O(keyed_groups) with the name of a host, V(all) or V(ungrouped), and no
    C(ansible_host) begins with a hyphen. Both are warnings, or errors with O(strict).
seealso:
  - module: authkit.oauth.api
"""

EXAMPLES = r"""
# inventory.authkit.yml: every server that the CMDB knows
plugin: authkit.oauth.hosts
issuer: https://sso.example.com/realms/demo
client_id: inventory
client_secret: "{{ lookup('ansible.builtin.env', 'CMDB_SECRET') }}"
url: https://cmdb.example.com/api/servers
query:
  state: running
host_name: authkit_item.name ~ ".example.com"
compose:
  ansible_host: authkit_item.address
keyed_groups:
  - key: authkit_item.role
    prefix: role
groups:
  production: authkit_item.stage == "production"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/inventory
"""

from collections.abc import Mapping
from typing import Any

from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..plugin_utils._inventory.data import as_data
from ..plugin_utils._inventory.inventory import is_named_like_ours, read_inventory
from ..plugin_utils._inventory.spec import PLUGIN, for_ansible


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]  # ansible-core has no hints
    """Passes on what Ansible knows. What is composed of the API's values is data."""

    NAME = PLUGIN

    def verify_file(self, path: str) -> bool:
        return is_named_like_ours(path) and bool(super().verify_file(path))

    def set_options(
        self, task_keys: Any = None, var_options: Any = None, direct: Mapping[str, Any] | None = None
    ) -> None:
        super().set_options(task_keys=task_keys, var_options=var_options, direct=for_ansible(direct))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache=cache)
        read_inventory(self, path, cache=cache)

    def _compose(self, template: Any, variables: Any, *given: Any, **named: Any) -> Any:
        return as_data(super()._compose(template, variables, *given, **named))
