# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registers secrets with ansible-core, so that it masks them, and masks them in our own texts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..module_utils._maskable import SHORTEST, could_be_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..module_utils._options.client import ClientOptions


def _registrar() -> Callable[[str], object] | None:
    """ansible-core's own function, new in 2.22, which masks a value in all output.

    It is not imported: a core that has it has loaded it, and a failed import costs each worker 1 ms.
    """
    return getattr(sys.modules.get("ansible.module_utils.secrets"), "register_secret", None)


_REGISTER = _registrar()


def register(*values: str) -> None:
    """Has ansible-core mask these values, if it can.

    It masks them everywhere, even inside other words, so short values and plain words are not registered.
    """
    if _REGISTER is None:
        return
    for value in values:
        if len(value) >= SHORTEST and not could_be_words(value):
            _REGISTER(value)


def register_secrets_of(options: ClientOptions) -> None:
    """Registers all secrets of a client."""
    if _REGISTER is not None:
        register(*options.secrets)


def warnings_for(options: ClientOptions) -> Iterator[str]:
    """A warning for each secret of a client that is too short to be masked everywhere.

    The text is always the same, so Ansible shows it once for all hosts and tasks.
    """
    for source in options.short_secrets(SHORTEST):
        yield (
            f"A secret in {source} has fewer than {SHORTEST} characters, so it is masked only where it is a whole "
            "value, and it is easy to guess: replace it with a longer one."
        )


def masked(sentence: str, secrets: Iterable[str]) -> str:
    """One of our sentences with masked secrets: it may quote them."""
    from ..module_utils._masking import Masker  # not needed for a hit

    return Masker(secrets).sentence(sentence)
