# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables a node's facts define.

Ansible does not record where a variable came from. There are three clues: the text of facts is never a template
(untrusted from ansible-core 2.19 on, unsafe before); an injected fact equals the one in ansible_facts; and the fact
cache has the original names. ansible_facts has the names without the prefix, so of two facts `domain` and
`ansible_domain`, which a node may return together, it shows only one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible import constants
from ansible import template as ansible_template
from ansible.vars.hostvars import HostVars

from .._templating import is_encrypted
from .refused import is_refused

PREFIX = "ansible_"
_INTERNAL = "_ansible_"
#: Variables that Ansible sets after it has made the copy in vars.
_OF_ANSIBLE = frozenset(
    ("ansible_facts", "ansible_search_path", "ansible_loop_var", "ansible_index_var", "ansible_loop")
)

Facts = Mapping[str, Any]
#: Whether a user wrote the text; None before ansible-core 2.19.
TRUSTED: Callable[[object], bool] | None = getattr(ansible_template, "is_trusted_as_template", None)


def facts_are_injected() -> bool:
    """Whether this Ansible injects facts as variables; True if that is not known."""
    return bool(getattr(constants, "INJECT_FACTS_AS_VARS", True))


def mapping_in(variables: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The variable, if it is a mapping and not refused."""
    value = variables.get(name)
    return value if not is_refused(value) and isinstance(value, Mapping) else None


def facts_of(variables: Mapping[str, Any]) -> Facts | None:
    """The facts that may be among the variables.

    Facts that earlier iterations of the task's own loop returned are injected at once. Up to ansible-core 2.20
    ansible_facts does not include them, but has a nested ansible_facts with those of the last iteration. If it is
    there, every variable that changed since the task began counts as a fact, unless a user wrote it.
    """
    facts = mapping_in(variables, "ansible_facts")
    late = None if facts is None else mapping_in(facts, "ansible_facts")
    if facts is None or late is None:
        return facts
    return {**facts, **late, **_changed(variables)}


def _changed(variables: Mapping[str, Any]) -> Facts:
    """The variables that neither Ansible nor a user has changed since the task began."""
    kept = set(_OF_ANSIBLE)
    before = mapping_in(variables, "vars")
    if before is not None and isinstance(before.get("hostvars"), HostVars):
        kept.add("vars")
    for variable in ("ansible_loop_var", "ansible_index_var"):
        name = variables.get(variable)  # a node may return this, too, and must not choose a variable with it
        if not is_refused(name) and isinstance(name, str) and (name == "item" or _written_by_user(name)):
            kept.add(name)
    return {
        name: value
        for name, value in variables.items()
        if name not in kept and not is_refused(value) and _is_late(name, variables) and not _written_by_user(value)
    }


def of_facts(
    variables: Mapping[str, Any], facts: Facts, cached: Callable[[], Facts | None]
) -> Iterator[tuple[str, str]]:
    """The variables that a fact defines, each with the fact's name in ansible_facts.

    :param facts: ansible_facts of the variables' host.
    :param cached: returns that host's facts under their original names; None if they are not known.
    """
    for key in facts:
        for name in (key, f"{PREFIX}{key}"):
            if name in variables and _defined(name, key, variables, facts, cached):
                yield name, key


def _defined(
    name: str, key: str, variables: Mapping[str, Any], facts: Facts, cached: Callable[[], Facts | None]
) -> bool:
    value = variables[name]
    if is_refused(value):
        return False
    if _may_be(value, facts[key]):
        return True
    # In a dictionary that Ansible merged with a fact, the first text may be the user's and the next one the node's.
    merged = constants.DEFAULT_HASH_BEHAVIOUR == "merge" and isinstance(value, Mapping)
    if not merged and _written_by_user(value):
        return False
    twin = name[len(PREFIX) :] if name.startswith(PREFIX) else f"{PREFIX}{name}"
    given = cached()
    if given is not None and not _is_late(name, variables):
        if name in given:
            return _may_be(value, given[name])
        if twin in given and given[twin] == facts[key]:
            return False  # the fact belongs to the twin; this variable is not a fact
    return twin in variables


def _is_late(name: str, variables: Mapping[str, Any]) -> bool:
    """Whether the variable was set after the task began, so that the fact cache does not have it.

    vars is a copy from before. A node may return a fact named vars, but cannot put Ansible's HostVars into it.
    """
    if "vars" not in variables:
        return False
    before = mapping_in(variables, "vars")
    if before is None or name not in before or not isinstance(before.get("hostvars"), HostVars):
        return True
    value, earlier = variables[name], before[name]
    if value is earlier:
        return False
    try:
        return is_refused(earlier) or bool(value != earlier)
    except Exception:  # it contains a vaulted value that cannot be decrypted
        return True


def _may_be(value: object, fact: object) -> bool:
    """Whether the variable's value may come from the fact, in whole or in part."""
    if isinstance(value, str):
        return value == fact and not _written_by_user(value)
    if is_encrypted(value):
        return is_encrypted(fact)  # only users have vaulted values, unless a cached fact looks like one
    if constants.DEFAULT_HASH_BEHAVIOUR == "merge" and isinstance(value, Mapping) and isinstance(fact, Mapping):
        return any(_may_be(value[key], item) for key, item in fact.items() if key in value)
    if _written_by_user(value):
        return False
    try:
        return bool(value == fact) or _shown(value) == _shown(fact)
    except Exception:  # it contains a vaulted value that cannot be decrypted
        return True


def _written_by_user(value: object) -> bool:
    """Whether a user wrote the value. Its first text decides, because all of a value has one origin."""
    while isinstance(value, (dict, list, tuple)) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    if not isinstance(value, str):
        return False
    return TRUSTED(value) if TRUSTED is not None else not getattr(value, "__UNSAFE__", False)


def _shown(value: object) -> object:
    """The part of a fact that Ansible injects: all but its internal keys."""
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in value.items() if not str(key).startswith(_INTERNAL)}
    return [_shown(item) for item in value] if isinstance(value, (list, tuple)) else value
