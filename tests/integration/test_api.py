# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of api, which must be the same on the controller and on a node."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THREE, core_of
from ansible_collections.authkit.oauth.tests.integration.support.listening import ListeningProxy
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import (
    MANAGE_USERS,
    Client,
    connection,
    realm_of,
    users_path,
)
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Fault
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: Keys of a result that depend on time or come from Ansible.
VOLATILE = frozenset({"elapsed", "headers", "_ansible_verbose_override", "warnings"})


@dataclass(frozen=True)
class Paths:
    """One play on the host `controller`, in process, and on the host `node`, shipped; and again in check mode."""

    run: Run
    check: Run
    users: Mapping[str, list[str]]
    users_after_check: list[str]
    asked_elsewhere: list[str | None]
    redirects: int
    token_requests: int
    forbidden_requests: int


@pytest.fixture(scope="module", params=ON_THREE)
def paths(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path, server: Keycloak
) -> Iterator[Paths]:
    """One play with all tasks, for each core."""
    workspace = Workspace(tmp_path_factory.mktemp("api"), core_of(str(request.param)), collections)
    manager = Client("manager", secrets.token_urlsafe(24), roles=MANAGE_USERS)
    guest = Client("guest", secrets.token_urlsafe(24), roles=())
    with ExitStack() as stack:
        realms = {
            host: stack.enter_context(server.admin.temporary_realm(realm_of(manager, guest, users=("ada",))))
            for host in ("controller", "node")
        }
        proxy = stack.enter_context(ListeningProxy(server.url))
        elsewhere = stack.enter_context(CountingServer())
        redirecting = stack.enter_context(CountingServer())
        redirecting.fault(Fault("redirect", target="api", location=f"{elsewhere.url}/api/stolen", times=None))
        own = {
            host: {
                **connection(proxy.url, realm, manager),
                "users_url": f"{proxy.url}{users_path(realm)}",
                "redirecting_url": f"{redirecting.url}/api/moved",
                "elsewhere_url": f"{elsewhere.url}/api/other",
                "allowed": [proxy.url.removeprefix("http://")],
                "guest_secret": guest.secret,
            }
            for host, realm in realms.items()
        }
        own["node"]["node_environment"] = {"AUTHKIT_TEST_NODE": "1"}
        check = workspace.play("api.yml", own, arguments=["--check"])
        before = _users(server, realms["controller"])
        proxy.clear()
        run = workspace.play("api.yml", own)
        yield Paths(
            run=run,
            check=check,
            users={host: _users(server, realm) for host, realm in realms.items()},
            users_after_check=before,
            redirects=redirecting.count("api"),
            asked_elsewhere=[record.authorization for record in elsewhere.records],
            token_requests=proxy.token_requests,
            forbidden_requests=proxy.count("admin", 403),
        )


def _users(server: Keycloak, realm: str) -> list[str]:
    return sorted(user["username"] for user in server.admin.call("GET", f"/{realm}/users"))


HOSTS = ("controller", "node")


@pytest.mark.parametrize("host", HOSTS)
def test_results(paths: Paths, host: str) -> None:
    """Status, decoded JSON, `changed` for a method that writes and succeeded."""
    paths.run.expect()
    read = paths.run.one("Read", host).result
    assert read["status"] == 200
    assert isinstance(read["json"], list)
    assert [user["username"] for user in read["json"]] == ["ada"]
    assert read["changed"] is False
    assert "content" not in read
    assert paths.run.one("Read with its content", host).result["content"]
    created = paths.run.one("Create", host).result
    assert (created["status"], created["changed"]) == (201, True)
    assert paths.users[host] == ["ada", "grâce"]


@pytest.mark.parametrize("host", HOSTS)
def test_failures(paths: Paths, host: str) -> None:
    """An unexpected status, a missing permission, a host that is not allowed, a redirect to another origin."""
    again = paths.run.one("Create again", host)
    assert (again.state, again.result["status"]) == ("failed", 409)
    assert "409" in again.message
    expected = paths.run.one("Create again, expected", host)
    assert (expected.state, expected.result["status"]) == ("ok", 409)
    forbidden = paths.run.one("Without a right", host)
    assert (forbidden.state, forbidden.result["status"]) == ("failed", 403)
    refused = paths.run.one("A host that is not allowed", host)
    assert refused.state == "failed"
    assert "allowed_hosts" in refused.message
    moved = paths.run.one("Redirected to another origin", host)
    assert moved.state == "failed"
    assert not paths.run.traceback, paths.run.output[-4000:]


def test_403_is_never_renewed(paths: Paths) -> None:
    """The tokens are those of the earlier run, and each 403 was requested once."""
    assert paths.token_requests == 0
    assert paths.forbidden_requests == 2


def test_401_of_another_origin_is_not_renewed(paths: Paths) -> None:
    """That origin got no token, so it rejected none: each host sends one request in each of the two runs."""
    assert paths.asked_elsewhere == [None] * 4
    assert paths.redirects == 4


@pytest.mark.parametrize("host", HOSTS)
def test_check_mode(paths: Paths, host: str) -> None:
    """Reads are sent, writes are not."""
    read = paths.check.one("Read", host)
    assert (read.state, read.result["status"]) == ("ok", 200)
    create = paths.check.of("Create", host)
    assert len(create) == 1
    assert create[0].state in ("ok", "skipped")
    assert create[0].result["status"] is None
    assert paths.users_after_check == ["ada"]


def test_both_paths_give_the_same(paths: Paths) -> None:
    """Every task returns the same keys and values on both paths, also when it fails."""
    for run in (paths.run, paths.check):
        for task in {result.task for result in run.results}:
            here, there = (run.of(task, host)[0] for host in HOSTS)
            assert here.state == there.state, task
            assert _comparable(here.result) == _comparable(there.result), task


def _comparable(result: Mapping[str, object]) -> dict[str, object]:
    """A result without times and without the realm's own values (its name, its users' ids)."""
    kept = {name: value for name, value in result.items() if name not in VOLATILE and not name.startswith("_ansible")}
    for name in ("url", "json", "content", "msg", "location"):
        if name in kept:
            kept[name] = type(kept[name]).__name__
    return kept
