# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of the connection options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .table import ALL, TABLE, Option


def _rules(option: Option) -> dict[str, object]:
    rules: dict[str, object] = {"type": option.type}
    if option.type == "list":
        rules["elements"] = "str"
    if option.choices:
        rules["choices"] = list(option.choices)
    if option.secret == ALL:
        rules["no_log"] = True
    elif any(word in option.name for word in ("token", "key", "secret", "pass")):  # Ansible would guess from the name
        rules["no_log"] = False
    return rules


#: No default, required or mutually_exclusive: a default would hide the sources below the call, and client_options()
#: checks the rest over all sources.
CONNECTION_SPEC: dict[str, dict[str, object]] = {
    "profile": {"type": "str"},
    **{name: _rules(option) for name, option in TABLE.items()},
}
DOCTOR_SPEC: dict[str, dict[str, object]] = {**CONNECTION_SPEC, "details": {"type": "bool", "default": False}}
TOKEN_INFO_SPEC: dict[str, dict[str, object]] = {
    **CONNECTION_SPEC,
    "access_token": {"type": "str", "no_log": True},
    "introspect": {"type": "bool", "default": False},
    "leeway": {"type": "float", "default": 60.0},
}
CLIENT_SECRET_SPEC: dict[str, dict[str, object]] = {
    **CONNECTION_SPEC,
    "target_client_id": {"type": "str"},
    "target_realm": {"type": "str"},
    "path": {"type": "path", "required": True},
    "state": {"type": "str", "choices": ["prepared", "rotated"], "default": "rotated"},
    "max_age": {"type": "str"},
    "revoke_old": {"type": "bool", "default": False},
}
TOKEN_REVOKE_SPEC: dict[str, dict[str, object]] = {**CONNECTION_SPEC, "access_token": {"type": "str", "no_log": True}}
LOGIN_SPEC: dict[str, dict[str, object]] = {
    **CONNECTION_SPEC,
    "prompt": {"type": "str", "choices": ["display", "fail"], "default": "display"},
}


def with_defaults(spec: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The spec for AnsibleModule, with the defaults that the documentation shows.

    On a node they hide nothing: the action has read all sources, and ships what is set.
    """
    return {name: {**rules, **_default(name)} for name, rules in spec.items()}


def _default(name: str) -> dict[str, object]:
    default = TABLE[name].default if name in TABLE else None
    return {} if default in (None, ()) else {"default": default}
