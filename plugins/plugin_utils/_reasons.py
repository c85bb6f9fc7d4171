# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a value cannot be rendered, in our own words: the text of the original error could quote the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.vault import AnsibleVaultError
from jinja2 import TemplateSyntaxError, UndefinedError

from ..module_utils._errors import InvalidOption
from ..module_utils._words import quoted

#: What a template in ansible-core 2.19 and later gets for a vaulted value without its password. It has no public name.
_VAULT_ERROR = "UndecryptableVaultError"
_UNDECRYPTABLE = "a vaulted value in it cannot be decrypted, run with --ask-vault-pass or --vault-password-file"
_UNDEFINED_NAME = r"'([A-Za-z_][A-Za-z0-9_]*)' is undefined"
#: How Jinja and the versions of ansible-core name a filter, test or lookup that does not exist.
_MISSING_PLUGIN = (
    r"(?:No (?:filter|test) named|Could not load) ['\"]([A-Za-z_][\w.]*)['\"]",
    r"lookup plugin ['(]([A-Za-z_][\w.]*)[')] (?:was )?not found",
)


def refers_to_itself(what: str) -> InvalidOption:
    """The error for a value whose template leads back to itself."""
    return InvalidOption(f"{what} refers to itself.")


def needs_itself(what: str) -> InvalidOption:
    """The error for a value that looks up the very token that it is needed for."""
    return InvalidOption(
        f"{what} looks up the token that it is itself needed for: give it a value that needs no token."
    )


def decrypted(value: object) -> str:
    """The text of a vaulted value. Raises InvalidOption if there is none."""
    try:
        return str.__str__(str(value))
    except Exception:  # the vault's own error names files and vault ids
        pass
    raise undecryptable()


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
    place = _place(value)
    there = f"correct it in {place}" if place else "correct it"
    plugin = next(filter(None, (_named_in_template(each, causes, value) for each in _MISSING_PLUGIN)), None)
    if plugin:
        return f"its template uses {quoted(plugin)}, a filter, test or lookup that Ansible does not find, {there}"
    if any(isinstance(cause, (AnsibleUndefinedVariable, UndefinedError)) for cause in causes):
        name = _named_in_template(_UNDEFINED_NAME, causes, value)
        at = f" ({place})" if place else ""
        if name:
            return f"it refers to {quoted(name)}, which is not defined{at}, define it or remove the variable"
        return f"it refers to something that is not defined{at}, check each name in it and behind it"
    if any(isinstance(cause, TemplateSyntaxError) for cause in causes):
        return f"its template has a syntax error, {there}"
    return f"its template fails, {there}, or what it reads"


def _named_in_template(pattern: str, causes: list[BaseException], value: object) -> str | None:
    """The name in an original error, if it occurs in the template itself. No other part of the error is shown."""
    source = value if isinstance(value, str) else ""
    for cause in causes:
        found = re.search(pattern, str(cause))
        if found and re.search(rf"\b{re.escape(found[1])}\b", source):
            return found[1]
    return None


def _place(value: object) -> str | None:
    """The file and line that a value was read from, where Ansible knows them."""
    try:
        from ansible._internal._datatag._tags import Origin
    except ImportError:  # ansible-core 2.18 and older
        path, line = (*getattr(value, "ansible_pos", ()), None, None)[:2]
    else:
        tag = Origin.get_tag(value)
        path, line = (tag.path, tag.line_num) if tag else (None, None)
    return f"{path}, line {line}" if path and line else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
