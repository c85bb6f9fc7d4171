# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings of several pages, in process and on a node: users of Keycloak, and tokens that expire in the middle."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THE_NEWEST, core_of
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.realms import (
    READ_USERS,
    Client,
    connection,
    realm_of,
    users_path,
)
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.listings import ENTRIES, PAGES, ListingServer

USERS = 230
#: Seconds that a token lives, which must be enough to ship a module, and that a page takes.
LIFETIME, DELAY = 8.0, 0.8
HOSTS = ("controller", "node")
#: With environment, a task is shipped to the node.
NODE = {"node_environment": {"AUTHKIT_TEST_NODE": "1"}}


def on_both(variables: dict[str, object]) -> dict[str, dict[str, object]]:
    return {"controller": variables, "node": {**variables, **NODE}}


@pytest.fixture(scope="module", params=ON_THE_NEWEST)
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collections: Path, server: Keycloak
) -> Iterator[Run]:
    """One play on the host `controller`, in process, and on the host `node`, shipped."""
    workspace = Workspace(tmp_path_factory.mktemp("paging"), core_of(str(request.param)), collections)
    client = Client("reader", secrets.token_urlsafe(24), roles=(*READ_USERS, "view-realm"))
    people = [f"person{number}" for number in range(USERS)]
    with server.admin.temporary_realm(realm_of(client, users=people)) as realm:
        variables = {**connection(server.url, realm, client), "users_url": f"{server.url}{users_path(realm)}"}
        yield workspace.play("paging.yml", on_both(variables)).expect()


def result(run: Run, task: str, host: str) -> dict[str, Any]:
    return dict(run.one(task, host).result)


@pytest.mark.parametrize("host", HOSTS)
def test_users_of_keycloak(run: Run, host: str) -> None:
    """Keycloak returns 100 users unless asked for more, and nothing says so."""
    assert len(result(run, "Users without paging", host)["json"]) == 100
    found = result(run, "Users", host)
    names = {user["username"] for user in found["json"]}
    assert len(found["json"]) == len(names) == USERS
    assert (found["pages"], found["attempts"], found["truncated"], found["changed"]) == (3, 3, False, False)
    assert found["msg"].endswith(f"listed {USERS} entries on 3 pages.")
    in_pages = result(run, "Users in pages of 25, with what they are called", host)
    assert (len(in_pages["json"]), in_pages["pages"]) == (USERS, 10)


@pytest.mark.parametrize("host", HOSTS)
def test_max_items_and_check_mode(run: Run, host: str) -> None:
    found = result(run, "Some users", host)
    assert (len(found["json"]), found["truncated"], found["attempts"]) == (30, True, 1)


@pytest.mark.parametrize("host", HOSTS)
def test_a_listing_on_one_page(run: Run, host: str) -> None:
    found = result(run, "Roles, all on one page", host)
    assert found["pages"] == 1
    assert found["json"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_style_that_does_not_exist(run: Run, host: str) -> None:
    failed = run.one("A style that does not exist", host)
    assert (failed.state, failed.result["error"]) == ("failed", "invalid_option")
    assert "did you mean cursor?" in failed.message


@MATRIX
def test_tokens_that_expire_in_the_middle(workspace: Workspace) -> None:
    """The next token goes on at the page that was rejected: each page is read once by each host."""
    secret = secrets.token_urlsafe(24)
    with ListingServer({"things": secret}, Settings(lifetime=LIFETIME, api_delay=DELAY)) as things:
        hosts = on_both(
            {
                "authkit_token_url": things.token_url,
                "authkit_client_id": "things",
                "authkit_client_secret": secret,
            }
        )
        for host, variables in hosts.items():
            variables["things_url"] = f"{things.url}/api/{host}/things"
        run = workspace.play("paging_expiring.yml", hosts).expect()
        read, rejected = Counter(things.read), things.count("api", 401)
    for host in HOSTS:
        found = result(run, "Things", host)
        assert [thing["id"] for thing in found["json"]] == list(range(ENTRIES))
        assert found["pages"] == PAGES
        assert "paginate_from" not in found
    assert set(read.values()) == {1}
    assert len(read) == len(HOSTS) * PAGES
    assert rejected >= 2
