# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays with authkit.oauth.api: in process and shipped, the same results, and nothing secret at any verbosity."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.unit.support.actions import CLIENT, CONNECTION, SECRET, EchoServer, play

LOUD = {
    "ANSIBLE_INJECT_INVOCATION": "1",
    "ANSIBLE_KEEP_REMOTE_FILES": "1",
    "ANSIBLE_DEBUG": "1",
    "ANSIBLE_DISPLAY_TRACEBACK": "always",
}


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


def variables(server: EchoServer, connection: str) -> dict[str, Any]:
    return {
        **server.variables,
        "authkit_cache": "file",
        "ansible_connection": connection,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "base": f"{server.url}/api",
        "wrong": "wrong-secret-of-the-task",
    }


def api(url: str, register: str, **more: Any) -> dict[str, Any]:
    keywords: dict[str, Any] = {
        key: more.pop(key) for key in ("loop", "async", "poll", "check_mode", "environment") if key in more
    }
    return {
        "authkit.oauth.api": {"url": url, **more},
        "register": register,
        "ignore_errors": True,
        **keywords,
    }


TASKS = [
    api("{{ base }}/get", "get", query={"a": ["x", "é"]}, return_content=True),
    api("{{ base }}/post", "post", method="POST", body={"n": [1, None]}),
    api("{{ base }}/loop/{{ item }}", "loop", loop=[1, 2]),
    api("{{ base }}/check", "check", method="DELETE", check_mode=True),
    api("{{ base }}/../other", "missing"),
    api("{{ base }}/x", "unknown", nosuch=1),
    api("{{ base }}/x", "wrong_type", follow_redirects="{{ authkit_client_secret }}"),
    api("{{ base }}/x", "wrong_secret", client_secret="{{ wrong }}"),
    api("http://127.0.0.1:1/x", "refused", retries=0),
]
NAMES = [task["register"] for task in TASKS]


def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return {name: _comparable(result) for name, result in found.items()}


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items() if key not in ("elapsed", "date")}
    return [_comparable(item) for item in value] if isinstance(value, list) else value


def save(names: list[str]) -> dict[str, Any]:
    written = "{{ {" + ", ".join(f"'{name}': {name}" for name in names) + "} | to_json }}"
    return {
        "ansible.builtin.copy": {"content": written, "dest": "{{ playbook_dir }}/results.json", "mode": "0600"},
        "delegate_to": "localhost",
        "vars": {"ansible_connection": "local"},
    }


def test_both_paths_give_the_same_and_show_no_secret(server: EchoServer, tmp_path: Path) -> None:
    plugins = tmp_path / "connections"
    plugins.mkdir()
    (plugins / "elsewhere.py").write_text(CONNECTION, encoding="utf-8")
    found = {}
    for connection in ("local", "elsewhere"):
        folder = tmp_path / connection
        output = play(
            folder,
            [*TASKS, save(NAMES)],
            variables(server, connection),
            "-vvvvv",
            ANSIBLE_CONNECTION_PLUGINS=str(plugins),
            **LOUD,
        )
        assert "failed=0" in output, output[-2000:]
        assert not [secret for secret in (SECRET, "wrong-secret-of-the-task", *server.issued) if secret in output]
        shipped = [path for path in folder.rglob("AnsiballZ_api.py") if path.is_file()]
        assert bool(shipped) is (connection == "elsewhere")
        assert not [
            path for path in shipped if SECRET.encode() in path.read_bytes() or b"client_secret'" in path.read_bytes()
        ]
        found[connection] = results(folder)
    assert found["local"] == found["elsewhere"]
    assert server.token_requests == 4, "one for each run's store, and one for the wrong secret in each"
    here = found["local"]
    assert here["get"]["json"]["query"] == [["a", "x"], ["a", "é"]]
    assert here["get"]["json"]["sent"] == "Bearer ********"
    assert [each["status"] for each in here["loop"]["results"]] == [200, 200]
    assert (here["check"]["changed"], here["post"]["changed"]) == (True, True)
    assert here["wrong_type"]["msg"].endswith("got: ********")
    assert "client_secret from the call" in here["wrong_secret"]["msg"]
    assert here["refused"]["status"] == -1
    assert "ansible_facts" not in str(here)


def test_environment_becomes_a_shipment_and_async_works(server: EchoServer, tmp_path: Path) -> None:
    tasks = [
        api("{{ base }}/env", "env", environment={"SOME": "thing"}),
        api("{{ base }}/async", "later", **{"async": 30, "poll": 1}),
        save(["env", "later"]),
    ]
    output = play(tmp_path / "run", tasks, variables(server, "local"), ANSIBLE_KEEP_REMOTE_FILES="1")
    assert "failed=0" in output, output[-2000:]
    found = results(tmp_path / "run")
    assert (found["env"]["status"], found["later"]["status"]) == (200, 200)
    assert server.token_requests == 1
    assert list((tmp_path / "run").rglob("AnsiballZ_api.py"))
    assert not [token for token in server.issued if token in output]


def test_relative_paths_are_those_of_the_playbook(server: EchoServer, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "sent.json").write_text("[1]", encoding="utf-8")
    tasks = [
        api("{{ base }}/one", "one", method="PUT", src="sent.json", dest="got.json"),
        api("{{ base }}/two", "two", method="PUT", src="nothing.json", creates="got.json"),
        api("{{ base }}/three", "three", method="PUT", src="nothing.json"),
        save(["one", "two", "three"]),
    ]
    output = play(folder, tasks, variables(server, "local"))
    assert "failed=0" in output, output[-2000:]
    found = results(folder)
    assert (found["one"]["status"], found["one"]["path"]) == (200, str(folder / "got.json"))
    assert (folder / "got.json").is_file()
    assert (found["two"]["status"], "exists" in found["two"]["msg"]) == (None, True)
    assert f"src '{folder / 'nothing.json'}' is not a file" in found["three"]["msg"]
    assert server.token_requests == 1


def test_defaults_for_the_group_of_all_modules(server: EchoServer, tmp_path: Path) -> None:
    given = variables(server, "local")
    given["authkit_profiles"] = {
        "p": {name: given.pop(f"authkit_{name}") for name in ("token_url", "client_id", "client_secret")}
    }
    tasks = [
        {
            "block": [api("{{ base }}/x", "one"), save(["one"])],
            "module_defaults": {"group/authkit.oauth.all": {"profile": "p", "http_agent": "of-the-group"}},
        }
    ]
    output = play(tmp_path / "run", tasks, given)
    assert "failed=0" in output, output[-2000:]
    assert results(tmp_path / "run")["one"]["status"] == 200
    assert {record.user_agent for record in server.records} == {"of-the-group"}
    assert server.records[0].client_id == CLIENT
