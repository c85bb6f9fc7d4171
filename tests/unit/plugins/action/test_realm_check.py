# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays with authkit.oauth.realm_check: in process and shipped, the same results, and hostile names that stay names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.actions import CLIENT, CONNECTION, SECRET, play

HOSTILE = ["x{{ lookup('pipe', 'touch ' ~ mark) }}", "y{{ 1 + 1 }}{% set a = 1 %}", "z\x1b[31m<img src=x>\u2028"]
CHECK = "client-implicit-flow"
WAIVER = {"check": CHECK, "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}


class Admin(CountingServer):
    """A Keycloak of one realm with hostile clients, and with nothing else in it."""

    def __init__(self) -> None:
        super().__init__(clients={CLIENT: SECRET})

    def kind(self, path: str) -> str:
        return "api" if path.startswith("/admin/") else super().kind(path)

    def reply(self, kind: str, request: Incoming) -> Answer:
        answer = super().reply(kind, request)
        if kind != "api" or answer.status != 200:
            return answer
        found = self.realm().get(request.path)
        later = parse_qs(request.query).get("first", ["0"]) != ["0"]
        return Answer(404, {"error": "not found"}) if found is None else Answer(200, [] if later else found)

    def realm(self) -> dict[str, Any]:
        names = ["realm-management", *HOSTILE]
        clients = [
            {
                "id": f"id-{place}",
                "clientId": name,
                "enabled": True,
                "protocol": "openid-connect",
                "publicClient": True,
                "implicitFlowEnabled": place > 0,
                "secret": "secret-of-a-client",
            }
            for place, name in enumerate(names)
        ]
        return {
            "/admin/realms/shop": {"realm": "shop", "enabled": True, "sslRequired": "external"},
            "/admin/realms/shop/clients": clients,
            "/admin/realms/shop/client-policies/policies": {"policies": []},
            "/admin/realms/shop/client-policies/profiles": {"profiles": []},
        }


@pytest.fixture
def server() -> Iterator[Admin]:
    with Admin() as running:
        yield running


def variables(server: Admin, connection: str) -> dict[str, Any]:
    return {
        "authkit_auth_server": server.url,
        "authkit_realm": "shop",
        "authkit_client_id": CLIENT,
        "authkit_client_secret": SECRET,
        "authkit_retries": 0,
        "ansible_connection": connection,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "mark": "{{ playbook_dir }}/evaluated",
    }


def check(register: str, **more: Any) -> dict[str, Any]:
    keywords: dict[str, Any] = {key: more.pop(key) for key in ("check_mode", "async", "poll") if key in more}
    return {
        "authkit.oauth.realm_check": {"only": [CHECK], **more},
        "register": register,
        "ignore_errors": True,
        **keywords,
    }


TASKS: list[dict[str, Any]] = [
    check("plain"),
    check("checked", check_mode=True),
    check("informed", fail_on="none"),
    check("waived", waivers=[{**WAIVER, "target": f"{{% raw %}}{HOSTILE[1]}{{% endraw %}}"}]),
    check("missing", realms=["nosuch"]),
    check("wrong", check_profile="{{ authkit_client_secret }}"),
    check("expired", waivers=[{**WAIVER, "expires": "2020-01-01"}]),
]
NAMES = [task["register"] for task in TASKS]
FOUND = "(plain.report.realms[0].checks[0].findings | map(attribute='target') | list)"
USES: list[dict[str, Any]] = [
    {"ansible.builtin.debug": {"var": "plain"}},
    {"ansible.builtin.debug": {"msg": "{{ plain.msg }} {{ plain.failures }} {{ plain.table }}"}},
    {"ansible.builtin.debug": {"msg": "{{ item }}"}, "loop": "{{ " + FOUND + " }}"},
    {"ansible.builtin.set_fact": {"again": "{{ " + FOUND + " }}"}},
    {"ansible.builtin.debug": {"msg": "{{ again }} {{ again[0] }}"}},
]


def save(*names: str) -> dict[str, Any]:
    written = "{{ {" + ", ".join(f"'{name}': {name}" for name in names) + "} | to_json }}"
    return {
        "ansible.builtin.copy": {"content": written, "dest": "{{ playbook_dir }}/results.json", "mode": "0600"},
        "delegate_to": "localhost",
        "vars": {"ansible_connection": "local"},
    }


def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


def findings(result: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result["report"]["realms"][0]["checks"][0]["findings"]
    return found


def played(folder: Path, server: Admin, connection: str, tasks: list[dict[str, Any]], *more: str) -> str:
    plugins = folder / "connections"
    plugins.mkdir(parents=True)
    (plugins / "elsewhere.py").write_text(CONNECTION, encoding="utf-8")
    return play(
        folder,
        tasks,
        variables(server, connection),
        *more,
        ANSIBLE_CONNECTION_PLUGINS=str(plugins),
        ANSIBLE_INJECT_INVOCATION="1",
        ANSIBLE_KEEP_REMOTE_FILES="1",
        ANSIBLE_DEBUG="1",
    )


def test_both_ways_give_the_same_and_names_are_never_evaluated(server: Admin, tmp_path: Path) -> None:
    found = {}
    for connection in ("local", "elsewhere"):
        folder = tmp_path / connection
        output = played(folder, server, connection, [*TASKS, *USES, save(*NAMES, "again")], "-vvvvv")
        assert "failed=0" in output, output[-3000:]
        assert not (folder / "evaluated").exists(), "a name was run"
        secrets = (SECRET, "secret-of-a-client", *server.issued)
        assert not [secret for secret in secrets if secret in output]
        shipped = [path for path in folder.rglob("AnsiballZ_realm_check.py") if path.is_file()]
        assert bool(shipped) is (connection == "elsewhere")
        assert not [path for path in shipped if SECRET.encode() in path.read_bytes()]
        found[connection] = results(folder)
    assert found["local"] == found["elsewhere"]
    here = found["local"]
    assert sorted(here["again"]) == sorted(HOSTILE)
    assert "y2" not in str(here)
    assert (here["plain"]["failed"], here["plain"]["changed"]) == (True, False)
    assert [here["checked"][key] for key in ("report", "msg")] == [here["plain"][key] for key in ("report", "msg")]
    assert "3 open findings at or above" in here["plain"]["msg"]
    assert not here["informed"].get("failed")
    assert sorted(each["status"] for each in findings(here["waived"])) == ["open", "open", "waived"]
    assert "no check of the configuration could be evaluated" in here["missing"]["msg"]
    assert here["missing"]["report"]["realms"][0]["checks"][0]["status"] in ("not_evaluated", "inconclusive")
    assert here["wrong"]["msg"].endswith("got: ********")
    assert "report" not in here["expired"]
    assert "ansible_facts" not in str({name: here[name] for name in NAMES})


def test_it_can_wait_elsewhere(server: Admin, tmp_path: Path) -> None:
    tasks = [check("later", **{"async": 60, "poll": 1, "fail_on": "none"}), save("later")]
    output = played(tmp_path / "run", server, "local", tasks)
    assert "failed=0" in output, output[-3000:]
    later = results(tmp_path / "run")["later"]
    assert later["table"][0]["status"] == "passed"
    assert not [token for token in server.issued if token in output]


def test_defaults_for_the_group_of_all_modules(server: Admin, tmp_path: Path) -> None:
    block: dict[str, Any] = {
        "block": [check("one"), save("one")],
        "module_defaults": {"group/authkit.oauth.all": {"http_agent": "of-the-group"}},
    }
    played(tmp_path / "run", server, "local", [block])
    assert results(tmp_path / "run")["one"]["table"][0]["realm"] == "shop"
    assert {record.user_agent for record in server.records} == {"of-the-group"}
