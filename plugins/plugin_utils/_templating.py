# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's values: rendered in the object that Ansible gave, then made plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible import errors
from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.vault import AnsibleVaultError
from jinja2 import Undefined, UndefinedError

from ..module_utils._errors import InvalidOption
from ..module_utils._words import quoted

# From ansible-core 2.19 on. There a template that renders to omit raises, before it renders to a placeholder; and
# templates keep types, while the older ones have to be told not to make a list of text that looks like one.
_OMITTED: tuple[type[Exception], ...] = tuple(filter(None, [getattr(errors, "AnsibleValueOmittedError", None)]))
# What lookups get there for an omitted argument. ansible-core has no public name for it.
_OMIT_TYPE = "_OmitType"
# What the magic variable omit begins with before 2.19.
_PLACEHOLDER = "__omit_place_holder__"
# Nor for what a template there meets in the place of a vaulted value without its password.
_VAULT_ERROR = "UndecryptableVaultError"
_NEXT_STEP = "evaluate it with ansible.builtin.debug to see more"
_UNDEFINED_NAME = re.compile(r"'([A-Za-z_][A-Za-z0-9_]*)' is undefined")
# What is being rendered just now, and whether it was met again: a variable that looks up the token that it is needed
# for would never end.
_RENDERING: dict[tuple[str, int], bool] = {}


def plain(value: object) -> Any:
    """The value in Python's own types, recursively: no tags, unsafe marks or vaults. Omitted becomes None.

    Raises InvalidOption for a vaulted value that cannot be decrypted. What is of another type is left as it is.
    """
    if value is None or type(value).__name__ == _OMIT_TYPE:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if is_encrypted(value):
        return _decrypted(value)
    if isinstance(value, (list, tuple, set, frozenset, Iterator)):
        return [plain(item) for item in value]
    return value


def placeholder(variables: Mapping[str, Any]) -> str | None:
    """What Ansible itself, before 2.19, puts where a value is omitted.

    From 2.19 on that is no value of a variable: whatever is called omit there, is somebody's. No fact is taken for it.
    """
    found = None if _OMITTED else variables.get("omit")
    ours = isinstance(found, str) and found.startswith(_PLACEHOLDER) and not getattr(found, "__UNSAFE__", False)
    return str(found) if ours else None


def rendered(value: object, templar: Any, what: str, *, omit: str | None = None, text: bool = False) -> object:
    """What a variable's value comes to, made plain; None when it is omitted.

    value: the object as Ansible gave it. Its unsafe marks keep what came from a node from being evaluated. what: names
    the variable. omit: see placeholder(). text: whether text is expected, so that `[1]` remains text. Raises
    InvalidOption with a sentence of our own: another's could quote the value.
    """

    def render() -> object:
        return without_omitted(plain(_templated(value, templar, text)), omit)

    place = (what, id(value))
    if place in _RENDERING:
        _RENDERING[place] = True
        raise InvalidOption(f"{what} refers to itself.")
    _RENDERING[place] = False
    try:
        return _told(render, value, what)
    except InvalidOption:
        if not _RENDERING[place]:
            raise
    finally:
        _RENDERING.pop(place)
    raise InvalidOption(f"{what} looks up the token that it is needed for itself: give it a value that needs none.")


def may_be_template(value: object, templar: Any) -> bool:
    """Whether Ansible may make something else of a value: most values it hands back as they are."""
    if isinstance(value, str):
        return bool(templar.is_possibly_template(value))
    return value is not None and not isinstance(value, (bool, int, float))


def evaluated(value: object, what: str, *, omit: object = None) -> object:
    """The value of a call's argument, made plain. Its templates are Ansible's to render: some only on being looked at.

    Raises InvalidOption as rendered() does.
    """

    def look() -> object:
        if isinstance(value, Undefined):  # before 2.19 a lookup is handed them
            raise AnsibleUndefinedVariable(f"'{value._undefined_name}' is undefined")
        return without_omitted(plain(value), omit)

    return _told(look, getattr(value, "_undefined_name", None), what)


def _told(make: Callable[[], object], source: object, what: str) -> object:
    """What make() returns, or an InvalidOption outside of the other error's context."""
    try:
        return make()
    except InvalidOption as error:
        reason = error.message
    except Exception as error:
        if isinstance(error, _OMITTED):
            return None
        reason = _reason(error, source)
    raise InvalidOption(f"{what} cannot be used: {reason}.")


def without_omitted(value: object, omit: object) -> object:
    """The value without what equals the placeholder for omitted values. Takes and returns plain values."""
    if omit is None:
        return value
    if isinstance(value, dict):
        return {key: without_omitted(item, omit) for key, item in value.items() if item != omit}
    if isinstance(value, list):
        return [without_omitted(item, omit) for item in value if item != omit]
    return None if value == omit else value


def _templated(value: object, templar: Any, text: bool) -> object:
    # Said outright: where Ansible renders leniently (a task's name) an undefined name would be sent as it is written.
    if text and not _OMITTED:
        return templar.template(value, fail_on_undefined=True, convert_data=False)
    return templar.template(value, fail_on_undefined=True)


def _reason(error: BaseException, value: object) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, AnsibleVaultError) or type(cause).__name__ == _VAULT_ERROR for cause in causes):
        return "a vaulted value in it cannot be decrypted, give the password of its vault"
    if any(isinstance(cause, (AnsibleUndefinedVariable, UndefinedError)) for cause in causes):
        return f"it refers to {_undefined_name(causes, value)}, define that or take the variable away"
    return f"rendering its template ended in {type(causes[-1]).__name__}, {_NEXT_STEP}"


def _undefined_name(causes: list[BaseException], value: object) -> str:
    """The name that is not defined, if it stands in the very template: nothing else of a foreign text is shown."""
    source = value if isinstance(value, str) else ""
    for cause in causes:
        found = _UNDEFINED_NAME.search(str(cause))
        if found and re.search(rf"\b{found[1]}\b", source):
            return f"{quoted(found[1])}, which is not defined"
    return f"something that is not defined ({_NEXT_STEP})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def is_encrypted(value: object) -> bool:
    """Whether this is a vaulted string: the class differs before and after ansible-core 2.19."""
    return getattr(value, "__ENCRYPTED__", False) is True or type(value).__name__ == "EncryptedString"


def _decrypted(value: object) -> str:
    try:
        return str.__str__(str(value))
    except Exception:  # the vault's own text names files and passwords' labels
        pass
    raise InvalidOption("a vaulted value in it cannot be decrypted, give the password of its vault")
