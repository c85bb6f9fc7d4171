# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugin authkit.oauth.resource: works in this process, or has the module work where the task runs.

A job makes many calls. If the token is rejected after something was changed, the job goes on from there with a new one:
nothing is created twice, and the result still says what changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ...module_utils._api.resource.job import JobCall, prepare, secrets_in
from ...module_utils._api.resource.spec import ARGUMENT_SPEC, MODULE, NONE, RESULT_KEYS
from ...module_utils._api.resource.task import perform, sealed
from ...module_utils._errors import AuthkitError, InvalidOption
from ...module_utils._http.model import Transport
from ...module_utils._options.client import ClientOptions
from .arguments import Arguments
from .call import CallAction
from .dpop import Given
from .repair import Send
from .task import Notes, Result
from .uri_options import with_use_proxy


class ResourceAction(CallAction):
    """Brings a resource to its desired state."""

    MODULE: ClassVar[str] = MODULE
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = ARGUMENT_SPEC
    RESULT_KEYS: ClassVar[frozenset[str]] = RESULT_KEYS
    #: What an earlier try of this task has changed; see task.perform().
    _resume: Mapping[str, Any] | None = None

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        result = super().work(variables, notes)
        result.pop("resume", None)
        return {"action": NONE, **result}

    def _validated(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Arguments:
        if isinstance(given, Mapping):
            notes.hide(*secrets_in(given))
        return super()._validated(given, variables, notes)

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        return super()._options(with_use_proxy(own), variables, given_token=given_token)

    def prepare(self, parameters: Mapping[str, Any]) -> JobCall:
        return JobCall(prepare(parameters))

    @contextmanager
    def _sender(self, prepared: Any, variables: Mapping[str, Any], notes: Notes, given: Given) -> Iterator[Send]:
        if prepared.options.dpop and not self._in_process():
            raise InvalidOption(
                "dpop is true, and a host cannot prove the several calls of this task: delegate the task to localhost."
            )
        with super()._sender(prepared, variables, notes, given) as send:
            yield send

    def perform(self, call: Any, token: str, transport: Transport) -> Result:
        check_mode, resume, progress = self._task.check_mode, self._resume, self.progress
        return self._noted(perform(call.job, token, transport, check_mode=check_mode, resume=resume, progress=progress))

    def _shipped(self, parameters: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Result:
        return self._noted(super()._shipped(sealed(parameters, self._resume), variables, notes))

    def _noted(self, result: Result) -> Result:
        self._resume = result.get("resume")
        return result

    def failed(self, error: AuthkitError) -> Result:
        return {**super().failed(error), "action": NONE}
