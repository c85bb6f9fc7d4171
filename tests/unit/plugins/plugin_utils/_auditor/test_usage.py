# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines for a person: a profile that works, and never the secret."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.plan import Plan
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.usage import usage

PLAN = Plan("https://sso", "it's: #1", "auditor", ("it's: #1", "shop", "no", "null", "1", "e1"), (), {})
COMMAND = "ansible-playbook"
#: A double quote in JSON, which nobody could copy as it is.
ESCAPED = r"\""


@pytest.mark.parametrize(
    ("path", "variable", "secret", "what"),
    [
        (
            "/it is new",
            None,
            "{{ lookup('ansible.builtin.file', '/it is new') }}",
            {"hosts": "localhost", "gather_facts": False, "roles": ["authkit.oauth.realm_check"]},
        ),
        (
            None,
            "my_secret",
            "{{ my_secret }}",
            {"ansible.builtin.include_role": {"name": "authkit.oauth.realm_check"}},
        ),
    ],
    ids=["file", "variable"],
)
def test_the_lines_are_a_play_or_a_task(
    path: str | None, variable: str | None, secret: str, what: dict[str, object]
) -> None:
    lines = usage(PLAN, path, variable)
    assert ESCAPED not in json.dumps(lines)
    (found,) = yaml.safe_load("\n".join(line for line in lines if line.startswith("  ") and COMMAND not in line))
    assert found == {
        "name": "Audit the realms",
        **what,
        "vars": {
            "authkit_profiles": {
                "auditor": {
                    "auth_server": PLAN.server,
                    "realm": PLAN.home,
                    "client_id": "auditor",
                    "client_secret": secret,
                }
            },
            "realm_check_connection": "auditor",
            "realm_check_realms": list(PLAN.realms),
        },
    }
