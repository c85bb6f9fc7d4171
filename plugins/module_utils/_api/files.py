# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a call: what it sends, where its response goes, and whether it is made at all.

All paths are those of the machine that makes the call, and nothing here looks at the disk before that machine does.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from .._errors import FileNotWritten, InvalidOption
from .._http.model import LONGEST_ANSWER
from .._words import quoted

#: The longest file that is sent, in bytes.
LONGEST_FILE = LONGEST_ANSWER
_OCTAL = re.compile("(?:0o)?0*[0-7]{1,3}")
_PERMISSIONS = 0o777
#: O_NONBLOCK: opening a pipe would block.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, repr=False)
class Files:
    """The paths that a task names, and the permissions of dest."""

    src: str | None = None
    dest: str | None = None
    mode: int | None = None
    creates: str | None = None
    removes: str | None = None


def files_of(params: Mapping[str, Any]) -> Files:
    """The files that these parameters name.

    :raises InvalidOption: they contradict each other, or mode is none.
    """
    bodies = [name for name in ("src", "body_base64") if params.get(name)]
    bodies += ["body"] if params.get("body") is not None else []
    if len(bodies) > 1:
        raise InvalidOption(f"{' and '.join(bodies)} are both set: keep one of them, each is the whole body.")
    if params.get("mode") is not None and not params.get("dest"):
        raise InvalidOption("mode is set without dest, and only the file at dest gets it: set dest, or leave mode out.")
    paths = {name: _path(params.get(name), name) for name in ("src", "dest", "creates", "removes")}
    return Files(**paths, mode=_mode(params.get("mode")))


def reason_to_skip(files: Files) -> str | None:
    """Why the call is not made, as the end of a sentence; None if it is made."""
    if files.creates and os.path.exists(files.creates):
        return f"{quoted(files.creates)}, which creates names, exists"
    if files.removes and not os.path.exists(files.removes):
        return f"{quoted(files.removes)}, which removes names, does not exist"
    return None


def content_of(path: str, option: str) -> bytes:
    """A file to send.

    :param option: the path's name in messages.
    :raises InvalidOption: the file is none, cannot be read, or is too long.
    """
    try:
        with open(os.open(path, _READ), "rb") as file:
            found = os.fstat(file.fileno())
            content = file.read(LONGEST_FILE + 1) if stat.S_ISREG(found.st_mode) else None
    except OSError as error:
        raise _unreadable(path, option, missing=isinstance(error, FileNotFoundError)) from None
    if content is None:
        raise _unreadable(path, option, missing=True)
    if len(content) > LONGEST_FILE:
        most = LONGEST_FILE // (1024 * 1024)
        raise InvalidOption(f"{option} {quoted(path)} is longer than {most} MiB, the most that one call sends.")
    return content


def target_of(files: Files, url: str) -> str | None:
    """The file that the response is written to; None without dest. Checked before the call, which may change things.

    :param url: the URL asked for, whose last segment names the file in a directory. The server has no say in it.
    :raises InvalidOption: the file cannot be written.
    """
    if files.dest is None:
        return None
    path = os.path.join(files.dest, _last_segment(url)) if _means_directory(files.dest) else files.dest
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise InvalidOption(
            f"dest {quoted(path)} is in a directory that does not exist on this machine: create it first."
        )
    if os.path.islink(path):
        raise InvalidOption(f"dest {quoted(path)} is a symbolic link: name the file that it leads to.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise InvalidOption(f"dest {quoted(path)} is neither a file nor a directory: name another path.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidOption(f"dest {quoted(path)} cannot be written: let this user write to its directory.")
    return path


def would_change(path: str, content: bytes, mode: int | None) -> bool:
    """Whether a file must be written to have this content and these permissions."""
    try:
        with open(os.open(path, _READ | os.O_NOFOLLOW), "rb") as file:
            found = os.fstat(file.fileno())
            if found.st_size != len(content) or mode not in (None, stat.S_IMODE(found.st_mode)):
                return True
            return file.read(len(content) + 1) != content
    except OSError:
        return True


def write(path: str, content: bytes, mode: int | None) -> None:
    """Writes the file under a random name and renames it, so that nobody sees half of it and no link is followed.

    :param mode: None keeps the permissions of a file that it replaces; a new file gets those of the umask.
    :raises FileNotWritten: the disk is full, or the directory has changed.
    """
    temporary = os.path.join(os.path.dirname(path), f".authkit-{secrets.token_hex(8)}")
    old = None
    try:
        with suppress(FileNotFoundError):
            old = os.lstat(path)
        kept = stat.S_IMODE(old.st_mode) & _PERMISSIONS if old and stat.S_ISREG(old.st_mode) else None
        wanted = kept if mode is None else mode
        with open(os.open(temporary, _CREATE, 0o666 if wanted is None else 0o600), "wb") as file:
            file.write(content)
            if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(OSError):  # only root can give files away
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
            if wanted is not None:
                os.fchmod(file.fileno(), wanted)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise FileNotWritten(
            f"The call was made, but its response cannot be written to dest {quoted(path)}: check the space on the "
            "disk and the owner of the directory."
        ) from None


def _path(given: object, name: str) -> str | None:
    """A path, with ~ and variables of the environment replaced on the machine that makes the call."""
    if given is None or given == "":
        return None
    path = os.path.expanduser(os.path.expandvars(str(given)))
    if "\0" in path:
        raise InvalidOption(f"{name} has a null character, which no path can hold: remove it.")
    return path


def _mode(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, int) and not isinstance(given, bool):
        if 0 <= given <= _PERMISSIONS:
            return given  # YAML has read 0644 as an octal number
    elif isinstance(given, str) and _OCTAL.fullmatch(given.strip()):
        return int(given.strip(), 8)
    raise InvalidOption("mode must be an octal number in quotes, such as '0640'.")


def _means_directory(dest: str) -> bool:
    return dest.endswith(os.sep) or os.path.isdir(dest)


def _last_segment(url: str) -> str:
    try:
        name = unquote(urlsplit(url).path.rpartition("/")[2], errors="strict")
    except UnicodeDecodeError:
        name = ""
    if name in ("", ".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise InvalidOption(
            "dest is a directory, and the last segment of url cannot name a file in it: add the file's name to dest."
        )
    return name


def _unreadable(path: str, option: str, *, missing: bool) -> InvalidOption:
    if missing:
        return InvalidOption(f"{option} {quoted(path)} is not a file on the machine that makes the call: check it.")
    return InvalidOption(f"{option} {quoted(path)} cannot be read by this user: check its owner and mode.")
