# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns a source's value into a field: directly if it is plain, as most are, else with values and where."""

from __future__ import annotations

from .endpoint import is_plain, with_scheme
from .table import Option

_OF_PLACES = frozenset(("issuer", "auth_server", "token_url", "realm", "hosts"))
#: In a realm's name: the characters of dot segments in URLs. In a path: those that Ansible expands.
_NO_STEPS, _NO_NAMES = frozenset(".\\"), frozenset("~$")


def read(option: Option, value: object, what: str, *, allow_http: bool) -> object:
    """The field for a value of any source.

    :param what: the option and its place, for messages.
    :raises InvalidOption: the value is not valid.
    :raises InsecureUrl: it is plain http without allow_http.
    """
    found = _plainly(option, value)
    if found is not None:
        return found
    if option.read in _OF_PLACES:
        from . import where

        return where.read_where(option, value, what, allow_http=allow_http)
    from .values import read_value

    return read_value(option, value, what)


def _plainly(option: Option, value: object) -> object:
    """The field, if the value is plain; else None."""
    if option.read == "bool":
        return value if value is True or value is False else None
    if option.read == "pem":
        return value if value.__class__ is str and "\0" not in str(value) else None
    # Ansible's own kinds of text, tagged or vaulted, take the long way.
    if not isinstance(value, str) or value.__class__ is not str or not value.isprintable():
        return None
    if option.read in ("str", "secret") or value == option.default or value in option.choices:
        return value
    if option.read in ("issuer", "token_url"):
        return value if is_plain(value) else None
    if option.read == "auth_server":
        url = with_scheme(value)
        return url if is_plain(url) and "/realms" not in url else None
    if option.read == "realm":
        return value if _NO_STEPS.isdisjoint(value) else None
    if option.read == "path":
        return value if _NO_NAMES.isdisjoint(value) else None
    return None
