# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: made known to ansible-core where it can mask them, and taken out of our own texts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..module_utils._maskable import SHORTEST, could_be_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..module_utils._options.client import ClientOptions


def _registrar() -> Callable[[str], object] | None:
    """ansible-core's own function, which 2.22 brought: from then on it masks the value in all that it prints.

    It is not imported: a core that has it has loaded it, and to look for what is not there costs each worker 1 ms.
    """
    return getattr(sys.modules.get("ansible.module_utils.secrets"), "register_secret", None)


_REGISTER = _registrar()


def register(*values: str) -> None:
    """Has ansible-core mask these values, where it can.

    It masks them in all output, whatever they are a part of: what is short, or may be a word, is kept from it.
    """
    if _REGISTER is None:
        return
    for value in values:
        if len(value) >= SHORTEST and not could_be_words(value):
            _REGISTER(value)


def register_secrets_of(options: ClientOptions) -> None:
    """register() for all secrets of a client."""
    if _REGISTER is not None:
        register(*options.secrets)


def warnings_for(options: ClientOptions) -> Iterator[str]:
    """A sentence for each secret of a client that is too short to be masked everywhere.

    The same text each time, so that Ansible shows it once for all hosts and tasks.
    """
    for place in options.short_secrets(SHORTEST):
        yield (
            f"A secret in {place} has fewer than {SHORTEST} characters, so that it is masked only where it is a whole "
            "value, and is easy to guess: replace it with a longer one."
        )


def masked(sentence: str, secrets: Iterable[str]) -> str:
    """A sentence of ours without the secrets, which it can hold in what it quotes."""
    from ..module_utils._masking import Masker  # not needed for a hit

    return Masker(secrets).sentence(sentence)
