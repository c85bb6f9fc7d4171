# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A federated assertion beside secrets and other assertions: the highest source that says how decides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    ContradictoryOptions,
    InvalidOption,
    MissingOption,
    MixedSources,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._options.layer import Layer
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import ASSERTIONS, OPTIONS

CLIENT = {"token_url": "https://sso.example.com/token", "client_id": "app"}
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl"
FILE, SOURCE = "/run/spiffe/jwt", "github_actions"
EACH = pytest.mark.parametrize(
    "given",
    [{"client_assertion": JWT}, {"client_assertion_path": FILE}, {"client_assertion_source": SOURCE}],
    ids=ASSERTIONS,
)


def made(call: Mapping[str, object], environment: Mapping[str, object] | None = None) -> ClientOptions:
    environ = {name: f"AUTHKIT_{name.upper()}" for name in OPTIONS}
    layers = [Layer("call", call, dict.fromkeys(OPTIONS, "the call")), Layer("environment", environment or {}, environ)]
    return client_options(layers)


def authentication(options: ClientOptions) -> dict[str, object]:
    names = (*ASSERTIONS, "client_secret")
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


@EACH
def test_it_is_all_that_a_client_needs(given: dict[str, object]) -> None:
    assert authentication(made({**CLIENT, **given})) == given
    assert JWT not in repr(made({**CLIENT, **given}))
    assert made({**CLIENT, **given}).secrets == tuple(value for value in given.values() if value == JWT)


@EACH
def test_the_highest_source_decides(given: dict[str, object]) -> None:
    lower = {"client_secret": "hush", "client_auth_method": "client_secret_basic"}
    options = made({**CLIENT, **given}, lower)
    assert authentication(options) == given
    assert options.client_auth_method == "client_secret_post"
    assert options.origins.keys().isdisjoint(lower)
    assert authentication(made({**CLIENT, "client_secret": "hush"}, given)) == {"client_secret": "hush"}
    assert authentication(made({**CLIENT, "client_auth_method": "none"}, given)) == {}
    others = {"client_assertion": "x.y.z", "client_assertion_path": "/x", "client_assertion_source": "aap"}
    for name in others.keys() - given.keys():
        assert authentication(made({**CLIENT, **given}, {name: others[name]})) == given


@EACH
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_a_method_that_says_otherwise_in_the_same_source(given: dict[str, object], method: str) -> None:
    with pytest.raises(ContradictoryOptions) as caught:
        made({**CLIENT, **given, "client_auth_method": method})
    assert caught.value.message == (
        f"client_auth_method from the call contradicts {next(iter(given))}, which authenticates the client: leave "
        "client_auth_method out."
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"client_assertion": JWT, "client_assertion_path": FILE}, "client_assertion and client_assertion_path"),
        ({"client_assertion_source": SOURCE, "client_secret": "hush"}, "client_assertion_source and client_secret"),
        (
            {"client_assertion": JWT, "client_assertion_path": FILE, "client_assertion_source": SOURCE},
            "client_assertion, client_assertion_path and client_assertion_source",
        ),
    ],
)
def test_two_ways_in_one_source(given: dict[str, object], named: str) -> None:
    with pytest.raises(ContradictoryOptions) as caught:
        made({**CLIENT, **given})
    assert caught.value.message == f"{named} from the call contradict each other: keep one of them."
    with pytest.raises(ContradictoryOptions, match="AUTHKIT_.* contradict each other"):
        made(CLIENT, given)


@EACH
def test_it_belongs_to_its_client_and_server(given: dict[str, object]) -> None:
    """A JWT for one server is not sent to another, whichever source has the higher precedence."""
    with pytest.raises(MixedSources, match=f"{next(iter(given))} from AUTHKIT_.* is not used"):
        made(CLIENT, {"token_url": "https://other.example.com/token", **given})
    with pytest.raises(MixedSources, match=f"{next(iter(given))} from AUTHKIT_.* is not used"):
        made(CLIENT, {"client_id": "other", **given})
    lower = {"token_url": "https://other.example.com/token", "client_id": "other", "client_secret": "hush"}
    assert authentication(made({**CLIENT, **given}, lower)) == given


def test_an_unknown_source() -> None:
    with pytest.raises(InvalidOption, match="client_assertion_source from the call must be .* did you mean gitlab"):
        made({**CLIENT, "client_assertion_source": "gitlabs"})


def test_a_client_id_is_needed_all_the_same() -> None:
    with pytest.raises(MissingOption, match=r"^client_id is not set: ") as caught:
        made({"token_url": CLIENT["token_url"], "client_assertion_source": SOURCE})
    assert "client_secret" not in caught.value.message
