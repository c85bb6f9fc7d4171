# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin authkit.oauth.hosts, as ansible-inventory and ansible-playbook load it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    ON_EACH_KIND,
    ON_THE_NEWEST,
    ON_THREE,
)
from ansible_collections.authkit.oauth.tests.integration.support.inventories import (
    CLIENT,
    SECRET,
    ListingServer,
    listed,
    source,
    started,
    written,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.tools.examples import ROOT, of_page

SERVERS = [{"name": f"web{number}", "role": "front end", "at": f"192.0.2.{number}"} for number in range(1, 6)]
#: Whether it is evaluated shows in a file, in the folder that plays run in.
EVIL = "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}"
CACHE = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": "cache"}
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ [authkit_item, composed, keyed | default('none'), inventory_hostname] }}"
    - ansible.builtin.debug:
        var: hostvars[inventory_hostname]
"""


@pytest.fixture(name="server")
def a_server() -> Iterator[ListingServer]:
    with ListingServer(SERVERS) as running:
        yield running


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_hosts_with_variables_and_groups(workspace: Workspace, server: ListingServer) -> None:
    path = written(
        workspace,
        source(
            server,
            host_name='authkit_item.name ~ ".example.com"',
            compose={"ansible_host": "authkit_item.at"},
            keyed_groups=[{"key": "authkit_item.role", "prefix": "role"}],
            groups={"first": "authkit_item.name == 'web1'"},
        ),
    )
    found = listed(workspace, path)
    assert sorted(found.hosts) == [f"web{number}.example.com" for number in range(1, 6)]
    assert found.hosts["web1.example.com"]["ansible_host"] == "192.0.2.1"
    assert found.hosts["web1.example.com"].keys() == {"ansible_host", "authkit_item"}
    assert found.inventory["first"]["hosts"] == ["web1.example.com"]
    assert len(found.inventory["role_front_end"]["hosts"]) == 5
    assert server.count("token") == 1
    assert found.warnings == ""


@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_a_second_run_from_the_cache_asks_nothing(workspace: Workspace, server: ListingServer) -> None:
    path = written(workspace, source(server, **CACHE))
    first = listed(workspace, path)
    assert len(server.records) == 2
    assert listed(workspace, path).hosts == first.hosts
    assert len(server.records) == 2, "the second run asked"
    kept = "".join(file.read_text() for file in (workspace.cwd / "cache").iterdir())
    assert "web1" in kept
    assert not [text for text in (SECRET, *server.issued) if text in kept]
    playbook = written(workspace, "- hosts: all\n", "all.yml")
    words = ("-i", str(path), str(playbook), "--list-hosts", "--flush-cache")
    assert "hosts (5)" in started(workspace, "ansible-playbook", *words).output
    assert server.count("api") == 2, "--flush-cache asks again"
    written(workspace, source(server, **CACHE, query={"state": "running"}))
    listed(workspace, path)
    assert server.count("api") == 3, "another call has a list of its own"


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_no_text_of_the_api_is_a_template(workspace: Workspace, server: ListingServer) -> None:
    """Neither in the run that asks, nor in the next one, from the cache."""
    server.items = [
        {"name": "web1", EVIL: EVIL, "role": EVIL, "ansible_connection": "local", "environment": EVIL},
        {"name": "web2", "role": [EVIL], "__ansible_unsafe": EVIL, "nested": {"__ansible_vault": EVIL, "x": EVIL}},
        {"name": EVIL},
    ]
    path = written(
        workspace,
        source(
            server,
            **CACHE,
            compose={"composed": "authkit_item.role", "keyed": "authkit_item | list | last"},
            keyed_groups=[{"key": "authkit_item.role", "parent_group": "roles"}],
        ),
    )
    playbook = written(workspace, PLAY, "play.yml")
    for _run in range(2):
        for arguments in (("--list",), ("--graph", "--vars"), ("--list", "--yaml")):
            assert listed(workspace, path, *arguments).returncode == 0
        played = started(
            workspace, "ansible-playbook", "-i", str(path), str(playbook), env={"ANSIBLE_STDOUT_CALLBACK": "default"}
        )
        assert played.returncode == 0, played.output + played.errors
        assert "touch evaluated" in played.output
        assert not (workspace.cwd / "evaluated").exists()
    assert server.count("api") == 1


@pytest.mark.parametrize("core", ON_EACH_KIND, indirect=True)
def test_nothing_shows_a_secret(workspace: Workspace, server: ListingServer) -> None:
    path = written(workspace, source(server))
    for arguments in (("--list", "-vvv"), ("--graph", "-vvv"), ("--list", "--export", "-vvv")):
        found = listed(workspace, path, *arguments)
        assert found.returncode == 0
        assert not [text for text in (SECRET, *server.issued) if text in found.output + found.errors]
    assert len(server.issued) == 1


@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_an_error_is_one_sentence(workspace: Workspace, server: ListingServer) -> None:
    path = written(workspace, source(server, client_secret="wrong-" + SECRET))
    found = listed(workspace, path, "--list", "-vvv", env={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"})
    assert found.returncode != 0
    assert (
        "refused the client 'inventory' (HTTP 401): check client_id and client_secret (token_url, client_id and "
        "client_secret from the inventory file)." in found.warnings
    )
    assert SECRET not in found.errors + found.output
    assert "Traceback" not in found.errors + found.output


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_all_pages_with_one_token(workspace: Workspace, server: ListingServer) -> None:
    """1,000 hosts over 10 pages, without a word about paging in the file; a token that is rejected among the pages."""
    server.items = [{"name": f"web{number}"} for number in range(1000)]
    path = written(workspace, source(server))
    assert len(listed(workspace, path).hosts) == 1000
    assert (server.count("token"), server.count("api")) == (1, 10)
    time.sleep(2.1)  # a younger token is not replaced
    server.fault(Fault("slow", "api", times=4))
    server.fault(Fault("unauthorized", "api"))
    assert len(listed(workspace, path).hosts) == 1000
    assert (server.count("token"), server.count("api")) == (2, 21), "the pages before it are not read again"


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_a_rejected_token_is_replaced_once(workspace: Workspace, server: ListingServer) -> None:
    path = written(workspace, source(server))
    listed(workspace, path)
    time.sleep(2.1)  # a younger token is not replaced
    server.revoke()
    assert len(listed(workspace, path).hosts) == 5
    assert server.count("token") == 2


@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_options_come_from_everywhere(workspace: Workspace, server: ListingServer) -> None:
    """A vaulted value and a lookup in the file, extra variables, the environment, ansible.cfg, and a profile."""
    content = source(server)
    client = {"token_url": content.pop("token_url"), "client_id": CLIENT, "client_secret": SECRET}
    del content["client_id"], content["client_secret"]
    (workspace.cwd / "password").write_text("vault password\n")
    vault = ("encrypt_string", "--vault-password-file", "password", SECRET, "--name", "client_secret")
    here = {"INVENTORY_CLIENT": CLIENT, "ANSIBLE_VAULT_PASSWORD_FILE": "password"}
    lines = "".join(
        f"{name}: {json.dumps(value)}\n" for name, value in (content | {"token_url": client["token_url"]}).items()
    )
    lines += "client_id: \"{{ lookup('ansible.builtin.env', 'INVENTORY_CLIENT') }}\"\n"
    path = written(workspace, lines + started(workspace, "ansible-vault", *vault).output)
    assert len(listed(workspace, path, env=here).hosts) == 5
    written(workspace, content)
    variables = {f"authkit_{name}": value for name, value in client.items()}
    variables |= {"authkit_client_secret": "{{ hidden }}", "hidden": SECRET}
    assert len(listed(workspace, path, "--list", "-e", json.dumps(variables)).hosts) == 5
    environment = {f"AUTHKIT_{name.upper()}": value for name, value in client.items()}
    assert len(listed(workspace, path, env=environment).hosts) == 5
    written(workspace, {**content, "profile": "cmdb", "authkit_profiles": {"cmdb": client}})
    assert len(listed(workspace, path).hosts) == 5
    written(workspace, {**content, "profile": "cmdb"})
    profiles = json.dumps({"authkit_profiles": {"cmdb": client}})
    assert len(listed(workspace, path, "--list", "-e", profiles).hosts) == 5
    written(workspace, content)
    (workspace.cwd / "ansible.cfg").write_text("\n".join(["[authkit]", *(f"{k} = {v}" for k, v in client.items())]))
    assert len(listed(workspace, path).hosts) == 5
    assert server.count("token") == 1, "they are all the same client"


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_the_guide(workspace: Workspace, server: ListingServer) -> None:
    """Its inventory files and its playbook, from the page."""
    server.clients["cmdb-reader"] = SECRET
    server.items = [
        {"name": "web1", "role": "web", "address": "192.0.2.7", "stage": "production"},
        {"name": "db1", "role": "db", "address": "192.0.2.8", "stage": "test"},
    ]
    blocks = {
        block.file: block.text for block in of_page(ROOT / "docs/docsite/rst/guide_inventory.rst") if block.is_yaml
    }
    paths = {
        name: written(
            workspace,
            text.replace("https://cmdb.example.com", server.url).replace("https://auth.example.com", server.url),
            name,
        )
        for name, text in blocks.items()
    }
    env = {"CMDB_SECRET": SECRET, "ANSIBLE_STDOUT_CALLBACK": "default"}
    found = listed(workspace, paths["cmdb.authkit.yml"], env=env)
    assert found.inventory["role_web"]["hosts"] == found.inventory["production"]["hosts"] == ["web1.example.com"]
    words = ("-i", str(paths["cmdb.authkit.yml"]), str(paths["site.yml"]))
    played = started(workspace, "ansible-playbook", *words, env=env)
    assert "web1.example.com is 192.0.2.7, in production" in played.output
    asked = []
    for _run in range(2):
        assert sorted(listed(workspace, paths["cached.authkit.yml"], env=env).hosts) == ["db1", "web1"]
        asked.append(len(server.records))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_mistakes_in_a_file(workspace: Workspace, server: ListingServer) -> None:
    mistakes: list[tuple[dict[str, object], str]] = [
        ({"client_secrt": "x"}, "'client_secrt' is not an option of authkit.oauth.hosts: did you mean client_secret?"),
        (
            {"cache": "memory"},
            "cache in an inventory file is Ansible's inventory cache, true or false: set token_cache",
        ),
        ({"client_id": "{{ nothing }}"}, "client_id in the inventory file cannot be used: it refers to"),
        ({"host_name": "authkit_item.nothing"}, "None of 5 items is a host: item 1 gives no name: "),
    ]
    for wrong, words in mistakes:
        found = listed(workspace, written(workspace, source(server, **wrong)))
        assert words in found.warnings
        assert "Traceback" not in found.errors


@pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
def test_files_of_other_names_are_left_alone(workspace: Workspace, server: ListingServer) -> None:
    content = source(server)
    for name in ("authkit.yml", "authkit.yaml", "a.b.authkit.yaml"):
        assert len(listed(workspace, written(workspace, content, name)).hosts) == 5
    for name in ("myauthkit.yml", "authkit.yml.yml", "authkit.json"):
        found = listed(workspace, written(workspace, content, name))
        assert "could not be verified by inventory plugin" in found.warnings or name.endswith("json")
        assert found.hosts == {}
    enabled = {"ANSIBLE_INVENTORY_ENABLED": "authkit.oauth.hosts"}
    assert len(listed(workspace, workspace.cwd / "authkit.yml", env=enabled).hosts) == 5
