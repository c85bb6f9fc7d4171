# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a value cannot be rendered, in words of ours: those of another error could quote the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.vault import AnsibleVaultError
from jinja2 import UndefinedError

from ..module_utils._errors import InvalidOption
from ..module_utils._words import quoted

# What a template of ansible-core 2.19 and later meets instead of a vaulted value without its password. There is no
# public name for it.
_VAULT_ERROR = "UndecryptableVaultError"
_NEXT_STEP = "evaluate it with ansible.builtin.debug to see more"
_UNDEFINED_NAME = r"'([A-Za-z_][A-Za-z0-9_]*)' is undefined"


def refers_to_itself(what: str) -> InvalidOption:
    """For a value that is met again while it is rendered."""
    return InvalidOption(f"{what} refers to itself.")


def needs_itself(what: str) -> InvalidOption:
    """For a value that looks up the token that it is needed for."""
    return InvalidOption(f"{what} looks up the token that it is needed for itself: give it a value that needs none.")


def undecryptable() -> InvalidOption:
    """For a vaulted value without its password."""
    return InvalidOption("a vaulted value in it cannot be decrypted, give the password of its vault")


def unusable(error: Exception, source: object, what: str) -> InvalidOption:
    """What is told of an error. source: what was rendered."""
    reason = error.message if isinstance(error, InvalidOption) else _reason(error, source)
    return InvalidOption(f"{what} cannot be used: {reason}.")


def _reason(error: BaseException, value: object) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, AnsibleVaultError) or type(cause).__name__ == _VAULT_ERROR for cause in causes):
        return "a vaulted value in it cannot be decrypted, give the password of its vault"
    if any(isinstance(cause, (AnsibleUndefinedVariable, UndefinedError)) for cause in causes):
        return f"it refers to {_undefined_name(causes, value)}, define that or take the variable away"
    return f"rendering its template ended in {type(causes[-1]).__name__}, {_NEXT_STEP}"


def _undefined_name(causes: list[BaseException], value: object) -> str:
    """The name that is not defined, if it stands in the very template: nothing else of a foreign text is shown."""
    source = value if isinstance(value, str) else ""
    for cause in causes:
        found = re.search(_UNDEFINED_NAME, str(cause))
        if found and re.search(rf"\b{found[1]}\b", source):
            return f"{quoted(found[1])}, which is not defined"
    return f"something that is not defined ({_NEXT_STEP})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
