# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that the results of an audit are shown at: a play, or a realm export.

Code scanning services show each result at a line of a file of the repository, and refuse results without one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Place:
    """A line of a file.

    :param uri: a relative reference, from the top of the repository.
    """

    uri: str
    line: int = 1


def place_of(path: str, line: int, working_directory: str) -> Place:
    """The place of a line in an absolute path.

    It is relative to the git repository that the file is in, else to the working directory. A file outside both has
    only its name: an absolute path would name directories of this machine.
    """
    folder, name = os.path.split(os.path.realpath(path))
    top = _repository(folder) or os.path.realpath(working_directory)
    relative = os.path.relpath(os.path.join(folder, name), top)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        relative = name
    return Place(quote(relative.encode("utf-8", "surrogateescape")), max(line, 1))


def place_of_play(position: str, working_directory: str) -> Place | None:
    """The place of a play, from Ansible's PATH:LINE; None for an ad hoc command, which has no file."""
    path, _colon, line = position.rpartition(":")
    if not os.path.isfile(path):
        return None
    return place_of(path, int(line) if line.isdecimal() else 1, working_directory)


def _repository(folder: str) -> str | None:
    """The nearest directory above that has a .git, which is a file in a worktree."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
