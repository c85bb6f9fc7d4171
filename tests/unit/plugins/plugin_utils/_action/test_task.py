# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all action plugins share: failures are returned, and secrets are masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, HostNotAllowed
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.task import (
    Notes,
    Result,
    TaskAction,
    naming_allowed_hosts,
)
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action

SECRET = "of-the-variables"
VARIABLES = {"authkit_token_url": "https://x.test/token", "authkit_client_id": "app", "authkit_client_secret": SECRET}
Work = Callable[["Worker", Mapping[str, Any], Notes], Result]


class Worker(TaskAction):
    """An action whose work a test gives it."""

    MODULE: ClassVar[str] = "authkit.oauth.worker"
    OUTCOME_KEY: ClassVar[str] = "said"
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **CONNECTION_SPEC,
        "choice": {"type": "str", "choices": ["a"]},
        "access_token": {"type": "str", "no_log": True},
    }
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {
        "client_id": "-",
        "client_secret": "-",
        "token_url": "https://localhost/",
    }

    given: tuple[Work, ...] = ()

    def failed(self, error: AuthkitError) -> Result:
        return {"failed": True, "msg": error.message}

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        (work,) = self.given
        return work(self, variables, notes)


def run(work: Work, args: Mapping[str, Any] | None = None) -> Result:
    class Given(Worker):
        given = (work,)

    result: Result = make_action(Given, "x", args or {}, VARIABLES).run(task_vars=dict(VARIABLES))
    return result


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (AuthkitError("It is wrong."), {"failed": True, "msg": "It is wrong."}),
        (AnsibleError("No tmp."), {"failed": True, "msg": "No tmp.", "error": "module_failed"}),
        (AnsibleConnectionFailure("No route."), {"unreachable": True, "msg": "No route."}),
    ],
)
def test_failures_are_returned(error: Exception, result: Result) -> None:
    def work(_worker: Worker, _variables: Mapping[str, Any], _notes: Notes) -> Result:
        raise error

    assert run(work) == result


def test_each_try_of_until_has_the_secret_and_callbacks_never() -> None:
    """Ansible makes a new action for each try, of the same task."""
    sent, seen = [], []

    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        sent.append(worker._input(variables, notes).options.client_secret)
        return {"said": "x"}

    class Given(Worker):
        given = (work,)

    first = make_action(Given, "x", {"client_secret": SECRET}, VARIABLES)
    for _try in range(3):
        again = make_action(Given, "x", {}, VARIABLES)
        again._task = first._task
        again.run(task_vars=dict(VARIABLES))
        seen.append(first._task.args["client_secret"])
    assert sent == [SECRET] * 3
    assert seen == ["********"] * 3


def test_what_nobody_foresaw_shows_no_value() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        raise RuntimeError(worker._input(variables, notes).options.client_secret)

    result = run(work)
    assert "hit an unexpected RuntimeError" in result["msg"]
    assert SECRET not in str(result)


def test_results_and_warnings_are_masked_and_each_warning_said_once() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        secret = worker._input(variables, notes).options.client_secret
        notes.warn(f"Of '{secret}'.")
        notes.warn(f"Of '{secret}'.")
        return {"said": [f"It is {secret}."], "warnings": ["Of the work."], "deprecations": []}

    assert run(work) == {"said": ["It is ********."], "warnings": ["Of '********'.", "Of the work."]}


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
        secret = Summary(f"Of {worker._input(variables, notes).options.client_secret}.")
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
        asked = worker._input(variables, notes)
        found.append((asked.options.client_id, asked.token))
        return {}

    found: list[tuple[str, str | None]] = []
    run(work, args)
    assert found == [client]


def test_a_wrong_argument_hides_the_secret_that_it_is() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        return {}

    assert run(work, {"choice": SECRET})["msg"] == "value of choice must be one of: a, got: ********"


@pytest.mark.parametrize("secret", ["user", "wrong", "variable", "whatever"])
def test_our_own_sentences_are_never_masked(secret: str) -> None:
    sentence = f"The user of '{secret}' is wrong, whatever the variable."

    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        notes.warn("The wrong user, whatever the variable.")
        raise AuthkitError(sentence)

    result = run(work, {"client_id": "x", "client_secret": secret})
    assert result["msg"] == "The user of '********' is wrong, whatever the variable."
    assert "The wrong user, whatever the variable." in result["warnings"]


def test_keys_and_short_values_are_left_alone() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        return {"json": {"username": "a user", "user": ["user"]}, "url": "https://x.test/user?u=user", "status": 200}

    result = run(work, {"client_id": "x", "client_secret": "user"})
    assert result["json"] == {"username": "a user", "user": ["********"]}
    assert (result["url"], result["status"]) == ("https://x.test/user?u=********", 200)


def test_a_short_secret_is_warned_about_and_not_told() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        return {}

    (warning,) = run(work, {"client_id": "x", "client_secret": "h4sh"})["warnings"]
    assert warning.startswith("A secret in client_secret from the call has fewer than 8 characters")
    assert "h4sh" not in warning
    assert run(work) == {}
    assert run(work, {"access_token": "t"}) == {}


def test_the_words_of_a_node_are_masked_whatever_they_are() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        notes.shipped = notes.foreign = True
        return {"msg": "It got whatever it got.", "warnings": ["Of whatever."]}

    said = run(work, {"client_id": "x", "client_secret": "whatever"})
    assert said == {"msg": "It got ******** it got.", "warnings": ["Of ********."]}


def test_callbacks_see_no_secret_among_the_arguments() -> None:
    """Ansible hands them the task when it has run, its arguments rendered."""
    given = {
        "client_id": "x",
        "client_secret": "h4sh-of-mine",
        "proxy": "http://me:pr0xy@p.test:1",
        "extra_parameters": {"api_key": "k3y", "tenant": "t"},
        "timeout": 3,
    }

    class Given(Worker):
        given = (lambda worker, variables, notes: {"ok": bool(worker._input(variables, notes).options.proxy)},)

    action = make_action(Given, "x", given, VARIABLES)
    for _try in range(2):  # as with until
        assert action.run(task_vars=dict(VARIABLES))["ok"] is True
        assert action._task.args == {
            "client_id": "x",
            "client_secret": "********",
            "proxy": "http://me:********@p.test:1",
            "extra_parameters": {"api_key": "********", "tenant": "t"},
            "timeout": 3,
        }
    assert given["client_secret"] == "h4sh-of-mine"


def test_a_proxys_password_and_secret_fields_are_masked() -> None:
    def work(worker: Worker, variables: Mapping[str, Any], notes: Notes) -> Result:
        worker._input(variables, notes)
        return {"json": ["x pr0xy-p4ss x", "x k3y-of-mine x", "x tenant-of-mine x"]}

    connection = {
        "proxy": "http://me:pr0xy-p4ss@p.test:1",
        "extra_parameters": {"api_key": "k3y-of-mine", "t": "tenant-of-mine"},
    }
    assert run(work, connection)["json"] == ["x ******** x", "x ******** x", "x tenant-of-mine x"]
    connection["access_token"] = "t0ken-of-the-call"
    assert run(work, connection)["json"][0] == "x ******** x"
    assert "pr0xy" not in str(run(work, {**connection, "timeout": "pr0xy-p4ss"}))


def test_a_host_outside_of_allowed_hosts_says_where_these_come_from() -> None:
    options = ClientOptions("app", "s", origins={"allowed_hosts": "AUTHKIT_ALLOWED_HOSTS"})
    error = naming_allowed_hosts(HostNotAllowed("It leads elsewhere."), options)
    assert error.message == "It leads elsewhere (allowed_hosts from AUTHKIT_ALLOWED_HOSTS)."
