# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from several sources: which source an option is taken from.

Where (the token endpoint), Who (the client), What (the token) and How (the connection) follow different rules, so that
a credential is never used with a server or client that its own source does not name. The modules mixing, needs
and sources explain what is wrong with the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._record import Record
from .table import ASSERTIONS, BY_SECRET, CREDENTIALS, HOW, TABLE, WHAT, WHERE, WHO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .layer import Layer

_OF_GRANTS = frozenset(("grant_type", "refresh_token", "assertion", "subject_token"))


class Choice(Record):
    """The value of every option that is set, and the name of the place that it comes from."""

    __slots__ = ("origins", "values")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.origins: dict[str, str] = {}

    def dropped(self, option: str) -> int:
        """Forgets the option. Returns -1, the index of no layer."""
        self.values.pop(option, None)
        self.origins.pop(option, None)
        return -1


def choose(layers: Sequence[Layer]) -> Choice:
    """One value for each option.

    :param layers: highest precedence first.
    :raises OptionError: an option is unknown, missing, contradictory or mixed up.
    """
    choice = Choice()
    _refuse_unknown(layers)
    complete = _choose_where_and_who(choice, _identifying(layers))
    for option in _set_by(layers, WHAT + HOW):
        _take_highest(choice, layers, option)
    by_secret = choice.values.get("client_auth_method", BY_SECRET[0]) in BY_SECRET
    # Whether a client without a secret or with another grant is complete depends on more options: a longer way.
    if not complete or not by_secret or not _OF_GRANTS.isdisjoint(choice.values):
        from .needs import check_complete

        check_complete(choice.values, choice.origins, layers)
    return choice


def _take(choice: Choice, layer: Layer, values: Mapping[str, object]) -> None:
    choice.values.update(values)
    choice.origins.update({option: layer.name(option) for option in values})


def _refuse_unknown(layers: Sequence[Layer]) -> None:
    for layer in layers:
        if layer.source in ("call", "profile"):
            for name in layer:
                if name not in TABLE:
                    from .mixing import refuse_unknown

                    refuse_unknown(layer, name)


def _identifying(layers: Sequence[Layer]) -> list[Layer]:
    """The layers that Where and Who may come from: a profile defines both, so layers below it do not count."""
    kept = []
    for layer in layers:
        kept.append(layer)
        if layer.source == "profile":
            break
    return kept


def _set_by(layers: Sequence[Layer], options: Sequence[str]) -> list[str]:
    """Those of the options that any of these layers sets: few, and each costs time."""
    named = {option for layer in layers for option in layer}
    return [option for option in options if option in named]


def _take_highest(choice: Choice, layers: Sequence[Layer], option: str) -> int:
    """Takes the option from the highest layer that sets it. Returns that layer's index, or -1."""
    for index, layer in enumerate(layers):
        value = layer.get(option)
        if value is not None:
            _take(choice, layer, {option: value})
            return index
    return -1


def _choose_where_and_who(choice: Choice, layers: Sequence[Layer]) -> bool:
    """Whether everything is there that most clients need."""
    where = _take_where(choice, layers)
    found = dict.fromkeys(WHO, -1)
    for option in _set_by(layers, WHO):
        found[option] = _take_highest(choice, layers, option)
    if not choice.values.keys().isdisjoint(ASSERTIONS):
        from .federated import unused

        found.update((option, choice.dropped(option)) for option in unused(layers))
    taken = set(WHERE).intersection(choice.values)
    if taken not in ({"issuer"}, {"auth_server", "realm"}, {"token_url"}) and where >= 0:
        from .mixing import check_where

        check_where(layers[where])
    owners = (where, found["client_id"], found["username"])
    for option in CREDENTIALS:
        if any(found[option] > owner >= 0 for owner in owners):
            from .mixing import check_credential

            check_credential(layers, option, found[option], *owners)
    half = (found["username"] < 0) != (found["password"] < 0)
    return not half and where >= 0 and found["client_id"] >= 0 and found["client_secret"] >= 0


def _take_where(choice: Choice, layers: Sequence[Layer]) -> int:
    """The highest source that sets any Where option sets all of Where."""
    for index, layer in enumerate(layers):
        values = layer.picked(WHERE)
        if values:
            _take(choice, layer, values)
            return index
    return -1
