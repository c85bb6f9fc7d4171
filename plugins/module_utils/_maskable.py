# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which secrets can be masked anywhere in a text. A token from the store needs nothing else of masking."""

from __future__ import annotations

import re

#: Characters: a shorter secret occurs in other text by chance.
SHORTEST = 8

#: What could occur in a sentence of ours: words, and names of options. No generated secret looks like that.
#: Each text matches in one way only: with several ways, a hostile text would cause exponential backtracking.
_WORDS = r"[A-Z]?[a-z]*(?:[ _.,:'()/-]+(?:[A-Z][a-z]*|[a-z]+))*[ _.,:'()/-]*|[A-Z]+(?:[ _-][A-Z]+)*"
_LONGEST_WORDS = 60


def could_be_words(secret: str) -> bool:
    """Whether a secret looks like a part of a sentence."""
    return len(secret) <= _LONGEST_WORDS and bool(re.fullmatch(_WORDS, secret))
