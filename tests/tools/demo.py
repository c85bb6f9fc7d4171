# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: Keycloak with a realm, the collection installed from its tarball, and ``demo/site.yml``."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keep_log, keycloak
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable
from ansible_collections.authkit.oauth.tests.tools import collection
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, clean_environment, program, run, say
from ansible_collections.authkit.oauth.tests.tools.tree import BUILD, COLLECTION, ROOT, run_folder

DEMO = ROOT / "demo"
CLIENTS = frozenset({"demo-robot", "demo-auditor"})
#: Where the realm check's reports remain after the demo.
REPORTS = BUILD / "demo-report"
CONFIGURATION = """\
[defaults]
collections_path = {collections}
# This line enables the short name authkit.token.
lookup_plugins = {collections}/{collection}/extensions/short_name
nocows = true
"""


def main(_words: list[str]) -> int:
    """Run the demo; the exit code is the playbook's.

    :raises Missing: something that the demo needs is not installed.
    """
    venv = Path(sys.prefix)
    with run_folder("demo") as folder:
        say("1/4 building the collection and installing it from its tarball")
        collections = collection.install(venv, folder)
        say("2/4 preparing Keycloak")
        try:
            with keycloak(folder, lambda line: say(f"    {line}")) as server:
                say("3/4 importing the demo realm")
                secret = secrets.token_urlsafe(24)
                with server.admin.temporary_realm(realm(secret)) as name:
                    say("4/4 running demo/site.yml")
                    code = _play(venv, folder, collections, server, name, secret)
                if code != 0:
                    keep_log(server.log, say)
                say("stopping Keycloak")
        except ServerUnavailable as error:
            raise Missing(str(error)) from None
    say("the demo passed" if code == 0 else f"the demo failed: ansible-playbook exited with {code}")
    if code == 0:
        say(f"the realm check's report is {REPORTS / 'report.html'}")
    return code


def realm(secret: str) -> dict[str, Any]:
    """The demo realm. Its clients get this run's own secret, which is in no file."""
    content = json.loads((DEMO / "realm.json").read_text())
    for client in content["clients"]:
        if client["clientId"] in CLIENTS:
            client["secret"] = secret
    return dict(content)


def _play(venv: Path, folder: Path, collections: Path, server: Keycloak, realm_name: str, secret: str) -> int:
    configuration = folder / "ansible.cfg"
    configuration.write_text(CONFIGURATION.format(collections=collections, collection=COLLECTION))
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    env = clean_environment(
        ANSIBLE_CONFIG=str(configuration),
        ANSIBLE_HOME=str(folder / "ansible"),
        XDG_RUNTIME_DIR=str(runtime),  # its own store, so that every demo starts without a token
        DEMO_KEYCLOAK=server.url,
        DEMO_REALM=realm_name,
        DEMO_CLIENT_SECRET=secret,
        DEMO_REPORTS=str(REPORTS),
    )
    env["PATH"] = f"{venv / 'bin'}:{env.get('PATH', '')}"
    command = [venv / "bin" / "ansible-playbook", "-i", DEMO / "inventory.yml", DEMO / "site.yml"]
    return run(command, env=env, cwd=folder)


if __name__ == "__main__":
    program(main)
