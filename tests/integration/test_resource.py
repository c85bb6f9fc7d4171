# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources of a real Keycloak: created, changed and deleted, in process and shipped, and every secret kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THREE, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

MANAGE = tuple(
    f"{verb}-{what}" for verb in ("view", "manage") for what in ("clients", "identity-providers", "realm", "users")
)
PHASES = ("created", "updated", "deleted")
KINDS = ("Client", "Role", "Identity provider, whose secret Keycloak masks")


@dataclass(frozen=True)
class Phases:
    """One play for the host ``controller``, in process, and ``node``, shipped, each with a realm of its own."""

    run: Run
    hidden: list[str]
    left: dict[str, list[str]]

    def of(self, task: str, host: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """By phase, what was predicted, what a run did, and what a second run did."""
        found = [dict(result.result) for result in self.run.of(task, host) if result.state != "skipped"]
        assert len(found) == 9
        return iter((phase, found[3 * number : 3 * number + 3]) for number, phase in enumerate(PHASES))


def items(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results of a task with a loop."""
    return [dict(item) for item in result["results"]]


def manager() -> Client:
    return Client("manager", secrets.token_urlsafe(24), roles=MANAGE)


@pytest.fixture(scope="module", params=ON_THREE)
def phases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Any, server: Keycloak
) -> Iterator[Phases]:
    workspace = Workspace(tmp_path_factory.mktemp("resource"), core_of(str(request.param)), collections)
    hidden = {name: f"{name}-{secrets.token_hex(8)}" for name in ("user_password", "shop_secret", "partner_secret")}
    client = manager()
    with ExitStack() as stack:
        hosts: dict[str, dict[str, object]] = {}
        for host, usernames in (("controller", ["ada", "grâce", "linus"]), ("node", ["ada"])):
            realm = stack.enter_context(server.admin.temporary_realm(realm_of(client, users=("other",))))
            hosts[host] = {
                **connection(server.url, realm, client),
                "admin_url": f"{server.url}/admin/realms/{realm}",
                "usernames": usernames,
                "everything": host == "controller",  # a shipped task takes longer
                **hidden,
            }
        hosts["node"]["node_environment"] = {"AUTHKIT_TEST_NODE": "1"}
        run = workspace.play("resource.yml", hosts, arguments=["-vvv", "--diff"])
        left = {
            host: [user["username"] for user in server.admin.call("GET", f"/{own['authkit_realm']}/users")]
            for host, own in hosts.items()
        }
        yield Phases(run, [*hidden.values(), client.secret], left)


HOSTS = ("controller", "node")


@pytest.mark.parametrize("kind", KINDS)
def test_each_phase_is_predicted_and_changes_once(phases: Phases, kind: str) -> None:
    phases.run.expect()
    for phase, (predicted, done, again) in phases.of(kind, "controller"):
        assert (done["changed"], done["action"]) == (True, phase)
        assert [predicted[key] for key in ("changed", "action", "diff")] == [
            done[key] for key in ("changed", "action", "diff")
        ]
        assert (again["changed"], again["action"]) == (False, "none"), again
        assert "warnings" not in done, done["warnings"]


@pytest.mark.parametrize("host", HOSTS)
def test_users(phases: Phases, host: str) -> None:
    for phase, results in phases.of("Users", host):
        predicted, done, again = map(items, results)
        for one, two, three in zip(predicted, done, again, strict=False):
            assert (one["changed"], one["action"], one["diff"]) == (True, phase, two["diff"])
            assert (two["changed"], two["action"], three["action"]) == (True, phase, "none")
            if phase != "deleted":
                assert (two["json"]["username"], two["json"]["id"]) == (two["item"], three["json"]["id"])
    assert phases.left[host] == ["other"]


def test_no_secret_is_anywhere(phases: Phases) -> None:
    text = phases.run.output + phases.run.log + repr(phases.run.results)
    assert not [number for number, secret in enumerate(phases.hidden) if secret in text]
    assert "eyJ" not in text
    assert "**********" not in str(
        [done["diff"]["after"] for _phase, (_one, done, _two) in phases.of(KINDS[2], "controller")]
    )


#: Users, and the hosts that share them, so that several are worked on at a time.
MANY, SHARES = 300, 4


@MATRIX
def test_three_hundred_users(workspace: Workspace, server: Keycloak) -> None:
    client = manager()
    names = [f"user-{number:03}" for number in range(MANY)]
    with server.admin.temporary_realm(realm_of(client)) as realm:
        common = {
            **connection(server.url, realm, client),
            "admin_url": f"{server.url}/admin/realms/{realm}",
            "everything": False,
        }
        parts = {f"host{share}": names[share::SHARES] for share in range(SHARES)}

        def play(users: dict[str, list[str]], phase: int, **more: object) -> None:
            """One phase: what was predicted and done, and that a second run does nothing."""
            hosts = {host: {**common, "usernames": usernames, **more} for host, usernames in users.items()}
            state = {"state": "absent" if phase == 2 else "present", "domain": f"phase{phase}.example.com"}
            run = workspace.play("resource.yml", hosts, arguments=["-e", json.dumps({"phases": [state]})]).expect()
            for host, usernames in users.items():
                turns = [items(each.result) for each in run.of("Users", host)]
                assert [[item["action"] for item in turn] for turn in turns] == [
                    [action] * len(usernames) for action in (PHASES[phase], PHASES[phase], "none")
                ]
                assert [item["diff"] for item in turns[0]] == [item["diff"] for item in turns[1]]

        exact = {"exact": True}
        play(parts, 0, user_query=exact)
        assert server.admin.call("GET", f"/{realm}/users/count") == MANY
        play({"pages": [names[0], names[-1]]}, 1)  # without a query, all pages are read
        play({**parts, "host0": names[SHARES:-1:SHARES], "host3": names[3:-1:SHARES]}, 1, user_query=exact)
        play(parts, 2, user_query=exact)
        assert server.admin.call("GET", f"/{realm}/users/count") == 0
