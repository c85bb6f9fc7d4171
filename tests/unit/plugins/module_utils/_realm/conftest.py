# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of the realm check."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import Take, Tokens
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Reply, Scripted
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport


@pytest.fixture
def take_live(server: Scripted, make_transport: MakeTransport) -> Take:
    """Takes the snapshot of what answers, over the network."""

    def taken(reply: Reply, realm: str = "shop", base: str = "", tokens: Tokens | None = None) -> Snapshot:
        server.reply = reply
        return gather(f"{server.url}{base}", realm, tokens or Tokens(), make_transport())

    return taken
