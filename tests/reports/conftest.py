# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports that the role's templates wrote on the oldest and the newest core, and a browser to read them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ansible_collections.authkit.oauth.tests.browser.chromium import chromium
from ansible_collections.authkit.oauth.tests.integration.support.installed import NEWEST, core_of, in_matrix, installed
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.reports.support import Written, write_reports
from ansible_collections.authkit.oauth.tests.tools.collection import install

CORES = [*in_matrix("2.16"), NEWEST]


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collections folder that holds the collection, built and installed from its tarball."""
    return installed() or install(Path(sys.prefix), tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="session", params=CORES)
def core(request: pytest.FixtureRequest) -> Core:
    """The newest ansible-core, and in the matrix the oldest."""
    return core_of(str(request.param))


@pytest.fixture(scope="session")
def written_on(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Core, str], Written]:
    """Writes the reports of a kind in KINDS, once on each core."""

    @cache
    def write(core: Core, kind: str) -> Written:
        root = tmp_path_factory.mktemp(f"{kind}-{core.version}")
        return write_reports(Workspace(root, core, collections), kind)

    return write


@pytest.fixture(scope="session")
def written(written_on: Callable[[Core, str], Written], core: Core) -> Callable[[str], Written]:
    """Writes the reports of a kind on each of the cores."""
    return partial(written_on, core)


@pytest.fixture(scope="session")
def newest(written_on: Callable[[Core, str], Written]) -> Callable[[str], Written]:
    """Writes the reports of a kind on the newest core, for tests that do not depend on the core."""
    return partial(written_on, core_of(NEWEST))


@pytest.fixture
def workspace(tmp_path: Path, core: Core, collections: Path) -> Workspace:
    """A user's machine for this test, with that core."""
    return Workspace(tmp_path / "machine", core, collections)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as running:
        yield running
