# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``kc.sh export`` of a server that ``keycloak.started()`` runs with a database in a file."""

from __future__ import annotations

from pathlib import Path
from subprocess import DEVNULL, run

from ansible_collections.authkit.oauth.tests.servers.keycloak import environment_of

#: Seconds. An export takes about 10, more on a busy machine.
_TIMEOUT = 240


def full_export(folder: Path, database: Path, realm: str) -> Path:
    """A file with the realm and its users, as the server in ``folder`` has it now. The server may run.

    :raises subprocess.CalledProcessError: the export failed; its output is that of the test.
    """
    file = folder / f"{realm}.json"
    program = str(folder / "keycloak" / "bin" / "kc.sh")
    command = [program, "export", "--optimized", "--realm", realm, "--file", str(file)]
    run(command, env=environment_of(database), stdin=DEVNULL, timeout=_TIMEOUT, check=True)
    return file
