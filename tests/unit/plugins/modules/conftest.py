# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of the modules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.http_support import Scripted, scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A server on plain http that answers 200 {"ok": true} until told otherwise."""
    with scripted() as running:
        yield running
