# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the sources of connection options: unknown, contradictory or mixed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from .._errors import ContradictoryOptions, MissingOption, MixedSources, UnknownOption
from .._words import listed, nearest, quoted
from .layer import Layer
from .sources import join_origins
from .table import OPTIONS, WHERE
from .values import read_text
from .where import same_location


def refuse_unknown(layer: Layer, name: str) -> NoReturn:
    """Raises UnknownOption for an option that does not exist."""
    raise UnknownOption(f"{quoted(name)} in {layer.name(name)} is not a valid option: {nearest(name, OPTIONS)}")


def check_credential(layers: Sequence[Layer], option: str, found: int, where: int, client: int, user: int) -> None:
    """Raises MixedSources for a credential of a layer below Where or its owner, unless that layer means the same."""
    if found > where >= 0:
        _check_same_server(layers[where], layers[found], option)
    if found > client >= 0:
        _check_same_owner(layers[client], layers[found], option, "client_id")
    if option == "password" and found > user >= 0:
        _check_same_owner(layers[user], layers[found], option, "username")


def check_where(layer: Layer) -> None:
    """Raises ContradictoryOptions or MissingOption unless a layer says in exactly one way where tokens come from."""
    names = list(layer.picked(WHERE))
    ways = {"auth_server" if name == "realm" else name for name in names}
    origin = join_origins([layer.name(name) for name in names])
    if len(ways) > 1:
        raise ContradictoryOptions(
            f"{listed(names)} from {origin} contradict each other: set issuer, or auth_server and realm, or token_url."
        )
    for missing, given in (("auth_server", "realm"), ("realm", "auth_server")):
        if names == [given]:
            raise MissingOption(
                f"{given} from {origin} needs {missing} from the same source, since each source must say completely "
                f"where the token comes from: set {missing} there."
            )


def _check_same_server(above: Layer, below: Layer, credential: str) -> None:
    there, here = above.picked(WHERE), below.picked(WHERE)
    if here and not same_location(there, here):
        raise MixedSources(
            f"{credential} from {below.name(credential)} is not used, because it was written for the server and realm "
            f"of {_naming(below, here)}, and {_naming(above, there)} mean another: set {credential} together "
            "with these, or use one server and realm."
        )


def _check_same_owner(above: Layer, below: Layer, credential: str, owner: str) -> None:
    there, here = above.get(owner), below.get(owner)
    if here is None:
        return
    upper, lower = (f"{owner} from {layer.name(owner)}" for layer in (above, below))
    wanted, own = read_text(there, upper), read_text(here, lower)
    if wanted != own:
        raise MixedSources(
            f"{credential} from {below.name(credential)} is not used, because {upper} is {quoted(wanted)}, and it was "
            f"written for {quoted(own)}, {lower}: set {credential} together with that {owner}, or use one {owner}."
        )


def _naming(layer: Layer, values: Mapping[str, object]) -> str:
    return f"{listed(list(values))} from {join_origins([layer.name(option) for option in values])}"
