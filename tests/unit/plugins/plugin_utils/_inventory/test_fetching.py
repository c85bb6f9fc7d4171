# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of a source, from a server that counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall
from ansible_collections.authkit.oauth.plugins.module_utils._api.progress import SILENT
from ansible_collections.authkit.oauth.plugins.module_utils._errors import ApiError, AuthkitError
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.repair import Tokens
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory import fetching
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.fetching import items_of
from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.source import InventoryFile
from ansible_collections.authkit.oauth.tests.integration.support.inventories import SECRET, ListingServer, source
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Fault, Incoming


@pytest.fixture(name="server")
def a_server() -> Iterator[ListingServer]:
    with ListingServer([{"name": "a"}, {"name": "b"}, {"name": "c"}], page=2) as running:
        yield running


def items(server: ListingServer, **options: Any) -> list[Any]:
    config = source(server, token_cache="none", retries=0, **options)
    warnings: list[str] = []
    found = items_of(InventoryFile(config, {}, Templar(DataLoader())).source(), warnings.append, SILENT)
    assert warnings == []
    return found


def test_all_pages_with_one_token(server: ListingServer) -> None:
    assert items(server) == [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    assert (server.count("token"), server.count("api")) == (1, 2)
    assert items(server, paginate="none") == [{"name": "a"}, {"name": "b"}]


def test_a_new_token_that_is_rejected(server: ListingServer) -> None:
    """An older one is replaced: see tests/integration/test_hosts.py."""
    server.fault(Fault("unauthorized", "api"))
    with pytest.raises(ApiError, match="although the access token is new"):
        items(server)
    assert server.count("token") == 1


def test_the_deadline_is_one_for_all_tokens(server: ListingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is rejected among the pages starts no new one."""
    deadlines: list[float | None] = []

    def perform(call: ApiCall, token: str, *_given: object, **_named: object) -> dict[str, Any]:
        deadlines.append(call.deadline)
        rejected = {"status": 401, "failed": True, "msg": "rejected", "url": call.url, "elapsed": 7.5}
        return {"status": 200, "json": ["a"]} if token == "new" else rejected

    tokens = Tokens(lambda old: "new" if old else "old", pause=lambda _seconds: None)
    monkeypatch.setattr(fetching, "perform", perform)
    monkeypatch.setattr(fetching, "own_tokens", lambda *_given: tokens)
    assert items(server, deadline=10) == ["a"]
    assert deadlines == [10.0, 2.5]


class PartServer(ListingServer):
    """Says how many items there are, and not how to ask for the rest."""

    total = 500

    def _api(self, request: Incoming) -> Answer:
        answer = super()._api(request)
        return Answer(200, {"total": self.total, "items": answer.body}) if answer.status == 200 else answer


@pytest.fixture(name="part")
def a_part_of_a_list() -> Iterator[PartServer]:
    with PartServer([{"name": "a"}, {"name": "b"}]) as running:
        yield running


def test_a_part_of_a_list_is_no_inventory(part: PartServer) -> None:
    with pytest.raises(ApiError, match="returned a part of the listing, and paginate: auto did not find out how"):
        items(part)
    with pytest.raises(ApiError, match="returned a part of the listing"):
        items(part, max_items=3)
    part.total = 2
    assert items(part) == [{"name": "a"}, {"name": "b"}]


def test_a_part_that_the_file_asks_for(server: ListingServer) -> None:
    assert items(server, max_items=1) == [{"name": "a"}]
    assert items(server, max_items=2) == [{"name": "a"}, {"name": "b"}]


def test_a_secret_that_the_api_echoes_is_masked(server: ListingServer) -> None:
    server.items = [{"name": "a", "said": SECRET}]
    assert SECRET not in str(items(server))


def test_what_is_not_a_list_of_hosts(server: ListingServer) -> None:
    server.fault(Fault("html", "api"))
    with pytest.raises(ApiError, match="is not JSON"):
        items(server, paginate="none")
    server.fault(Fault("truncated", "api"))
    with pytest.raises(ApiError, match="cannot be read as JSON"):
        items(server, paginate="none")


def test_errors_name_the_file_and_no_secret(server: ListingServer) -> None:
    with pytest.raises(AuthkitError, match="client_secret from the inventory file") as raised:
        items(server, client_secret="wrong-" + SECRET)
    assert SECRET not in raised.value.message
    server.fault(Fault("status", "api", status=403))
    with pytest.raises(ApiError, match="answered with 403"):
        items(server)
