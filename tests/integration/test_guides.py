# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook, task and variable file of the guides and READMEs runs from the page, in the page's order."""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Iterator, Sequence

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.guides import Readers, readers
from ansible_collections.authkit.oauth.tests.integration.support.installed import NEWEST, in_matrix
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.tools.examples import Block, kind_of, pages

pytestmark = pytest.mark.parametrize("core", [NEWEST, *in_matrix("2.16")], indirect=True)

PAGES = {blocks[0].page: [block for block in blocks if block.is_yaml and not block.exempt] for blocks in pages()}
ALL = [block for blocks in PAGES.values() for block in blocks]
#: What the examples take from the reader's own plays.
READERS_VARIABLES = {"missing_items": [{"name": "bolts", "amount": 12}]}
HOSTS = ("localhost", "web1")
PLAY = "---\n- name: The tasks of {}\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
#: The reader's own program, in an example that passes a token to one.
ERPCTL = '#!/bin/sh\ntest -n "$ERP_TOKEN"\n'


@pytest.fixture(scope="module")
def ready(server: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The realms, clients and hosts that the pages name."""
    with readers(server, tmp_path_factory.mktemp("guides"), ALL) as prepared:
        yield prepared


def usual() -> str:
    """The connection that most pages assume, from the README."""
    found: dict[str, object] = {}
    for block in PAGES["README.md"]:
        if kind_of(block.content) == "vars":
            found |= block.content
    return json.dumps({name: value for name, value in found.items() if name != "authkit_allowed_hosts"})


def write(machine: Workspace, blocks: Sequence[Block]) -> list[str]:
    """Write the blocks as a reader does; returns the playbooks, in order."""
    files = {"group_vars/all/0.yml": usual()}
    playbooks = []
    for block in blocks:
        kind = kind_of(block.content)
        name = block.file or f"block-{block.line}.yml"
        text = block.text
        if kind == "vars":
            name = f"group_vars/all/{block.line}.yml"
        elif kind == "tasks" and not block.file:
            text = PLAY.format(block.place) + textwrap.indent(block.text, "    ")
        if kind == "playbooks" or (kind == "tasks" and not block.file):
            playbooks.append(name)
        files[name] = text
    for name, text in files.items():
        (machine.cwd / name).parent.mkdir(parents=True, exist_ok=True)
        (machine.cwd / name).write_text(text, encoding="utf-8")
    return playbooks


def run(machine: Workspace, ready: Readers, playbooks: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """ansible-playbook, on a machine with a proxy, a company's authority, and the secrets of a vault."""
    program = machine.cwd / "bin" / "erpctl"
    program.parent.mkdir(exist_ok=True)
    program.write_text(ERPCTL, encoding="utf-8")
    program.chmod(0o755)
    common = {"ansible_connection": "local", "ansible_python_interpreter": str(machine.core.python)}
    inventory = {"all": {"hosts": dict.fromkeys(HOSTS), "vars": common}}
    (machine.cwd / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
    (machine.cwd / "vault.json").write_text(json.dumps({**READERS_VARIABLES, **ready.variables}), encoding="utf-8")
    environment = machine.environment(ready.environment)
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    for ours in ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED", "ANSIBLE_LIBRARY"):
        del environment[ours]
    command = [str(machine.core.command("ansible-playbook")), "-i", "hosts.yml", "-e", "@vault.json", *playbooks]
    return subprocess.run(
        command, cwd=machine.cwd, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.parametrize("page", [name for name, blocks in PAGES.items() if blocks])
def test_the_examples_of_a_page_run(page: str, workspace: Workspace, ready: Readers) -> None:
    playbooks = write(workspace, PAGES[page])
    named = [block for block in PAGES[page] if block.file and kind_of(block.content) == "tasks"]
    texts = "".join((workspace.cwd / name).read_text(encoding="utf-8") for name in playbooks)
    assert [block.place for block in named if block.file not in texts] == [], "no playbook of the page uses this file"
    if not playbooks:
        return
    done = run(workspace, ready, playbooks)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert ready.secret not in done.stdout + done.stderr
