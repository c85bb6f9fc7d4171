# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads files on the controller that a task's options name."""

from __future__ import annotations

import os
import stat

from ...module_utils._errors import InvalidOption
from ...module_utils._words import quoted


def input_content(
    option: str, path: str, largest: int, advice: str, missing: str = "check the path", *, follow: bool = True
) -> bytes:
    """The content of a regular file. Reading a pipe or device might never end, so those are refused.

    :param largest: in bytes.
    :param advice: what to do about a file that is larger than that.
    :param missing: what to do about a file that does not exist.
    :param follow: whether the path may be a link.
    :raises InvalidOption: the file cannot be read, or is larger.
    """
    try:
        # Opening a pipe without O_NONBLOCK would wait for a writer.
        with open(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)), "rb"
        ) as file:
            found = os.fstat(file.fileno())
            if stat.S_ISREG(found.st_mode):
                content = file.read(largest + 1) if found.st_size <= largest else None
                return _small_enough(content, largest, f"{option} {quoted(path)}", advice)
    except FileNotFoundError:
        raise InvalidOption(f"{option} {quoted(path)} does not exist on the controller: {missing}.") from None
    except (OSError, ValueError):
        pass
    raise InvalidOption(
        f"{option} {quoted(path)} is not a file that can be read on the controller: check the path, its owner and its "
        "mode."
    )


def _small_enough(content: bytes | None, largest: int, what: str, advice: str) -> bytes:
    if content is None or len(content) > largest:
        raise InvalidOption(f"{what} is larger than {largest // 1024**2} MiB: {advice}.")
    return content
