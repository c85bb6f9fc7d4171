# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks against a REST server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.unit.support.resource_tasks import Tasks, tasks


@pytest.fixture
def rest() -> Iterator[Tasks]:
    with tasks() as running:
        yield running
