# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from the call, a profile, variables, the environment and ansible.cfg.

The names derive from the option's: variable authkit_<option>, AUTHKIT_<OPTION>, <option> in the section [authkit]. They
are read directly and not through Ansible's config manager, which returns only the source that won: the rules for
combining sources need all of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible import constants

from ..module_utils._options.client import client_options
from ..module_utils._options.layer import Layer
from ..module_utils._options.table import OPTIONS, TABLE
from ._facts.rendering import PROFILES, Rendering, is_text, sentence
from ._secrets import register_secrets_of
from ._templating import evaluated, plain

if TYPE_CHECKING:
    from ..module_utils._options.client import ClientOptions

__all__ = ["PROFILES", "options_for", "plain"]

VARIABLES = {option: f"authkit_{option}" for option in OPTIONS}
ENVIRONMENT = {option: f"AUTHKIT_{option.upper()}" for option in OPTIONS}
_THE_CALL = "the call"
_CALL = dict.fromkeys(OPTIONS, _THE_CALL)
_VARIABLE_NAMES = {option: f"the variable {name}" for option, name in VARIABLES.items()}
_CONNECTION_VARIABLES = (*VARIABLES.values(), PROFILES)
_KNOWN = frozenset((*_CONNECTION_VARIABLES, *ENVIRONMENT.values(), "AUTHKIT_RECEIPT_PATH"))
_BEGINNINGS = ("authkit_", "AUTHKIT_")


def options_for(
    call: Mapping[str, object],
    variables: Mapping[str, Any] | None,
    templar: Any,
    profile: object = None,
    *,
    place: str = _THE_CALL,
) -> ClientOptions:
    """The options of one client. Contacts no server, unless a variable's template does.

    :param call: arguments of the lookup or task, rendered.
    :param variables: Ansible's, not rendered.
    :param place: what a user calls the place of the arguments.
    :raises OptionError: an option is not valid.
    """
    known: Mapping[str, Any] = variables or {}
    refuse_facts(known)
    rendering = Rendering(templar, known)
    layers = [_call_layer(call, rendering.omit, place)]
    name = evaluated(profile, "The name of a profile", omit=rendering.omit)
    if name not in (None, ""):
        from ._profiles import profile_layer

        layers.append(profile_layer(name, known, rendering))
    layers += [_variables_layer(known, rendering), _environment_layer(), _ini_layer(constants.CONFIG_FILE)]
    options = client_options(layers)
    register_secrets_of(options)
    return options


def refuse_facts(
    variables: Mapping[str, Any], prefixes: tuple[str, ...] = (), *, whose: str = "this host's facts"
) -> None:
    """Refuses a node's facts that define a variable that controls the collection.

    Facts come from hosts that may be hostile, and have precedence over group_vars and role defaults: they could send
    the secret elsewhere, or have files written.

    :param prefixes: those of further variables to protect.
    :raises FactVariable: there is such a fact.
    """
    facts: Any = variables.get("ansible_facts")
    # By its class: while facts are guarded, it may be a value that raises when it is used.
    if facts is None or not issubclass(type(facts), Mapping):
        return
    if prefixes or any(name in facts for name in ("ansible_facts", "omit", *_CONNECTION_VARIABLES)):
        from ._facts.refusal import refuse_variables

        refuse_variables(variables, _CONNECTION_VARIABLES, prefixes, whose)


def unknown_names(variables: Mapping[str, Any]) -> list[str]:
    """The names of variables and environment variables that begin like those of options, and are none of them."""
    ours = [name for name in (*variables, *os.environ) if str(name)[:8] in _BEGINNINGS and name not in _KNOWN]
    return [name for name in ours if name[8:12].lower() != "test"]  # the tests' own


def _call_layer(call: Mapping[str, object], omit: str | None, place: str) -> Layer:
    values = {str(name): evaluated(given, f"{name} in {place}", omit=omit) for name, given in call.items()}
    return Layer("call", values, _CALL if place == _THE_CALL else dict.fromkeys(OPTIONS, place))


def _variables_layer(variables: Mapping[str, Any], rendering: Rendering) -> Layer:
    raw = {option: variables[name] for option, name in VARIABLES.items() if name in variables}

    def render(option: str, value: object) -> object:
        what = sentence(_VARIABLE_NAMES[option])
        return rendering.rendered(value, what, text=is_text(option), facts=not TABLE[option].guarded)

    return Layer("variables", raw, _VARIABLE_NAMES, render)


def _environment_layer() -> Layer:
    values = {option: os.environ[name] for option, name in ENVIRONMENT.items() if name in os.environ}
    return Layer("environment", values, ENVIRONMENT)


def _ini_layer(config_file: str | None) -> Layer:
    if not config_file:
        return Layer("ini", {}, {})
    from ._ini import INI_SECTION, ini_options

    values = ini_options(config_file)
    return Layer("ini", values, dict.fromkeys(values, f"[{INI_SECTION}] in {config_file}"))
