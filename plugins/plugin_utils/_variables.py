# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from the call, a profile, variables, the environment and ansible.cfg.

The names follow from the option's: variable authkit_<option>, AUTHKIT_<OPTION>, <option> in the section [authkit]. They
are read directly and not through Ansible's config manager, which shows only the source that won: the rules of mixing
need them all.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ansible import constants
from ansible.parsing.quoting import unquote

from ..module_utils._errors import FactVariable, InvalidOption, UnknownProfile
from ..module_utils._options.client import CONNECTION_SPEC, OPTIONS, WHERE, WHO, ClientOptions, Layer, client_options
from ..module_utils._words import listed, nearest, quoted
from ._facts.origin import facts_of
from ._facts.rendering import Rendering
from ._secrets import register_secrets_of
from ._templating import evaluated, plain

__all__ = ["PROFILES", "options_for", "plain"]

PROFILES = "authkit_profiles"
INI_SECTION = "authkit"
VARIABLES = {option: f"authkit_{option}" for option in OPTIONS}
ENVIRONMENT = {option: f"AUTHKIT_{option.upper()}" for option in OPTIONS}
_CALL = dict.fromkeys(OPTIONS, "the call")
_VARIABLE_NAMES = {option: f"the variable {name}" for option, name in VARIABLES.items()}
_CONNECTION_VARIABLES = (*VARIABLES.values(), PROFILES)
# No variable of a role of ours has a longer name; and how many names an error shows.
_LONGEST_NAME = 64
_SHOWN = 8
# What says where a secret or token goes, whose it is, and which server is believed. What may be asked for, and how
# patiently, may come from a node.
_GUARDED = frozenset((*WHERE, *WHO, "proxy", "ca_path", "validate_certs", "allow_http", "allowed_hosts"))
_TEXT = frozenset(option for option in OPTIONS if CONNECTION_SPEC[option]["type"] in ("str", "path"))


def sentence(words: str) -> str:
    """The words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


class LazyValues(Mapping[str, object]):
    """Values that are rendered when they are asked for: what nobody needs may hold undefined names."""

    def __init__(self, raw: Mapping[str, object], render: Callable[[str, object], object]) -> None:
        self._raw, self._render = raw, render
        self._done: dict[str, object] = {}

    def __getitem__(self, option: str) -> object:
        if option not in self._done:
            self._done[option] = self._render(option, self._raw[option])
        return self._done[option]

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def options_for(
    call: Mapping[str, object], variables: Mapping[str, Any] | None, templar: Any, profile: object = None
) -> ClientOptions:
    """The options of one client.

    call: what a lookup or task was given, its templates already rendered. variables: Ansible's, raw. profile: a name
    in authkit_profiles. Raises OptionError. Contacts nobody, unless a variable's template does.
    """
    known: Mapping[str, Any] = variables or {}
    refuse_facts(known)
    rendering = Rendering(templar, known)
    layers = [_call_layer(call, rendering.omit)]
    name = evaluated(profile, "The name of a profile", omit=rendering.omit)
    if name not in (None, ""):
        layers.append(_profile_layer(name, known, rendering))
    layers += [_variables_layer(known, rendering), _environment_layer(), _ini_layer(constants.CONFIG_FILE)]
    options = client_options(layers)
    register_secrets_of(options)
    return options


def refuse_facts(
    variables: Mapping[str, Any], prefixes: tuple[str, ...] = (), *, whose: str = "this host's facts"
) -> None:
    """Raises FactVariable when a node's facts define a variable that decides what the collection does.

    Facts come from machines that may be hostile, and stand above group_vars and a role's defaults: they would send the
    secret elsewhere, or have files written. prefixes: how the variables begin that matter beside the connection's own.
    """
    facts = facts_of(variables)
    if facts is None:
        return
    if "omit" in facts:
        raise FactVariable(
            f"omit is defined by {whose}, and would say which options count as not set: find the module or "
            "facts file that returns it."
        )
    found = [name for name in _CONNECTION_VARIABLES if name in facts]
    if prefixes:
        found += sorted(str(name) for name in facts if name not in found and _is_setting(name, prefixes))
    if found:
        shown = found if len(found) <= _SHOWN else [*found[:_SHOWN], f"{len(found) - _SHOWN} more"]
        raise FactVariable(
            f"{listed(shown)} {'is' if len(found) == 1 else 'are'} defined by {whose}, which must not say "
            "where a secret goes or what is done: find the module or facts file that returns it (set_fact with "
            "cacheable does, too), and set such variables in the inventory or play."
        )


def _is_setting(name: object, prefixes: tuple[str, ...]) -> bool:
    """Whether it can be one of our variables. The node chose the name: only a plain one is ever shown."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return False
    return name.startswith(prefixes) and name.isascii() and name.isidentifier()


def _call_layer(call: Mapping[str, object], omit: str | None) -> Layer:
    values = {str(name): evaluated(given, f"{name} in the call", omit=omit) for name, given in call.items()}
    return Layer("call", values, _CALL)


def _variables_layer(variables: Mapping[str, Any], rendering: Rendering) -> Layer:
    raw = {option: variables[name] for option, name in VARIABLES.items() if name in variables}

    def render(option: str, value: object) -> object:
        what = sentence(_VARIABLE_NAMES[option])
        return rendering.rendered(value, what, text=option in _TEXT, facts=option not in _GUARDED)

    return Layer("variables", LazyValues(raw, render), _VARIABLE_NAMES)


def _profile_layer(name: object, variables: Mapping[str, Any], rendering: Rendering) -> Layer:
    if not isinstance(name, (str, int)) or isinstance(name, bool):
        raise InvalidOption("The name of a profile must be text.")
    place = f"the profile {quoted(str(name))}"
    profiles, profiles_done = rendering.mapping(variables.get(PROFILES), f"The variable {PROFILES}")
    found = _profile(str(name), profiles)
    values, done = (found, True) if profiles_done else rendering.mapping(found, sentence(place))
    if not isinstance(values, Mapping):
        raise InvalidOption(f"{sentence(place)} in {PROFILES} must be a mapping of options to values.")

    def render(option: str, value: object) -> object:
        what = f"{option} in {place}"
        return value if done else rendering.rendered(value, what, text=option in _TEXT)

    raw = {str(option): value for option, value in values.items()}
    return Layer("profile", LazyValues(raw, render), dict.fromkeys(OPTIONS, place))


def _profile(name: str, profiles: object) -> object:
    if profiles is None:
        raise UnknownProfile(f"There is no profile {quoted(name)}, since the variable {PROFILES} is not set: set it.")
    if not isinstance(profiles, Mapping):
        raise InvalidOption(f"The variable {PROFILES} must be a mapping of profile names to mappings of options.")
    for key, value in profiles.items():
        if str(key) == name:
            return value
    names = [str(key) for key in profiles]
    hint = nearest(name, names) if names else "it is empty."
    raise UnknownProfile(f"{PROFILES} has no profile {quoted(name)}: {hint}")


def _environment_layer() -> Layer:
    values = {option: os.environ[name] for option, name in ENVIRONMENT.items() if name in os.environ}
    return Layer("environment", values, ENVIRONMENT)


def _ini_layer(config_file: str | None) -> Layer:
    values = ini_options(config_file) if config_file else {}
    return Layer("ini", values, dict.fromkeys(values, f"[{INI_SECTION}] in {config_file}"))


@lru_cache(maxsize=8)
def ini_options(path: str) -> Mapping[str, str]:
    """The section [authkit] of an ansible.cfg, read as Ansible reads one: ` ;` begins a comment, quotes are dropped.

    Raises InvalidOption when the file cannot be read.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = file.read()
        if f"[{INI_SECTION}]" not in content:
            return {}
        parser = configparser.ConfigParser(inline_comment_prefixes=(";",), interpolation=None)
        parser.read_string(content)
        return {name: unquote(value) for name, value in parser.items(INI_SECTION) if name in OPTIONS}
    except (OSError, UnicodeDecodeError, configparser.Error):
        pass
    raise InvalidOption(f"{path} cannot be read as an ini file: check its permissions and its syntax.")
