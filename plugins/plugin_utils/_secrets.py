# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: made known to ansible-core where it can mask them, and taken out of our own texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

MASK = "********"


def _registrar() -> Callable[[str], object] | None:
    """ansible-core's own function, which 2.22 brought: from then on it masks the value in all that it prints."""
    try:
        from ansible.module_utils.secrets import register_secret
    except ImportError:
        return None
    return register_secret  # type: ignore[no-any-return]


_REGISTER = _registrar()


def register(*values: str) -> None:
    """Has ansible-core mask these values, where it can."""
    if _REGISTER is not None:
        for value in values:
            if value:
                _REGISTER(value)


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, in whatever spelling; what is too short to be a secret stays."""
    from ansible_collections.authkit.oauth.plugins.module_utils._masking import spellings  # not needed for a hit

    for spelling in sorted(spellings(secrets), key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text
