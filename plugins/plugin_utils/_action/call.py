# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of action plugins that call an API: gets the token on the controller, makes the call where the task runs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ...module_utils._api.paging.legs import Legs, at_place, from_place
from ...module_utils._api.progress import SILENT, Progress
from ...module_utils._api.results import RESULT_KEYS, failure
from ...module_utils._api.time_left import TimeLeft
from ...module_utils._errors import (
    AuthkitError,
    ConnectionFailed,
    HostNotAllowed,
    NameNotResolved,
    RequestTimedOut,
)
from ...module_utils._http.model import Transport
from ...module_utils._oauth.token import Token
from ...module_utils._options.client import ClientOptions
from .._fetching import transport_for
from .counted import counted
from .dpop import Given, check_dpop, proving, with_proofs
from .own_tokens import own_tokens
from .progress import ShownProgress
from .repair import Call, Result, Send, with_given_token, with_own_token
from .shipping import call_parameters
from .task import Notes, TaskAction, TaskInput, naming_allowed_hosts

#: Errors of a request that a proxy might have carried.
UNREACHABLE = (ConnectionFailed, NameNotResolved, RequestTimedOut)
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


@dataclass(frozen=True)
class _PreparedCall:
    """A validated call, and the module parameters that describe it."""

    call: Call
    parameters: Mapping[str, Any] = field(repr=False)
    options: ClientOptions = field(repr=False)


class CallAction(TaskAction):
    """Base of the action plugins whose module calls a protected API.

    A subclass names the module and its argument spec, builds a call from parameters, and makes it.
    """

    RESULT_KEYS: ClassVar[frozenset[str]] = RESULT_KEYS
    OUTCOME_KEY: ClassVar[str] = "status"
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {
        "token_url": "https://localhost/",
        "client_id": "-",
        "client_secret": "-",
    }
    #: Is told how far the work in this process is; see perform().
    progress: Progress = SILENT

    @abstractmethod
    def prepare(self, parameters: Mapping[str, Any]) -> Call:
        """The call that the parameters describe. No network.

        :raises OptionError: a parameter is not valid.
        """

    @abstractmethod
    def perform(self, call: Any, token: str, transport: Transport) -> Result:
        """Makes the call.

        :raises AuthkitError: there is no usable response.
        """

    def for_node(self, call: Any, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parameters for the module on a node."""
        return parameters

    def held_back(self, call: Any) -> Result | None:
        """The result of a call that needs no token because it is not made; None if it is made."""
        return call.unsent() if self._task.check_mode and not call.sent_in_check_mode else None

    def failed(self, error: AuthkitError) -> Result:
        return failure(error)

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        return self.carried_out(self._input(variables, notes), variables, notes)

    def carried_out(self, task_input: TaskInput, variables: Mapping[str, Any], notes: Notes) -> Result:
        """The task's result."""
        token, options = task_input.token, task_input.options
        parameters = call_parameters(task_input.own, options)
        call = self._prepared(parameters, options)
        held_back = self.held_back(call)
        if held_back is not None:
            return held_back
        check_dpop(task_input, background=bool(self._task.async_val))
        given: dict[str, Token] = {}
        self.progress = self.progress_of(variables)
        try:
            with self._sender(_PreparedCall(call, parameters, options), variables, notes, given) as send:
                if token is not None:
                    return with_given_token(call, token, send)
                tokens = own_tokens(options, notes.warn, notes.hide, given)
                return with_own_token(call, tokens, counted(send, options))
        except AuthkitError as error:  # no token or no transport, so no call was made
            if token is None:
                error.name_sources(self._sources(error, options))
            return failure(error, call.url)

    def progress_of(self, variables: Mapping[str, Any]) -> Progress:
        """Shows how far this task is."""
        return ShownProgress(f"{self.MODULE} on {variables.get('inventory_hostname', 'localhost')}")

    def _sources(self, error: AuthkitError, options: ClientOptions) -> str:
        """Where the options came from, and which proxies of the task do not apply to a token request that failed."""
        unused = proxies_of(self._task.environment) if isinstance(error, UNREACHABLE) else ""
        sources = options.sources(type(error))
        if not unused or options.proxy:
            return sources
        note = f"{unused} in the task's environment applies to the node only, and the controller requests the token"
        return "; ".join(filter(None, (sources, f"{note}: set the option proxy")))

    def _prepared(self, parameters: Mapping[str, Any], options: ClientOptions) -> Call:
        try:
            return self.prepare(parameters)
        except HostNotAllowed as error:
            raise naming_allowed_hosts(error, options) from None

    @contextmanager
    def _sender(
        self, prepared: _PreparedCall, variables: Mapping[str, Any], notes: Notes, given: Given
    ) -> Iterator[Send]:
        """A function that makes the call with a token: in this process, or where the task runs.

        :param given: the tokens of the task's client, with their keys.
        """
        call, left = prepared.call, TimeLeft(prepared.parameters.get("deadline"))
        if not self._in_process():
            parameters = self.for_node(call, prepared.parameters)

            def shipped(token: str, place: Mapping[str, Any] | None) -> Result:
                def ship(more: Mapping[str, Any]) -> Result:
                    asked = {**parameters, **more, **at_place(place), **left.parameters()}
                    return self._shipped(asked, variables, notes)

                result = with_proofs(call, given, prepared.options, ship)(token)
                left.spend(result)
                return result

            yield Legs(shipped)
            return
        with closing(transport_for(prepared.options.transport_settings, notes.warn)) as transport:

            def made(token: str, place: Mapping[str, Any] | None) -> Result:
                asked = left.bounded(from_place(call, place))
                result = self._performed(asked, token, proving(transport, given.get(token)))
                left.spend(result)
                return result

            yield Legs(made)

    def _performed(self, call: Call, token: str, transport: Transport) -> Result:
        try:
            return self.perform(call, token, transport)
        except AuthkitError as error:
            return failure(error, call.url)


def proxies_of(environment: Iterable[object] | None) -> str:
    """The names of the variables for proxies in a task's environment, which is a list of mappings."""
    names = {str(name) for part in environment or () if isinstance(part, Mapping) for name in part}
    return ", ".join(sorted(name for name in names if name.lower() in _PROXIES))
