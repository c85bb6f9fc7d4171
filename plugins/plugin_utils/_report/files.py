# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the files of a realm check, and finds before the audit what would prevent that.

Links are not followed, neither for the report directory nor for a file, and only our own files are replaced. This is
checked before the audit and again when a file is written. Each file is written under a temporary name and renamed.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.results.report_files import ENDINGS, REMEDIATION, REPORTS
from .kinds import BASELINE, KINDS, WAIVERS, Kind

_DIRECTORY = "realm_check_report_dir"
_BASELINE, _WAIVERS = "realm_check_write_baseline", "realm_check_write_waivers"
_GITIGNORE, _HIDES_ALL = ".gitignore", b"*\n"
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: O_NONBLOCK: opening a pipe would block.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MAKE_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Target:
    """A file to write.

    :param folder: path of its directory, with links resolved.
    :param template: name of the role's template.
    :param option: the role variable that decides the path.
    :param other: the advice that ends a refusal.
    """

    folder: str
    name: str
    kind: Kind
    template: str
    option: str
    other: str

    @property
    def path(self) -> str:
        return os.path.join(self.folder, self.name)


@dataclass(frozen=True)
class Files:
    """The files of a run: the reports in their directory, and the extra files that the parameters name.

    :param option: the role variable that names the directory.
    :param known: the names that reports may have.
    """

    directory: str
    reports: tuple[Target, ...]
    extra: tuple[Target, ...]
    option: str = _DIRECTORY
    known: frozenset[str] = frozenset({*REPORTS.values(), REMEDIATION})


def planned(parameters: Mapping[str, Any]) -> Files:
    """The files that the module's parameters name. Does not change anything.

    :raises InvalidOption: a path is not valid.
    """
    directory = os.path.join(*located(parameters["directory"], _DIRECTORY))
    names = [*dict.fromkeys(REPORTS[each] for each in parameters["formats"]), REMEDIATION]
    way_out = f"name another directory in {_DIRECTORY}"
    reports = (Target(directory, name, KINDS[name], f"{name}.j2", _DIRECTORY, way_out) for name in names)
    asked = (
        (parameters["baseline"], BASELINE, "baseline.json.j2", _BASELINE),
        (parameters["waivers"], WAIVERS, "waivers.yml.j2", _WAIVERS),
    )
    extra = (
        Target(*located(path, option), kind, template, option, f"name another file in {option}")
        for path, kind, template, option in asked
        if path
    )
    return Files(directory, tuple(reports), tuple(extra))


def preflight(files: Files) -> list[str]:
    """Creates the report directory; a sentence for each problem that would prevent writing a file."""
    found = _directory_problems(files)
    homeless = sorted({each.folder for each in files.extra if not os.path.isdir(each.folder)} - {files.directory})
    if homeless:
        found.append(
            f"There is no directory {', '.join(homeless)} for the files of {_BASELINE} and {_WAIVERS}: create it, or "
            "name another."
        )
    found += _twice(files)
    for target in files.extra:
        if not target.name.lower().endswith(ENDINGS):
            found.append(
                f"{target.option} names {target.path}, and the role writes files that end in {', '.join(ENDINGS)}: "
                f"{target.other}."
            )
        elif os.path.isdir(target.folder):
            found += _refusals(target)
    return found


def write(target: Target, content: bytes) -> None:
    """Writes the file atomically, with mode 0600.

    :raises InvalidOption: it cannot be written, or would replace a file that is not ours.
    """
    try:
        with _opened(target.folder) as folder, _written(folder, content) as temporary:
            problem = _standing(folder, target)
            if not problem:
                os.rename(temporary, target.name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        problem = f"{target.path} cannot be written: let this user write there, free some space, or {target.other}."
    if problem:
        raise InvalidOption(problem)


def located(path: str, option: str) -> tuple[str, str]:
    """The directory of a path, with links resolved, and the last name, which may be a link.

    :raises InvalidOption: no file name may have one of the characters.
    """
    try:
        folder, name = os.path.split(os.path.expanduser(path).rstrip("/") or "/")
        if name in ("", ".", ".."):
            folder, name = os.path.split(os.path.realpath(os.path.join(folder, name)))
        found = os.path.realpath(folder), name
        unusable = b"\0" in os.fsencode(os.path.join(*found))
    except ValueError:  # half of a surrogate pair, or a NUL where the folders are looked at
        unusable = True
    if unusable:
        raise InvalidOption(f"The path in {option} has a character that no file name may have: remove it.")
    return found


def _twice(files: Files) -> list[str]:
    """A sentence for each file that would overwrite another one of the same run."""
    reports, extra = {each.path for each in files.reports}, {each.path for each in files.extra}
    found = [
        f"{each.option} names {each.path}, which is one of the reports in {_DIRECTORY}: {each.other}."
        for each in files.extra
        if each.path in reports
    ]
    if len(extra) < len(files.extra):
        found.append(f"{_BASELINE} and {_WAIVERS} name the same file: name another one in one of them.")
    return found


def _directory_problems(files: Files) -> list[str]:
    path = files.directory
    if os.path.islink(path):
        return [
            f"The report directory {path} is a link, and the role does not follow links: name the directory that it "
            f"leads to in {files.option}."
        ]
    try:
        if os.path.isdir(path):
            if _foreign(path, files.known):
                return [
                    f"The report directory {path} holds other files, and the role would close it to other users and "
                    f"hide it from git: name a directory of its own in {files.option}."
                ]
            standing = [each for target in files.reports for each in _refusals(target)]
            if standing:
                return standing
        _make(path)
        return []
    except OSError:
        return [
            f"The report directory {path} cannot be created or written to: name another in {files.option}, or let "
            "this user write there."
        ]


def _foreign(path: str, known: frozenset[str]) -> bool:
    """Whether the directory holds other files than reports, and is not one that the role made, with a .gitignore."""
    names = set(os.listdir(path)) - known
    if not names:
        return False
    with _opened(path) as folder:
        return (_content(folder, _GITIGNORE, 64) or b"").strip() != _HIDES_ALL.strip()


def _make(path: str) -> None:
    """Creates the directory and its missing parents with mode 0700, and hides it from git."""
    missing = []
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    for each in reversed(missing):
        os.mkdir(each, 0o700)
        path = each
    with _opened(path) as folder:
        os.fchmod(folder, 0o700)
        with _written(folder, _HIDES_ALL) as temporary:
            os.rename(temporary, _GITIGNORE, src_dir_fd=folder, dst_dir_fd=folder)


def _refusals(target: Target) -> list[str]:
    try:
        with _opened(target.folder) as folder:
            problem = _standing(folder, target)
            if not problem and not os.access(target.folder, os.W_OK | os.X_OK):
                problem = f"This user cannot write to {target.folder}: let this user write there, or {target.other}."
    except OSError:
        problem = f"{target.folder} cannot be opened: check its owner and its mode, or {target.other}."
    return [problem] if problem else []


def _standing(folder: int, target: Target) -> str:
    """Why the existing file must not be replaced; "" if there is none, or it is empty or ours."""
    try:
        found = os.stat(target.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return ""
    kind, path = target.kind, target.path
    if stat.S_ISLNK(found.st_mode):
        return f"{path} is a link, and the role does not follow links: remove it, or {target.other}."
    if not stat.S_ISREG(found.st_mode):
        return f"{path} is not a regular file: {target.other}."
    content = _content(folder, target.name, kind.largest + 1)
    if content is None:
        return (
            f"{path} cannot be read, so the role does not replace it: check its owner and its mode, or {target.other}."
        )
    if kind.whole and len(content) > kind.largest:
        size = f"{kind.largest // 1024**2} MiB"
        return f"{path} is larger than {size}, too large to check: remove it, or {target.other}."
    if not content.strip() or kind.recognised(content):
        return ""
    return f"{path} is not {kind.name}, and the role replaces nothing else: move it away, or {target.other}."


def _content(folder: int, name: str, most: int) -> bytes | None:
    """The first bytes of a regular file; None for anything else, or if it cannot be read."""
    try:
        descriptor = os.open(name, _OPEN_FILE, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        return file.read(most) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    descriptor = os.open(folder, _OPEN_FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _written(folder: int, content: bytes) -> Iterator[str]:
    """A temporary file with the content, removed at the end unless it was renamed."""
    temporary = f".realm-check.{secrets.token_hex(8)}"
    try:
        with open(os.open(temporary, _MAKE_FILE, 0o600, dir_fd=folder), "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # regardless of the umask
            file.write(content)
        yield temporary
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
