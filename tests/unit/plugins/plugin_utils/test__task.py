# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every action of this collection does, whatever its work is: failures are returned, and what is secret masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, HostNotAllowed
from ansible_collections.authkit.oauth.plugins.module_utils._options import CONNECTION_SPEC, ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._task import Notes, Result, TaskAction, naming_allowed_hosts
from ansible_collections.authkit.oauth.tests.unit.plugins.plugin_utils.task_support import made

SECRET = "of-the-variables"
VARIABLES = {"authkit_token_url": "https://x.test/token", "authkit_client_id": "app", "authkit_client_secret": SECRET}
Work = Callable[["Worker", Mapping[str, Any], Notes], Result]


class Worker(TaskAction):
    """An action whose work a test gives it."""

    MODULE: ClassVar[str] = "authkit.oauth.worker"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **CONNECTION_SPEC,
        "choice": {"type": "str", "choices": ["a"]},
        "access_token": {"type": "str", "no_log": True},
    }
    STAND_INS: ClassVar[Mapping[str, str]] = {"client_id": "-", "client_secret": "-", "token_url": "https://localhost/"}

    given: tuple[Work, ...] = ()

    def failed(self, error: AuthkitError) -> Result:
        return {"failed": True, "msg": error.message}

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        (work,) = self.given
        return work(self, variables, notes)


def run(work: Work, args: Mapping[str, Any] | None = None) -> Result:
    class Given(Worker):
        given = (work,)

    result: Result = made(Given, "x", args or {}, VARIABLES).run(task_vars=dict(VARIABLES))
    return result


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (AuthkitError("It is wrong."), {"failed": True, "msg": "It is wrong."}),
        (AnsibleError("No tmp."), {"failed": True, "msg": "No tmp."}),
        (AnsibleConnectionFailure("No route."), {"unreachable": True, "msg": "No route."}),
    ],
)
def test_failures_are_returned(error: Exception, result: Result) -> None:
    def work(_worker: Worker, _variables: Mapping[str, Any], _notes: Notes) -> Result:
        raise error

    assert run(work) == result


def test_what_nobody_foresaw_shows_no_value() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        raise RuntimeError(worker._asked(variables, notes).options.client_secret)

    result = run(work)
    assert "met an unforeseen RuntimeError" in result["msg"]
    assert SECRET not in str(result)


def test_results_and_warnings_are_masked_and_each_warning_said_once() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        secret = worker._asked(variables, notes).options.client_secret
        notes.warn(f"Of {secret}.")
        notes.warn(f"Of {secret}.")
        return {"said": [f"It is {secret}."], "warnings": ["Of the work."], "deprecations": []}

    assert run(work) == {"said": ["It is ********."], "warnings": ["Of ********.", "Of the work."]}


class Summary:
    """What ansible-core makes of a node's words from 2.19 on."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return f"Summary({self.words!r})"


def test_objects_of_ansible_core_are_kept_unless_they_hold_a_secret() -> None:
    """A node whose interpreter prints what it was sent."""
    harmless = Summary("Of the node.")

    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        secret = Summary(f"Of {worker._asked(variables, notes).options.client_secret}.")
        telling = {"warnings": [secret, harmless], "deprecations": [secret], "exception": secret}
        return {"msg": "MODULE FAILURE", "module_stdout": f"It is {SECRET}.", **telling}

    assert run(work) == {"msg": "MODULE FAILURE", "module_stdout": "It is ********.", "warnings": [harmless]}
    assert run(lambda *_given: {"exception": harmless}) == {"exception": harmless}
    assert run(lambda *_given: {"exception": "Traceback"}) == {"exception": "Traceback"}


@pytest.mark.parametrize(
    ("args", "client"),
    [
        ({}, ("app", None)),
        ({"client_id": "other", "client_secret": "x"}, ("other", None)),
        ({"access_token": "t"}, ("-", "t")),
    ],
)
def test_who_asks(args: dict[str, Any], client: tuple[str, str | None]) -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        asked = worker._asked(variables, notes)
        return {"client": (asked.options.client_id, asked.token)}

    assert run(work, args)["client"] == client


def test_a_wrong_argument_hides_the_secret_that_it_is() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._asked(variables, notes)
        return {}

    assert run(work, {"choice": SECRET})["msg"] == "value of choice must be one of: a, got: ********"


def test_a_host_outside_of_allowed_hosts_says_where_these_come_from() -> None:
    options = ClientOptions("app", "s", origins={"allowed_hosts": "AUTHKIT_ALLOWED_HOSTS"})
    error = naming_allowed_hosts(HostNotAllowed("It leads elsewhere."), options)
    assert error.message == "It leads elsewhere (allowed_hosts from AUTHKIT_ALLOWED_HOSTS)."
