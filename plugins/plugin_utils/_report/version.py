# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of this collection, for reports."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml

_ROOT = Path(__file__).resolve().parents[3]
_UNKNOWN = "unknown"


@cache
def collection_version(root: Path = _ROOT) -> str:
    """The version in MANIFEST.json, which an installed collection has, or in galaxy.yml, which a checkout has."""
    try:
        manifest = json.loads((root / "MANIFEST.json").read_bytes())
        return str(manifest["collection_info"]["version"])
    except (OSError, ValueError, LookupError, TypeError):
        pass
    try:
        return str(yaml.safe_load((root / "galaxy.yml").read_bytes())["version"])
    except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError):
        return _UNKNOWN
