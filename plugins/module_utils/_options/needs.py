# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a connection needs: by the client authentication method and the grant type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._errors import MissingOption
from .._words import listed
from .layer import Layer
from .table import TABLE, WHERE

#: By client_auth_method: each of the groups needs one of its options. A method that is not here needs none.
OF_METHODS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "client_secret_post": (("client_secret",),),
    "client_secret_basic": (("client_secret",),),
}
#: By grant_type, in the same way.
OF_GRANTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "refresh_token": (("refresh_token",),),
}


def check_complete(values: Mapping[str, object], layers: Sequence[Layer]) -> None:
    """Raises MissingOption, which names everything that is missing, unless the options suffice for a token request.

    :param values: what the layers set together, as they spell it.
    """
    missing = list(_missing(values, layers))
    if missing:
        raise MissingOption(" ".join(missing))


def _missing(values: Mapping[str, object], layers: Sequence[Layer]) -> Iterator[str]:
    """A sentence for each option that no source sets."""
    profile = next((layer for layer in layers if layer.source == "profile"), None)
    if not any(option in values for option in WHERE):
        nothing = f"Nothing in {profile.name('token_url')}" if profile else "Nothing"
        yield (
            f"{nothing} says where the token comes from: set issuer, or auth_server and realm, or token_url "
            f"{_at(profile, 'auth_server', 'realm')}."
        )
    for options in (("client_id",), *_needed(values)):
        if not any(option in values for option in options):
            empty = [layer.name(option) for layer in layers for option in options if layer.value(option) == ""]
            lacking = f"{' or '.join(options)} is {f'empty in {listed(empty)}' if empty else 'not set'}"
            yield f"{lacking}: set it {_at(profile, *options)}."
    if "grant_type" not in values:
        for grant, groups in OF_GRANTS.items():
            for option in (option for options in groups for option in options if option in values):
                yield f"{option} is set without grant_type: set grant_type to {grant}, {_at(profile, 'grant_type')}."
    for option, other in (("username", "password"), ("password", "username")):
        if option not in values and other in values:
            yield f"{other} is set without {option}: set {option} as well, {_at(profile, option)}."


def _at(profile: Layer | None, *options: str) -> str:
    """Where the options can be set."""
    if profile:
        return f"in {profile.name(options[0])}, which takes neither server nor client from the sources below it"
    variables = listed([f"authkit_{option}" for option in options])
    environment = listed([f"AUTHKIT_{option.upper()}" for option in options])
    plural = "" if len(options) == 1 else "s"
    return f"in the call, a profile, the variable{plural} {variables}, {environment} or [authkit] in ansible.cfg"


def _needed(values: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Groups of options of which one is needed each."""
    for option, table in (("client_auth_method", OF_METHODS), ("grant_type", OF_GRANTS)):
        yield from table.get(str(values.get(option, TABLE[option].default)), ())
