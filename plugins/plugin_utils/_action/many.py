# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugin that makes one call or, with the option requests, many."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible.errors import AnsibleError

from ...module_utils._api.call import parameters_for_node, perform
from ...module_utils._api.many import outcome
from ...module_utils._api.many.entries import NUMBER, Entry, Many, means_many, prepare_many
from ...module_utils._api.many.side_by_side import BRIEFLY, Patience, SideBySide, Stop, Watched
from ...module_utils._api.paging.legs import Legs, from_place
from ...module_utils._api.results import RESULT_KEYS, failure
from ...module_utils._api.time_left import TimeLeft
from ...module_utils._errors import AuthkitError, HostNotAllowed, InvalidOption
from ...module_utils._http.model import Transport
from ...module_utils._oauth.token import Token
from .._fetching import transport_for
from .arguments import Arguments
from .call import CallAction
from .counted import counted
from .dpop import check_dpop, proving
from .entry_arguments import entry_secrets, validated_entries
from .own_tokens import own_tokens
from .repair import Result, Tokens, with_given_token, with_own_token
from .shared_tokens import shared
from .shipments import Shipments
from .shipping import call_parameters
from .task import Notes, TaskInput, naming_allowed_hosts


@dataclass(frozen=True)
class _Job:
    """What one task is to do.

    :param held: the results of calls that are not made, by number.
    """

    many: Many
    held: Mapping[int, Result]
    task_input: TaskInput = field(repr=False)
    parameters: Mapping[str, Any] = field(repr=False)
    variables: Mapping[str, Any] = field(repr=False)
    notes: Notes
    started: float = field(default_factory=time.monotonic)

    @property
    def rest(self) -> list[Entry]:
        """The calls to make."""
        return [entry for entry in self.many.entries if entry.number not in self.held]

    def summed_up(self, results: Sequence[Result], warnings: Sequence[Any] = ()) -> Result:
        return outcome.summed_up(self.many, results, time.monotonic() - self.started, warnings)


class ManyAction(CallAction):
    """Makes one call as CallAction does, or those that requests lists."""

    RESULT_KEYS: ClassVar[frozenset[str]] = RESULT_KEYS | outcome.MANY_KEYS
    NESTED: ClassVar[tuple[str, ...]] = (outcome.RESULTS,)

    def adapted(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parameters of a call, with what only its action knows."""
        return parameters

    def _is_outcome(self, data: Mapping[str, object]) -> bool:
        return outcome.RESULTS in data or super()._is_outcome(data)

    def _validated(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Arguments:
        listed = given.get("requests")
        notes.hide(*entry_secrets(self.SPEC, listed))
        with self._discreetly(variables, notes):
            entries = validated_entries(self.MODULE, self.SPEC, listed)
        others = {name: value for name, value in given.items() if name != "requests"}
        arguments = super()._validated(others, variables, notes)
        if entries is not None:
            arguments.parameters["requests"] = entries
        means_many(arguments.parameters)
        return arguments

    def carried_out(self, task_input: TaskInput, variables: Mapping[str, Any], notes: Notes) -> Result:
        if task_input.own.get("requests") is None:
            return super().carried_out(task_input, variables, notes)
        parameters = call_parameters(task_input.own, task_input.options)
        try:
            many = prepare_many(parameters, self.adapted)
        except HostNotAllowed as error:
            raise naming_allowed_hosts(error, task_input.options) from None
        check_dpop(task_input, background=bool(self._task.async_val))
        self._refuse_proofs(task_input)
        held = {entry.number: found for entry in many.entries if (found := self._unmade(entry)) is not None}
        job = _Job(many, held, task_input, parameters, variables, notes)
        try:
            if not job.rest:
                return job.summed_up(outcome.in_order(many, held, ()))
            return self._made_here(job) if self._in_process() else self._made_there(job)
        except AuthkitError as error:  # no token or no transport, so no call was made
            if task_input.token is None:
                error.name_sources(self._sources(error, task_input.options))
            reason = "there was no access token, or no way to send one"
            return {"changed": False, **error.result(), outcome.RESULTS: outcome.in_order(many, held, (), reason)}

    def _refuse_proofs(self, task_input: TaskInput) -> None:
        if task_input.token is None and task_input.options.dpop and not self._in_process():
            raise InvalidOption(
                "requests and dpop: true are both set, and only the controller can make the DPoP proof that each call "
                "needs when it is sent: delegate the task to localhost, or use a task with loop and url."
            )

    def _unmade(self, entry: Entry) -> Result | None:
        found = self.held_back(entry.call)
        return None if found is None else outcome.entry_result(entry, found, sent=False)

    # ---- in this process

    def _made_here(self, job: _Job) -> Result:
        """Makes the calls side by side, with one token and one pool of connections."""
        options, warn, given = job.task_input.options, job.notes.warn, dict[str, Token]()
        tokens = shared(own_tokens(options, warn, job.notes.hide, given), given, options.min_valid)
        if job.task_input.token is None:
            tokens.fresh(None)  # once, before there are threads
        keeping = outcome.Keeping(job.many.limit)
        self.progress = self.progress_of(job.variables)
        with closing(transport_for(options.transport_settings, warn)) as transport:

            def make(entry: Entry, stop: Stop) -> Result:
                watched = Watched(transport, stop)
                return outcome.made(
                    entry, watched, keeping, lambda: self._made_one(entry, watched, job.task_input, tokens, given)
                )

            def after(_entry: Entry, result: Result) -> Patience | None:
                return BRIEFLY if job.many.fail_fast and result["failed"] else None

            done = SideBySide(job.rest, make, after).run(job.many.concurrency, self.progress)
        results = outcome.in_order(job.many, {**job.held, **done.results}, done.abandoned)
        return job.summed_up(results, list(keeping.warnings()))

    def _made_one(
        self, entry: Entry, transport: Transport, task_input: TaskInput, tokens: Tokens, given: Mapping[str, Token]
    ) -> Result:
        call, left = entry.call, TimeLeft(entry.call.deadline)

        def made(token: str, place: Mapping[str, Any] | None) -> Result:
            bound, check_mode = proving(transport, given.get(token)), self._task.check_mode
            try:
                result = perform(left.bounded(from_place(call, place)), token, bound, check_mode=check_mode)
            except AuthkitError as error:
                result = failure(error, call.url)
            left.spend(result)
            return result

        send = Legs(made)

        if task_input.token is not None:
            return with_given_token(call, task_input.token, send)
        try:
            return with_own_token(call, tokens, counted(send, task_input.options))
        except AuthkitError as error:  # no new token
            error.name_sources(self._sources(error, task_input.options))
            raise

    # ---- on a node

    def _made_there(self, job: _Job) -> Result:
        """Has the module make the calls."""
        written = {
            entry.number: parameters_for_node(job.parameters["requests"][entry.number - 1], entry.call)
            for entry in job.rest
        }
        task_input, notes, options = job.task_input, job.notes, job.task_input.options

        def ship(entries: Sequence[tuple[Entry, Mapping[str, Any]]], more: Mapping[str, Any]) -> Result:
            listed = [{**written[entry.number], **place, NUMBER: entry.number} for entry, place in entries]
            parameters = {**job.parameters, "requests": listed, **more}
            try:
                return counted(lambda _token: self._shipped(parameters, job.variables, notes), options)("")
            except AnsibleError as error:  # the results of an earlier shipment are not lost
                notes.foreign = True
                return self._not_shipped(error, notes)

        shipments = Shipments(job.many, job.rest, ship, job.held)
        if task_input.token is not None:
            shipments.send_given(task_input.token)
        else:
            tokens = own_tokens(options, notes.warn, notes.hide, {})
            if self._task.async_val:
                shipments.send(tokens.fresh(None))
            else:
                shipments.send_renewing(tokens)
        if shipments.other is None:
            return job.summed_up(shipments.in_order(), shipments.warnings)
        if self._task.async_val:
            return shipments.other
        results = shipments.in_order()
        changed = any(result["changed"] for result in results)
        return {**shipments.other, "changed": changed, outcome.RESULTS: results}
