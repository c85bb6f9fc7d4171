# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's arguments as they were written, where Ansible made other values of them.

Up to ansible-core 2.18, templates make text of a number. With jinja2_native they make a number of a secret such as
0x1F, and nothing of None. Both happen before a task's action runs, so what was meant is only in the task's source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ...module_utils._errors import OptionError
from .._facts.rendering import is_text
from .._old_templates import number_behind
from .._templating import rendered


def as_written(arguments: Mapping[str, Any], task: Any, templar: Any) -> dict[str, Any]:
    """The arguments, in which the connection options whose type is text are text, unless they are a number."""
    restored = dict(arguments)
    for written in _written(task):
        for name, value in written.items():
            if name not in restored or not is_text(name) or not isinstance(value, str):
                continue
            number = number_behind(value, templar)
            if number is not None:
                restored[name] = number
            elif not isinstance(restored[name], str):
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
