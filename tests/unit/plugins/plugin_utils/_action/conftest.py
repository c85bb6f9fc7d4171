# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of many calls share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._store import policy as _store_policy
from ansible_collections.authkit.oauth.tests.unit.support.many_calls import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
        running.gone.set()


@pytest.fixture
def old_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens count as old enough to be fetched again as soon as they are issued."""
    monkeypatch.setattr(_store_policy, "BRAND_NEW", -1.0)
