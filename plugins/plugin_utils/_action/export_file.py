# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the realms of a source on the controller: of a file of JSON or YAML, or of a directory of such files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from os.path import basename

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.export.kinds import USERS_FILE
from ...module_utils._realm.export.reading import (
    LARGEST_EXPORT,
    MOST_REALMS,
    Exported,
    read_export,
    read_users,
    realms_of,
    with_users,
)
from ...module_utils._realm.snapshot.gaps import Json
from ...module_utils._words import printable, quoted
from .input_file import input_content
from .yaml_documents import LARGEST_YAML, documents

#: Files of a directory. An export has one for each 50 users.
MOST_FILES = 2000
_YAML = (".yaml", ".yml")
_ADVICE = "export the realm without its users (kc.sh export --users skip)"


def exported(path: str) -> list[Exported]:
    """The realms of a file, or of a directory.

    :raises InvalidOption: it cannot be read, is too large, or holds no realm.
    """
    found = list(islice(_in_directory(path) if os.path.isdir(path) else _in_file(path), MOST_REALMS + 1))
    if len(found) > MOST_REALMS:
        raise InvalidOption(f"source {quoted(path)} holds more than {MOST_REALMS} realms: split it.")
    return found


def _in_file(path: str) -> Iterator[Exported]:
    name = printable(basename(path))
    for realm in _realms(export_content(path), name):
        yield Exported(realm, name)


def export_content(path: str) -> bytes:
    """The file's content.

    :raises InvalidOption: it cannot be read, or is larger than LARGEST_EXPORT.
    """
    return input_content("source", path, LARGEST_EXPORT, _ADVICE)


def _realms(content: bytes, name: str) -> list[Json]:
    if not name.endswith(_YAML) and (name.endswith(".json") or content.lstrip()[:1] in (b"{", b"[")):
        return _of_json(content, name)
    if len(content) > LARGEST_YAML:
        if not name.endswith(_YAML):
            return read_export(content, name)  # which says what it is not
        raise InvalidOption(
            f"{name} is larger than {LARGEST_YAML // 1024**2} MiB: split it into a file for each realm."
        )
    return realms_of(documents(content, name), name)


def _of_json(content: bytes, name: str) -> list[Json]:
    try:
        return read_export(content, name)
    except InvalidOption:
        realms = _with_variables(content, name)
        if not realms:
            raise
        return realms


def _with_variables(content: bytes, name: str) -> list[Json]:
    """The realms of JSON with variables outside of strings, which keycloak-config-cli replaces before it parses."""
    if len(content) > LARGEST_YAML or b"$(" not in content:
        return []
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        with suppress(InvalidOption):
            return realms_of(documents(content, name), name)
    return []


def _in_directory(path: str) -> Iterator[Exported]:
    """The realms of a directory, in the order of the files' names, each with the users that have files of their own."""
    users: dict[str, list[str]] = {}
    realm_files = []
    for name in _names(path):
        of_users = USERS_FILE.fullmatch(name)
        if of_users is None:
            realm_files.append(name)
        else:
            users.setdefault(of_users.group(1), []).append(name)
    content = _Directory(path)
    for name in realm_files:
        source = printable(f"{basename(path)}/{name}")
        realms = _realms(content.read(name), source)
        mine = users.pop(name.removesuffix("-realm.json"), [])
        parts = [read_users(content.read(each), printable(f"{basename(path)}/{each}")) for each in mine]
        for realm in realms:
            own = [each for each in parts if len(realms) == 1 or each["realm"] == realm["realm"]]
            yield Exported(with_users(realm, own) if own else realm, source)
    for realm_name, names in users.items():
        gone = quoted(f"{realm_name}-realm.json")
        raise InvalidOption(
            f"source {quoted(path)} has {quoted(names[0])}, but no {gone} with the realm's settings: copy the whole "
            "directory that kc.sh export --dir wrote."
        )
    if not realm_files:
        raise InvalidOption(
            f"source {quoted(path)} has no file whose name ends with .json, .yaml or .yml: check the path."
        )


def _names(path: str) -> list[str]:
    found = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.endswith((".json", *_YAML)) and not entry.name.startswith("."):
                    found.append(entry.name)
                if len(found) > MOST_FILES:
                    raise InvalidOption(
                        f"source {quoted(path)} has more than {MOST_FILES} files: export the realm without its users."
                    )
    except OSError:
        raise InvalidOption(f"source {quoted(path)} cannot be listed: check its owner and its mode.") from None
    return sorted(found)


class _Directory:
    """Reads the files of a directory, all of them together at most LARGEST_EXPORT bytes."""

    def __init__(self, path: str) -> None:
        self._path, self._left = path, LARGEST_EXPORT

    def read(self, name: str) -> bytes:
        """The content of a regular file. Raises InvalidOption, also for a link."""
        path = os.path.join(self._path, name)
        if os.path.islink(path):
            raise InvalidOption(
                f"source {quoted(self._path)} has the link {quoted(name)}, and links are not followed: copy the file."
            )
        content = input_content("source", path, self._left, _ADVICE, follow=False)
        self._left -= len(content)
        return content
