# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls with DPoP in process and on a node, against a server that checks every proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api.call import call_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import ARGUMENT_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._oauth import dpop
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import with_defaults
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.dpop_server import DpopServer
from ansible_collections.authkit.oauth.tests.unit.support.actions import Shipping, make_action

SECRET = "s3cret-of-the-client"
#: What nodes got.
SHIPPED: list[dict[str, Any]] = []


class OnNode(Shipping, ActionModule):
    """The action whose task runs on a node, in this process."""

    @staticmethod
    def on_node(arguments: dict[str, Any]) -> dict[str, Any]:
        SHIPPED.append(arguments)
        defaults = {name: option.get("default") for name, option in with_defaults(ARGUMENT_SPEC).items()}
        return call_on_node({**defaults, **arguments})


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("ANSIBLE_CONFIG", str(tmp_path / "none.cfg"))
    for name in ("TOKEN_NONCES", "API_NONCES"):
        monkeypatch.setattr(getattr(dpop, name), "_latest", {})
    SHIPPED.clear()
    return tmp_path


def run(kind: type[ActionModule], server: DpopServer, *, async_val: int = 0, **more: Any) -> dict[str, Any]:
    given = {"url": f"{server.url}/api/a?q=1", "token_url": server.token_url, "client_id": "svc", "dpop": True}
    args = {**given, "client_secret": SECRET, **more}
    action = make_action(kind, "api", args, {}, async_val=async_val)
    result: dict[str, Any] = action.run(task_vars={})
    return result


@pytest.mark.parametrize("kind", [ActionModule, OnNode])
def test_a_call(kind: type[ActionModule], store: Path) -> None:
    with DpopServer({"svc": SECRET}) as server:
        for _number in range(2):
            result = run(kind, server, method="post", body={"a": 1})
            assert (result["status"], result["attempts"]) == (200, 1), result
        assert server.refused == []
        assert server.count("token") == 1, "the key lives as long as the token, in the store"
        secrets = [SECRET, *server.issued]
    for path in store.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in (*secrets, "P-256") if word.encode() in content]


def test_many_calls_have_a_proof_each() -> None:
    with DpopServer({"svc": SECRET}) as server:
        entries = [{"url": f"{server.url}/api/{number}", "method": "PUT"} for number in range(12)]
        result = run(ActionModule, server, url=None, requests=entries, concurrency=4)
        assert [item["status"] for item in result["results"]] == [200] * 12, result["msg"]
        assert server.refused == []
        assert (server.count("token"), server.count("api")) == (1, 12)


def test_a_node_gets_proofs_and_no_key() -> None:
    with DpopServer({"svc": SECRET}) as server:
        run(OnNode, server, retries=2)
    (shipped,) = SHIPPED
    assert len(shipped["dpop_proofs"]) == 5
    assert "dpop" not in shipped
    assert '"d"' not in json.dumps(shipped)


@pytest.mark.parametrize("kind", [ActionModule, OnNode])
def test_nonces(kind: type[ActionModule]) -> None:
    with DpopServer({"svc": SECRET}, nonces=("token", "api")) as server:
        first, second = run(kind, server), run(kind, server)
        assert (first["status"], first["attempts"]) == (200, 2)
        assert (second["status"], second["attempts"]) == (200, 1)
        assert server.refused == ["token: use_dpop_nonce", "api: use_dpop_nonce"]


@pytest.mark.parametrize("kind", [ActionModule, OnNode])
def test_a_rejected_token_is_replaced_with_its_key(kind: type[ActionModule], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.authkit.oauth.plugins.plugin_utils._store.policy.BRAND_NEW", 0.0)
    with DpopServer({"svc": SECRET}) as server:
        run(kind, server)
        server.revoke()
        result = run(kind, server)
        assert (result["status"], server.count("token"), server.refused) == (200, 2, [])


@pytest.mark.parametrize("kind", [ActionModule, OnNode])
def test_retries(kind: type[ActionModule]) -> None:
    with DpopServer({"svc": SECRET}) as server:
        server.fault(Fault("unavailable", target="api", times=2))
        result = run(kind, server, retries=2)
        assert (result["status"], result["attempts"], server.refused) == (200, 3, [])


@pytest.mark.parametrize("kind", [ActionModule, OnNode])
def test_a_background_task_is_refused(kind: type[ActionModule]) -> None:
    with DpopServer({"svc": SECRET}) as server:
        result = run(kind, server, async_val=30)
        assert "a task with async cannot use it" in result["msg"]
        assert server.count("token") == 0


def test_a_given_token_has_no_key() -> None:
    with DpopServer({"svc": SECRET}) as server:
        result = run(ActionModule, server, access_token="a-token-of-another-kind")
        assert "access_token and dpop are both set" in result["msg"]
        assert server.count("api") == 0
