# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads below a realm: pages, names in paths, unusable responses, expiring tokens."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import sleep
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import ONCE, HttpRequest, HttpResponse, Retries
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin import admin_api
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.admin_api import AdminApi, segment
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.missing import MOST_FAILURES, Missing
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.fake_keycloak import FakeKeycloak, Tokens
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, free_port
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

MakeApi = Callable[..., AdminApi]


@pytest.fixture
def make_api(server: Scripted, make_transport: MakeTransport) -> MakeApi:
    """Makes the API of a realm of the server."""

    def make(realm: str = "shop", tokens: Tokens | None = None, url: str | None = None, **values: Any) -> AdminApi:
        return AdminApi(url or server.url, realm, tokens or Tokens(), make_transport(), **values)

    return make


def gap(read: Callable[[], object]) -> Gap:
    """The gap that reading leaves."""
    with pytest.raises(Missing) as caught:
        read()
    assert caught.value.gap.reason.endswith(".")
    return caught.value.gap


def numbered(count: int) -> Callable[[Incoming], Answer]:
    """A listing of so many entries, in pages."""
    fake = FakeKeycloak()
    fake.answers["/clients"] = [{"id": str(number)} for number in range(count)]
    return fake


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 50, 51, 129, 130, 300])
def test_every_page_of_a_listing_is_read(server: Scripted, make_api: MakeApi, count: int) -> None:
    server.reply = numbered(count)
    found = make_api().listing("/clients", size=10)
    assert [each["id"] for each in found] == [str(number) for number in range(count)]
    assert len(server.seen) <= count // 10 + 10


def test_entries_that_moved_to_another_page_count_once(server: Scripted, make_api: MakeApi) -> None:
    pages = {"0": [{"id": "a"}, {"id": "b"}], "2": [{"id": "b"}, {"id": "c"}], "4": [{"id": "d"}]}

    def page(request: Incoming) -> Answer:
        return Answer(200, pages.get(request.query.split("first=")[1].split("&")[0], []))

    server.reply = page
    assert [each["id"] for each in make_api().listing("/clients", size=2)] == ["a", "b", "c", "d"]


def test_a_server_without_pages_is_asked_once(server: Scripted, make_api: MakeApi) -> None:
    server.reply = lambda _request: Answer(200, [{"id": "a"}, {"id": "b"}, {"id": "c"}])
    assert len(make_api().listing("/clients", size=2)) == 3
    assert len(server.seen) == 1


def test_a_server_that_always_gives_the_first_page_comes_to_an_end(server: Scripted, make_api: MakeApi) -> None:
    server.reply = lambda _request: Answer(200, [{"id": "a"}, {"id": "b"}])
    assert len(make_api().listing("/clients", size=2)) == 2


def test_a_listing_that_never_ends_is_a_gap(
    server: Scripted, make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_api, "MOST_ENTRIES", 200)

    def page(request: Incoming) -> Answer:
        first = request.query.split("first=")[1].split("&")[0]
        return Answer(200, [{"id": f"{first} {number}"} for number in range(10)])

    server.reply = page
    found = gap(lambda: make_api().listing("/clients", size=10))
    assert found.fault
    assert "listing" in found.reason
    assert len(server.seen) < 40


def test_all_answers_of_an_audit_share_its_memory(server: Scripted, make_api: MakeApi) -> None:
    server.reply = numbered(3_000)
    assert len(make_api(memory=4_000_000).listing("/clients", size=10)) == 3_000
    api = make_api(memory=400_000)
    found = gap(lambda: api.listing("/clients", size=10))
    assert found.fault
    assert "more data than any realm has" in found.reason
    assert "more data than any realm has" in gap(lambda: api.get("/keys")).reason


def test_a_listing_that_lacks_a_page_is_a_gap(server: Scripted, make_api: MakeApi) -> None:
    whole = numbered(30)
    server.reply = lambda request: Answer(500) if "first=20" in request.query else whole(request)
    found = gap(lambda: make_api().listing("/clients", size=10))
    assert found.fault
    assert "500 Internal Server Error" in found.reason


@pytest.mark.parametrize("realm", ["my realm", "größe", "a%2Fb", "a/b", "a?b#c", "a\\b", 'x{{ lookup("pipe","id") }}'])
@pytest.mark.parametrize("base", ["", "/auth", "/a/b/"])
def test_the_realms_name_and_the_servers_path(server: Scripted, make_api: MakeApi, realm: str, base: str) -> None:
    server.reply = FakeKeycloak(realm, base.rstrip("/"))
    assert make_api(realm, url=f"{server.url}{base}").get("/keys")["keys"]


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_not_asked_for(name: str) -> None:
    assert "name" in gap(lambda: segment(name)).reason


@pytest.mark.parametrize("name", ["...", ".hidden", "a..", "..;x"])
def test_other_names_with_dots_are_names(name: str) -> None:
    assert segment(name).startswith((".", "a"))


def test_what_is_read_holds_no_secret_unless_asked_for(server: Scripted, make_api: MakeApi) -> None:
    server.reply = lambda _request: Answer(200, [{"id": "a", "secret": "planted"}])
    api = make_api()
    assert api.get("/clients") == [{"id": "a"}]
    assert api.listing("/clients") == [{"id": "a"}]
    assert api.get("/clients", raw=True) == [{"id": "a", "secret": "planted"}]


@pytest.mark.parametrize(
    ("answer", "words", "fault"),
    [
        (Answer(403, {}), "the role view-realm", False),
        (Answer(404, {}), "404 Not Found", True),
        (Answer(302, None, {"Location": "https://sso.example.com/"}), "redirect (302)", True),
        (Answer(400, {}), "400 Bad Request", True),
        (Answer(500, b"planted <html>"), "500 Internal Server Error", True),
        (Answer(429, {}), "429 Too Many Requests", True),
        (Answer(503, {}), "503 Service Unavailable", True),
        (Answer(599, {}), "with 599", True),
        (Answer(200, b"planted <html>", content_type="text/html"), "not answered with JSON", True),
        (Answer(200, b"[" * 100_000), "not answered with JSON", True),
        (Answer(200, b'{"a":' * 100_000), "not answered with JSON", True),
        (Answer(200, {}, reset=True), "closed the connection", True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_is_none(server: Scripted, make_api: MakeApi, answer: Answer, words: str, fault: bool) -> None:
    server.in_turn(answer)
    found = gap(lambda: make_api().get("/keys", "view-realm"))
    assert words in found.reason
    assert found.fault == fault
    assert found.roles == (("view-realm",) if answer.status == 403 else ())
    assert "planted" not in found.reason


def test_a_listing_that_is_no_list_is_a_fault(server: Scripted, make_api: MakeApi) -> None:
    for body in (b"{}", b"null", b'"text"', b"[1]", b"[[]]"):
        server.in_turn(Answer(200, body))
        assert gap(lambda: make_api().listing("/clients")).fault


def test_a_server_that_is_down_is_not_asked_for_ever(make_api: MakeApi) -> None:
    api = make_api(url=f"http://127.0.0.1:{free_port()}", workers=1)
    found = api.each(lambda number: api.get(f"/{number}"), range(100))
    assert all(isinstance(each, Gap) and each.fault for each in found)
    assert "connection refused" in str(found[-1])


def test_a_server_that_answers_503_is_not_asked_for_ever(server: Scripted, make_api: MakeApi) -> None:
    server.in_turn(Answer(503))
    api = make_api(workers=1)
    assert all(isinstance(each, Gap) for each in api.each(lambda number: api.get(f"/{number}"), range(100)))
    assert len(server.seen) == MOST_FAILURES


def test_failures_between_answers_do_not_stop_the_reading(server: Scripted, make_api: MakeApi) -> None:
    server.reply = lambda request: Answer(503 if request.path[-1] in "13579" else 200, {})
    api = make_api(workers=1)
    found = api.each(lambda number: api.get(f"/{number}"), range(100))
    assert [isinstance(each, Gap) for each in found] == [False, True] * 50


def test_what_fails_for_a_moment_is_asked_again(server: Scripted, make_api: MakeApi) -> None:
    server.in_turn(Answer(503), Answer(200, {"fine": True}))
    assert make_api(retries=1).get("/keys") == {"fine": True}


def test_a_token_that_expires_is_renewed_once_for_all(server: Scripted, make_api: MakeApi) -> None:
    fake = FakeKeycloak()
    fake.tokens = {"two"}
    server.reply = fake
    tokens = Tokens("one", "two")
    api = make_api(tokens=tokens)
    assert len(api.every(lambda _number: api.get("/keys"), range(50))) == 50
    assert tokens.renewals == ["one"]
    assert len(fake.asked) == 50


def test_without_another_token_nothing_more_is_sent(server: Scripted, make_api: MakeApi) -> None:
    server.in_turn(Answer(200, {}), Answer(401))
    tokens = Tokens("one", None)
    api = make_api(tokens=tokens, workers=1)
    found = api.each(lambda number: api.get(f"/{number}"), range(30))
    assert [isinstance(each, Gap) for each in found] == [False] + [True] * 29
    assert "during the audit" in str(found[-1])
    assert (len(server.seen), tokens.renewals) == (2, ["one"])


def test_new_tokens_that_are_rejected_are_not_asked_for_for_ever(server: Scripted, make_api: MakeApi) -> None:
    server.in_turn(Answer(401))
    tokens = Tokens("one", "two", "three", "four")
    api = make_api(tokens=tokens)
    assert "401" in gap(lambda: api.get("/keys")).reason
    assert tokens.renewals == ["one", "two"]
    assert "401" in gap(lambda: api.get("/keys")).reason
    assert len(server.seen) == 3


def test_the_token_goes_out_as_bearer(server: Scripted, make_api: MakeApi) -> None:
    make_api().get("/keys")
    assert server.seen[0].headers["authorization"] == "Bearer valid"
    assert server.seen[0].method == "GET"


class Slow:
    """A transport that counts concurrent requests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.now = self.most = 0

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(0.002)
        with self._lock:
            self.now -= 1
        return HttpResponse(200, {}, b"[]", request.url, 1, 0.0)

    def close(self) -> None:
        """Nothing to close."""


def test_no_more_are_under_way_than_allowed() -> None:
    slow = Slow()
    api = AdminApi("https://sso.example.com", "shop", Tokens(), slow, workers=3)
    api.every(lambda outer: api.every(lambda inner: api.get(f"/{outer}/{inner}"), range(10)), range(10))
    assert slow.most == 3
