# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token lookup: one token for each client that the terms name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._secrets import masked, warnings_for
from ._templating import evaluated, placeholder
from ._tokens import token_for
from ._variables import options_for, unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..module_utils._oauth.token import Token
    from ..module_utils._options.client import ClientOptions
    from ._tokens import Warn

OUTPUTS = ("access_token", "header", "token")


def tokens(
    terms: Sequence[object], arguments: Mapping[str, object], variables: Mapping[str, Any], templar: Any, warn: Warn
) -> list[object]:
    """A token for each profile that the terms name; without terms, one for the connection itself.

    :raises AuthkitError: an option is not valid, or a client does not get a token.
    """
    if unknown_names(variables):
        from ._unknown_names import near_misses

        for text in near_misses(variables):
            warn(text)
    # ansible-core 2.18 and older pass on this argument, which is meant for the template engine.
    call = {name: value for name, value in arguments.items() if name != "wantlist"}
    omit = placeholder(variables)
    output = _output(evaluated(call.pop("output", None), "output in the call", omit=omit))
    if "profile" in call:
        from ..module_utils._errors import UnknownOption

        raise UnknownOption("profile is not an option of the lookup: write its name as a term, lookup(…, 'name').")
    names = evaluated(list(terms), "The name of a profile", omit=omit)
    profiles = [name for name in _flat([names]) if name is not None]
    found = [options_for(call, variables, templar, profile) for profile in profiles or [None]]
    if output != "token" and any(options.dpop for options in found):
        from ._lookup_errors import proof_needed

        raise proof_needed()
    for warning in dict.fromkeys(warning for options in found for warning in warnings_for(options)):
        warn(warning)
    return [_shown(token_for(options, warn=_discreet(warn, options)), output) for options in found]


def _discreet(warn: Warn, options: ClientOptions) -> Warn:
    return lambda text: warn(masked(text, options.secrets))


def _output(value: object) -> str:
    if value in (None, ""):
        return OUTPUTS[0]
    if not isinstance(value, str) or value not in OUTPUTS:
        from ._lookup_errors import wrong_output

        raise wrong_output(OUTPUTS)
    return value


def _flat(terms: Sequence[object]) -> Iterator[object]:
    for term in terms:
        if isinstance(term, (list, tuple)):
            yield from _flat(term)
        else:
            yield term


def _shown(token: Token, output: str) -> object:
    if output == "header":
        return token.header
    if output == "token":
        return {
            "access_token": token.access_token,
            "token_type": token.token_type,
            "scope": token.scope,
            "expires_at": int(token.expires_at),
        }
    return token.access_token
