# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of messages: quoted names, lists, and suggestions for mistyped names."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_NAME = 200


def quoted(name: str) -> str:
    """A name (client, realm, scope, host) as a message may show it: printable, of bounded length, in quotes."""
    return f"'{printable(name[:LONGEST_NAME])}{'…' if len(name) > LONGEST_NAME else ''}'"


def printable(text: str) -> str:
    """The text on one line: what is no printable character becomes a question mark."""
    return "".join(c if c.isprintable() else "?" for c in text)


def listed(words: Sequence[str]) -> str:
    """The words as one phrase: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def close_name(name: str, names: Sequence[str], *, cutoff: float = 0.6) -> str | None:
    """The name that this one was probably meant to be, or None."""
    # Imported here: only errors need it, and every worker pays for imports at the top.
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1, cutoff=cutoff)
    return close[0] if close else None


def nearest(name: str, known: Sequence[str]) -> str:
    """A suggestion for a mistyped name, as the end of a sentence."""
    close = close_name(name, known)
    return f"did you mean {close}?" if close else f"known are {listed(sorted(known))}."
