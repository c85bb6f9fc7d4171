# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on a realm and on its clients."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.findings import on_client, on_realm
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

MESSAGE, EVIDENCE = "It is wrong.", {"setting": True}


def test_on_realm_names_the_realm() -> None:
    snapshot = Snapshot("shop", "https://sso.example.com", {})
    assert on_realm(snapshot, MESSAGE, EVIDENCE, severity="low", details=("a",)) == Finding(
        "shop", "realm", MESSAGE, EVIDENCE, severity="low", details=("a",)
    )


def test_on_client_names_the_client() -> None:
    found = on_client({"clientId": "app"}, MESSAGE, EVIDENCE, severity="low", details=("a",))
    assert found == Finding("app", "client", MESSAGE, EVIDENCE, severity="low", details=("a",))
    assert on_client({"clientId": "app"}, MESSAGE, EVIDENCE).severity is None


def test_a_finding_on_a_disabled_client_is_information() -> None:
    assert on_client({"clientId": "app", "enabled": False}, MESSAGE, EVIDENCE, severity="critical").severity == "info"
