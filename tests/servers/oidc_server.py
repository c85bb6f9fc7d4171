# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""npm ``oidc-provider``, a certified OpenID Provider, for tests: ``with oidc_provider() as server:``.

``AUTHKIT_TEST_OIDC_PROVIDER`` names the folder of a running one. Otherwise one is started, on free loopback ports
and with clients of its own (``clients.py``). It ends with this process, however that ends.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer, running
from ansible_collections.authkit.oauth.tests.servers.prepared import (
    Say,
    ServerUnavailable,
    last_line,
    logged,
    of_sources,
    prepared,
    progress,
)

SOURCES = Path(__file__).resolve().parent / "oidc_provider"
GIVEN = "AUTHKIT_TEST_OIDC_PROVIDER"
TITLE = "oidc-provider"
NODE_NEEDED = 20


@contextmanager
def oidc_provider(run_folder: Path | None = None, say: Say = print) -> Iterator[AuthorizationServer]:
    """The oidc-provider that the environment names, else a new one.

    :raises ServerUnavailable: with one sentence that names what is missing.
    """
    with running(
        TITLE, GIVEN, lambda folder: [node(), str(built(say) / "server.mjs"), str(folder)], run_folder, say
    ) as on:
        yield on


def node() -> str:
    """Node.js, 20 or newer.

    :raises ServerUnavailable: it is missing or too old.
    """
    program = shutil.which("node")
    if not program or not shutil.which("npm"):
        raise ServerUnavailable(f"{TITLE} needs node and npm on PATH; on Debian 13: apt install nodejs npm.")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    found = re.match(r"v(\d+)", said)
    if not found or int(found[1]) < NODE_NEEDED:
        raise ServerUnavailable(
            f"{TITLE} needs Node.js {NODE_NEEDED} or newer; {program} is {said.strip() or 'broken'}."
        )
    return program


def built(say: Say) -> Path:
    """The folder with the server and its packages, in the versions of package-lock.json; installed first if missing."""

    def make(work: Path) -> Path:
        folder = work / "server"
        shutil.copytree(SOURCES, folder)
        say(f"installing {TITLE} with npm (once for this user)")
        log = work / "npm.log"
        with progress("still installing", say):
            words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--no-progress"]
            code = logged(words, log, cwd=folder)
        if code != 0:
            raise ServerUnavailable(f"npm could not install {TITLE}: {last_line(log)}")
        return folder

    return prepared(f"oidc-provider-{of_sources(SOURCES)}", TITLE, make, say)
