# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins: resolves the options, decides where the task runs, and masks secrets.

On the controller the work is done in this process. On another host, Ansible runs the module of the same name, which
gets the access token but never the client's secret.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ...module_utils._errors import ArgumentsRefused, AuthkitError, HostNotAllowed, OptionError
from ...module_utils._masking import MASK, SENTENCES, Masker, without_secrets
from ...module_utils._options.client import OPTIONS, ClientOptions
from ...module_utils._options.secrets import SECRET_OPTIONS, secret_values, without_secret_values
from ...module_utils._options.table import ASSERTIONS, CREDENTIALS
from ...module_utils._unforeseen import unforeseen
from .._secrets import register, warnings_for
from .._unknown_names import near_misses
from .._variables import options_for, plain, refuse_facts
from .arguments import Arguments, known_secrets, secret_arguments, validated
from .shipping import SHIPPED_OPTIONS, SealedArguments, is_outcome, returned

Result = dict[str, Any]


class ModuleFailed(AuthkitError):
    """Ansible could not run the module on the task's host. Read Ansible's message in msg, and use -vvv."""


@dataclass
class Notes:
    """What one run collects: warnings for the user, and secrets to mask.

    :param shipped: whether a node returned the result.
    :param foreign: whether the result's texts are Ansible's, not ours.
    """

    warnings: list[str] = field(default_factory=list)
    deprecations: list[Any] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)
    shipped: bool = False
    foreign: bool = False

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def hide(self, *values: str) -> None:
        self.secrets.extend(values)
        register(*values)


@dataclass(frozen=True)
class TaskInput:
    """A task's input.

    :param own: its validated arguments.
    :param token: the access token among its arguments, or None.
    """

    own: Mapping[str, Any] = field(repr=False)
    options: ClientOptions = field(repr=False)
    token: str | None = field(default=None, repr=False)


class TaskAction(ActionBase):  # type: ignore[misc]  # ansible-core has no hints
    """Base of the action plugins of modules that need a token.

    A subclass names the module, its argument spec and the keys of its results, and does the work.
    """

    MODULE: ClassVar[str]
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]]
    RESULT_KEYS: ClassVar[frozenset[str]]
    #: A key that every result of the module has unless it is an error; see is_outcome().
    OUTCOME_KEY: ClassVar[str]
    #: The keys of a result whose texts are all our own.
    OWN_WORDS: ClassVar[frozenset[str]] = SENTENCES
    #: The keys of a result whose values are lists of results.
    NESTED: ClassVar[tuple[str, ...]] = ()
    #: Values for required options that a task with its own token need not set. Never sent, and too short to be masked.
    PLACEHOLDERS: ClassVar[Mapping[str, str]]
    #: Prefixes of further variables that steer the task, and so must not come from a node's facts.
    SETTINGS: ClassVar[tuple[str, ...]] = ()

    #: The last task of this process, with its arguments. Ansible makes a new action for each try of until.
    _original: ClassVar[tuple[Any, Any]] = (None, None)
    _supports_async = True
    _supports_check_mode = True

    @abstractmethod
    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        """Does the task's work and returns its result.

        :raises AuthkitError: the task fails.
        """

    @abstractmethod
    def failed(self, error: AuthkitError) -> Result:
        """The result of a task that failed with this error."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        """Runs the task. Failures are returned, never raised: Ansible prints an exception with all its causes."""
        super().run(tmp, task_vars)  # may raise errors of Ansible's own, which show no values
        notes = Notes()
        given = self._given_arguments()
        try:
            result = self._result(task_vars or {}, notes)
            own_words = {"error"} if notes.foreign else self.OWN_WORDS
            return _finished(result, notes, sentences=own_words, nested=self.NESTED)
        except Exception as error:  # a traceback would show values
            return self.failed(unforeseen(error))
        finally:
            self._hide_arguments(given, notes)

    def _result(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        try:
            refuse_facts(variables, self.SETTINGS)  # before anything is rendered, requested or written
            return self.work(variables, notes)
        except AuthkitError as error:
            return self.failed(error)
        except AnsibleError as error:
            return self._not_shipped(error, notes)

    def _not_shipped(self, error: AnsibleError, notes: Notes) -> Result:
        """The result if Ansible cannot ship the module."""
        words = Masker(notes.secrets).foreign_words(str(error))
        if isinstance(error, AnsibleConnectionFailure):
            return {"unreachable": True, "msg": words}
        return ModuleFailed(words).result()

    def _input(self, variables: Mapping[str, Any], notes: Notes) -> TaskInput:
        """The task's validated arguments, with the options from all sources.

        :raises OptionError: an argument or option is not valid.
        """
        for warning in near_misses(variables):
            notes.warn(warning)
        given = plain(self._task.args)
        own = self._validated(given, variables, notes).parameters
        token = own.pop("access_token", None)
        with self._discreetly(variables, notes):
            options = self._options(own, variables, given_token=token is not None)
        if token is None:
            notes.hide(*options.secrets)
            for warning in warnings_for(options):
                notes.warn(warning)
        else:
            notes.hide(*secret_values("proxy", options.proxy))
        return TaskInput(own, options, token)

    def _validated(self, given: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Arguments:
        notes.hide(*secret_arguments(self.SPEC, given))
        with self._discreetly(variables, notes):
            arguments = validated(self.MODULE, self.SPEC, given)
        notes.warnings.extend(arguments.warnings)
        notes.deprecations.extend(arguments.deprecations)
        return arguments

    @contextmanager
    def _discreetly(self, variables: Mapping[str, Any], notes: Notes) -> Iterator[None]:
        """Masks secrets in errors raised inside: they may quote a secret that was set under the wrong name."""
        try:
            yield
            return
        except OptionError as error:
            notes.hide(*known_secrets(self.SPEC, variables, self._templar))
            if not isinstance(error, ArgumentsRefused):
                raise
            words = Masker(notes.secrets).foreign_words(error.message)
        raise ArgumentsRefused(words)

    def _options(self, own: Mapping[str, Any], variables: Mapping[str, Any], *, given_token: bool) -> ClientOptions:
        connection = {name: value for name, value in own.items() if name in OPTIONS}
        if not given_token:
            return options_for(connection, variables, self._templar, own.get("profile"))
        # The client is not needed, but the connection is: its options come from all sources as usual.
        connection = self._without_client(connection)
        return options_for(connection, variables, self._templar, own.get("profile"))

    def _without_client(self, connection: Mapping[str, Any]) -> dict[str, Any]:
        """The connection options of a task that brings its own token."""
        shipped = {name: value for name, value in connection.items() if name in SHIPPED_OPTIONS}
        unused = {"client_auth_method": "none", "grant_type": "client_credentials", "username": "-"}
        return shipped | unused | dict.fromkeys(set(CREDENTIALS) - set(ASSERTIONS), "-") | dict(self.PLACEHOLDERS)

    def _in_process(self) -> bool:
        """Whether the task runs on the controller itself, as this user and in this environment."""
        connection, task = self._connection, self._task
        if connection.ansible_name != "ansible.builtin.local" or connection.become is not None:
            return False
        return not (task.async_val or any(task.environment or ()))

    def _given_arguments(self) -> Any:
        """The task's original arguments, also when Ansible runs the task again (until): see _hide_arguments()."""
        task, given = TaskAction._original
        if task is not self._task:
            given = self._task.args
            if hasattr(self._templar, "jinja2_native"):  # ansible-core up to 2.18
                from .native import as_written

                given = as_written(given, self._task, self._templar)
            TaskAction._original = (self._task, given)
        self._task.args = given
        return given

    def _hide_arguments(self, given: Any, notes: Notes) -> None:
        """Masks secrets among the arguments, because callback plugins get these, rendered, after the task."""
        if isinstance(given, Mapping):
            shown = {name: _discreet(name, value) for name, value in given.items()}
            self._task.args = without_secrets(shown, notes.secrets, sentences=())

    def _is_outcome(self, data: Mapping[str, object]) -> bool:
        """Whether the module returned this result, not Ansible for a module that never finished."""
        return is_outcome(data, self.OUTCOME_KEY)

    def _shipped(self, parameters: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Result:
        notes.shipped = True
        data = self._execute_module(
            module_name=self.MODULE,
            module_args=SealedArguments(parameters),
            task_vars=variables,
            wrap_async=bool(self._task.async_val),
        )
        notes.foreign = not self._is_outcome(data)
        result = returned(data, None if notes.foreign else self.RESULT_KEYS)
        return {**result, "error": ModuleFailed.short_name()} if notes.foreign and result.get("failed") else result


def naming_allowed_hosts(error: HostNotAllowed, options: ClientOptions) -> HostNotAllowed:
    """The error, extended with the source of allowed_hosts."""
    error.name_sources(f"allowed_hosts from {options.origins.get('allowed_hosts')}")
    return error


def _finished(result: Result, notes: Notes, *, sentences: Collection[str], nested: Collection[str]) -> Result:
    """The result with the run's warnings, and with all secrets masked.

    :param sentences: the keys whose texts are all our own.
    :param nested: the keys whose values are lists of results.
    """
    masker = Masker(notes.secrets)
    messages = {key: result.pop(key, None) or [] for key in ("warnings", "deprecations")}
    crash = _masked(result.pop("exception", None), masker.value)
    shown = without_secrets(result, notes.secrets, sentences=sentences, nested=nested)
    for key, noted in (("warnings", notes.warnings), ("deprecations", notes.deprecations)):
        both = [_masked(each, masker.sentence) for each in noted]
        both += [_masked(each, masker.value if notes.shipped else masker.sentence) for each in messages[key]]
        if any(both):
            shown[key] = [each for each in both if each]
    return shown if crash is None else {**shown, "exception": crash}


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    """A warning, deprecation or exception without secrets; None if it has to be dropped.

    ansible-core 2.19 and later return those of a shipped module as objects. The module has masked their texts; if one
    contains a secret nevertheless, the node is not to be trusted, and the object is dropped.
    """
    text = str(value)
    shown = mask(text)
    if isinstance(value, str):
        return shown
    return value if shown == text else None


def _discreet(name: str, value: Any) -> Any:
    """An argument as callback plugins may see it."""
    if name not in SECRET_OPTIONS:
        return value
    try:
        return without_secret_values(name, plain(value), MASK)
    except AuthkitError:  # a vaulted value without its password
        return MASK
