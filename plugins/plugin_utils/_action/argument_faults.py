# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a task's arguments, where Ansible's own words list every option or name Python's types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._options.values import as_text, kind_of
from ...module_utils._words import close_name, listed, quoted
from .uri_options import of_uri_only

Spec = Mapping[str, Mapping[str, Any]]

_FORMS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a mapping of names to values",
}
_TEXT = ("str", "path")


def unknown_names(
    module: str, spec: Spec, arguments: Mapping[str, object], whose: str = "", *, kind: str = ""
) -> str | None:
    """The sentence about arguments that are not in the spec.

    :param whose: names the option whose suboptions these are; empty for the options of the module.
    :param kind: what ansible-doc needs before the name of a plugin that is not a module.
    """
    known = [alias for name, rules in spec.items() for alias in (name, *rules.get("aliases", ()))]
    unknown = [str(name) for name in arguments if name not in known]
    if unknown:
        if sentence := of_uri_only(whose or module, unknown):
            return sentence
        close = list(filter(None, (close_name(name, known) for name in unknown)))
        hint = f"did you mean {listed(close)}?" if close else f"ansible-doc {kind}{module} lists the options."
        are = "is not an option" if len(unknown) == 1 else "are not options"
        return f"{listed(list(map(quoted, unknown)))} {are} of {whose or module}: {hint}"
    nested = (
        unknown_names(module, rules["options"], item, name, kind=kind)
        for name, rules in spec.items()
        if "options" in rules
        for item in _mappings(arguments.get(name))
    )
    return next(filter(None, nested), None)


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]


def wrong_kinds(spec: Spec, arguments: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each argument whose value is of a kind that cannot be converted. No value is quoted."""
    for name, rules in spec.items():
        value = arguments.get(name)
        kind, elements = rules.get("type", "str"), rules.get("elements")
        if value is None:
            continue
        if not _fits(value, kind):
            yield _sentence(name, kind, value)
        elif elements:
            items = value if isinstance(value, list) else str(value).split(",")  # as Ansible splits it
            yield from (_sentence(f"each of {name}", elements, item) for item in items if not _fits(item, elements))


def _fits(value: object, kind: str) -> bool:
    # Ansible would make a list's text of it, with brackets and quotes.
    if kind in _TEXT:
        return not isinstance(value, (list, tuple, Mapping))
    if kind not in _FORMS:
        return True
    return not ArgumentSpecValidator({"it": {"type": kind}}).validate({"it": value}).error_messages


def _sentence(name: str, kind: str, value: object) -> str:
    if kind in _TEXT:
        return f"{name} must be text, and is {kind_of(value)}: {as_text(value)}."
    return f"{name} must be {_FORMS[kind]}, and is {kind_of(value)}."
