# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole tasks of resource against a REST server: what is sent and returned, and that a second run changes nothing."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.task import sealed, unsealed
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.rest_server import MASK
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted
from ansible_collections.authkit.oauth.tests.unit.support.resource_tasks import WEB, Tasks, behind, tasks


def test_created_updated_deleted(rest: Tasks) -> None:
    created = rest.converge(**WEB, body={"size": 1})
    assert (created["action"], created["status"], created["changed"]) == ("created", 201, True)
    assert created["json"] == {"id": "1", "name": "web", "size": 1}
    assert created["url"] == f"{rest.url}/things/1"
    updated = rest.converge(**WEB, body={"size": 2})
    assert (updated["action"], updated["status"], updated["json"]["size"]) == ("updated", 204, 2)
    assert updated["diff"]["before"] == {"id": "1", "name": "web", "size": 1}
    assert updated["diff"]["after"] == {"id": "1", "name": "web", "size": 2}
    deleted = rest.converge(**WEB, state="absent")
    assert (deleted["action"], deleted["diff"]["after"], "json" in deleted) == ("deleted", {}, False)
    assert [method for method, _path, _body in rest.server.writes] == ["POST", "PUT", "DELETE"]


def test_a_resource_that_is_put(rest: Tasks) -> None:
    url = f"{rest.url}/things/web%201"
    result = rest.converge(url=url, collection_url=None, body={"size": 1})
    assert (result["action"], rest.server.writes) == ("created", [("PUT", "/things/web%201", {"size": 1})])
    assert rest.converge(url=url, collection_url=None, state="absent")["action"] == "deleted"


def test_several_that_match(rest: Tasks) -> None:
    rest.server.add(name="web")
    rest.server.add(name="web")
    result = rest.run(**WEB, body={})
    assert (result["error"], result["changed"]) == ("several_match", False)
    assert "2 resources" in result["msg"]


@pytest.mark.parametrize("method", ["put", "patch", "merge_patch", "json_patch"])
@pytest.mark.parametrize("compare", ["subset", "exact"])
def test_every_kind_of_update_makes_the_same_of_it(method: str, compare: str, rest: Tasks) -> None:
    rest.server.add(name="web", size=1, deep={"a": 1, "b": [1, 2]}, items=[{"k": "x", "v": 1}, {"k": "y"}], old=True)
    body = {"size": 2, "deep": {"a": 2, "b": [2]}, "items": [{"k": "x", "v": 2}, {"k": "z"}], "a/b~c": 1}
    rest.converge(
        **WEB, body=body, list_keys={"items": "k"}, compare=compare, update_method=method, ignore=["id", "name"]
    )
    (thing,) = rest.server.things.values()
    kept = {"old": True} if compare == "subset" else {}
    items = [{"k": "x", "v": 2}, *([{"k": "y"}] if compare == "subset" else []), {"k": "z"}]
    wanted = {"id": "1", "name": "web", "size": 2, "deep": {"a": 2, "b": [2]}, "items": items, "a/b~c": 1, **kept}
    assert {name: value for name, value in thing.items() if value is not None} == wanted


def test_a_lost_update_is_refused_and_made_again_on_what_is_there() -> None:
    with tasks(etags=True, conflicts=1) as rest:
        rest.server.add(name="web", size=1)
        result = rest.run(**WEB, body={"size": 2})
        assert (result["action"], result["json"]["by"], result["json"]["size"]) == ("updated", "somebody else", 2)
        assert [each.headers["if-match"] for each in rest.server.seen if each.method == "PUT"] == ['"1"', '"2"']
    with tasks(etags=True, conflicts=2) as rest:
        rest.server.add(name="web", size=1)
        result = rest.run(**WEB, body={"size": 2})
        assert (result["status"], result["failed"], result["changed"]) == (412, True, False)
        assert len(rest.server.writes) == 2
    with tasks(etags=True, conflicts=1) as rest:
        rest.server.add(name="web", size=1)
        assert rest.run(**WEB, body={"size": 2}, if_match=False)["action"] == "updated"
        assert len(rest.server.writes) == 1


def test_masks_are_unknown_and_never_sent_back() -> None:
    with tasks(masked=("apiKey",)) as rest:
        rest.server.add(name="web", size=1, apiKey="of-the-server")
        assert rest.run(**WEB, body={"size": 1, "apiKey": "mine"})["changed"] is False
        result = rest.run(**WEB, body={"size": 2})
        assert MASK not in str(rest.server.writes)
        assert any("apiKey" in warning for warning in result["warnings"])
        result = rest.converge(**WEB, body={"size": 3, "apiKey": "mine-0123456789"})
        assert rest.server.things["1"]["apiKey"] == "mine-0123456789"
        assert "mine-0123456789" not in str(result)
        assert rest.converge(**WEB, body={"size": 4, "apiKey": MASK})["changed"] is True
        assert MASK not in str(rest.server.writes)
    with tasks(masked=("apiKey",)) as rest:
        rest.server.add(name="web", size=1, apiKey="of-the-server")
        for method in ("patch", "merge_patch", "json_patch"):
            assert "warnings" not in rest.converge(**WEB, body={"size": method}, update_method=method)
            assert rest.server.things["1"]["apiKey"] == "of-the-server"
        assert rest.converge(**WEB, body={"size": 9, "apiKey": "new"}, update_method="json_patch")
        assert rest.server.things["1"]["apiKey"] == "new"


@pytest.mark.parametrize(
    ("method", "lost"),
    [
        ("put", {"config.key", "hooks.key"}),
        ("patch", {"config.key", "hooks.key"}),
        ("merge_patch", {"hooks.key"}),
        ("json_patch", set()),
    ],
)
def test_a_mask_in_what_is_replaced_as_a_whole_is_told(method: str, lost: set[str], rest: Tasks) -> None:
    rest.server.add(
        name="web",
        config={"url": "a", "key": MASK},
        hooks=[{"name": "one", "key": MASK}, {"name": "two", "on": False, "key": MASK}],
    )
    body = {"config": {"url": "b"}, "hooks": [{"name": "one"}, {"name": "two", "on": True}]}
    result = rest.run(**WEB, body=body, list_keys={"hooks": "name"}, update_method=method, check_mode=True)
    told = [warning for warning in result.get("warnings", ()) if "only a mask" in warning]
    assert len(told) == bool(lost)
    assert {name for name in ("config.key", "hooks.key") if name in str(told)} == lost


def test_what_the_server_never_returns() -> None:
    with tasks(hidden=("password",)) as rest:
        body = {"size": 1, "password": "tell-nobody-1"}
        result = rest.converge(**WEB, body=body, write_only=["password"])
        assert rest.server.things["1"]["password"] == "tell-nobody-1"
        assert "tell-nobody" not in str(result)
        rest.converge(**WEB, body={**body, "size": 2, "password": "tell-nobody-2"}, write_only=["password"])
        assert rest.server.things["1"]["password"] == "tell-nobody-2"
        always: dict[str, Any] = {**WEB, "body": {"size": 2, "password": "three"}, "write_only": ["password"]}
        assert rest.run(**always)["changed"] is False
        for _turn in range(2):
            assert rest.run(**always, update_write_only="always")["changed"] is True
        assert rest.server.things["1"]["password"] == "three"
        rest.run(**WEB, body={"size": 3, "password": "four"}, write_only=["password"], update_write_only="on_create")
        assert "four" not in str(rest.server.writes)


def test_secrets_that_the_server_returns(rest: Tasks) -> None:
    rest.server.add(name="web", clientSecret="generated-by-the-server")
    result = rest.run(**WEB, body={"size": 1})
    assert "generated" not in str(result)
    shown = rest.run(**WEB, body={"size": 1}, return_secrets=True)
    assert shown["json"]["clientSecret"] == "generated-by-the-server"
    assert "generated" not in str(shown["diff"])


def test_what_the_server_changes_is_named() -> None:
    with tasks(hidden=("note",)) as rest:
        result = rest.run(**WEB, body={"note": "x", "size": 1})
        assert result["changed"] is True
        assert "'note'" in result["warnings"][0]


def test_the_token_is_rejected_after_a_change(rest: Tasks) -> None:
    """The next try says what the first has done, and creates nothing again."""
    usual = rest.server.__call__
    with scripted() as running:
        rest.url, refuse = running.url, [False]

        def reply(request: Any) -> Answer:
            if refuse[0]:
                return Answer(401, {})
            answer = usual(request)
            refuse[0] = request.method == "POST"
            return answer

        running.reply = reply
        first = rest.run(**WEB, body={"size": 1})
        assert (first["failed"], first["status"], first["changed"]) == (True, 401, True)
        refuse[0] = False
        second = rest.run(**WEB, body={"size": 1}, resume=json.loads(json.dumps(first["resume"])))
        assert (second["changed"], second["action"], second["status"]) == (True, "created", 201)
        assert second["diff"] == first["diff"]
        assert len(rest.server.things) == 1


def test_an_address_that_leads_elsewhere_is_not_used(rest: Tasks) -> None:
    """The resource is found in its collection instead."""

    def change(_request: Incoming, answer: Answer) -> Answer:
        elsewhere = {"Location": "https://evil.example.com/things/1"} if "Location" in answer.headers else {}
        return replace(answer, headers={**answer.headers, **elsewhere})

    with behind(rest, change):
        result = rest.run(**WEB, body={})
        assert (result["action"], result["url"]) == ("created", f"{rest.url}/things/1")


def test_somebody_else_creates_it_meanwhile(rest: Tasks) -> None:
    """409 to the POST: it is read, and corrected."""

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(409, {"error": "exists"}) if request.method == "POST" else answer

    with behind(rest, change):
        result = rest.run(**WEB, body={"size": 1})
        assert (result["action"], result["status"], rest.server.things["1"]["size"]) == ("none", 200, 1)


def test_a_conflict_that_stays(rest: Tasks) -> None:
    rest.server.add(name="web")
    refused = Answer(409, {"error": "no", "password": "echoed-0123"})
    with scripted(lambda request: refused if request.method == "PUT" else rest.server(request)) as running:
        rest.url = running.url
        result = rest.run(**WEB, body={"password": "mine-0123456"})
        assert (result["error"], result["status"], result["changed"]) == ("unexpected_status", 409, False)
        assert (result["json"]["error"], "echoed" in str(result), "mine-01" in str(result)) == ("no", False, False)
        assert [request.method for request in running.seen] == ["GET", "GET", "PUT"] * 2


def test_a_collection_that_is_not_there(rest: Tasks) -> None:
    collection = f"{rest.url}/nothing"
    assert rest.run(**WEB, collection_url=collection, state="absent")["action"] == "none"
    assert rest.run(**WEB, collection_url=collection, body={})["status"] == 404


@pytest.mark.parametrize("body", [[1], "text", b"<html>", {"a": [1], "b": [2]}], ids=str)
def test_what_is_no_resource(body: object, rest: Tasks) -> None:
    with behind(rest, lambda _request, _answer: Answer(200, body)):
        single = rest.run(url=f"{rest.url}/things/1", collection_url=None, body={"x": 1})
        if isinstance(body, dict):
            assert single["action"] == "updated"
        else:
            assert single["error"] == "not_a_resource"
        assert rest.run(**WEB, body={}).get("failed") or body == [1]


def test_it_disappears_before_it_is_deleted(rest: Tasks) -> None:
    rest.server.add(name="web")

    def change(request: Incoming, answer: Answer) -> Answer:
        return Answer(410, {}) if request.method == "DELETE" else answer

    with behind(rest, change):
        result = rest.run(**WEB, state="absent")
        assert (result["changed"], result["action"], result.get("failed")) == (False, "none", None)


def test_a_body_arrives_at_a_node_as_it_is_sent_from_the_controller() -> None:
    body = {"at": datetime.datetime(2026, 1, 2, 3, 4), "name": "é", "n": [1, None, True]}
    parameters = sealed({"url": "https://x/", "body": body}, None)
    assert set(parameters) == {"url", "shipped"}
    assert unsealed(parameters["shipped"]) == {"body": {**body, "at": "2026-01-02T03:04:00"}}
    assert unsealed(None) == unsealed("[1]") == {}
