# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A person's login: who is asked to sign in, what the store keeps of it, and how it ends."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    InvalidOption,
    NotLoggedIn,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.device import LoginDenied, LoginExpired
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.pkce import challenge
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.token import Token
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _secrets
from ansible_collections.authkit.oauth.plugins.plugin_utils._fetching import fetched
from ansible_collections.authkit.oauth.plugins.plugin_utils._login import login
from ansible_collections.authkit.oauth.plugins.plugin_utils._login.login import (
    DeviceFlow,
    Login,
    LoginNotKept,
    kept_login,
    logged_out,
    login_result,
    status,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import store
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted
from ansible_collections.authkit.oauth.tests.unit.support.stores import private_store, refuse_warning
from ansible_collections.authkit.oauth.tests.unit.support.transports import FINE, ScriptedTransport, answer, options

CODE, DEVICE_CODE = "WDJB-MJHT", "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"


class People:
    """A Keycloak whose only person is Ada, as the collection sees it. She signs in at the second look for a token.

    :ivar ends: the error with which her visit ends instead.
    :ivar expires_in: of a code.
    :ivar life: of an access token, in seconds.
    :ivar refreshes: whether a login comes with a refresh token.
    :ivar over: whether she has ended the login at the server.
    :ivar revoking: the status of a response to a revocation.
    :ivar busy: the status of the first response to a look.
    :ivar answered_at: when it got the last request for a token.
    """

    def __init__(self) -> None:
        self.ends: str | None = None
        self.expires_in, self.life, self.revoking = 600, 300, 200
        self.refreshes, self.over = True, False
        self.busy, self.answered_at = 400, 0.0
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.shown: list[str] = []

    def reply(self, request: Incoming) -> Answer:
        name = request.path.rpartition("/")[2]
        if name == "openid-configuration":
            issuer = f"http://{request.headers['host']}/realms/erp"
            return Answer(200, {"issuer": issuer, "revocation_endpoint": f"{issuer}/revoke"})
        form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        host = f"http://{request.headers['host']}"
        if name == "openid-configuration":
            issuer = f"{host}/realms/erp"
            return Answer(200, {"issuer": issuer, "revocation_endpoint": f"{issuer}/protocol/openid-connect/revoke"})
        self.seen.append((name, form))
        if name == "device":
            return Answer(200, self._code(f"{host}/device"))
        if name == "revoke":
            return Answer(self.revoking, {})
        self.answered_at = time.time()
        if self.busy != 400 and self.asked("token") == 1:
            return Answer(self.busy, {})
        if form["grant_type"] == "refresh_token" and self.over:
            return Answer(400, {"error": "invalid_grant"})
        if form["grant_type"] != "refresh_token" and self.asked("token") % 2:
            return Answer(400, {"error": self.ends or "authorization_pending"})
        return Answer(200, self._token())

    def _code(self, address: str) -> dict[str, object]:
        return {
            "device_code": DEVICE_CODE,
            "user_code": CODE,
            "verification_uri": address,
            "expires_in": self.expires_in,
            "interval": 1,
        }

    def _token(self) -> dict[str, object]:
        claims = json.dumps({"preferred_username": "ada", "jti": len(self.seen)}).encode()
        body = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
        more = {"refresh_token": f"refresh-{len(self.seen)}", "refresh_expires_in": 1800} if self.refreshes else {}
        return {"access_token": f"e30.{body}.c2ln", "token_type": "Bearer", "expires_in": self.life, **more}

    def asked(self, name: str) -> int:
        """How many requests an endpoint got."""
        return [each for each, _form in self.seen].count(name)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def ada(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClientOptions]:
    """The options of a connection of hers; nothing waits, and the store is empty."""
    monkeypatch.setattr(store, "_ENTRIES", {})
    monkeypatch.setattr(login, "DeviceFlow", partial(DeviceFlow, sleep=lambda _seconds: None))
    monkeypatch.setattr(login, "PATIENCE", 20.0)
    private_store(tmp_path, monkeypatch)
    with scripted(people.reply) as server:
        yield of_person(server.url)


def of_person(auth_server: str, **more: object) -> ClientOptions:
    given = {"grant_type": "device_code", "client_auth_method": "none", "client_secret": None, "retries": 0}
    return options(client_id="cli", auth_server=auth_server, realm="erp", **{**given, **more})


def wanted(connection: ClientOptions, people: People) -> Login:
    """A task that wants her login; any warning fails the test."""
    return Login(connection, people.shown.append, terminal=False, warn=refuse_warning)


def brief_login(connection: ClientOptions, people: People) -> Token:
    """Her token, which has expired meanwhile."""
    people.life = 1
    token = wanted(connection, people).token()
    time.sleep(1.05)
    return token


def locked(connection: ClientOptions) -> bool:
    """Whether a next login has to wait for the last one."""
    began = time.monotonic()
    with pytest.raises(NotLoggedIn):
        unseen(connection).token()
    return time.monotonic() - began > 10.0


def unseen(connection: ClientOptions) -> Login:
    """The same where nobody would see a prompt."""
    return Login(connection, None, terminal=False, warn=refuse_warning)


def test_a_login_is_asked_for_once(ada: ClientOptions, people: People) -> None:
    first, second = wanted(ada, people), unseen(ada)
    token = first.token()
    assert second.token().access_token == token.access_token
    assert (first.prompted, second.prompted) == (True, False)
    assert [CODE in text for text in people.shown] == [True]
    assert (people.asked("device"), people.asked("token")) == (1, 2)
    result = login_result(first, token)
    assert (result["changed"], result["user"]) == (True, "ada")
    assert 1700 < result["login_expires_at"] - time.time() <= 1800
    assert login_result(second, token)["changed"] is False
    for secret in (CODE, token.access_token, "refresh-", DEVICE_CODE):
        assert secret not in str(result)


def test_many_at_once_show_one_prompt(ada: ClientOptions, people: People) -> None:
    logins, found = [wanted(ada, people) for _number in range(6)], []
    threads = [threading.Thread(target=lambda each=each: found.append(each.token().access_token)) for each in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert len(set(found)) == len(people.shown) == people.asked("device") == 1
    assert [each.prompted for each in logins].count(True) == 1


def test_its_secrets_are_masked_where_ansible_can(
    ada: ClientOptions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked: list[str] = []
    monkeypatch.setattr(_secrets, "_REGISTER", masked.append)
    token = wanted(ada, people).token()
    assert {DEVICE_CODE, token.access_token} <= set(masked)


def test_the_life_of_a_token_begins_before_its_request(ada: ClientOptions, people: People) -> None:
    assert wanted(ada, people).token().issued_at <= people.answered_at


def test_a_busy_server_is_looked_at_again_after_a_pause(
    ada: ClientOptions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retries would disregard the interval."""
    people.busy, pauses = 503, list[float]()
    monkeypatch.setattr(login, "DeviceFlow", partial(DeviceFlow, sleep=pauses.append))
    wanted(of_person(ada.auth_server or "", retries=3), people).token()
    assert pauses == [1.0] * people.asked("token")


def test_an_expired_token_is_renewed_without_a_word(ada: ClientOptions, people: People) -> None:
    first = brief_login(ada, people)
    second = unseen(ada).token()
    assert first.access_token != second.access_token
    assert people.seen[-1][1]["refresh_token"] == "refresh-3"
    assert len(people.shown) == 1


def test_a_login_that_has_ended_is_replaced(ada: ClientOptions, people: People) -> None:
    brief_login(ada, people)
    people.over = True
    again = wanted(ada, people)
    again.token()
    assert again.prompted
    assert (len(people.shown), people.asked("device")) == (2, 2)


def test_a_login_that_has_ended_where_nobody_sees_a_prompt(ada: ClientOptions, people: People) -> None:
    brief_login(ada, people)
    people.over = True
    with pytest.raises(NotLoggedIn):
        unseen(ada).token()


def test_nobody_is_logged_in(ada: ClientOptions, people: People) -> None:
    with pytest.raises(NotLoggedIn, match="run ansible-playbook authkit"):
        unseen(ada).token()
    with pytest.raises(NotLoggedIn):
        fetched(ada, refuse_warning)
    assert not people.seen


@pytest.mark.parametrize(("error", "kind"), [("access_denied", LoginDenied), ("expired_token", LoginExpired)])
def test_a_visit_without_a_login(ada: ClientOptions, people: People, error: str, kind: type[AuthkitError]) -> None:
    """Its error is the task's; the store keeps no login, and is not locked."""
    people.ends = error
    with pytest.raises(kind):
        wanted(ada, people).token()
    assert kept_login(ada).token is None
    assert not locked(ada)


def test_ctrl_c_leaves_nothing_locked(ada: ClientOptions, people: People) -> None:
    def interrupt(_text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Login(ada, interrupt, terminal=True, warn=refuse_warning).token()
    assert not locked(ada)
    again = wanted(ada, people)
    again.token()
    assert again.prompted


def test_a_login_without_a_refresh_token(ada: ClientOptions, people: People) -> None:
    people.refreshes = False
    warnings: list[str] = []
    token = Login(ada, people.shown.append, terminal=False, warn=warnings.append).token()
    assert [each.partition(":")[0] for each in warnings] == [
        "The server issued no refresh token to the client 'cli', so this login ends in 300 s"
    ]
    assert login_result(wanted(ada, people), token)["login_expires_at"] == int(token.expires_at)
    assert status(ada)[1] == "The login ends in 5 minutes, as the server issued no refresh token"


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({"cache": "memory"}, LoginNotKept, "set cache to file"),
        ({"cache": "none"}, LoginNotKept, "set cache to file"),
        ({"grant_type": "client_credentials"}, InvalidOption, "set it to device_code"),
    ],
)
def test_a_login_that_would_be_lost(
    people: People, more: dict[str, object], kind: type[AuthkitError], words: str
) -> None:
    """Nobody is sent to a browser for it."""
    with pytest.raises(kind, match=words):
        wanted(of_person("http://127.0.0.1:9", **more), people).token()
    assert not people.shown


def test_what_the_doctor_says(ada: ClientOptions, people: People) -> None:
    assert status(ada) == []
    wanted(ada, people).token()
    assert status(ada) == [
        "ada is logged in, as the token says (not verified)",
        "The login ends in 30 minutes unless it is used before",
    ]
    assert status(options()) == []


def test_a_logout(ada: ClientOptions, people: People) -> None:
    wanted(ada, people).token()
    assert logged_out(ada, refuse_warning, check_mode=True)["changed"] is True
    assert people.asked("revoke") == 0
    result = logged_out(ada, refuse_warning)
    assert (result["changed"], result["revoked"]) == (True, True)
    sent = [(form["token"], form["token_type_hint"]) for name, form in people.seen if name == "revoke"]
    assert sent == [("refresh-3", "refresh_token")]
    again = logged_out(ada, refuse_warning)
    assert (again["changed"], again["revoked"], people.asked("revoke")) == (False, False, 1)
    with pytest.raises(NotLoggedIn):
        unseen(ada).token()


def test_a_logout_without_a_refresh_token_revokes_the_token(ada: ClientOptions, people: People) -> None:
    people.refreshes = False
    token = Login(ada, people.shown.append, terminal=False, warn=lambda _text: None).token()
    assert logged_out(ada, refuse_warning)["revoked"] is True
    assert people.seen[-1][1]["token"] == token.access_token


@pytest.mark.parametrize("refused", [400, 403, 503])
def test_a_logout_that_the_server_does_not_revoke(ada: ClientOptions, people: People, refused: int) -> None:
    """The login is forgotten all the same, with a warning that it stays valid there."""
    wanted(ada, people).token()
    people.revoking = refused
    warnings: list[str] = []
    result = logged_out(ada, warnings.append)
    assert (result["changed"], result["revoked"]) == (True, False)
    assert len(warnings) == 1
    assert warnings[0].startswith("The login was forgotten here, but not revoked at the server, where it stays valid")
    assert "refresh-" not in warnings[0]
    with pytest.raises(NotLoggedIn):
        unseen(ada).token()


BEGUN = answer({"device_code": "secret", "user_code": CODE, "verification_uri": "https://login.example.org/device"})
PENDING = answer({"error": "authorization_pending"}, 400)
#: As Google does.
UNWANTED = answer({"error": "invalid_request", "error_description": "Parameter not allowed: code_challenge"}, 400)


def flow_of(*answers: HttpResponse) -> tuple[DeviceFlow, ScriptedTransport]:
    """A login that does not wait, and its server."""
    server = ScriptedTransport(list(answers))
    asked = options(client_secret=None, client_auth_method="none", grant_type="device_code", scope=("openid",))
    return DeviceFlow(asked, server, lambda _code: None, print, sleep=lambda _seconds: None), server


def forms(server: ScriptedTransport) -> list[dict[str, list[str]]]:
    """What was asked, in turn."""
    return [parse_qs((request.body or b"").decode()) for request in server.asked]


def test_every_request_for_the_token_proves_who_asked_for_the_code() -> None:
    flow, server = flow_of(BEGUN, PENDING, answer(FINE))
    assert flow.token().access_token == FINE["access_token"]
    begun, *polls = forms(server)
    (verifier,) = {form["code_verifier"][0] for form in polls}
    assert len(polls) == 2
    assert begun["code_challenge"] == [challenge(verifier)]
    assert begun["code_challenge_method"] == ["S256"]
    assert verifier not in str(begun)
    assert verifier not in repr(flow)


def test_a_server_that_refuses_the_parameters_of_pkce() -> None:
    flow, server = flow_of(UNWANTED, BEGUN, answer(FINE))
    assert flow.token().access_token == FINE["access_token"]
    found = forms(server)
    assert ["code_challenge" in form for form in found] == [True, False, False]
    assert not any("code_verifier" in form for form in found)


def test_another_fault_in_the_request_is_named() -> None:
    flow, server = flow_of(UNWANTED)
    with pytest.raises(AuthkitError, match="invalid_request|not allowed"):
        flow.token()
    assert len(server.asked) == 2
