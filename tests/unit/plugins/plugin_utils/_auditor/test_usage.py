# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines for a person: a profile that works, and never the secret."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.plan import Plan
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.usage import usage

PLAN = Plan("https://sso", 'a "b": c', "auditor", ('a "b": c',), (), {})


@pytest.mark.parametrize(
    ("path", "variable", "secret"),
    [
        ("/it is new", None, "{{ lookup('ansible.builtin.file', '/it is new') }}"),
        (None, "my_secret", "{{ my_secret }}"),
    ],
    ids=["file", "variable"],
)
def test_the_lines_are_the_variables_of_an_audit(path: str | None, variable: str | None, secret: str) -> None:
    lines = usage(PLAN, path, variable)
    assert yaml.safe_load("\n".join(lines[1:-2])) == {
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
    }
