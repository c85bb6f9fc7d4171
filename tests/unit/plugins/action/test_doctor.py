# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor refuses to examine."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.action.doctor import ActionModule
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action


@pytest.mark.parametrize("name", ["doctor_profile", "doctor_hosts", "doctor_found", "realm_check_waivers"])
def test_a_fact_named_like_a_variable_of_the_playbook_is_refused(name: str) -> None:
    variables = {"ansible_facts": {name: "x"}}
    result = make_action(ActionModule, "authkit.oauth.doctor", {"profile": "x"}, variables).run(task_vars=variables)
    assert result["failed"]
    assert result["msg"].startswith(f"{name} is defined by this host's facts")
    assert "sections" not in result
