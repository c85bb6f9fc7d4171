# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renders Ansible's values, with Ansible's own marks on them, and makes the results plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible import errors
from ansible.errors import AnsibleUndefinedVariable
from jinja2 import Undefined

#: Not empty from ansible-core 2.19 on. There a template that renders to omit raises this; before, it renders to a
#: placeholder. And there templates keep types; before, text that looks like a list becomes one unless told otherwise.
_OMITTED: tuple[type[Exception], ...] = tuple(filter(None, [getattr(errors, "AnsibleValueOmittedError", None)]))
#: The type of an omitted argument of a lookup there. It has no public name.
_OMIT_TYPE = "_OmitType"
#: Prefix of the magic variable omit before 2.19.
_PLACEHOLDER = "__omit_place_holder__"
#: The values being rendered, and whether rendering reached one again: a variable that looks up the token that it is
#: itself needed for would never end.
_RENDERING: dict[tuple[str, int], bool] = {}


def plain(value: object) -> Any:
    """The value in Python's own types, recursively, without tags, unsafe marks or vaults. Omitted becomes None.

    :raises InvalidOption: a vaulted value cannot be decrypted.
    """
    # Usual types come first: to ask of another type whether it is a Mapping takes long.
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
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (dict, Mapping)):
        return {plain(key): plain(item) for key, item in value.items()}
    if is_encrypted(value):
        from ._reasons import decrypted

        return decrypted(value)
    if isinstance(value, (set, frozenset, Iterator)):
        return [plain(item) for item in value]
    return value


def placeholder(variables: Mapping[str, Any]) -> str | None:
    """Ansible's placeholder for an omitted value, before 2.19.

    From 2.19 on there is none: there a variable named omit is a user's own. A fact named omit does not count.
    """
    found = None if _OMITTED else variables.get("omit")
    ours = isinstance(found, str) and found.startswith(_PLACEHOLDER) and not getattr(found, "__UNSAFE__", False)
    return str(found) if ours else None


def rendered(value: object, templar: Any, what: str, *, omit: str | None = None, text: bool = False) -> object:
    """A variable's value, rendered and made plain; None if it is omitted.

    :param value: Ansible's object, whose unsafe marks keep a node's text from being evaluated.
    :param what: names the variable.
    :param omit: see placeholder().
    :param text: whether the option is text, so `[1]` remains text.
    :raises InvalidOption: in our own words: the original error could quote the value.
    """

    def render() -> object:
        return without_omitted(plain(_templated(value, templar, text)), omit)

    key = (what, id(value))
    if key in _RENDERING:
        _RENDERING[key] = True
        from ._reasons import refers_to_itself

        raise refers_to_itself(what)
    _RENDERING[key] = False
    try:
        return _translating_errors(render, value, what)
    except Exception:
        if not _RENDERING[key]:
            raise
    finally:
        _RENDERING.pop(key)
    from ._reasons import needs_itself

    raise needs_itself(what)


def may_be_template(value: object, templar: Any) -> bool:
    """Whether rendering may change the value: most values are not templates."""
    if isinstance(value, str):
        return bool(templar.is_possibly_template(value))
    return value is not None and not isinstance(value, (bool, int, float))


def evaluated(value: object, what: str, *, omit: object = None) -> object:
    """The value of a call's argument, made plain. Ansible renders its templates, some only when they are accessed.

    :raises InvalidOption: as rendered() does.
    """

    def look() -> object:
        if isinstance(value, Undefined):  # before 2.19 lookups get such values
            raise AnsibleUndefinedVariable(f"'{value._undefined_name}' is undefined")
        return without_omitted(plain(value), omit)

    return _translating_errors(look, getattr(value, "_undefined_name", None), what)


def _translating_errors(make: Callable[[], object], source: object, what: str) -> object:
    """What make() returns. Its errors become InvalidOption, without the original as context."""
    try:
        return make()
    except Exception as error:
        if isinstance(error, _OMITTED):
            return None
        from ._reasons import unusable

        refused = unusable(error, source, what)
    raise refused


def without_omitted(value: object, omit: object) -> object:
    """The plain value without items that equal the placeholder for omitted values."""
    if omit is None:
        return value
    if isinstance(value, dict):
        return {key: without_omitted(item, omit) for key, item in value.items() if item != omit}
    if isinstance(value, list):
        return [without_omitted(item, omit) for item in value if item != omit]
    return None if value == omit else value


def _templated(value: object, templar: Any, text: bool) -> object:
    # Explicit, because where Ansible renders leniently (a task's name) the text of an undefined name would be sent.
    if text and not _OMITTED:
        from ._old_templates import as_text_or_number

        return as_text_or_number(value, templar)
    return templar.template(value, fail_on_undefined=True)


def is_encrypted(value: object) -> bool:
    """Whether this is a vaulted string, whose class changed in ansible-core 2.19."""
    return getattr(value, "__ENCRYPTED__", False) is True or type(value).__name__ == "EncryptedString"
