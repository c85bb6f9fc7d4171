# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a connection needs: by the client authentication method and the grant type.

A token from the store needs this for a client without a secret, and only then: what errors need is imported for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grant_names import GRANT_URNS
from .table import ASSERTIONS, TABLE, WHERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from .layer import Layer

#: By client_auth_method: each of the groups needs one of its options, and that of the highest source counts. A method
#: that is not here needs none.
OF_METHODS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "client_secret_post": (("client_secret",),),
    "client_secret_basic": (("client_secret",),),
    "client_secret_jwt": (("client_secret",),),
    "private_key_jwt": (("private_key", "private_key_path"),),
    "tls_client_auth": (("client_cert",),),
}
#: By grant_type, in the same way.
OF_GRANTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "refresh_token": (("refresh_token",),),
    "password": (("username",), ("password",)),
    "jwt_bearer": (("assertion",),),
    "token_exchange": (("subject_token",),),
}
_KEYS = ("private_key", "private_key_path")
#: The method that a client without client_secret probably means, by an option that it sets.
_MEANT = {"private_key": "private_key_jwt", "private_key_path": "private_key_jwt", "client_cert": "tls_client_auth"}


def check_complete(values: dict[str, object], origins: dict[str, str], layers: Sequence[Layer]) -> None:
    """Settles alternatives, and checks that the options suffice for a token request.

    :param values: what the layers set together, as they spell it.
    :param origins: the place of each. Both lose the alternatives that do not count.
    :raises ContradictoryOptions: a source sets both of two alternatives.
    :raises MissingOption: it names everything that is missing.
    """
    for options in list(_needed(values)):
        for dropped in _dropped(layers, options):
            values.pop(dropped, None)
            origins.pop(dropped, None)
    missing = list(_missing(values, layers))
    if missing:
        from .._errors import MissingOption

        raise MissingOption(" ".join(missing))


def _dropped(layers: Sequence[Layer], options: tuple[str, ...]) -> Collection[str]:
    """The alternatives that do not count, since a higher source sets another."""
    for layer in layers:
        named = list(layer.picked(options))
        if len(named) > 1:
            from .._errors import ContradictoryOptions
            from .._words import listed
            from .sources import join_origins

            raise ContradictoryOptions(
                f"{listed(named)} from {join_origins([layer.name(name) for name in named])} contradict each other: "
                "set one of them."
            )
        if named:
            return set(options).difference(named)
        if layer.source == "profile":  # those below do not count
            break
    return ()


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
            lacking = f"{' or '.join(options)} is {f'empty in {_all(empty)}' if empty else 'not set'}"
            yield f"{lacking}: set it {_at(profile, *options)}{_instead(values, options[0])}."
    if "grant_type" not in values:
        for grant, groups in OF_GRANTS.items():
            for option in (
                option for options in groups for option in options if option in values and grant != "password"
            ):
                yield f"{option} is set without grant_type: set grant_type to {grant}, {_at(profile, 'grant_type')}."
    for option, other in (("username", "password"), ("password", "username")):
        if option not in values and other in values and not (other == "username" and _signs_grant(values)):
            yield f"{other} is set without {option}: set {option} as well, {_at(profile, option)}."


def _instead(values: Mapping[str, object], missing: str) -> str:
    """The end of the sentence about a missing secret or assertion: what else would do."""
    if missing == "assertion":
        return ", or set private_key or private_key_path to sign one for each request"
    if missing != "client_secret":
        return ""
    method = next((method for option, method in _MEANT.items() if option in values), None)
    return f", or set client_auth_method to {method} if you mean that" if method else ""


def _at(profile: Layer | None, *options: str) -> str:
    """Where the options can be set."""
    if profile:
        return f"in {profile.name(options[0])}, which takes neither server nor client from the sources below it"
    variables = _all([f"authkit_{option}" for option in options])
    environment = _all([f"AUTHKIT_{option.upper()}" for option in options])
    plural = "" if len(options) == 1 else "s"
    return f"in the call, a profile, the variable{plural} {variables}, {environment} or [authkit] in ansible.cfg"


def _all(words: Sequence[str]) -> str:
    from .._words import listed

    return listed(words)


def _needed(values: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Groups of options of which one is needed each."""
    signs = _signs_grant(values)
    if signs:
        yield _KEYS
    for option, table in (("client_auth_method", OF_METHODS), ("grant_type", OF_GRANTS)):
        if table is OF_METHODS and not values.keys().isdisjoint(ASSERTIONS):
            continue  # a federated assertion authenticates the client, whatever the method
        if signs and (table is OF_GRANTS or option not in values):
            continue  # its grant says who the client is
        name = str(values.get(option, TABLE[option].default))
        yield from table.get(GRANT_URNS.get(name, name), ())


def _signs_grant(values: Mapping[str, object]) -> bool:
    """Whether the client signs the assertion that is its grant, as Google's service accounts do."""
    grant = str(values.get("grant_type"))
    has_key = not values.keys().isdisjoint(_KEYS)
    return GRANT_URNS.get(grant, grant) == "jwt_bearer" and "assertion" not in values and has_key
