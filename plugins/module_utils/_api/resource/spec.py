# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of authkit.oauth.resource."""

from __future__ import annotations

from typing import Any

from ..._options.spec import CONNECTION_SPEC
from ..spec import API_SPEC
from .patches import PUT, UPDATE_METHODS

MODULE = "authkit.oauth.resource"
PRESENT, ABSENT = "present", "absent"
SUBSET, EXACT = "subset", "exact"
#: What a task has done, or would do.
NONE, CREATED, UPDATED, DELETED = "none", "created", "updated", "deleted"
ALWAYS, ON_CHANGE, ON_CREATE = "always", "on_change", "on_create"
#: Options that are those of api.
SHARED = ("access_token", "deadline", "headers", "json_limit", "use_proxy")
RESOURCE_SPEC: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": [ABSENT, PRESENT], "default": PRESENT},
    "url": {"type": "str"},
    "collection_url": {"type": "str"},
    "match": {"type": "dict"},
    "query": {"type": "raw"},
    "paginate": {"type": "raw", "default": "auto"},
    "id_key": {"type": "str", "default": "id", "no_log": False},
    "link_key": {"type": "str", "no_log": False},
    "body": {"type": "raw"},
    "compare": {"type": "str", "choices": [EXACT, SUBSET], "default": SUBSET},
    "list_keys": {"type": "dict", "no_log": False},
    "unordered_lists": {"type": "list", "elements": "str"},
    "ignore": {"type": "list", "elements": "str"},
    "write_only": {"type": "list", "elements": "str"},
    "update_write_only": {"type": "str", "choices": [ALWAYS, ON_CHANGE, ON_CREATE], "default": ON_CHANGE},
    "secret_fields": {"type": "list", "elements": "str", "no_log": False},
    "masks": {"type": "list", "elements": "str"},
    "return_secrets": {"type": "bool", "default": False, "no_log": False},
    "create_method": {"type": "str", "choices": ["post", "put"]},
    "update_method": {"type": "str", "choices": list(UPDATE_METHODS), "default": PUT},
    "if_match": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 300.0},
    "shipped": {"type": "str", "no_log": True},
    **{name: API_SPEC[name] for name in SHARED},
}
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {**CONNECTION_SPEC, **RESOURCE_SPEC}
#: All keys of a result. ``resume`` is for the action plugin, which removes it.
RESULT_KEYS = frozenset(
    {
        "action",
        "attempts",
        "changed",
        "diff",
        "elapsed",
        "error",
        "failed",
        "json",
        "msg",
        "operation",
        "resume",
        "status",
        "url",
        "waits",
        "warnings",
    }
)
