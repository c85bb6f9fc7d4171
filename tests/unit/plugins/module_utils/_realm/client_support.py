# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients and client policies of small realms."""

from __future__ import annotations

from typing import Any

NO_POLICIES: dict[str, Any] = {"client_policies": [], "client_profiles": []}


def client(name: str = "app", **settings: Any) -> dict[str, Any]:
    """A confidential web client without a fault, but for these settings; attributes are given as such."""
    return {
        "clientId": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "standardFlowEnabled": True,
        "redirectUris": ["https://app.example.com/callback"],
        "webOrigins": ["+"],
        **settings,
    }


def policies(executor: str, condition: str = "any-client", **configuration: Any) -> dict[str, Any]:
    """A client policy that has an executor act."""
    return {
        "client_policies": [
            {
                "name": "p",
                "enabled": True,
                "conditions": [{"condition": condition, "configuration": configuration}],
                "profiles": ["q"],
            }
        ],
        "client_profiles": [{"name": "q", "executors": [{"executor": executor, "configuration": {}}]}],
    }
