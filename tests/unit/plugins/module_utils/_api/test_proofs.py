# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a node does with a bound token and the proofs that it got: this one call, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import call_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import ARGUMENT_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import urls_transport
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import with_defaults
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Scripted, scripted

TOKEN = "b0und-t0ken-of-the-client"


def called(server: Scripted, *proofs: str, **more: Any) -> dict[str, Any]:
    """The module's result for a call with these proofs."""
    defaults = {name: option.get("default") for name, option in with_defaults(ARGUMENT_SPEC).items()}
    given = {"url": f"{server.url}/a?q=1", "access_token": TOKEN, "dpop_proofs": list(proofs), "timeout": 5.0}
    return call_on_node({**defaults, **given, **more}, transport_for=urls_transport)


def sent(server: Scripted) -> list[tuple[str, str | None, str | None]]:
    return [(each.path, each.headers.get("authorization"), each.headers.get("dpop")) for each in server.seen]


def test_a_call_with_a_proof() -> None:
    with scripted() as server:
        assert called(server, "p1", "p2")["status"] == 200
        assert sent(server) == [("/a", f"DPoP {TOKEN}", "p1")]


def test_a_retry_takes_the_next_proof() -> None:
    with scripted() as server:
        server.in_turn(Answer(503), Answer(200, {}))
        assert called(server, "p1", "p2", retries=1)["attempts"] == 2
        assert [proof for _path, _scheme, proof in sent(server)] == ["p1", "p2"]


def test_without_proofs_it_is_a_bearer_token() -> None:
    with scripted() as server:
        called(server)
        assert sent(server) == [("/a", f"Bearer {TOKEN}", None)]


def redirecting(server: Scripted, location: str) -> None:
    def reply(request: Incoming) -> Answer:
        return Answer(302, None, {"Location": location}) if request.path == "/a" else Answer(200, {})

    server.reply = reply


@pytest.mark.parametrize(
    ("location", "proofs", "sentence"),
    [
        ("/b", ("p1", "p2"), "is redirected to GET {url}/b, and only the controller can make the DPoP proof for that"),
        ("/a?again", ("p1", "p2"), "is redirected to itself and has used up its DPoP proofs"),
    ],
)
def test_a_redirect_needs_a_proof_of_its_own(location: str, proofs: tuple[str, ...], sentence: str) -> None:
    with scripted() as server:
        redirecting(server, location)
        result = called(server, *proofs)
        assert result["failed"]
        assert result["error"] == "redirect_refused"
        assert sentence.format(url=server.url) in result["msg"]
        assert len(server.seen) <= len(proofs)
        assert TOKEN not in str(result)


def test_another_origin_gets_neither_token_nor_proof() -> None:
    with scripted() as server, scripted() as other:
        redirecting(server, f"{other.url}/b")
        assert called(server, "p1", "p2")["status"] == 200
        assert sent(other) == [("/b", None, None)]
