# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from several sources: which source an option is taken from, and which may not be mixed.

Where (the token endpoint), Who (the client), What (the token) and How (the connection) are chosen by different rules,
so that a credential never goes to a server or client that its own source does not name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._errors import ContradictoryOptions, MissingOption, MixedSources, OptionError, UnknownOption
from .._words import listed, nearest, quoted
from .values import text
from .where import same_place

WHERE = ("issuer", "auth_server", "realm", "token_url")
WHO = ("client_id", "client_secret", "client_auth_method", "client_cert", "client_key")
WHAT = ("grant_type", "scope", "audience", "resource", "extra_parameters")
HOW = (
    "validate_certs",
    "ca_path",
    "timeout",
    "retries",
    "proxy",
    "http_agent",
    "allow_http",
    "cache",
    "min_valid",
    "allowed_hosts",
)
OPTIONS = WHERE + WHO + WHAT + HOW
#: What proves who the client is, and is written for one client of one server.
CREDENTIALS = ("client_secret",)
_VARIABLE = "the variable "


@dataclass(frozen=True)
class Layer:
    """One source of options.

    source: 'call', 'profile', 'variables', 'environment' or 'ini'. values: option -> plain value, only what is set; a
    mapping that makes its values when they are asked for will do. names: option -> what a user calls the place that it
    comes from ("the call", "the variable authkit_client_id", "AUTHKIT_CLIENT_ID").
    """

    source: str
    values: Mapping[str, object] = field(repr=False)
    names: Mapping[str, str]

    def get(self, option: str) -> object:
        """The value, or None: null, omitted and empty text all mean that the option is not set."""
        value = self.values.get(option)
        return None if value == "" else value

    def picked(self, options: Sequence[str]) -> dict[str, object]:
        """Those of the options that are set here."""
        found = {option: self.get(option) for option in options}
        return {option: value for option, value in found.items() if value is not None}

    def name(self, option: str) -> str:
        """What a user calls the place of an option; of one that does not exist, the place of them all."""
        return self.names.get(option) or next(iter(self.names.values()), self.source)


@dataclass
class Choice:
    """The value of every option that is set, and the name of the place that it comes from."""

    values: dict[str, object] = field(default_factory=dict, repr=False)
    origins: dict[str, str] = field(default_factory=dict)

    def take(self, layer: Layer, values: Mapping[str, object]) -> None:
        self.values.update(values)
        self.origins.update({option: layer.name(option) for option in values})


def choose(layers: Sequence[Layer]) -> Choice:
    """One value for each option. layers: highest first.

    Raises an OptionError that names the sources of Where and Who, as far as they are known.
    """
    choice = Choice()
    try:
        _refuse_unknown(layers)
        _choose_where_and_who(choice, _identifying(layers))
        for option in WHAT + HOW:
            _take_highest(choice, layers, option)
    except OptionError as error:
        error.name_sources(sources(choice.origins))
        raise
    return choice


def sources(origins: Mapping[str, str]) -> str:
    """Where the Where and Who options came from, as a part of a sentence; empty when none is set."""
    groups: list[tuple[list[str], list[str]]] = []
    for option in WHERE + WHO:
        origin = origins.get(option)
        if origin is None:
            continue
        last = groups[-1] if groups else None
        if last and (origin == last[1][0] or (origin.startswith(_VARIABLE) and last[1][0].startswith(_VARIABLE))):
            last[0].append(option)
            last[1].append(origin)
        else:
            groups.append(([option], [origin]))
    return ", ".join(f"{listed(options)} from {places(origins_of)}" for options, origins_of in groups)


def places(origins: Sequence[str]) -> str:
    """Several names of places in one: "the variables authkit_auth_server and authkit_realm"."""
    distinct = list(dict.fromkeys(origins))
    if len(distinct) > 1 and all(origin.startswith(_VARIABLE) for origin in distinct):
        return "the variables " + listed([origin[len(_VARIABLE) :] for origin in distinct])
    return listed(distinct)


def _refuse_unknown(layers: Sequence[Layer]) -> None:
    for layer in layers:
        if layer.source not in ("call", "profile"):
            continue
        for name in layer.values:
            if name not in OPTIONS:
                raise UnknownOption(f"{quoted(name)} in {layer.name(name)} is no option: {nearest(name, OPTIONS)}")


def _identifying(layers: Sequence[Layer]) -> list[Layer]:
    """The layers that Where and Who may come from: a profile gives both whole, nothing below it counts."""
    kept = []
    for layer in layers:
        kept.append(layer)
        if layer.source == "profile":
            break
    return kept


def _take_highest(choice: Choice, layers: Sequence[Layer], option: str) -> int:
    """Takes the option from the highest layer that sets it. Returns that layer's index, or -1."""
    for index, layer in enumerate(layers):
        value = layer.get(option)
        if value is not None:
            choice.take(layer, {option: value})
            return index
    return -1


def _choose_where_and_who(choice: Choice, layers: Sequence[Layer]) -> None:
    where = _take_where(choice, layers)
    found = {option: _take_highest(choice, layers, option) for option in WHO}
    if where >= 0:
        _check_where(layers[where])
    for option in CREDENTIALS:
        if found[option] > where >= 0:
            _check_same_server(layers[where], layers[found[option]], option)
        if found[option] > found["client_id"] >= 0:
            _check_same_client(layers[found["client_id"]], layers[found[option]], option)
    _check_complete(choice, layers)


def _take_where(choice: Choice, layers: Sequence[Layer]) -> int:
    """The highest source that sets any Where option sets all of Where."""
    for index, layer in enumerate(layers):
        values = layer.picked(WHERE)
        if values:
            choice.take(layer, values)
            return index
    return -1


def _check_where(layer: Layer) -> None:
    names = list(layer.picked(WHERE))
    ways = {"auth_server" if name == "realm" else name for name in names}
    origin = places([layer.name(name) for name in names])
    if len(ways) > 1:
        raise ContradictoryOptions(
            f"{listed(names)} from {origin} contradict each other: set issuer, or auth_server and realm, or token_url."
        )
    for missing, given in (("auth_server", "realm"), ("realm", "auth_server")):
        if names == [given]:
            raise MissingOption(
                f"{given} from {origin} needs {missing} from the same source, since a source that says a part of "
                f"where the token comes from has to say all of it: set {missing} there."
            )


def _check_same_server(above: Layer, below: Layer, credential: str) -> None:
    there, here = above.picked(WHERE), below.picked(WHERE)
    if here and not same_place(there, here):
        raise MixedSources(
            f"{credential} from {below.name(credential)} is not used, because it was written for the server and realm "
            f"of {_naming(below, here)}, and {_naming(above, there)} mean another: set {credential} together "
            "with these, or use one server and realm."
        )


def _check_same_client(above: Layer, below: Layer, credential: str) -> None:
    there, here = above.get("client_id"), below.get("client_id")
    if here is None:
        return
    wanted, own = text(there, _labelled(above)), text(here, _labelled(below))
    if wanted != own:
        raise MixedSources(
            f"{credential} from {below.name(credential)} is not used, because {_labelled(above)} is {quoted(wanted)}, "
            f"and it was written for {quoted(own)}, {_labelled(below)}: set {credential} together with "
            "that client_id, or use one client_id."
        )


def _labelled(layer: Layer) -> str:
    return f"client_id from {layer.name('client_id')}"


def _naming(layer: Layer, values: Mapping[str, object]) -> str:
    return f"{listed(list(values))} from {places([layer.name(option) for option in values])}"


def _check_complete(choice: Choice, layers: Sequence[Layer]) -> None:
    missing = list(_missing(choice, layers))
    if missing:
        raise MissingOption(" ".join(missing))


def _missing(choice: Choice, layers: Sequence[Layer]) -> Iterator[str]:
    """A sentence for each thing that nobody said."""
    profile = next((layer for layer in layers if layer.source == "profile"), None)
    if not any(option in choice.values for option in WHERE):
        nothing = f"Nothing in {profile.name('token_url')}" if profile else "Nothing"
        yield (
            f"{nothing} says where the token comes from: set issuer, or auth_server and realm, or token_url "
            f"{_at(profile, 'auth_server', 'realm')}."
        )
    for option in ("client_id", "client_secret"):
        if option not in choice.values:
            empty = [layer.name(option) for layer in layers if layer.values.get(option) == ""]
            lacking = f"{option} is {f'empty in {listed(empty)}' if empty else 'not set'}"
            yield f"{lacking}: set it {_at(profile, option)}."


def _at(profile: Layer | None, *options: str) -> str:
    """Where the options can be set."""
    if profile:
        return f"in {profile.name(options[0])}, which takes neither server nor client from the sources below it"
    variables = listed([f"authkit_{option}" for option in options])
    environment = listed([f"AUTHKIT_{option.upper()}" for option in options])
    plural = "" if len(options) == 1 else "s"
    return f"in the call, a profile, the variable{plural} {variables}, {environment} or [authkit] in ansible.cfg"
