# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call's action plugin does: a token on the controller, the call where the task runs.

Where that is the controller itself, the call is made in this very process. Elsewhere the module of the same name is
shipped with the token alone; the client's secret never leaves the controller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ansible_collections.authkit.oauth.plugins.module_utils._answers import bug, failure
from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, HostNotAllowed, OptionError
from ansible_collections.authkit.oauth.plugins.module_utils._http import Transport
from ansible_collections.authkit.oauth.plugins.module_utils._masking import without_secrets
from ansible_collections.authkit.oauth.plugins.module_utils._options import OPTIONS, ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._arguments import (
    Arguments,
    known_secrets,
    secret_arguments,
    validated,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._repair import (
    Call,
    Result,
    Send,
    Tokens,
    with_given_token,
    with_own_token,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._secrets import masked, register
from ansible_collections.authkit.oauth.plugins.plugin_utils._shipping import (
    SHIPPED_OPTIONS,
    SealedArguments,
    call_parameters,
    returned,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._tokens import token_for, transport_for
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import options_for, plain

# In the place of the client where the task brings its own token, so that nobody asks for the real one. Never sent, and
# too short to be masked as a secret.
_NO_CLIENT = {"token_url": "https://localhost/", "client_id": "-", "client_secret": "-"}


@dataclass
class Notes:
    """What a run gathers on its way: warnings for the user, and values that nobody must see."""

    warnings: list[str] = field(default_factory=list)
    deprecations: list[Any] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def hide(self, *values: str) -> None:
        self.secrets.extend(values)
        register(*values)


@dataclass(frozen=True)
class _Made:
    """What a task's arguments come to: the call, and what a module has to be told to make it."""

    call: Call
    parameters: Mapping[str, Any] = field(repr=False)
    options: ClientOptions = field(repr=False)


class CallAction(ActionBase):  # type: ignore[misc]
    """Base of the action plugins whose module calls a protected API.

    A subclass names the module and its argument spec, and says how parameters become a call and a call a result.
    """

    MODULE: ClassVar[str]
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]]

    _supports_async = True
    _supports_check_mode = True

    def prepare(self, parameters: Mapping[str, Any]) -> Call:
        """The call that the parameters ask for. Raises OptionError. No network."""
        raise NotImplementedError

    def perform(self, call: Any, token: str, transport: Transport) -> Result:
        """Makes the call. Raises AuthkitError."""
        raise NotImplementedError

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        """The task's result. A failure is returned, never raised: what is raised, Ansible shows with all its causes."""
        super().run(tmp, task_vars)  # what it refuses is not ours to judge, and it has seen no value yet
        notes = Notes()
        try:
            return _finished(self._result(task_vars or {}, notes), notes)
        except Exception as error:  # a traceback would show values
            return bug(error)

    def _result(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        try:
            return self._called(variables, notes)
        except AuthkitError as error:
            return failure(error)
        except AnsibleConnectionFailure as error:
            return {"unreachable": True, "msg": str(error)}
        except AnsibleError as error:  # Ansible's own words on why it cannot ship a module
            return {"failed": True, "msg": str(error)}

    def _called(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        given = plain(self._task.args)
        notes.hide(*secret_arguments(self.SPEC, given))
        arguments = self._validated(given, variables, notes)
        own = arguments.parameters
        token = own.pop("access_token", None)
        options = self._options(own, variables, given_token=token is not None)
        if token is None:
            notes.hide(*options.secrets)
        parameters = call_parameters(own, options)
        call = self._prepared(parameters, options)
        if self._task.check_mode and not call.sent_in_check_mode:
            return call.unsent()
        try:
            with self._sender(_Made(call, parameters, options), variables, notes) as send:
                if token is not None:
                    return with_given_token(call, token, send)
                return with_own_token(call, _tokens(options, notes), send)
        except AuthkitError as error:  # no token or no way to connect, so there was no call
            if token is None:
                error.name_sources(options.sources())
            return failure(error, call.url)

    def _validated(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Arguments:
        try:
            arguments = validated(self.MODULE, self.SPEC, given)
        except OptionError:
            # The message may quote what stands in the wrong place: the secret that the variables hold.
            notes.hide(*known_secrets(self.SPEC, variables, self._templar))
            raise
        notes.warnings.extend(arguments.warnings)
        notes.deprecations.extend(arguments.deprecations)
        return arguments

    def _prepared(self, parameters: Mapping[str, Any], options: ClientOptions) -> Call:
        try:
            return self.prepare(parameters)
        except HostNotAllowed as error:
            error.name_sources(f"allowed_hosts from {options.origins.get('allowed_hosts')}")
            raise

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        connection = {name: value for name, value in own.items() if name in OPTIONS}
        if not given_token:
            return options_for(connection, variables, self._templar, own.get("profile"))
        # The client is not needed, how to connect is: that comes from every source as ever.
        connection = {name: value for name, value in connection.items() if name in SHIPPED_OPTIONS} | _NO_CLIENT
        try:
            return options_for(connection, variables, self._templar, own.get("profile"))
        except OptionError as error:
            error.name_sources("")  # nobody set these
            raise

    @contextmanager
    def _sender(self, made: _Made, variables: Mapping[str, Any], notes: Notes) -> Iterator[Send]:
        """How the call is made with a token: here, or where the task runs."""
        if not self._in_process():
            yield lambda token: self._shipped({**made.parameters, "access_token": token}, variables)
            return
        with closing(transport_for(made.options.transport_settings, notes.warn)) as transport:
            yield lambda token: self._performed(made.call, token, transport)

    def _performed(self, call: Call, token: str, transport: Transport) -> Result:
        try:
            return self.perform(call, token, transport)
        except AuthkitError as error:
            return failure(error, call.url)

    def _in_process(self) -> bool:
        """Whether the task runs on the controller itself, as this user and in this environment."""
        connection, task = self._connection, self._task
        if connection.ansible_name != "ansible.builtin.local" or connection.become is not None:
            return False
        return not (task.async_val or any(task.environment or ()))

    def _shipped(self, parameters: Mapping[str, Any], variables: Mapping[str, Any]) -> Result:
        data = self._execute_module(
            module_name=self.MODULE,
            module_args=SealedArguments(parameters),
            task_vars=variables,
            wrap_async=bool(self._task.async_val),
        )
        return returned(data)


def _tokens(options: ClientOptions, notes: Notes) -> Tokens:
    def fresh(rejected: str | None) -> str:
        token = token_for(options, rejected=rejected, warn=notes.warn).access_token
        notes.hide(token)
        return token

    return Tokens(fresh, options.sources())


def _finished(result: Result, notes: Notes) -> Result:
    """The result with what was noted on the way, and without what nobody must see."""
    told = {key: result.pop(key, None) or [] for key in ("warnings", "deprecations")}
    shown = without_secrets(result, notes.secrets)
    for key, noted in (("warnings", notes.warnings), ("deprecations", notes.deprecations)):
        # From ansible-core 2.19 on a shipped module's are objects of its own, made of text that the module masked.
        both = [*noted, *told[key]]
        if both:
            shown[key] = [masked(each, notes.secrets) if isinstance(each, str) else each for each in both]
    return shown
