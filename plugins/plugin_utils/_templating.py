# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's values: rendered in the object that Ansible gave, then made plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible import errors
from ansible.errors import AnsibleUndefinedVariable
from jinja2 import Undefined

# From ansible-core 2.19 on. There a template that renders to omit raises, before it renders to a placeholder; and
# templates keep types, while the older ones have to be told not to make a list of text that looks like one.
_OMITTED: tuple[type[Exception], ...] = tuple(filter(None, [getattr(errors, "AnsibleValueOmittedError", None)]))
# What lookups get there for an omitted argument. ansible-core has no public name for it.
_OMIT_TYPE = "_OmitType"
# What the magic variable omit begins with before 2.19.
_PLACEHOLDER = "__omit_place_holder__"
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
        from ._reasons import refers_to_itself

        raise refers_to_itself(what)
    _RENDERING[place] = False
    try:
        return _told(render, value, what)
    except Exception:
        if not _RENDERING[place]:
            raise
    finally:
        _RENDERING.pop(place)
    from ._reasons import needs_itself

    raise needs_itself(what)


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
    except Exception as error:
        if isinstance(error, _OMITTED):
            return None
        from ._reasons import unusable

        refused = unusable(error, source, what)
    raise refused


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


def is_encrypted(value: object) -> bool:
    """Whether this is a vaulted string: the class differs before and after ansible-core 2.19."""
    return getattr(value, "__ENCRYPTED__", False) is True or type(value).__name__ == "EncryptedString"


def _decrypted(value: object) -> str:
    try:
        return str.__str__(str(value))
    except Exception:  # the vault's own text names files and passwords' labels
        pass
    from ._reasons import undecryptable

    raise undecryptable()
