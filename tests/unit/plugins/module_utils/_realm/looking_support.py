# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realms looked at from outside, from the first request to the findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import Transport, TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import INFO
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.client_access import Caller
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.outside import (
    Outside,
    gather_outside,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import (
    Snapshot,
)
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.audit_support import DEFAULTS
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.issuer_support import (
    CLIENT,
    REALM,
    REGISTERED,
    SECRET,
)

OVERRIDES = {
    "probe-pkce-not-enforced": {"parameters": {"probe_public_clients": {"spa": REGISTERED}}},
    "discovery-device-endpoint-missing": {"parameters": {"require_device_flow": True}},
}


def looked_at(
    server: str,
    transport: Transport,
    how: TransportSettings,
    *,
    caller: Caller | None = None,
    active: bool = True,
    check_mode: bool = False,
    **policy: Any,
) -> dict[str, Result]:
    """What became of each check of a realm from outside."""
    rules = policy_from(
        {**DEFAULTS, "check_profile": "strict", "levels": ["L1", "L2"], "overrides": OVERRIDES, **policy}
    )
    outside = Outside(
        caller or client(server),
        how,
        {rule.check.id: rule.parameters for rule in rules.rules},
        {rule.check.level for rule in rules.rules},
        active,
        check_mode,
    )
    sections = gather_outside(server, REALM, transport, outside)
    assert SECRET not in str(sections)
    return {each.check.id: each for each in audit(Snapshot(REALM, server, sections), rules)}


def client(server: str, **options: Any) -> Caller:
    return Caller(ClientOptions(CLIENT, SECRET, auth_server=server, realm=REALM, **options), REALM)


def wrong(results: Mapping[str, Result]) -> set[str]:
    """The checks that found something above info."""
    return {name for name, each in results.items() if any(judged.severity != INFO for judged in each.open)}


def open_questions(results: Mapping[str, Result]) -> set[str]:
    return {name for name, each in results.items() if each.unknown is not None}
