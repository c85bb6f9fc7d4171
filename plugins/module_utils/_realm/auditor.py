# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a step of the role realm_auditor takes."""

from __future__ import annotations

from typing import Any

from .._options.spec import CONNECTION_SPEC
from .admin.clients import VIEW_CLIENTS
from .admin.settings import VIEW_EVENTS, VIEW_IDENTITY_PROVIDERS, VIEW_ORGANIZATIONS, VIEW_REALM, VIEW_USERS

#: The roles that an audit needs.
ROLES = (VIEW_CLIENTS, VIEW_EVENTS, VIEW_IDENTITY_PROVIDERS, VIEW_ORGANIZATIONS, VIEW_REALM, VIEW_USERS)
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **CONNECTION_SPEC,
    "step": {"type": "str", "choices": ["plan", "check", "reads", "grants", "keep", "drop"], "required": True},
    "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
    "realms": {"type": "list", "elements": "str", "required": True},
    "client_realm": {"type": "str"},
    "auditor_id": {"type": "str", "default": "realm-auditor"},
    "roles": {"type": "list", "elements": "str", "default": list(ROLES)},
    "token_lifespan": {"type": "int", "default": 300, "no_log": False},
    "secret_path": {"type": "path"},
    "secret_variable": {"type": "str", "no_log": False},
    "found": {"type": "raw"},
    "secret": {"type": "str", "no_log": True},
}
