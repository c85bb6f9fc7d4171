# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugin authkit.oauth.realm_check: audits on the controller, or ships the audit with a token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from os.path import basename
from typing import Any, ClassVar

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import AuthkitError, HostNotAllowed, InvalidOption, UnknownProfile
from ...module_utils._options.client import ClientOptions
from ...module_utils._options.table import WHERE
from ...module_utils._realm.admin.given_token import GivenToken
from ...module_utils._realm.job import (
    ARGUMENT_SPEC,
    MODULE,
    RESULT_KEYS,
    SENTENCES,
    Job,
    failed,
    perform,
    perform_offline,
    prepare,
)
from ...module_utils._realm.model import CONFIGURATION
from ...module_utils._realm.outside.client_access import Caller
from ...module_utils._realm.policy import PROFILES, policy_from
from ...module_utils._realm.problems import Problems
from ...module_utils._realm.target import server_and_realm
from .._fetching import transport_for
from .._variables import plain
from .audit_tokens import StoreTokens
from .baseline_file import baseline_content
from .export_file import exported
from .previous_report import comparison
from .shipping import call_parameters
from .task import Notes, Result, TaskAction, TaskInput, naming_allowed_hosts

#: Prefixes of the role's variables, internal ones included.
ROLE_VARIABLES = ("realm_check_", "__realm_check_")


class RealmCheckAction(TaskAction):
    """Audits realms of the server that the connection options name."""

    MODULE: ClassVar[str] = MODULE
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = ARGUMENT_SPEC
    RESULT_KEYS: ClassVar[frozenset[str]] = RESULT_KEYS
    OUTCOME_KEY: ClassVar[str] = "report"
    SETTINGS: ClassVar[tuple[str, ...]] = ROLE_VARIABLES
    OWN_WORDS: ClassVar[frozenset[str]] = SENTENCES
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {"client_id": "-", "client_secret": "-"}

    def failed(self, error: AuthkitError) -> Result:
        return failed(error)

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        given = plain(self._task.args)
        if isinstance(given, Mapping) and given.get("source") not in (None, ""):
            return self._offline(given, variables, notes)
        if isinstance(given, Mapping) and boolean(given.get("validate_only", False), strict=False):
            return self._checked(given, variables, notes)
        task_input = self._input(variables, notes)
        earlier = comparison(task_input.own)
        result = self._audited(task_input, self._parameters(task_input), variables, notes)
        return result if earlier is None else earlier.of(result)

    def _audited(
        self, task_input: TaskInput, parameters: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes
    ) -> Result:
        job = _prepared(parameters, task_input.options)
        if task_input.options.dpop and task_input.token is None:
            raise InvalidOption(
                "dpop is true, and an audit sends requests that cannot be proven: give realm_check a client without "
                "DPoP."
            )
        try:
            tokens = _tokens(task_input, notes)
            if not self._in_process():
                return self._shipped({**parameters, "access_token": tokens.token()}, variables, notes)
            if CONFIGURATION in job.levels:
                tokens.token()  # fail now: without a token no configuration can be read
            settings = task_input.options.transport_settings
            outside = job.outside(_caller(task_input, notes), settings, check_mode=bool(self._task.check_mode))
            with closing(transport_for(settings, notes.warn)) as transport:
                return perform(job, tokens, transport, outside)
        except AuthkitError as error:  # no token or no transport, so there was no audit
            if task_input.token is None:
                error.name_sources(task_input.options.sources(type(error)))
            raise

    def _checked(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Result:
        """Refuses everything that is wrong with the options, those of the connection and those of the audit."""
        problems = Problems()
        with problems.noted():
            task_input = self._input(variables, notes)
            comparison(task_input.own)
            _prepared(self._parameters(task_input), task_input.options)
        if problems.found:
            with problems.noted():
                own = self._validated(given, variables, notes).parameters
                comparison(own)
                self._read_baseline(own)
                policy_from(own)
        problems.refuse()
        return {"changed": False}

    def _offline(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Result:
        """Audits an export file. That needs neither a client nor a network, so it always runs in this process."""
        own = self._validated(given, variables, notes).parameters
        earlier = comparison(own)
        self._read_baseline(own)
        if own.get("validate_only"):
            policy_from(own)
            return {"changed": False}
        path = self._loader.path_dwim(own["source"])
        result = perform_offline(own, exported(path), basename(path))
        return result if earlier is None else earlier.of(result)

    def _parameters(self, task_input: TaskInput) -> dict[str, Any]:
        """The module's parameters: the policy, the server and realms, and how to connect."""
        parameters: dict[str, Any] = call_parameters(task_input.own, task_input.options)
        parameters.pop("previous_report", None)  # read here, and of no use to a node
        try:
            server, realm = server_and_realm(task_input.options)
        except AuthkitError as error:
            error.name_sources("")  # the message names them itself
            raise
        parameters["auth_server"] = server
        parameters.setdefault("realms", [realm])
        self._read_baseline(parameters)
        return parameters

    def _read_baseline(self, parameters: dict[str, Any]) -> None:
        """Replaces the path of the baseline with the file's content. An empty path means that there is no baseline."""
        value = parameters.pop("baseline", "")
        if value != "":
            parameters["baseline"] = baseline_content(value, self._loader.path_dwim)

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        if given_token and own.get("auth_server") and own.get("realms"):
            own = {"realm": own["realms"][0], **own}  # it issues no token here, so the task need not name it
        try:
            return super()._options(own, variables, given_token=given_token)
        except UnknownProfile as error:
            profile = own.get("profile")
            if profile not in PROFILES:
                raise
            failure = error
        raise UnknownProfile(
            f"{failure.message[:-1]} (profile names a connection: the option of this module that takes "
            f"{' or '.join(PROFILES)} is check_profile, so write check_profile: {profile})."
        )

    def _without_client(self, connection: Mapping[str, Any]) -> dict[str, Any]:
        where = {name: value for name, value in connection.items() if name in WHERE}
        return super()._without_client(connection) | where


def _prepared(parameters: Mapping[str, Any], options: ClientOptions) -> Job:
    try:
        return prepare(parameters)
    except HostNotAllowed as error:
        raise naming_allowed_hosts(error, options) from None


def _caller(task_input: TaskInput, notes: Notes) -> Caller:
    """Who reads the realms. Of a task's own token the client is not known."""
    if task_input.token is not None:
        return Caller(token=task_input.token)
    return Caller(task_input.options, server_and_realm(task_input.options)[1], hide=notes.hide)


def _tokens(task_input: TaskInput, notes: Notes) -> GivenToken | StoreTokens:
    if task_input.token is not None:
        return GivenToken(task_input.token)
    return StoreTokens(task_input.options, warn=notes.warn, hide=notes.hide)
