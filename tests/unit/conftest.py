# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all unit tests."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

STORE = "ansible_collections.authkit.oauth.plugins.plugin_utils._store.store"


def pytest_collection_finish() -> None:
    """Keeps the tests themselves out of garbage collections.

    There are ten thousand. To pass over them takes a quarter of a second, on a busy machine a whole one, and a test of
    a timeout must not stand still for that long.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def forgotten_tokens() -> Iterator[None]:
    """No token in memory outlives its test: a later server may get the same port, and would reject it."""
    yield
    if STORE in sys.modules:  # not on a node's Python
        sys.modules[STORE]._ENTRIES.clear()
