# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is loaded before Ansible forks: all that a lookup and a call need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

#: A controller's process that loads the plugins, then uses the lookup.
CONTROLLER = """
import json, sys
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, lookup_loader
from ansible.template import Templar
init_plugin_loader([])
from ansible_collections.authkit.oauth.plugins.plugin_utils._receipt.preload import preload
given = json.load(sys.stdin)
preload()
before = set(sys.modules)
lookup = lookup_loader.get("authkit.oauth.token", loader=None, templar=Templar(loader=DataLoader(), variables=given))
tokens = [lookup.run([], given)[0] for _each in range(2)]
print(json.dumps([tokens, sorted(name for name in sys.modules if name not in before)]))
"""
#: Needed once per user: it creates the store's directory.
ONCE = ["ansible_collections.authkit.oauth.plugins.plugin_utils._store.making"]


def test_a_lookup_loads_nothing_of_ours_later(tmp_path: Path) -> None:
    with CountingServer(clients={"app": "s3cret of the app"}) as server:
        given = {"client_id": "app", "client_secret": "s3cret of the app", "token_url": server.token_url}
        done = subprocess.run(
            [sys.executable, "-c", CONTROLLER],
            input=json.dumps({f"authkit_{name}": value for name, value in given.items()}),
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "ANSIBLE_CONFIG": str(tmp_path / "none.cfg")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert server.count("token") == 1
    tokens, loaded = json.loads(done.stdout.splitlines()[-1])
    assert tokens[0] == tokens[1]
    assert [name for name in loaded if name.startswith("ansible_collections.")] == ONCE
    assert [name for name in loaded if name.partition(".")[0] in ("requests", "urllib3", "cryptography")] == []
