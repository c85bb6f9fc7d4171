# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function a grant: connection options in, form fields of the token request out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from .._errors import ContradictoryOptions, InvalidOption
from .._words import quoted

if TYPE_CHECKING:
    from .._options.client import ClientOptions

Fields = tuple[tuple[str, str], ...]

# Parameters that options of their own set; RFC 6749 section 3.2 allows none of them twice.
_OWN_PARAMETERS = frozenset(
    {"grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope"}
    | {"audience", "resource"}
)


def client_credentials(options: ClientOptions) -> Fields:
    """RFC 6749 section 4.4.2."""
    return (("grant_type", "client_credentials"), *_targets(options))


GRANTS: Mapping[str, Callable[[ClientOptions], Fields]] = MappingProxyType({"client_credentials": client_credentials})


def form_fields(options: ClientOptions) -> Fields:
    """The form fields of the token request, without the client's authentication.

    Raises InvalidOption for a grant that does not exist, ContradictoryOptions for an extra parameter that an option of
    its own sets.
    """
    grant = GRANTS.get(options.grant_type)
    if grant is None:
        raise InvalidOption(f"grant_type must be one of {', '.join(GRANTS)}.")
    for name, _value in options.extra_parameters:
        if name in _OWN_PARAMETERS:
            raise ContradictoryOptions(
                f"extra_parameters must not hold {quoted(name)}: set the option {quoted(name)} instead."
            )
    return (*grant(options), *options.extra_parameters)


def _targets(options: ClientOptions) -> Fields:
    """What the token is for: scope (RFC 6749 section 3.3), audience (RFC 8693), resource (RFC 8707 section 2)."""
    return (
        *((("scope", " ".join(options.scope)),) if options.scope else ()),
        *(("audience", audience) for audience in options.audience),
        *(("resource", resource) for resource in options.resource),
    )
