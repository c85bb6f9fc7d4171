# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's arguments as they were written, where jinja2_native made other values of their text.

Up to ansible-core 2.18, that setting makes a number of a secret such as 0x1F, and nothing of None, before a task's
action runs. The text is then only in the task's source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ...module_utils._errors import OptionError
from .._facts.rendering import is_text
from .._templating import rendered


def with_quoted_text(arguments: Mapping[str, Any], task: Any, templar: Any) -> dict[str, Any]:
    """The arguments, in which the connection options whose type is text are text."""
    restored = dict(arguments)
    for written in _written(task):
        for name, value in written.items():
            if name in restored and is_text(name) and isinstance(value, str) and not isinstance(restored[name], str):
                with suppress(OptionError):  # Ansible has rendered it before, so it can be
                    restored[name] = rendered(value, templar, f"{name} in the call", text=True)
    return restored


def _written(task: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings of a task's source that hold arguments."""
    source = task.get_ds()
    if isinstance(source, Mapping):
        for key in (task.action, "action", "local_action", "args"):
            if isinstance(source.get(key), Mapping):
                yield source[key]
