# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps a node's facts out of the templates of connection options.

Ansible injects facts as variables with precedence over group_vars, so a node can replace any variable that a connection
option's template uses. While such a template is rendered, each injected fact is an object that raises when it is used.
This works however the template reaches it (by name, vars, hostvars or a lookup) and at any depth, without guessing from
the template's text what it will use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, TypeVar

from ...module_utils._errors import FactVariable, OptionError
from ...module_utils._words import quoted
from .origin import TRUSTED, Facts, facts_are_injected, facts_of, mapping_in, of_facts
from .refused import Hiding, Refused

_DELEGATED = "ansible_delegated_vars"
_NESTED: type[dict[str, Any]] = dict if TRUSTED is not None else Hiding
#: Raises the error for a variable that was used: its name, the fact's name, and its host (None: the task's own).
Tell = Callable[[str, str, str | None], NoReturn]
T = TypeVar("T")


class FactGuard:
    """Renders with a templar whose variables contain no injected facts."""

    def __init__(self, templar: Any) -> None:
        self._templar = templar
        self._variables: dict[str, Any] | None = None
        self._asked_for: list[str] = []

    def guarded(self, render: Callable[[], T], what: str) -> T:
        """Calls render(), which renders with the templar, while facts are guarded.

        :param what: names the rendered value, for the error.
        :raises FactVariable: it used a fact, even if the template caught the error.
        :raises OptionError: as render() does.
        """
        if not facts_are_injected():
            return render()
        failure: OptionError | None = None
        with self._watching() as asked_for:
            try:
                found = render()
            except OptionError as error:
                failure = error
        # Raised outside the handler, so that neither is the context of the other: Ansible prints the texts of causes.
        if asked_for:
            raise FactVariable(f"{what} refers to {asked_for[0]}.")
        if failure is not None:
            raise failure
        return found

    @contextmanager
    def _watching(self) -> Iterator[list[str]]:
        templar, before = self._templar, self._templar.available_variables
        if self._variables is None:
            self._variables = _without_facts(_flat(before), self._tell)
        self._asked_for = []
        templar.available_variables = self._variables
        try:
            yield self._asked_for
        finally:
            templar.available_variables = before

    def _tell(self, name: str, key: str, host: str | None) -> NoReturn:
        words = _refusal(name, key, host)
        self._asked_for.append(words)
        raise FactVariable(f"A connection option refers to {words}.")


class _Manager:
    """Ansible's variable manager for hostvars: guards the facts of every host."""

    def __init__(self, manager: Any, tell: Tell) -> None:
        self._manager, self._tell = manager, tell

    def get_vars(self, *given: Any, **named: Any) -> dict[str, Any]:
        host = getattr(named.get("host"), "name", None)
        return _without_facts(self._manager.get_vars(*given, **named), self._tell, host, self._manager)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._manager, name)


def _flat(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables in one dictionary: a templar may have them in a ChainMap."""
    flat: dict[str, Any] = {}
    for layer in reversed(getattr(variables, "maps", [variables])):
        flat.update(layer)
    return flat


def _without_facts(
    variables: Mapping[str, Any], tell: Tell, host: str | None = None, manager: Any = None
) -> dict[str, Any]:
    """A host's variables, in which those that a fact defines, also in hostvars, raise when they are used.

    :param host: None for the host that the templar renders for.
    :param manager: Ansible's variable manager, if hostvars does not have it.
    """
    hostvars = mapping_in(variables, "hostvars")
    manager = manager or getattr(hostvars, "_variable_manager", None)
    guarded = dict(variables)
    if hostvars is not None and manager is not None:
        guarded["hostvars"] = _guarded_hostvars(hostvars, manager, tell)
    delegated = mapping_in(variables, _DELEGATED)
    if delegated is not None:
        others = {name: _without_facts(its, tell, name, manager) for name, its in delegated.items()}
        guarded[_DELEGATED] = {name: _NESTED(its) for name, its in others.items()}
    facts = facts_of(variables)
    copied = mapping_in(variables, "vars")
    earlier = _NESTED(copied or {})  # vars is a copy from before the task: it lacks what this task returned
    if copied is not None:
        earlier.update({name: guarded[name] for name in ("hostvars", _DELEGATED) if name in copied})
        guarded["vars"] = earlier
    if facts:
        cached = partial(_cached, manager, host or variables.get("inventory_hostname"))
        for name, key in of_facts(variables, facts, cached):
            guarded[name] = Refused(partial(tell, name, key, host))
            if name in earlier:
                earlier[name] = guarded[name]
        for name, key in of_facts(earlier, facts, cached):
            earlier[name] = Refused(partial(tell, name, key, host))
    return guarded


def _guarded_hostvars(hostvars: Any, manager: Any, tell: Tell) -> Any:
    """hostvars with a guarding variable manager. It keeps its class, because Ansible treats that class specially."""
    guarded = object.__new__(type(hostvars))
    vars(guarded).update(vars(hostvars))
    guarded._variable_manager = _Manager(manager, tell)
    return guarded


def _cached(manager: Any, host: str | None) -> Facts | None:
    """A host's facts under their original names, from Ansible's fact cache; None if there is no access to it."""
    cache = getattr(manager, "_fact_cache", None)
    if cache is None:
        return None
    try:
        found = cache.get(host)
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _refusal(name: str, key: str, host: str | None) -> str:
    """Why a variable is refused, as the second half of a sentence."""
    owner = "this host's facts" if host is None else f"the facts of {quoted(host)}"
    facts = "ansible_facts" if host is None else f"hostvars[{quoted(host)}].ansible_facts"
    written = f"{facts}.{key}" if key.isidentifier() else f"{facts}[{quoted(key)}]"
    return (
        f"{quoted(name)}, which is defined by {owner}, and facts must not decide where a secret goes: set it in the "
        f"inventory or play under a name that no fact has, or write {written} if you trust that machine"
    )
