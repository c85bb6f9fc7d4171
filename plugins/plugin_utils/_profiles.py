# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads connection options from a profile in the variable authkit_profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._errors import InvalidOption, UnknownProfile
from ..module_utils._options.layer import Layer
from ..module_utils._options.table import OPTIONS
from ..module_utils._words import nearest, quoted
from ._facts.rendering import PROFILES, Rendering, is_text, sentence


def profile_layer(name: object, variables: Mapping[str, Any], rendering: Rendering) -> Layer:
    """The options of a profile.

    :raises OptionError: there is no such profile, or it is not a mapping.
    """
    if not isinstance(name, (str, int)) or isinstance(name, bool):
        raise InvalidOption("The name of a profile must be text.")
    profile = f"the profile {quoted(str(name))}"
    profiles, profiles_done = rendering.mapping(variables.get(PROFILES), f"The variable {PROFILES}")
    found = _profile(str(name), profiles)
    values, done = (found, True) if profiles_done else rendering.mapping(found, sentence(profile))
    if not isinstance(values, Mapping):
        raise InvalidOption(f"{sentence(profile)} in {PROFILES} must be a mapping of options to values.")

    def render(option: str, value: object) -> object:
        what = f"{option} in {profile}"
        return value if done else rendering.rendered(value, what, text=is_text(option))

    raw = {str(option): value for option, value in values.items()}
    return Layer("profile", raw, dict.fromkeys(OPTIONS, profile), render)


def _profile(name: str, profiles: object) -> object:
    if profiles is None:
        raise UnknownProfile(f"There is no profile {quoted(name)} because the variable {PROFILES} is not set: set it.")
    if not isinstance(profiles, Mapping):
        raise InvalidOption(f"The variable {PROFILES} must be a mapping of profile names to mappings of options.")
    for key, value in profiles.items():
        if str(key) == name:
            return value
    names = [str(key) for key in profiles]
    hint = nearest(name, names) if names else "it is empty."
    raise UnknownProfile(f"{PROFILES} has no profile {quoted(name)}: {hint}")
