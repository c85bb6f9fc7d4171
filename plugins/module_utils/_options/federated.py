# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A federated client assertion instead of a secret or key: which of them counts where several sources set one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._errors import ContradictoryOptions
from .._words import listed
from .sources import join_origins
from .table import ASSERTIONS

if TYPE_CHECKING:
    from .layer import Layer

_OTHERS = ("client_secret", "private_key", "private_key_path")
#: The standard's name for a client that authenticates with a signed JWT. It need not be set.
METHOD = "private_key_jwt"


def unused(layers: Sequence[Layer]) -> tuple[str, ...]:
    """The options that do not count: the highest source that says how the client authenticates decides.

    :raises ContradictoryOptions: a source says it in two ways.
    """
    for layer in layers:
        given, others = list(layer.picked(ASSERTIONS)), list(layer.picked(_OTHERS))
        method = layer.get("client_auth_method")
        if len(given) > 1 or (given and others):
            names = [*given, *others]
            origin = join_origins([layer.name(name) for name in names])
            raise ContradictoryOptions(f"{listed(names)} from {origin} contradict each other: keep one of them.")
        if given and method not in (None, METHOD):
            raise ContradictoryOptions(
                f"client_auth_method from {layer.name('client_auth_method')} contradicts {given[0]}, which "
                "authenticates the client: leave client_auth_method out."
            )
        if given:
            dropped = [name for name in (*ASSERTIONS, *_OTHERS) if name not in given]
            return (*dropped, "private_key_passphrase", "client_auth_method")
        if others or method not in (None, METHOD):
            return ASSERTIONS
    return ()
