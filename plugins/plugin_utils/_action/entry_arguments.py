# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validates the entries of requests on the controller; each sentence names the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._api.many.entries import ENTRY_SPEC, NAME, named
from ...module_utils._errors import ArgumentsRefused
from ...module_utils._options.values import kind_of
from .arguments import Spec, secret_arguments, validated

Entries = list[dict[str, Any]]


def entry_secrets(spec: Spec, listed: object) -> list[str]:
    """The secrets in entries, where none belongs: a task with them is refused, but its arguments are shown."""
    entries = listed if isinstance(listed, (list, tuple)) else ()
    return [secret for entry in entries if isinstance(entry, Mapping) for secret in secret_arguments(spec, entry)]


def validated_entries(module: str, spec: Spec, listed: object) -> Entries | None:
    """The entries, typed; None if the task has none. An option that is null stays so: it replaces the task's.

    :param spec: that of the task.
    :raises ArgumentsRefused: an entry has an option that it cannot have, or a value that the option cannot have.
    """
    if listed is None:
        return None
    if not isinstance(listed, (list, tuple)):
        raise ArgumentsRefused(f"requests must be a list of mappings, and is {kind_of(listed)}.")
    return [_entry(module, spec, number, entry) for number, entry in enumerate(listed, 1)]


def _entry(module: str, spec: Spec, number: int, entry: object) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise ArgumentsRefused(
            f"Entry {number} of requests must be a mapping with the options of one call, and is {kind_of(entry)}."
        )
    try:
        for option in entry:
            if option in spec and option not in ENTRY_SPEC:
                raise ArgumentsRefused(f"{option} holds for all calls: set it on the task, not in an entry.")
        found = validated(module, ENTRY_SPEC, entry).parameters
    except ArgumentsRefused as error:
        raise named(error, number, entry.get(NAME)) from None
    return {**{option: None for option in entry if option in ENTRY_SPEC}, **found}
