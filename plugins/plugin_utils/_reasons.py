# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a value cannot be rendered, in our own words: the text of the original error could quote the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.vault import AnsibleVaultError
from jinja2 import UndefinedError

from ..module_utils._errors import InvalidOption
from ..module_utils._words import quoted

#: What a template in ansible-core 2.19 and later gets for a vaulted value without its password. It has no public name.
_VAULT_ERROR = "UndecryptableVaultError"
_NEXT_STEP = "evaluate it with ansible.builtin.debug for details"
_UNDECRYPTABLE = "a vaulted value in it cannot be decrypted, provide the password of its vault"
_UNDEFINED_NAME = r"'([A-Za-z_][A-Za-z0-9_]*)' is undefined"


def refers_to_itself(what: str) -> InvalidOption:
    """The error for a value whose template leads back to itself."""
    return InvalidOption(f"{what} refers to itself.")


def needs_itself(what: str) -> InvalidOption:
    """The error for a value that looks up the very token that it is needed for."""
    return InvalidOption(
        f"{what} looks up the token that it is itself needed for: give it a value that needs no token."
    )


def undecryptable() -> InvalidOption:
    """The error for a vaulted value without its password."""
    return InvalidOption(_UNDECRYPTABLE)


def unusable(error: Exception, source: object, what: str) -> InvalidOption:
    """The error for a value that cannot be rendered.

    :param error: what rendering raised.
    :param source: the value's template.
    """
    reason = error.message if isinstance(error, InvalidOption) else _reason(error, source)
    return InvalidOption(f"{what} cannot be used: {reason}.")


def _reason(error: BaseException, value: object) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, AnsibleVaultError) or type(cause).__name__ == _VAULT_ERROR for cause in causes):
        return _UNDECRYPTABLE
    if any(isinstance(cause, (AnsibleUndefinedVariable, UndefinedError)) for cause in causes):
        return f"it refers to {_undefined_name(causes, value)}, define it or remove the variable"
    return f"rendering its template failed with {type(causes[-1]).__name__}, {_NEXT_STEP}"


def _undefined_name(causes: list[BaseException], value: object) -> str:
    """The undefined name, if it occurs in the template itself. No other part of the original error is shown."""
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
