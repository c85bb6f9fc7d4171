# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's realm gets the secret of the run, and its file has none."""

from __future__ import annotations

from ansible_collections.authkit.oauth.tests.tools.demo import CLIENTS, DEMO, realm


def test_the_secret_is_put_in_when_the_demo_runs() -> None:
    clients = {client["clientId"]: client for client in realm("of this run")["clients"]}
    assert {name for name, client in clients.items() if "secret" in client} == CLIENTS
    assert {clients[name]["secret"] for name in CLIENTS} == {"of this run"}
    assert "secret" not in (DEMO / "realm.json").read_text().replace("client-secret", "")
