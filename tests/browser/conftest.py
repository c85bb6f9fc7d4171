# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests in a browser: those of the integration tests, and Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ansible_collections.authkit.oauth.tests.browser.chromium import chromium
from ansible_collections.authkit.oauth.tests.integration.conftest import (  # noqa: F401  # pylint: disable=unused-import  # pytest finds them here
    a_certified_provider,
    collections,
    server,
    workspace,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core


@pytest.fixture
def core() -> Core:
    """The newest ansible-core: what a browser sees does not depend on it."""
    return core_of(NEWEST)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as running:
        yield running
