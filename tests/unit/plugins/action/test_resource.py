# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource action: the same in process and shipped, a token that is rejected meanwhile, and secrets kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.authkit.oauth.plugins.action.resource import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.spec import ARGUMENT_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.task import resource_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import with_defaults
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.repair import MOST_RENEWALS
from ansible_collections.authkit.oauth.plugins.plugin_utils._store import policy as _store_policy
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.servers.rest_server import RestServer
from ansible_collections.authkit.oauth.tests.unit.support.actions import EchoServer, Result, Shipping, Tasks

PASSWORD = "a-password-0123456789"
OPTIONS = with_defaults(ARGUMENT_SPEC)


def _on_node(arguments: dict[str, Any], *, check_mode: bool = False) -> Result:
    assert "body" not in arguments, "Ansible's module logs it"
    valid = ArgumentSpecValidator(OPTIONS).validate(arguments)
    assert not valid.error_messages
    return {**resource_on_node(valid.validated_parameters, check_mode=check_mode), "invocation": {}}


class Shipped(Shipping, ActionModule):
    """The action with a node in place of the connection."""

    on_node = staticmethod(_on_node)

    def _execute_module(self, **given: Any) -> Result:
        self.arguments.append(json.loads(json.dumps(given["module_args"])))
        return _on_node(self.arguments[-1], check_mode=self._task.check_mode)


BOTH = pytest.mark.parametrize("kind", [ActionModule, Shipped])
TASKS = Tasks("authkit.oauth.resource", ActionModule)


class RestApi(EchoServer):
    """An API with tokens in front of a REST server. ``rejected`` says which requests get a 401."""

    def __init__(self) -> None:
        super().__init__()
        self.rest = RestServer(hidden=("password",), etags=True)
        self.rejected: list[int] = []
        self.asked = 0

    def reply(self, kind: str, request: Incoming) -> Answer:
        if not request.path.startswith(("/things", "/operations")):
            return super().reply(kind, request)
        self.asked += 1
        if self.asked in self.rejected:
            return Answer(401, {})
        return self.rest(request)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[RestApi]:
    # A token is otherwise not renewed in its first seconds.
    monkeypatch.setattr(_store_policy, "BRAND_NEW", -1.0)
    with RestApi() as running:
        yield running


def run(api: RestApi, kind: type[ActionModule], *, check_mode: bool = False, **given: Any) -> Any:
    args = {
        "collection_url": f"{api.url}/things",
        "match": {"name": "web"},
        "write_only": ["password"],
        "body": {"size": 1, "password": PASSWORD},
        **given,
    }
    args = {name: value for name, value in args.items() if value is not None}
    action = TASKS.action(args, api.variables, kind, check_mode=check_mode)
    result = action.run(task_vars=dict(api.variables))
    assert PASSWORD not in str(result) + str(action._task.args)
    assert "resume" not in result
    return result


@BOTH
def test_created_and_then_as_desired(api: RestApi, kind: type[ActionModule]) -> None:
    predicted, done, again = (run(api, kind, check_mode=check) for check in (True, False, False))
    assert [each["action"] for each in (predicted, done, again)] == ["created", "created", "none"]
    assert predicted["diff"] == done["diff"]
    assert done["json"] == {"id": "1", "name": "web", "size": 1}
    assert api.rest.things["1"]["password"] == PASSWORD
    assert run(api, kind, state="absent", body=None)["action"] == "deleted"


@BOTH
@pytest.mark.parametrize("number", range(1, 5))
def test_a_token_that_is_rejected_on_the_way(api: RestApi, kind: type[ActionModule], number: int) -> None:
    """Whichever request it is: created once, and the result says so."""
    api.rejected = [number]
    result = run(api, kind)
    if number < 4:
        assert (result["changed"], result["action"], result["status"]) == (True, "created", 201), result
    assert [method for method, _path, _body in api.rest.writes] == ["POST"]
    assert len(api.rest.things) == 1


@BOTH
def test_a_wait_that_outlives_its_tokens(api: RestApi, kind: type[ActionModule]) -> None:
    """Each token is good for three looks: more tokens than one call gets that are rejected at once."""
    api.rest.later, api.rest.monitor = 3 * (MOST_RENEWALS + 2), "Operation-Location"
    api.rejected = list(range(4, 99, 4))
    result = run(api, kind)
    assert (result["changed"], result["action"], result["status"]) == (True, "created", 202), result
    assert len(api.rest.things) == 1
    assert api.asked > 4 * (MOST_RENEWALS + 1)


@BOTH
def test_a_token_that_is_never_accepted(api: RestApi, kind: type[ActionModule]) -> None:
    api.rejected = list(range(1, 99))
    result = run(api, kind)
    assert (result["failed"], result["error"], result["changed"]) == (True, "token_rejected", False)
    assert (result["action"], api.rest.writes) == ("none", [])


@BOTH
def test_mistakes_are_told_before_anything_is_sent(api: RestApi, kind: type[ActionModule]) -> None:
    for given, words in (
        ({"match": None}, "match"),
        ({"body": {"password": PASSWORD, "odd": float("inf")}}, "JSON cannot express"),
        ({"list_keys": "a=b"}, "list_keys must be a mapping"),
        ({"compare": PASSWORD}, "compare must be one of"),
    ):
        result = run(api, kind, **given)
        assert words in result["msg"], result
        assert (result["failed"], result["action"], api.asked) == (True, "none", 0)


def test_dpop_stays_on_the_controller(api: RestApi) -> None:
    assert "delegate the task to localhost" in run(api, Shipped, dpop=True)["msg"]


@BOTH
def test_a_given_token(api: RestApi, kind: type[ActionModule]) -> None:
    token = "given-token-0123456789"
    assert run(api, kind, access_token=token)["action"] == "created"
    assert {each.headers["authorization"] for each in api.rest.seen} == {f"Bearer {token}"}
