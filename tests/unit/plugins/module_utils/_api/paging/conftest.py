# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of listings share."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.tests.servers.listings import Listing
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted


@pytest.fixture
def listing(server: Scripted) -> Listing:
    """A listing with next URLs at the server's address."""
    found = Listing(server.url)
    server.reply = found.next_url
    return found
