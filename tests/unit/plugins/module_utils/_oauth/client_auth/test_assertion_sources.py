# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity of a job on each platform, from what its environment has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AssertionUnavailable,
    ConnectionFailed,
    InsecureUrl,
    InvalidOption,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth import assertion_sources
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.assertion_sources import (
    SOURCES,
    Wanted,
    assertion_from,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC
from ansible_collections.authkit.oauth.tests.servers.ci_platform import CiPlatform
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import free_port, scripted

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl"
WANTED = Wanted("https://sso.example.com/realms/a b&c", timeout=5.0)
#: Every variable of these platforms: a test run may itself be a job of one.
VARIABLES = (
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "SYSTEM_ACCESSTOKEN",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    "GITLAB_OIDC_TOKEN",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AAP_WORKLOAD_IDENTITY_TOKEN",
    "AAP_WORKLOAD_IDENTITY_TOKEN_FILE",
)


@pytest.fixture(autouse=True)
def no_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(assertion_sources, "KUBERNETES_TOKEN", str(tmp_path / "projected"))


@pytest.fixture
def platform() -> Iterator[CiPlatform]:
    with CiPlatform() as running:
        yield running


def test_the_sources_are_the_choices_of_the_option() -> None:
    assert list(SOURCES) == CONNECTION_SPEC["client_assertion_source"]["choices"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("github_actions", "ACTIONS_ID_TOKEN_REQUEST_URL and .*: give the job permissions: id-token: write"),
        ("gitlab", "GITLAB_OIDC_TOKEN in the environment: give the job id_tokens: GITLAB_OIDC_TOKEN"),
        ("azure_devops", r"SYSTEM_ACCESSTOKEN .*: SYSTEM_ACCESSTOKEN: \$\(System.AccessToken\)"),
        ("kubernetes", "mount a projected volume with a serviceAccountToken"),
        ("aap", "AAP_WORKLOAD_IDENTITY_TOKEN in the environment: give the job template a credential"),
    ],
)
def test_a_missing_source_says_what_the_job_needs(source: str, says: str) -> None:
    with pytest.raises(AssertionUnavailable, match=f"^client_assertion_source {source} finds no .*{says}"):
        assertion_from(source, WANTED)


def test_github_actions(platform: CiPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in platform.environment("github_actions").items():
        monkeypatch.setenv(name, value)
    first, second = assertion_from("github_actions", WANTED), assertion_from("github_actions", WANTED)
    assert [first, second] == platform.issued
    assert first != second
    assert parse_qs(platform.seen[0].query) == {"api-version": ["2.0"], "audience": [WANTED.audience]}


@pytest.mark.parametrize("connection", [None, "5a9c41ef-0bf1-4c1e-b1fd-7f4c3d1e0000"])
def test_azure_devops(connection: str | None, platform: CiPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in platform.environment("azure_devops").items():
        monkeypatch.setenv(name, value)
    if connection:
        monkeypatch.setenv("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", connection)
    assert assertion_from("azure_devops", WANTED) == platform.issued[0]
    (seen,) = platform.seen
    assert (seen.method, seen.headers["content-length"]) == ("POST", "0")
    assert seen.headers["x-tfs-fedauthredirect"] == "Suppress"
    assert parse_qs(seen.query).get("serviceConnectionId", [None])[0] == connection


def test_gitlab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_OIDC_TOKEN", JWT)
    assert assertion_from("gitlab", WANTED) == JWT
    monkeypatch.setenv("GITLAB_OIDC_TOKEN", "glpat-personal")
    with pytest.raises(AssertionUnavailable, match="^GITLAB_OIDC_TOKEN is no JWT") as caught:
        assertion_from("gitlab", WANTED)
    assert "glpat" not in caught.value.message


def test_kubernetes_prefers_the_volume_for_this_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "azure").write_text("a.a.a")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(tmp_path / "azure"))
    assert assertion_from("kubernetes", WANTED) == "a.a.a"
    (tmp_path / "projected").write_text(JWT)
    assert assertion_from("kubernetes", WANTED) == JWT


def test_aap_prefers_a_file_which_may_be_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AAP_WORKLOAD_IDENTITY_TOKEN", "a.a.a")
    assert assertion_from("aap", WANTED) == "a.a.a"
    (tmp_path / "jwt").write_text(JWT)
    monkeypatch.setenv("AAP_WORKLOAD_IDENTITY_TOKEN_FILE", str(tmp_path / "jwt"))
    assert assertion_from("aap", WANTED) == JWT


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://runner.example.com/token?x=1", InsecureUrl),
        ("ftp://127.0.0.1/token", InvalidOption),
        ("https://me:hush@example.com/token", InvalidOption),
    ],
)
@pytest.mark.parametrize(
    ("source", "place", "secret"),
    [
        ("github_actions", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
        ("azure_devops", "SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"),
    ],
)
def test_the_request_token_travels_no_clear_way(
    url: str, error: type[Exception], source: str, place: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(place, url)
    monkeypatch.setenv(secret, "hush")
    with pytest.raises(error, match=place) as caught:
        assertion_from(source, WANTED)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(401, {"value": JWT}), r"gave client_assertion_source github_actions no token \(HTTP 401\): the job's"),
        (Answer(403), "HTTP 403"),
        (Answer(500, {"message": "hush"}), "HTTP 500"),
        (Answer(302, headers={"Location": "/elsewhere"}), "HTTP 302"),
        (Answer(200, {"token": JWT}), "no token"),
        (Answer(200, {"value": 7}), "no token"),
        (Answer(200, b"<html>hush", content_type="text/html"), "no token"),
        (Answer(200, {"value": "hush"}), "The value from .* is no JWT"),
    ],
)
def test_what_is_no_token_is_named_without_its_content(
    answer: Answer, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted(lambda _request: answer) as server:
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{server.url}/idtoken?sig=hush")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hush-hush")
        with pytest.raises(AssertionUnavailable, match=says) as caught:
            assertion_from("github_actions", WANTED)
        assert len(server.seen) == 1
    assert "hush" not in caught.value.message


def test_a_request_that_fails_for_now_is_repeated(platform: CiPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted() as server:
        server.in_turn(Answer(503), Answer(200, {"value": JWT}))
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{server.url}/idtoken")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hush")
        assert assertion_from("github_actions", Wanted("https://sso.example.com", retries=1)) == JWT
        assert server.seen[0].query == "audience=https%3A%2F%2Fsso.example.com"


def test_a_platform_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"http://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hush")
    with pytest.raises(ConnectionFailed) as caught:
        assertion_from("github_actions", WANTED)
    assert "hush" not in caught.value.message
