# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of this collection."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from ansible_collections.authkit.oauth.plugins.plugin_utils._report import version
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.version import collection_version


def test_a_checkout_has_it_in_galaxy_yml() -> None:
    root = Path(version.__file__).resolve().parents[3]
    assert collection_version() == yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"]


def test_an_installed_collection_has_it_in_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"collection_info": {"version": "9.8.7"}}), encoding="utf-8")
    assert collection_version(tmp_path) == "9.8.7"


def test_without_both_it_is_unknown(tmp_path: Path) -> None:
    assert collection_version(tmp_path) == "unknown"
    (tmp_path / "MANIFEST.json").write_text("[]", encoding="utf-8")
    (tmp_path / "galaxy.yml").write_text("- x", encoding="utf-8")
    assert collection_version(tmp_path) == "unknown"
