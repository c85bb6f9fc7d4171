# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The map of the repository names files and packages that exist."""

from __future__ import annotations

import re

from ansible_collections.authkit.oauth.tests.tools.tree import ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = ("plugins", "tests", "docs", "roles", "changelogs")
FILE = re.compile(r"[\w./-]*\w\.(?:py|md|rst|yml|json)\b")
PACKAGE = re.compile(r"(?<![\w/.])(?:\w+/)+(?![\w*.])")


def missing(text: str) -> list[str]:
    """The files and folders named in a text that are nowhere in the repository."""
    there = {f"/{path.relative_to(ROOT)}" for place in PLACES for path in (ROOT / place).rglob("*")}
    there |= {f"/{path.name}" for path in ROOT.iterdir()}
    named = {*FILE.findall(text), *(each.rstrip("/") for each in PACKAGE.findall(text))} - {"__init__.py"}
    return sorted(each for each in named if not any(path.endswith(f"/{each.lstrip('./')}") for path in there))


def test_the_map_names_what_exists() -> None:
    assert missing(MAP) == []


def test_what_is_gone_is_found() -> None:
    assert missing("`_store/gone.py`, `_gone/`, `_store/store.py` and `_store/`") == ["_gone", "_store/gone.py"]
