# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that look like other values: quoted text is sent as it is, also with jinja2_native; numbers are refused."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

SECRETS = {"hex": "0x1F", "exponent": "1e3", "nothing": "None", "octal": "01234567"}
#: Cores, and jinja2_native, which has no effect from 2.19 on.
CASES = [
    ("2.16", "true"),
    (NEWEST, "false"),
    ("2.18", "false"),
]
TASKS = ("Variables", "Profile", "Arguments", "Arguments of an action", "Lookup")


@MATRIX
@pytest.mark.parametrize(("core", "native"), CASES, indirect=["core"])
def test_text_in_quotes_is_text_and_numbers_are_refused(native: str, workspace: Workspace) -> None:
    with CountingServer({**SECRETS, "511": "0123456"}) as server:
        common: dict[str, object] = {"token_url": server.token_url, "api_url": f"{server.url}/api/users"}
        hosts: dict[str, dict[str, object]] = {"number": common}
        for name, secret in SECRETS.items():
            hosts[name] = {**common, "name": name, "quoted_secret": "{{ secrets[0] }}", "secrets": [secret]}
        shipped = {f"{name}_node": {**own, "node_environment": {"A": "1"}} for name, own in hosts.items()}
        run = workspace.play("quoted_text.yml", {**hosts, **shipped}, env={"ANSIBLE_JINJA2_NATIVE": native}).expect()
    for where in ("", "_node"):
        for name in SECRETS:
            results = [run.one(task, f"{name}{where}") for task in TASKS]
            assert [result.message for result in results if result.state != "ok"] == []
        for task in ("Variables", "Arguments", "Number behind a variable", "Number behind an argument", "Lookup"):
            result = run.one(task, f"number{where}")
            assert result.state == "failed"
            assert "was given as a number: put it in quotes" in result.message
        assert run.one("Number as client_id", f"number{where}").state == "ok"
    assert "12345678" not in run.output
    assert not run.traceback
