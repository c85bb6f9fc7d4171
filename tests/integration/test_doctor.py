# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor on broken setups, one for each host, and on a correct one."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_THE_NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, connection, realm_of
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.proxy import CountingProxy

LOOK = "Check options, server, token and store"
#: The hosts, each named for its problem, with words for the cause and the next step that must be reported.
PROBLEMS = {
    "wrong_secret": ("client_secret of the client 'inventory' is wrong", "Credentials"),
    "unknown_client": ("no enabled client 'nobody'", "check client_id"),
    "unknown_realm": ("does not have the realm 'nowhere'", "check auth_server and realm"),
    "service_accounts_off": ("'mute'", "switch on 'Service account roles'"),
    "no_scope": ("requested scope ('no-such-scope')", "check scope"),
    "private_ca": ("signed by an authority that this machine does not trust", "set ca_path"),
    "http_to_a_remote_host": ("http", "allow_http"),
    "expired_waiver": ("the waiver of client-full-scope expired on 2020-01-31", "set another date"),
}


def problems_of(run: Run, host: str) -> list[str]:
    found = run.one(LOOK, host).result["problems"]
    assert isinstance(found, list)
    return [str(each) for each in found]


@dataclass(frozen=True)
class Wards:
    """The run on all hosts, and the secrets that must not be in it."""

    run: Run
    canaries: tuple[str, ...]

    def problems(self, host: str) -> list[str]:
        return problems_of(self.run, host)


@pytest.fixture(scope="module", params=ON_THE_NEWEST)
def wards(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path, server: Keycloak
) -> Iterator[Wards]:
    workspace = Workspace(tmp_path_factory.mktemp("wards"), core_of(str(request.param)), collections)
    good = Client("inventory", secrets.token_urlsafe(24))
    mute = Client("mute", secrets.token_urlsafe(24), service_accounts=False)
    wrong = replace(good, secret=secrets.token_urlsafe(24))
    authority = PrivateAuthority(tmp_path_factory.mktemp("authority"))
    realm_and_proxy = server.admin.temporary_realm(realm_of(good, mute))
    with realm_and_proxy as realm, CountingProxy(server.url, tls=authority.server_context()) as secure:
        proper = connection(server.url, realm, good)
        waiver = {"check": "client-full-scope", "reason": "r", "owner": "o", "expires": "2020-01-31"}
        cases: dict[str, dict[str, object]] = {
            "wrong_secret": connection(server.url, realm, wrong),
            "unknown_client": connection(server.url, realm, replace(good, client_id="nobody")),
            "unknown_realm": connection(server.url, "nowhere", good),
            "service_accounts_off": connection(server.url, realm, mute),
            "no_scope": {**proper, "authkit_scope": ["no-such-scope"]},
            "private_ca": connection(secure.url, realm, good),
            "http_to_a_remote_host": connection("http://auth.example.com", realm, good),
            "expired_waiver": {**proper, "realm_check_waivers": [waiver]},
            "all_right": proper,
            "private_ca_named": {**connection(secure.url, realm, good), "authkit_ca_path": str(authority.ca_path)},
            "a_profile": {
                "authkit_profiles": {"one": {name[8:]: value for name, value in proper.items()}},
                "doctor_profile": "one",
            },
        }
        run = workspace.play("doctor.yml", cases, forks=len(cases)).expect(2)
        yield Wards(run, (good.secret, mute.secret, wrong.secret))


@pytest.mark.parametrize("host", PROBLEMS)
def test_each_problem_has_its_sentence(wards: Wards, host: str) -> None:
    (problem,) = wards.problems(host)
    for words in PROBLEMS[host]:
        assert words in problem


@pytest.mark.parametrize("host", ["all_right", "a_profile"])
def test_where_all_is_well_it_says_so_and_what_it_saw(wards: Wards, host: str) -> None:
    assert wards.problems(host) == []
    said = str(wards.run.one(LOOK, host).result["sections"])
    for words in (
        "client_secret: set, not shown (from",
        "signature and issuer were verified",
        "roles of realm-management: query-groups, query-users, view-users",
        "Tokens are kept, encrypted, in",
        "ansible-core",
        "requests 2.",
    ):
        assert words in said
    lives = re.search(r"A token was issued that is valid for (\d+) s", said)
    # Keycloak counts from its response: a second may have passed since it signed the token.
    assert lives
    assert lives[1] in ("299", "300")
    assert wards.run.one("Report problems", host).state == "ok"


def test_a_private_authority_that_is_named_is_no_problem(wards: Wards) -> None:
    """But the server does not know its name at this proxy."""
    problems = wards.problems("private_ca_named")
    assert not [problem for problem in problems if "authority" in problem]


def test_no_secret_and_no_traceback(wards: Wards) -> None:
    assert not wards.run.traceback
    assert not [canary for canary in wards.canaries if canary in wards.run.output]
    assert "eyJ" not in wards.run.output


def test_a_store_of_another_user(workspace: Workspace, server: Keycloak, realm: str, client: Client) -> None:
    workspace.store.mkdir(mode=0o700)
    shutil.chown(workspace.store, user=65534)
    run = workspace.play("doctor.yml", {"one": connection(server.url, realm, client)}).expect(2)
    (problem,) = problems_of(run, "one")
    assert "belongs to uid 65534" in problem
    assert "chown -R" in problem


def test_requests_missing(
    tmp_path: Path, core: Core, collections: Path, server: Keycloak, realm: str, client: Client
) -> None:
    """A module that cannot be imported simulates an interpreter without requests."""
    workspace = Workspace(tmp_path / "machine", core, collections)
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text("import sys\n\nsys.modules['requests'] = None\n", encoding="utf-8")
    run = workspace.play(
        "doctor.yml", {"one": connection(server.url, realm, client)}, env={"PYTHONPATH": str(hook)}
    ).expect(2)
    (problem,) = problems_of(run, "one")
    assert "requests is missing from" in problem
    assert "-m pip install requests" in problem
