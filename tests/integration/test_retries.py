# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retries as a server sees them, in process and shipped: how many attempts, when, and with which key."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

HOSTS = ("controller", "node")
BROKEN = Answer(200, {"x": "y" * 50_000}, cut=20_000, reset=True)


@dataclass
class Api:
    """An API whose paths fail in their own ways, and its token endpoint."""

    count: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: Incoming) -> Answer:
        path = request.path.strip("/")
        self.count[path] += 1
        turn = self.count[path]
        if path == "token":
            return Answer(200, {"access_token": f"token-{turn}-0123456789", "token_type": "Bearer", "expires_in": 300})
        if path in ("slow", "late"):
            time.sleep(3.0)
        answers = self._answers()[path]
        return answers[min(turn, len(answers)) - 1]

    def _answers(self) -> Mapping[str, list[Answer]]:
        fine = Answer(200, {"ok": True})
        return {
            "seconds": [Answer(429, {}, {"Retry-After": "1"}), fine],
            "date": [Answer(429, {}, {"Retry-After": formatdate(int(time.time()) + 2, usegmt=True)}), fine],
            "busy": [Answer(503), Answer(502), fine],
            "always": [Answer(503, {})],
            "broken": [BROKEN, BROKEN, fine],
            "write": [BROKEN, fine],
            "slow": [fine],
            "late": [fine],
            "wait": [Answer(503, {}, {"Retry-After": "30"}), fine],
            "keyed": [Answer(503), BROKEN, Answer(201, {"id": 1})],
            "rejected": [Answer(401), Answer(503), Answer(201, {"id": 1})],
            "one": [Answer(401), Answer(503), Answer(201, {})],
            "two": [Answer(503), BROKEN, Answer(201, {})],
            "three": [Answer(503, {}, {"Retry-After": "30"}), fine],
            "long": [Answer(429, {}, {"Retry-After": "3600"}), fine],
        }


@dataclass(frozen=True)
class Played:
    """One play on the host `controller`, in process, and on `node`, shipped; and what each one's server saw."""

    run: Run
    servers: Mapping[str, Scripted]

    def seen(self, host: str, path: str) -> list[Incoming]:
        return [request for request in self.servers[host].seen if request.path == f"/{path}"]

    def result(self, host: str, path: str) -> dict[str, Any]:
        results: Any = self.run.one("Calls", host).result["results"]
        return next(result for result in results if result["item"]["path"] == path)


@pytest.fixture(scope="module", params=ON_THE_NEWEST)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path
) -> Iterator[Played]:
    """One play with all calls, for each core."""
    workspace = Workspace(tmp_path_factory.mktemp("retries"), core_of(str(request.param)), collections)
    with scripted(Api()) as one, scripted(Api()) as two:
        own: dict[str, dict[str, object]] = {"controller": {"server": one.url}, "node": {"server": two.url}}
        own["node"]["node_environment"] = {"SOME": "thing"}
        yield Played(workspace.play("retries.yml", own).expect(), {"controller": one, "node": two})


on_both = pytest.mark.parametrize("host", HOSTS)


@on_both
@pytest.mark.parametrize(
    ("path", "status", "attempts"),
    [
        ("seconds", 200, 2),
        ("date", 200, 2),
        ("busy", 200, 3),
        ("always", 503, 3),
        ("broken", 200, 3),
        ("write", -1, 1),
        ("slow", -1, 1),
        ("late", -1, 1),
        ("wait", 503, 1),
        ("keyed", 201, 3),
        ("rejected", 201, 3),
        ("long", 429, 1),
    ],
)
def test_the_server_sees_each_attempt(played: Played, host: str, path: str, status: int, attempts: int) -> None:
    result = played.result(host, path)
    assert (result["status"], result["attempts"]) == (status, attempts), result["msg"]
    assert len(played.seen(host, path)) == attempts
    assert len(result["waits"]) == attempts - 1 - (path == "rejected")
    assert ("error" in result) is (status not in (200, 201))  # Ansible resets failed where errors are ignored


@on_both
@pytest.mark.parametrize(("path", "least"), [("seconds", 1.0), ("date", 0.9)])
def test_what_the_server_asks_for_is_waited_for(played: Played, host: str, path: str, least: float) -> None:
    first, second = (request.at for request in played.seen(host, path))
    (wait,) = played.result(host, path)["waits"]
    assert second - first >= least
    assert (wait["status"], wait["retry_after"]) == (429, True)
    assert wait["seconds"] == pytest.approx(second - first, abs=1.0)


@on_both
def test_the_result_names_the_cause_of_each_wait(played: Played, host: str) -> None:
    assert [wait["status"] for wait in played.result(host, "busy")["waits"]] == [503, 502]
    assert [wait["status"] for wait in played.result(host, "broken")["waits"]] == [-1, -1]
    assert " (3 attempts, " in played.result(host, "always")["msg"]


@on_both
def test_the_deadline_ends_a_call(played: Played, host: str) -> None:
    late, wait = played.result(host, "late"), played.result(host, "wait")
    assert (late["error"], late["elapsed"] < 2.5) == ("deadline_exceeded", True)
    assert "did not answer completely before the deadline of 1 s" in late["msg"]
    assert (wait["error"], wait["elapsed"] < 10.0) == ("unexpected_status", True)
    assert "not retried, since a wait of 30.1 s would exceed the deadline of 20 s: raise deadline" in wait["msg"]
    assert "the server asks to wait 3600 s" in played.result(host, "long")["msg"]


@on_both
@pytest.mark.parametrize("path", ["keyed", "rejected"])
def test_all_attempts_have_the_same_key(played: Played, host: str, path: str) -> None:
    keys = [request.headers["idempotency-key"] for request in played.seen(host, path)]
    assert keys == [played.result(host, path)["idempotency_key"]] * 3


@on_both
def test_a_new_token_after_a_401(played: Played, host: str) -> None:
    sent = [request.headers["authorization"] for request in played.seen(host, "rejected")]
    assert [token != sent[0] for token in sent] == [False, True, True]


def test_each_call_has_a_key_of_its_own(played: Played) -> None:
    keys = {played.result(host, path)["idempotency_key"] for host in HOSTS for path in ("keyed", "rejected")}
    assert len(keys) == 4


@on_both
def test_calls_side_by_side_have_keys_and_deadlines_of_their_own(played: Played, host: str) -> None:
    results: Any = played.run.one("Side by side", host).result["results"]
    one, two, three = results
    assert [(each["status"], each["attempts"]) for each in results] == [(201, 3), (201, 3), (503, 1)]
    for path, result in (("one", one), ("two", two)):
        keys = [request.headers["idempotency-key"] for request in played.seen(host, path)]
        assert keys == [result["idempotency_key"]] * 3
    assert one["idempotency_key"] != two["idempotency_key"]
    assert [wait["status"] for wait in two["waits"]] == [503, -1]
    assert "would exceed the deadline of 20 s" in three["msg"]
    assert len(played.seen(host, "three")) == 1
