# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action plugin has loaded all that a missing token needs when its workers are forked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

#: A worker whose parent has loaded the action plugin.
WORKER = """
import json, sys
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.authkit.oauth.plugins.action import {action}
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import options_for
given = json.load(sys.stdin)
before = set(sys.modules)
token_for(options_for({{}}, given, Templar(loader=DataLoader(), variables=given)), warn=print)
own = "ansible_collections.authkit.oauth.plugins."
print(json.dumps([name[len(own):] for name in sorted(sys.modules) if name.startswith(own) and name not in before]))
"""
#: Needed once per user: it creates the store's directory.
ONCE = ["plugin_utils._store.making"]


@pytest.mark.parametrize("action", ["api", "realm_check"])
def test_a_miss_loads_nothing_more(action: str, tmp_path: Path) -> None:
    with CountingServer(clients={"app": "s3cret of the app"}) as server:
        given = {"client_id": "app", "client_secret": "s3cret of the app", "token_url": server.token_url}
        done = subprocess.run(
            [sys.executable, "-c", WORKER.format(action=action)],
            input=json.dumps({f"authkit_{name}": value for name, value in given.items()}),
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "ANSIBLE_CONFIG": str(tmp_path / "none.cfg")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert server.count("token") == 1
    assert json.loads(done.stdout.splitlines()[-1]) == ONCE
