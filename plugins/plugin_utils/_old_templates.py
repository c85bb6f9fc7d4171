# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates of text on ansible-core up to 2.18, which make text of numbers, and with jinja2_native the reverse."""

from __future__ import annotations

from typing import Any

from ansible import errors

_KEEPS_TYPES = hasattr(errors, "AnsibleValueOmittedError")  # from 2.19 on


def as_text_or_number(value: object, templar: Any) -> object:
    """The text of a template, or the number that it stands for."""
    number = number_behind(value, templar)
    if number is not None:
        return number
    return _textual(templar).template(value, fail_on_undefined=True, convert_data=False)


def number_behind(value: object, templar: Any) -> int | None:
    """The number that a template such as {{ name }} stands for, however deep. None on cores that keep numbers."""
    for _level in range(9):  # names may refer to each other
        if _KEEPS_TYPES or not isinstance(value, str) or getattr(value, "__UNSAFE__", False):
            break
        only = templar.SINGLE_VAR.match(value)
        value = only and templar.available_variables.get(only[1])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _textual(templar: Any) -> Any:
    """A templar that keeps text. With jinja2_native, which lost its effect in 2.19, 0x1F would become a number."""
    if not getattr(templar, "jinja2_native", False):
        return templar
    return templar.copy_with_new_env(finalize=lambda value: "" if value is None else value)
