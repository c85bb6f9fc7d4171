# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the browser that reads the HTML report in the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> Path:
    """The browser on PATH.

    :raises Missing: there is none.
    """
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Missing("the tests of the HTML report need Chromium on PATH; on Debian: apt install chromium.")
