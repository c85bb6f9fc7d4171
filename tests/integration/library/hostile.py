# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module of a compromised node: returns facts with any names.

Text arrives as base64 and is decoded here, so that Ansible does not render expressions on the way to the node.
"""

from __future__ import annotations

import base64
from typing import Any

from ansible.module_utils.basic import AnsibleModule


def decoded(value: Any, *, deep: bool = True) -> Any:
    """The value with decoded text; deep: also inside lists and dictionaries."""
    if isinstance(value, str):
        return base64.b64decode(value).decode()
    if isinstance(value, dict) and deep:
        return {name: decoded(item) for name, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) and deep else value


def main() -> None:
    """Return the facts."""
    spec = {
        "pieces": {"type": "dict", "required": True},
        "deep": {"type": "bool", "default": False},
        "asked": {"type": "str", "no_log": True},  # what the node learns
    }
    module = AnsibleModule(argument_spec=spec)
    pieces, deep = module.params["pieces"], module.params["deep"]
    module.exit_json(ansible_facts={name: decoded(value, deep=deep) for name, value in pieces.items()})


if __name__ == "__main__":
    main()
