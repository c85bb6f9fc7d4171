# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an inventory file: which there are, and who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._api.paging.options import AUTO, PAGING_SPEC
from ...module_utils._api.results import JSON_LIMIT
from ...module_utils._options.spec import CONNECTION_SPEC

PLUGIN = "authkit.oauth.hosts"
#: The connection option `cache` has this name in an inventory file, where `cache` is Ansible's own.
TOKEN_CACHE = "token_cache"
_KEYED_GROUP: dict[str, dict[str, Any]] = {
    "key": {"type": "str", "required": True},
    "prefix": {"type": "str"},
    "separator": {"type": "str"},
    "parent_group": {"type": "str"},
    "default_value": {"type": "str"},
    "trailing_separator": {"type": "bool"},
}
#: Ansible reads these. Their values are expressions, and not rendered before.
ANSIBLE_SPEC: dict[str, dict[str, Any]] = {
    "plugin": {"type": "str", "required": True},
    "strict": {"type": "bool", "default": False},
    "compose": {"type": "dict"},
    "groups": {"type": "dict"},
    "keyed_groups": {
        "type": "list",
        "elements": "dict",
        "options": _KEYED_GROUP,
        "mutually_exclusive": [["default_value", "trailing_separator"]],
    },
    "use_extra_vars": {"type": "bool"},
    "leading_separator": {"type": "bool"},
    "cache": {"type": "bool"},
    "cache_plugin": {"type": "str"},
    "cache_timeout": {"type": "int"},
    "cache_connection": {"type": "str"},
    "cache_prefix": {"type": "str"},
}
_CONNECTION = {TOKEN_CACHE if name == "cache" else name: rules for name, rules in CONNECTION_SPEC.items()}
#: The options of the call. Their values may be templates.
CALL_SPEC: dict[str, dict[str, Any]] = {
    "url": {"type": "str", "required": True},
    "query": {"type": "raw"},
    "headers": {"type": "dict"},
    "json_limit": {"type": "int", "default": JSON_LIMIT},
    "deadline": {"type": "float"},
    **PAGING_SPEC,
    # Half a list of hosts is no inventory.
    "paginate": {**PAGING_SPEC["paginate"], "default": AUTO},
}
RENDERED = frozenset((*_CONNECTION, *CALL_SPEC))
#: All but the option authkit_profiles, whose profiles are rendered when one is used.
HOSTS_SPEC: dict[str, dict[str, Any]] = {
    **_CONNECTION,
    **CALL_SPEC,
    "host_name": {"type": "str", "required": True},
    **ANSIBLE_SPEC,
}
REQUIRED = ("url", "host_name")


def for_ansible(config: Mapping[str, Any] | None) -> dict[str, Any]:
    """The part of an inventory file that Ansible's config manager gets: its errors quote values, secrets as well."""
    return {
        **{name: value for name, value in (config or {}).items() if name in ANSIBLE_SPEC},
        **dict.fromkeys(REQUIRED, "-"),
    }
