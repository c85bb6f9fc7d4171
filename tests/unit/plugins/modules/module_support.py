# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module as a process of its own, as it is on a managed node."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TOKEN = "a-token-0123456789"


def run(module: str, folder: Path, **arguments: Any) -> dict[str, Any]:
    """What the module of this collection returns; the token is in nothing that it prints."""
    given = folder / "arguments.json"
    given.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
    command = [sys.executable, "-m", f"ansible_collections.authkit.oauth.plugins.modules.{module}", str(given)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    result: dict[str, Any] = json.loads(done.stdout)
    # From 2.22 on Ansible's module itself tells the controller what to mask, which takes this away.
    result.pop("_ansible_new_secrets", None)
    assert TOKEN not in str(result) + done.stderr
    result.pop("invocation", None)
    return result
