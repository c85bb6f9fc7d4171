# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of a report, as Ansible wants them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ansible.errors import AnsibleFilterError

from ...module_utils._errors import AuthkitError


def as_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with errors that Ansible prints: the sentence, and nothing of its causes."""

    @wraps(function)
    def filtered(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except AuthkitError as error:
            message = error.message
        raise AnsibleFilterError(message)  # out here it has no context: Ansible prints the texts of causes

    return filtered
