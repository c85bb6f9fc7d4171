# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts named like variables of the role and of the doctor's playbook affect neither."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_EACH_KIND, ON_THREE
from ansible_collections.authkit.oauth.tests.integration.support.plays import HERE, Workspace

EXPORT = HERE.parent / "fixtures" / "realms" / "planted.json"
everywhere = pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
#: The host on which the role runs in each layout of the play, and the host whose facts are refused.
REFUSED = {
    "one": "this host",
    "three": "the host 'four'",
    "five": "this host",
    "localhost": "this host",
    "six": "this host",
}


def encoded(text: str) -> str:
    """Text encoded for the test module, so that Ansible does not render it on the way to the node."""
    return base64.b64encode(text.encode()).decode()


@everywhere
def test_a_nodes_facts_set_nothing_of_the_role_or_the_doctor(workspace: Workspace) -> None:
    """Without refusal, a node could overwrite the user's shell profile, move the reports, and let an audit pass."""
    victim = workspace.home / ".bashrc"
    victim.write_text("alias ll='ls -l'\n", encoding="utf-8")
    before = set(workspace.files())
    text = {
        "realm_check_write_waivers": str(victim),
        "realm_check_write_baseline": str(victim),
        "realm_check_report_dir": str(workspace.root / "moved"),
        "realm_check_fail_on": "none",
    }
    facts = {name: encoded(value) for name, value in text.items()} | {
        "realm_check_realms": ["rc-planted-public"],
        "realm_check_levels": ["L3"],
    }
    hosts = ("one", "two", "three", "four", "five", "six", "seven")
    groups = {"several": hosts[:2], "later": hosts[2:4], "delegating": hosts[4:5], "listed": hosts[5:6]}
    variables = {"realm_check_source": str(EXPORT), "hostile_facts": facts}
    run = workspace.play(
        "role_facts.yml",
        {"localhost": {}, **{host: {} for host in hosts}},
        variables=variables,
        arguments=("-i", str(_inventory(workspace, {**groups, "patient": hosts[6:]})), "-e", "doctor_hosts=patient"),
    ).expect(2)
    assert victim.read_text(encoding="utf-8") == "alias ll='ls -l'\n"
    made = {path.relative_to(workspace.root) for path in set(workspace.files()) - before}
    assert not [path for path in made if "realm-check" in path.parts or "moved" in path.parts], made
    # The host that the role ran on, in each layout of the play.
    refused = {host: next(r.message for r in run.failed if r.host == host) for host in REFUSED}
    for host, whose in REFUSED.items():
        assert whose in refused[host], (host, refused[host])
        for name in facts:
            assert name in refused[host], (host, refused[host])
    (doctor,) = [each for each in run.failed if each.host == "seven"]
    assert doctor.message.startswith("doctor_profile is defined by this host's facts")
    assert not run.traceback


def _inventory(workspace: Workspace, groups: dict[str, tuple[str, ...]]) -> Path:
    path = workspace.root / "cwd" / "groups.ini"
    path.write_text("".join(f"[{name}]\n" + "\n".join(hosts) + "\n" for name, hosts in groups.items()))
    return path


@MATRIX
@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_what_the_user_sets_and_facts_of_other_names_are_as_ever(workspace: Workspace) -> None:
    """Ansible drops or overrides facts named like its own variables."""
    elsewhere = str(workspace.root / "elsewhere")
    steering = {
        "ansible_playbook_python": "/nonexistent/python",
        "ansible_python_interpreter": "/nonexistent/python",
        "ansible_connection": "ssh",
        "ansible_host": "192.0.2.1",
        "ansible_become": "true",
        "ansible_shell_executable": "/nonexistent/sh",
        "ansible_remote_tmp": elsewhere,
        "ansible_search_path": elsewhere,
        "ansible_check_mode": "true",
        "ansible_play_batch": "x",
        "ansible_facts": "x",
        "hostvars": "x",
        "inventory_hostname": "x",
        "role_path": elsewhere,
        "playbook_dir": elsewhere,
        "item": "x",
    }
    facts = {name: encoded(value) for name, value in steering.items()}
    variables = {
        "realm_check_source": str(EXPORT),
        "realm_check_report_dir": "reports",
        "hostile_facts": facts,
        "domain": "example.com",
    }
    run = workspace.play(
        "role_honest.yml", {"one": {}, "two": {}}, variables=variables, arguments=("-e", "realm_check_formats=json")
    ).expect()
    assert not run.failed
    folder = workspace.root / "cwd" / "reports"
    assert {path.name for path in folder.iterdir()} == {".gitignore", "report.json", "remediation.yml"}
    assert (workspace.root / "cwd" / "waivers.yml").stat().st_mode & 0o777 == 0o600
    assert not Path(elsewhere).exists()
