# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of the modules: a server, and modules as processes of their own, as on a managed node."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A server on plain http that answers 200 {"ok": true} until told otherwise."""
    with scripted() as running:
        yield running


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs a module of this collection: its name and arguments to its result. An access token is in no output."""

    def run_module(module: str, **arguments: Any) -> dict[str, Any]:
        given = tmp_path / "arguments.json"
        given.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
        command = [sys.executable, "-m", f"ansible_collections.authkit.oauth.plugins.modules.{module}", str(given)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        result: dict[str, Any] = json.loads(done.stdout)
        # From 2.22 on Ansible's module itself tells the controller what to mask, which takes this away.
        result.pop("_ansible_new_secrets", None)
        if "access_token" in arguments:
            assert arguments["access_token"] not in str(result) + done.stderr
        result.pop("invocation", None)
        return result

    return run_module
