# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns functions on reports into Ansible filters."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ansible.errors import AnsibleFilterError

from ...module_utils._errors import AuthkitError


def as_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as a filter, whose errors show our sentence and no causes."""

    @wraps(function)
    def filtered(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except AuthkitError as error:
            message = error.message
        raise AnsibleFilterError(message)  # outside the handler, so that Ansible prints no cause

    return filtered
