# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python tests/servers/keycloak_cli.py COMMAND``: a script for playbooks and shells; it needs ``requests``.

``keycloak_commands.py`` implements the commands.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Make the collection importable, wherever the checkout is, and run one command."""
    tools = Path(__file__).resolve().parents[1] / "tools"
    sys.path[0] = str(tools)
    sys.path[0] = str(importlib.import_module("tree").link())
    commands = importlib.import_module("ansible_collections.authkit.oauth.tests.servers.keycloak_commands")
    return int(commands.main(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
