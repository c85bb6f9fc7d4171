# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validates a task's arguments on the controller, before Ansible's own validation lists every option."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._errors import ArgumentsRefused, AuthkitError
from ...module_utils._options.secrets import SECRET_OPTIONS, secret_values
from ...module_utils._options.values import read_secret
from .._facts.origin import facts_of
from .._facts.rendering import PROFILES, Rendering
from .._ini import ini_options
from .argument_faults import unknown_names, wrong_kinds

Spec = Mapping[str, Mapping[str, Any]]
#: Options that Ansible would split at spaces and commas if they were text, and so send other names and values.
_MAPPINGS = ("headers", "extra_parameters", "require", "match", "list_keys")


@dataclass(frozen=True)
class Arguments:
    """Validated arguments: typed, with defaults, without those that are not set."""

    parameters: dict[str, Any] = field(repr=False)
    warnings: list[str]
    deprecations: list[dict[str, Any]]


def validated(module: str, spec: Spec, arguments: Mapping[str, object], *, kind: str = "") -> Arguments:
    """Validates a task's arguments against the spec.

    :param module: full name of the module, for errors.
    :param kind: what ansible-doc needs before the name of another plugin, such as "-t inventory ".
    :raises ArgumentsRefused: in our own words or in those that AnsibleModule has for the same error.
    """
    _refuse_text(spec, arguments)
    _refuse_numbers(spec, arguments)
    fault = unknown_names(module, spec, arguments, kind=kind) or next(wrong_kinds(spec, arguments), None)
    if fault:
        raise ArgumentsRefused(fault)
    # ansible-core 2.22 and later would mask the values of no_log options in all output, however short they are.
    unmarked = {
        name: {rule: value for rule, value in rules.items() if rule != "no_log"} for name, rules in spec.items()
    }
    found = ArgumentSpecValidator(unmarked).validate(arguments)
    if found.error_messages:
        raise ArgumentsRefused(str(found.error_messages[0]))
    return Arguments(
        {name: value for name, value in found.validated_parameters.items() if value is not None},
        [f"Both option {each['option']} and its alias {each['alias']} are set." for each in found._warnings],
        list(found._deprecations),
    )


def _refuse_text(spec: Spec, arguments: Mapping[str, object]) -> None:
    """Refuses text that is no mapping as JSON. The sentence does not quote it: it may hold a secret."""
    for name in _MAPPINGS:
        value = arguments.get(name)
        if name in spec and isinstance(value, str) and not value.startswith("{"):
            raise ArgumentsRefused(f"{name} must be a mapping such as {{name: value}}, not text.")


def _refuse_numbers(spec: Spec, arguments: Mapping[str, object]) -> None:
    """Refuses secrets given as numbers, which the validator would make text."""
    for name in _secret_options(spec):
        value = arguments.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            read_secret(value, f"{name} from the call")


def secret_arguments(spec: Spec, arguments: Mapping[str, object]) -> list[str]:
    """The secrets among the arguments, whether these are valid or not."""
    return [secret for name in _secret_options(spec) for secret in secret_values(name, arguments.get(name))]


def known_secrets(spec: Spec, variables: Mapping[str, Any], templar: Any) -> list[str]:
    """The secrets in variables, profiles, the environment and ansible.cfg, as far as they can be rendered.

    They are masked in errors raised before the options are resolved: such an error may quote a secret that was set
    under the wrong name.
    """
    options = _secret_options(spec)
    rendering = Rendering(templar, variables)
    found = [(option, _rendered(_own(variables, f"authkit_{option}"), rendering)) for option in options]
    found += [(option, os.environ.get(f"AUTHKIT_{option.upper()}")) for option in options]
    found += [(option, _in_ini(option)) for option in options]
    for profile, done in _profiles(_own(variables, PROFILES), rendering):
        values = [(option, profile.get(option)) for option in options]
        found += values if done else [(option, _rendered(value, rendering)) for option, value in values]
    return [secret for option, value in found for secret in secret_values(option, value)]


def _secret_options(spec: Spec) -> list[str]:
    return [name for name in SECRET_OPTIONS if name in spec]


def _own(variables: Mapping[str, Any], name: str) -> object:
    """The variable's value; None if the node's facts define it, because those are never rendered."""
    return None if name in (facts_of(variables) or ()) else variables.get(name)


def _in_ini(option: str) -> object:
    try:
        return ini_options(constants.CONFIG_FILE).get(option) if constants.CONFIG_FILE else None
    except AuthkitError:  # reported when the options are resolved
        return None


def _profiles(profiles: object, rendering: Rendering) -> Iterator[tuple[Mapping[str, object], bool]]:
    """The profiles that are mappings, and whether each is rendered. A broken profile does not hide the others."""
    whole, all_done = _mapping(profiles, rendering)
    for profile in whole.values():
        if not all_done:
            yield _mapping(profile, rendering)
        elif isinstance(profile, Mapping):
            yield profile, True


def _mapping(value: object, rendering: Rendering) -> tuple[Mapping[str, object], bool]:
    if value is None:
        return {}, True
    try:
        found, done = rendering.mapping(value, "A secret")
    except AuthkitError:
        return {}, True
    return (found if isinstance(found, Mapping) else {}), done


def _rendered(value: object, rendering: Rendering) -> object:
    if value is None:
        return None
    try:
        # Facts are refused here, too: the variable's template may use them.
        return rendering.rendered(value, "A secret", text=True)
    except AuthkitError:  # an undefined name, a vault without its password: there is nothing to hide
        return None
