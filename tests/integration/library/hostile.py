# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a node could answer that is in foreign hands: facts of any name.

Text comes in base64 and is decoded here, so that nothing renders an expression on its way to the node.
"""

from __future__ import annotations

import base64

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Return the facts."""
    module = AnsibleModule(argument_spec={"pieces": {"type": "dict", "required": True}})
    pieces = module.params["pieces"]
    facts = {name: base64.b64decode(it).decode() if isinstance(it, str) else it for name, it in pieces.items()}
    module.exit_json(ansible_facts=facts)


if __name__ == "__main__":
    main()
