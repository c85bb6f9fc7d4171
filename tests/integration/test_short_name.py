# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short name, `lookup('authkit.token')`, on every ansible-core that the collection supports."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_EACH, core_of
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client


@pytest.mark.parametrize("version", ON_EACH)
@pytest.mark.parametrize("switch", ["environment", "ansible.cfg"])
def test_short_name(
    tmp_path: Path, collections: Path, proxy: ListeningProxy, realm: str, client: Client, version: str, switch: str
) -> None:
    """As lookup, query and loop, with terms and options; errors are the same; both ways to enable it work."""
    workspace = Workspace(tmp_path / "machine", core_of(version), collections)
    profile = {
        "auth_server": proxy.url,
        "realm": realm,
        "client_id": client.client_id,
        "client_secret": client.secret,
    }
    config = f"lookup_plugins = {workspace.short_name}\n" if switch == "ansible.cfg" else ""
    env = {"ANSIBLE_LOOKUP_PLUGINS": str(workspace.short_name)} if switch == "environment" else {}
    run = workspace.play(
        "short_name.yml", {"one": {}}, variables={"authkit_profiles": {"shop": profile}}, config=config, env=env
    ).expect()
    assert [(result.task, result.state) for result in run.results] == [
        ("As a lookup", "ok"),
        ("As a query", "ok"),
        ("As a loop", "ok"),
        ("An error", "failed"),
    ]
    assert "nobody" in run.one("An error", "one").message
    assert not run.traceback, run.output[-4000:]
    assert proxy.token_requests == 1
