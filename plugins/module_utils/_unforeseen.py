# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error for an unexpected exception."""

from __future__ import annotations

from pathlib import PurePath
from traceback import walk_tb

from ._errors import CollectionBug

_OURS = "ansible_collections.authkit.oauth."


def unforeseen(error: BaseException) -> CollectionBug:
    """The error for an unexpected exception. It names the exception's class and our line of code, never its text."""
    ours = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith(_OURS)
    ]
    where = f" in {'/'.join(PurePath(ours[-1][0]).parts[-2:])}, line {ours[-1][1]}" if ours else ""
    return CollectionBug(
        f"authkit.oauth hit an unexpected {type(error).__name__}{where}: this is a bug in the collection, please "
        "report it with the task and the output of ansible --version."
    )
