# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The device authorization grant: what is shown, when the server is asked, and how the wait ends (RFC 8628)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, ConnectionFailed
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.device import (
    DeviceCode,
    DeviceCodeUnusable,
    LoginDenied,
    LoginExpired,
    awaited,
    device_code,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts

AT = RequestFacts(endpoint="https://login.example.org/device/auth", client_id="cli", where_options="issuer")
#: The example of RFC 8628 section 3.2.
RFC: Mapping[str, object] = {
    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://example.com/device",
    "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
    "expires_in": 1800,
    "interval": 5,
}
TOKEN = {"access_token": "t", "token_type": "Bearer"}
PENDING, SLOW_DOWN = {"error": "authorization_pending"}, {"error": "slow_down"}


def code(changes: Mapping[str, object], *, allow_http: bool = False, at: RequestFacts = AT) -> DeviceCode:
    """The code in the RFC's example, with changes; None leaves a member out."""
    answer = {name: value for name, value in {**RFC, **changes}.items() if value is not None}
    return device_code(answer, at, allow_http=allow_http, asked_at=100.0)


class Server:
    """Answers the token requests in turn; the last answer stays. Time passes only while the client sleeps."""

    def __init__(self, answers: Iterable[object]) -> None:
        self.answers = list(answers)
        self.now = 100.0
        self.asked: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def ask(self) -> HttpResponse:
        assert self.now < 3000.0, "the client goes on long after the code has expired"
        self.asked.append(self.now - 100.0)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, AuthkitError):
            raise found
        status, headers, body = found if isinstance(found, tuple) else (200 if found == TOKEN else 400, {}, found)
        return HttpResponse(status, headers, json.dumps(body).encode(), AT.endpoint, 1, 0.1)

    def wait(self, **changes: object) -> HttpResponse:
        return awaited(code(changes), self.ask, AT, clock=lambda: self.now, sleep=self.sleep)


def test_the_example_of_the_rfc() -> None:
    found = code({})
    assert (found.user_code, found.address) == ("WDJB-MJHT", "https://example.com/device")
    assert found.complete_address == "https://example.com/device?user_code=WDJB-MJHT"
    assert (found.interval, found.seconds, found.deadline) == (5.0, 1800.0, 1900.0)
    assert "WDJB" not in repr(found)
    assert "GmRh" not in repr(found)


def test_missing_members() -> None:
    found = code({"interval": None, "expires_in": None, "verification_uri_complete": None})
    assert (found.interval, found.seconds, found.complete_address) == (5.0, 600.0, None)


@pytest.mark.parametrize(
    ("interval", "kept"), [(0, 5.0), (-3, 5.0), ("x", 5.0), (True, 5.0), (0.2, 1.0), ("7", 7.0), (30, 30.0)]
)
def test_odd_intervals(interval: object, kept: float) -> None:
    assert code({"interval": interval}).interval == kept


@pytest.mark.parametrize("life", [1801, 10**9])
def test_a_code_is_not_awaited_for_ever(life: int) -> None:
    assert code({"expires_in": life}).seconds == 1800.0


def test_the_older_name_of_the_address() -> None:
    found = code({"verification_uri": None, "verification_url": "https://www.google.com/device"})
    assert found.address == "https://www.google.com/device"


def test_a_code_loses_what_could_change_a_terminal() -> None:
    assert code({"user_code": " \x1b[2JAB\u202eCD\n\x07-EF "}).user_code == "[2JABCD-EF"


@pytest.mark.parametrize(
    "changes",
    [
        {"device_code": None},
        {"device_code": ""},
        {"device_code": 7},
        {"user_code": None},
        {"user_code": "\x1b\n"},
        {"user_code": "A" * 101},
        {"verification_uri": None},
        {"verification_uri": ["https://example.com/"]},
        {"verification_uri": "http://example.com/device"},
        {"verification_uri": "http://127.0.0.1/device"},  # the server is elsewhere
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://example.com/\x1b[2J"},
        {"verification_uri": "https://example.com/\u202eevil"},
        {"verification_uri": "https://user:secret@example.com/"},
        {"verification_uri": f"https://example.com/{'a' * 2000}"},
    ],
)
def test_an_unusable_answer_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(DeviceCodeUnusable, match="has no (device_code and user_code|verification_uri)") as caught:
        code(changes)
    assert "evil" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_http_where_the_connection_may_use_it() -> None:
    assert (
        code({"verification_uri": "http://example.com/device"}, allow_http=True).address == "http://example.com/device"
    )
    local = RequestFacts(endpoint="http://127.0.0.1:8080/device/auth", client_id="cli")
    assert code({"verification_uri": "http://127.0.0.1:8080/device"}, at=local).address.startswith("http://127")


def test_an_unsafe_complete_address_is_left_out() -> None:
    assert code({"verification_uri_complete": "http://example.com/?user_code=X"}).complete_address is None
    assert code({"verification_uri_complete": "https://example.com/\n?user_code=X"}).complete_address is None


def test_waits_before_the_first_request_and_between_two() -> None:
    server = Server([PENDING, PENDING, TOKEN])
    assert server.wait().json_members() == TOKEN
    assert server.asked == [5, 10, 15]


def test_slow_down_lasts() -> None:
    server = Server([SLOW_DOWN, PENDING, SLOW_DOWN, TOKEN])
    server.wait(interval=2)
    assert server.asked == [2, 9, 16, 28]


def test_the_servers_own_interval_counts_if_it_is_longer() -> None:
    """GitHub says with HTTP 200 that the person is not done, and how long to wait from now on."""
    server = Server([(200, {}, {"error": "slow_down", "interval": 30}), (200, {}, PENDING), TOKEN])
    server.wait()
    assert server.asked == [5, 35, 65]


def test_no_response_doubles_the_interval() -> None:
    server = Server([ConnectionFailed("gone"), ConnectionFailed("gone"), PENDING, TOKEN])
    server.wait()
    assert server.asked == [5, 15, 35, 55]


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    server = Server([(503, {"retry-after": "40"}, {}), (429, {}, {}), TOKEN])
    server.wait()
    assert server.asked == [5, 45, 50]


def test_nobody_comes() -> None:
    server = Server([PENDING])
    with pytest.raises(LoginExpired, match="within the 12 s that the code from https://login.example.org/device/auth"):
        server.wait(expires_in=12)
    assert server.asked == [5, 10, 15]


def test_the_server_never_answers() -> None:
    with pytest.raises(ConnectionFailed):
        Server([ConnectionFailed("gone")]).wait(expires_in=60)


def test_an_endless_slow_down_ends_with_the_code() -> None:
    server = Server([SLOW_DOWN])
    with pytest.raises(LoginExpired):
        server.wait(expires_in=60)
    assert server.now <= 100.0 + 60 + 10


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("access_denied", LoginDenied, "was refused in the browser"),
        ("authorization_declined", LoginDenied, "was refused in the browser"),
        ("expired_token", LoginExpired, "enter its new code"),
        ("invalid_grant", LoginExpired, "enter its new code"),
        ("bad_verification_code", LoginExpired, "enter its new code"),
    ],
)
def test_how_the_person_ends_it(error: str, kind: type[AuthkitError], words: str) -> None:
    server = Server([PENDING, {"error": error, "error_description": "s3cret"}])
    with pytest.raises(kind, match=words) as caught:
        server.wait()
    assert "s3cret" not in str(caught.value)
    assert server.asked == [5, 10]


def test_other_refusals_are_handed_back() -> None:
    server = Server([{"error": "invalid_client"}])
    assert server.wait().json_members() == {"error": "invalid_client"}
