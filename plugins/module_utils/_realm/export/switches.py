# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switches of a realm file that are text, "true" or "false".

Keycloak never writes them so, but accepts them in a file that somebody wrote by hand.
"""

from __future__ import annotations

from typing import Any

from ..snapshot.gaps import Json

_VALUES = {"true": True, "false": False}
_SUFFIXES = ("Enabled", "Allowed")
_NAMES = frozenset(
    {
        "addReadTokenRoleOnCreate",
        "authenticatorFlow",
        "autheticatorFlow",
        "bearerOnly",
        "bruteForceProtected",
        "builtIn",
        "consentRequired",
        "defaultAction",
        "enabled",
        "frontchannelLogout",
        "linkOnly",
        "otpPolicyCodeReusable",
        "permanentLockout",
        "publicClient",
        "rememberMe",
        "revokeRefreshToken",
        "storeToken",
        "topLevel",
        "trustEmail",
        "verifyEmail",
    }
)
_PARTS = frozenset(
    {
        "authenticationExecutions",
        "authenticationFlows",
        "clientPolicies",
        "clients",
        "identityProviders",
        "policies",
        "requiredActions",
    }
)


def with_switches(holder: Json) -> dict[str, Any]:
    """The realm, or a part of it, with booleans instead of such text."""
    return {name: _value(name, value) for name, value in holder.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _VALUES.get(value.strip().lower(), value) if name in _NAMES or name.endswith(_SUFFIXES) else value
    if name not in _PARTS:
        return value
    if isinstance(value, list):
        return [with_switches(each) if isinstance(each, dict) else each for each in value]
    return with_switches(value) if isinstance(value, dict) else value
