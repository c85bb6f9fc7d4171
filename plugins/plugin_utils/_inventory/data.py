# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks the API's values as data, so that Ansible never takes their text for a template."""

from __future__ import annotations

from typing import Any

from ansible import errors

from .._templating import plain

#: From ansible-core 2.19 on only text that is marked as trusted is a template; before, all text that is not marked.
_MARKS_TRUST = hasattr(errors, "AnsibleValueOmittedError")


def as_data(value: Any) -> Any:
    """The value, in which no text, not even a key, is a template."""
    value = plain(value)
    if _MARKS_TRUST:
        return value
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)
