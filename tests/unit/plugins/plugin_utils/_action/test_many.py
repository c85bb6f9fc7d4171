# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls of one task, in process and by the module: order, failures, tokens that end, connections, memory."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.api import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api.many.node import calls_on_node
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.actions import SECRET, Result, Shipping, Tasks
from ansible_collections.authkit.oauth.tests.unit.support.many_calls import Server, gets

#: Set by a test whose module is asked to look only.
CHECK_MODE: list[bool] = [False]


def _on_node(arguments: dict[str, Any]) -> Result:
    return calls_on_node(arguments, check_mode=CHECK_MODE[0])


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)


TASKS = Tasks("authkit.oauth.api", ActionModule)
action, run = TASKS.action, TASKS.run
BOTH = pytest.mark.parametrize("kind", [ActionModule, Shipped], ids=["in process", "shipped"])
Kind = type[ActionModule]


@pytest.fixture
def check_mode() -> Iterator[None]:
    CHECK_MODE[0] = True
    yield
    CHECK_MODE[0] = False


def outcomes(result: Result) -> list[tuple[Any, ...]]:
    return [(item["sent"], item["status"], item["failed"], item["changed"]) for item in result["results"]]


# ---- what entries are


@BOTH
def test_results_come_in_order_with_what_one_call_returns(server: Server, kind: Kind) -> None:
    server.late = {"/api/0": 0.2}
    result = run({"requests": gets(server, 12), "concurrency": 4}, server.variables, kind)
    assert [item["name"] for item in result["results"]] == [f"call {number}" for number in range(12)]
    assert [item["json"]["path"] for item in result["results"]] == [f"/api/{number}" for number in range(12)]
    single = run({"url": f"{server.url}/api/0"}, server.variables, kind)
    assert set(result["results"][0]) == {*single, "name", "sent", "failed"}
    assert (result["changed"], result["failed"]) == (False, False)
    assert result["msg"] == "12 of 12 calls succeeded."
    assert server.token_requests == 1
    assert not [secret for secret in (SECRET, *server.issued) if secret in json.dumps(result, ensure_ascii=False)]


@BOTH
def test_the_task_sets_what_entries_leave_out(server: Server, kind: Kind) -> None:
    url = f"{server.url}/api/x"
    entries = [
        {"url": url},
        {"url": url, "method": "put", "body": {"n": 1}, "query": {"a": 2, "c": 3}, "headers": {"x-one": "mine"}},
        {"url": url, "query": None, "status_code": [201], "name": "odd"},
    ]
    task = {"method": "POST", "query": {"a": 1}, "headers": {"X-One": "1"}, "status_code": 200, "on_error": "collect"}
    result = run({"requests": entries, **task}, server.variables, kind)
    sent = [item["json"] for item in result["results"]]
    assert [each["method"] for each in sent] == ["POST", "PUT", "POST"]
    assert [each["query"] for each in sent] == [[["a", "1"]], [["a", "2"], ["c", "3"]], []]
    assert sent[1]["body"] == {"n": 1}
    assert outcomes(result) == [(True, 200, False, True), (True, 200, False, True), (True, 200, True, False)]
    assert [item["name"] for item in result["results"]] == [url, url, "odd"]
    assert result["msg"].startswith("1 of 3 calls failed; entry 3 ('odd'): POST ")
    assert (result["failed"], result["error"], result["changed"]) == (True, "unexpected_status", True)


@BOTH
@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"name": "x"}, "Entry 2 of requests ('x'): url is not set, and each entry needs one."),
        ({"url": "ftp://x", "name": "x"}, "Entry 2 of requests ('x'): url "),
        ({"url": "{}/api", "method": "G T"}, "Entry 2 of requests: method must be one word"),
        ({"url": "{}/api", "headers": "X=1"}, "Entry 2 of requests: headers must be a mapping"),
        ({"url": "{}/api", "metod": "GET"}, "Entry 2 of requests: 'metod' is not an option of authkit.oauth.api: did"),
        ({"url": "{}/api", "timeout": 3}, "Entry 2 of requests: timeout holds for all calls: set it on the task"),
        ({"url": "{}/api", "profile": "x"}, "Entry 2 of requests: profile holds for all calls: set it on the task"),
        ({"url": "{}/api", "client_secret": "hidden-9"}, "Entry 2 of requests: client_secret holds for all calls"),
        ({"url": "{}/api", "requests": []}, "Entry 2 of requests: requests holds for all calls"),
        ({"url": "{}/api", "mode": "9"}, "Entry 2 of requests: mode is set without dest"),
        ({"url": "https://elsewhere.example.com"}, "Entry 2 of requests: url leads to elsewhere.example.com"),
        ("GET /x", "Entry 2 of requests must be a mapping with the options of one call, and is text."),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, dict) else "",
)
def test_every_entry_is_validated_before_anything_is_sent(
    server: Server, kind: Kind, entry: Any, sentence: str
) -> None:
    if isinstance(entry, dict):
        entry = {name: value.replace("{}", server.url) if name == "url" else value for name, value in entry.items()}
    doing = action({"requests": [*gets(server, 1), entry], "allowed_hosts": "127.0.0.1"}, server.variables, kind)
    result = doing.run(task_vars=server.variables)
    assert result["msg"].startswith(sentence), result["msg"]
    assert "results" not in result
    assert "hidden-9" not in str((result, doing._task.args))
    assert (server.count("api"), server.token_requests) == (0, 0)


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ({}, "url is not set: set it for one call, or requests for many."),
        ({"requests": [], "url": "http://127.0.0.1/"}, "url and requests are both set: set url in each entry"),
        ({"requests": [], "dest": "/tmp/x"}, "dest and requests are both set"),
        ({"requests": {"url": "x"}}, "requests must be a list of mappings, and is a mapping"),
        ({"requests": [{"url": "http://127.0.0.1/"}], "concurrency": 65}, "concurrency must be a number from 1 to 64"),
        ({"requests": [{"url": "http://127.0.0.1/"}], "concurrency": 0}, "concurrency must be a number from 1 to 64"),
    ],
)
def test_what_a_task_must_not_say(server: Server, task: dict[str, Any], sentence: str) -> None:
    assert run(task, server.variables)["msg"].startswith(sentence)


@BOTH
def test_no_call_at_all_is_no_failure(server: Server, kind: Kind) -> None:
    result = run({"requests": []}, server.variables, kind)
    assert (result["results"], result["failed"], result["changed"]) == ([], False, False)
    assert server.token_requests == 0


# ---- failures


@BOTH
def test_collect_makes_all_calls(server: Server, kind: Kind) -> None:
    server.scripts = {"/api/1": Answer(409, {"why": "exists"}), "/api/3": Answer(500, None)}
    entries = [{**entry, "method": "POST"} for entry in gets(server, 5)]
    result = run({"requests": entries, "on_error": "collect", "concurrency": 1}, server.variables, kind)
    assert [item["status"] for item in result["results"]] == [200, 409, 200, 500, 200]
    assert result["results"][1]["json"] == {"why": "exists"}
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("2 of 5 calls failed; entry 2 ('call 1'): POST ")


@BOTH
def test_fail_fast_begins_no_further_call_and_says_which_were_not_sent(server: Server, kind: Kind) -> None:
    server.scripts = {"/api/1": Answer(404, None)}
    result = run({"requests": gets(server, 5), "concurrency": 1}, server.variables, kind)
    unsent = (False, None, False, False)
    assert outcomes(result) == [(True, 200, False, False), (True, 404, True, False), unsent, unsent, unsent]
    assert result["results"][2]["msg"].endswith("/api/2 is not sent: entry 2 ('call 1') failed.")
    assert result["msg"].startswith("1 of 5 calls failed, 3 were not sent; entry 2 ('call 1'): GET ")
    assert server.count("api") == 2, [(each.get("attempts"), each.get("waits")) for each in result["results"]]


@BOTH
def test_fail_fast_does_not_wait_for_long_calls(server: Server, kind: Kind) -> None:
    server.scripts = {"/api/1": Answer(404, None)}
    server.late = {"/api/0": 20.0}
    begin = time.monotonic()
    result = run({"requests": gets(server, 9), "concurrency": 2}, server.variables, kind)
    assert time.monotonic() - begin < 8
    assert result["results"][0]["msg"].endswith("its outcome is not known: entry 2 ('call 1') failed.")
    assert (result["results"][0]["sent"], result["results"][0]["status"]) == (True, None)


@BOTH
def test_a_server_that_is_away(server: Server, kind: Kind) -> None:
    entries = [*gets(server, 1), {"name": "away", "url": "http://127.0.0.1:1/x"}]
    result = run({"requests": entries, "retries": 0, "concurrency": 1}, server.variables, kind)
    assert outcomes(result) == [(True, 200, False, False), (True, -1, True, False)]
    assert result["error"] == "connection_failed"


@BOTH
def test_no_token_sends_nothing_and_says_so_for_each(server: Server, kind: Kind) -> None:
    result = run({"requests": gets(server, 2)}, {**server.variables, "authkit_client_secret": "wrong-one"}, kind)
    assert result["failed"]
    assert outcomes(result) == [(False, None, False, False)] * 2
    assert "client_secret" in result["msg"]
    assert server.count("api") == 0


# ---- tokens


@BOTH
@pytest.mark.parametrize("concurrency", [1, 5])
def test_a_token_that_ends_in_the_middle_is_replaced_once(
    server: Server, old_tokens: None, kind: Kind, concurrency: int
) -> None:
    server.ends_after = [20]
    entries = [{**entry, "method": "POST"} for entry in gets(server, 50)]
    result = run({"requests": entries, "concurrency": concurrency}, server.variables, kind)
    assert [item["status"] for item in result["results"]] == [200] * 50, result["msg"]
    done = Counter(record.path for record in server.records if record.kind == "api" and record.status == 200)
    assert done == {f"/api/{number}": 1 for number in range(50)}, "each call is processed once"
    assert server.token_requests == 2, "one refresh for all threads"
    assert sum(record.status == 401 for record in server.records) <= concurrency


@BOTH
def test_tokens_that_end_again_and_again(server: Server, old_tokens: None, kind: Kind) -> None:
    server.ends_after = [5, 10, 15, 20]
    result = run({"requests": gets(server, 25), "concurrency": 1}, server.variables, kind)
    assert not result["failed"], result["msg"]
    assert server.token_requests == 5


@BOTH
@pytest.mark.parametrize("policy", ["collect", "fail_fast"])
def test_an_api_that_rejects_one_call_for_good(server: Server, old_tokens: None, kind: Kind, policy: str) -> None:
    server.scripts = {"/api/1": Answer(401, None)}
    task = {"requests": gets(server, 4), "on_error": policy, "concurrency": 1}
    result = run(task, server.variables, kind)
    rest = [200, 200] if policy == "collect" else [None, None]
    assert [item["status"] for item in result["results"]] == [200, 401, *rest]
    assert (result["error"], server.statuses("/api/1")) == ("token_rejected", [401, 401])
    assert "although the access token is new" in result["msg"]
    assert "authkit_client_id" in result["msg"]
    assert all(server.statuses(f"/api/{number}") in ([200], []) for number in (0, 2, 3))


@BOTH
def test_a_write_is_not_repeated_after_a_401_for_its_page(server: Server, old_tokens: None, kind: Kind) -> None:
    server.scripts = {"/api/0": Answer(303, None, {"Location": "/api/page"}), "/api/page": Answer(401)}
    entries = [{**entry, "method": "POST", "follow_redirects": "all"} for entry in gets(server, 3)]
    result = run({"requests": entries, "on_error": "collect", "concurrency": 1}, server.variables, kind)
    assert outcomes(result) == [(True, 401, True, True), (True, 200, False, True), (True, 200, False, True)]
    assert (server.statuses("/api/0"), server.statuses("/api/page"), server.token_requests) == ([303], [401], 1)


@BOTH
def test_a_given_token_is_not_replaced(server: Server, kind: Kind) -> None:
    task = {"requests": gets(server, 3), "on_error": "collect", "access_token": "mine-0123456789"}
    result = run(task, server.variables, kind)
    assert [item["error"] for item in result["results"]] == ["token_rejected"] * 3
    assert "given as access_token" in result["results"][2]["msg"]
    assert server.token_requests == 0


@BOTH
def test_a_listing_goes_on_with_the_page_whose_token_was_rejected(server: Server, old_tokens: None, kind: Kind) -> None:
    for number in range(4):
        more = {"Link": f'<{server.url}/api/list/{number + 1}>; rel="next"'} if number < 3 else {}
        server.pages[f"/api/list/{number}"] = Answer(200, [number], more)
    server.ends_after = [3]
    entries = [*gets(server, 1), {"url": f"{server.url}/api/list/0", "paginate": "auto"}, *gets(server, 3)]
    result = run({"requests": entries, "concurrency": 1}, server.variables, kind)
    assert not result["failed"], result["msg"]
    assert result["results"][1]["json"] == [0, 1, 2, 3]
    assert [server.statuses(f"/api/list/{number}").count(200) for number in range(4)] == [1, 1, 1, 1]
    assert "paginate_from" not in result["results"][1]


@BOTH
def test_a_listing_among_others_takes_a_token_for_each_page(server: Server, old_tokens: None, kind: Kind) -> None:
    for number in range(8):
        more = {"Link": f'<{server.url}/api/list/{number + 1}>; rel="next"'} if number < 7 else {}
        server.pages[f"/api/list/{number}"] = Answer(200, [number], more)
    server.ends_after = list(range(1, 8))
    entries = [{"url": f"{server.url}/api/list/0", "paginate": "auto"}, *gets(server, 3)]
    result = run({"requests": entries, "concurrency": 1}, server.variables, kind)
    assert not result["failed"], result["msg"]
    assert result["results"][0]["json"] == list(range(8))


# ---- check mode, files, DPoP


@BOTH
def test_check_mode_sends_reads_only(server: Server, kind: Kind, check_mode: None) -> None:
    entries = gets(server, 2)
    entries[1]["method"] = "DELETE"
    result = run({"requests": entries}, server.variables, kind, check_mode=True)
    assert outcomes(result) == [(True, 200, False, False), (False, None, False, True)]
    assert result["msg"] == "1 of 2 calls succeeded, 1 was not sent."
    assert result["changed"]
    writes = run({"requests": entries[1:]}, {**server.variables, "authkit_scope": "new"}, kind, check_mode=True)
    assert (writes["changed"], server.token_requests) == (True, 1)


@BOTH
def test_files_of_entries(server: Server, kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    entries = gets(server, 3)
    entries[0]["dest"] = str(tmp_path / "first.json")
    entries[1]["creates"] = str(tmp_path / "there")
    entries[2]["removes"] = str(tmp_path / "missing")
    result = run({"requests": entries, "mode": "0600", "concurrency": 1}, server.variables, kind)
    unsent = (False, None, False, False)
    assert outcomes(result) == [(True, 200, False, True), unsent, unsent]
    assert json.loads((tmp_path / "first.json").read_text())["path"] == "/api/0"
    assert "json" not in result["results"][0], "it is in the file"
    again = run({"requests": entries, "mode": "0600"}, server.variables, kind)
    assert not again["results"][0]["changed"]


def test_only_the_controller_can_sign_proofs_of_many_calls(server: Server) -> None:
    result = run({"requests": gets(server, 1), "dpop": True}, server.variables, Shipped)
    assert result["msg"].startswith("requests and dpop: true are both set, and only the controller can make the DPoP")
    assert server.token_requests == 0


# ---- connections and memory


@pytest.mark.parametrize("concurrency", [1, 4, 20])
def test_connections_are_at_most_the_concurrency(server: Server, concurrency: int) -> None:
    entries = gets(server, 120)
    for number, entry in enumerate(entries):
        entry["method"] = ("GET", "POST", "DELETE", "HEAD")[number % 4]
    result = run({"requests": entries, "concurrency": concurrency}, server.variables)
    assert not result["failed"]
    assert len({record.connection for record in server.records if record.kind == "api"}) <= concurrency


@BOTH
def test_responses_stay_in_the_results_up_to_json_limit_in_total(server: Server, kind: Kind) -> None:
    server.scripts = {f"/api/{number}": Answer(200, {"x": "y" * 400_000}) for number in range(4)}
    task = {"requests": gets(server, 4), "concurrency": 1, "json_limit": 1}
    result = run(task, server.variables, kind)
    assert ["json" in item for item in result["results"]] == [True, True, False, False]
    assert (
        "the results of 2 entries of requests have no json, beginning with entry 3 ('call 2')" in result["warnings"][0]
    )
    none = run({**task, "return_content": False}, server.variables, kind)
    assert not [item for item in none["results"] if "json" in item]
    assert "warnings" not in none
    server.scripts["/api/0"] = Answer(400, {"why": "this"})
    failed = run({**task, "return_content": False}, server.variables, kind)
    assert failed["results"][0]["json"] == {"why": "this"}


def test_threads_report_progress_from_one_thread(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int | None]] = []

    class Told:
        def done(self, count: int, of: int | None = None, what: str = "calls") -> None:
            assert threading.current_thread() is threading.main_thread()
            told.append((count, of))

    monkeypatch.setattr(ActionModule, "progress_of", lambda *_given: Told())
    run({"requests": gets(server, 7)}, server.variables)
    assert [each for each in told if each[0]][-1] == (7, 7)
    assert sorted(told) == told
