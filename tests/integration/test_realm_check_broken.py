# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role if the server breaks during the audit, and if the audit runs on a host that only has a token."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor, fixture_realm
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, NEWEST, ON_THREE
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

REPORTS = {"report.json", "report.sarif", "report.xml", "report.md", "report.html"}
#: Requests to the admin API that succeed before the server breaks: the realm, its clients, and some more.
WHOLE = 30
ELSEWHERE = {"Location": "https://sso.example.com/"}


class BreakingProxy(ListeningProxy):
    """Forwards some requests to the admin API, and responds to all later ones itself."""

    def __init__(self, upstream: str, broken: Answer) -> None:
        super().__init__(upstream)
        self._broken, self._left = broken, WHOLE

    def answer(self, request: Incoming) -> Answer:
        if request.path.startswith("/admin/"):
            self._left -= 1
            if self._left < 0:
                return self._broken
        return super().answer(request)


@pytest.fixture(scope="module")
def hardened(server: Keycloak) -> Iterator[str]:
    with server.admin.temporary_realm(fixture_realm("hardened")) as name:
        yield name


def settings(realm: str) -> dict[str, object]:
    return {
        "realm_check_realms": [realm],
        "realm_check_levels": ["L3"],
        "realm_check_profile": "strict",
        "authkit_retries": 0,
    }


def checks(workspace: Workspace) -> list[dict[str, Any]]:
    folder = workspace.root / "cwd" / "realm-check"
    assert {path.name for path in folder.iterdir()} >= REPORTS
    (realm,) = json.loads((folder / "report.json").read_text(encoding="utf-8"))["realms"]
    return list(realm["checks"])


@pytest.mark.parametrize("core", [NEWEST], indirect=True)
@pytest.mark.parametrize(
    ("broken", "status", "says"),
    [
        (Answer(200, reset=True), "inconclusive", "closed the connection"),
        (Answer(403, b"planted"), "not_evaluated", "without view-"),
        pytest.param(Answer(503, b"planted"), "inconclusive", "503 Service Unavailable", marks=MATRIX),
        pytest.param(Answer(404, b"planted"), "inconclusive", "404 Not Found", marks=MATRIX),
        pytest.param(Answer(302, None, ELSEWHERE), "inconclusive", "a redirect (302)", marks=MATRIX),
        pytest.param(Answer(401, b"planted"), "not_evaluated", "rejects the client's access token", marks=MATRIX),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_what_was_known_is_reported_and_the_run_fails(
    workspace: Workspace, server: Keycloak, hardened: str, broken: Answer, status: str, says: str
) -> None:
    with auditor(server.admin, [hardened]) as who, BreakingProxy(server.url, broken) as proxy:
        given = {**who.variables, **settings(hardened), "authkit_auth_server": proxy.url}
        run = workspace.play("realm_check.yml", {"localhost": {}}, variables=given).expect(2)
    (failed,) = run.failed
    assert failed.task.endswith("Fail on findings")
    assert says in failed.message
    found = Counter(check["status"] for check in checks(workspace))
    assert found["pass"] > WHOLE
    assert found[status] > 1
    assert not run.traceback
    assert "planted" not in run.output


@MATRIX
@pytest.mark.parametrize("core", ON_THREE, indirect=True)
def test_a_host_finds_the_same_with_nothing_but_a_token(workspace: Workspace, server: Keycloak, hardened: str) -> None:
    def audit(playbook: str, variables: Mapping[str, object]) -> Run:
        given = {**variables, **settings(hardened)}
        return workspace.play(playbook, {"somewhere": {}}, variables=given, arguments=["-vvv"]).expect()

    with auditor(server.admin, [hardened]) as who, ListeningProxy(server.url) as proxy:
        connection = {**who.variables, "authkit_auth_server": proxy.url}
        audit("realm_check.yml", connection)
        here = checks(workspace)
        run = audit("realm_check_shipped.yml", connection)
        assert checks(workspace) == here
        assert not [secret for secret in (who.secret, *proxy.issued) if secret in run.output]
    assert len(proxy.issued) == 1, "the second audit takes its token from the store"
    assert "AnsiballZ_realm_check.py" in run.output
