# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads realms from the content of a file: what a file may be, and which of its realms are audited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from os.path import basename
from typing import Any, NamedTuple

from ..._errors import InvalidOption
from ..._http.json_size import DEEPEST, depth, too_many_values
from ..._words import quoted
from ..snapshot.gaps import Json
from .kinds import is_users_file, realms_in

#: Bytes. A realm with its users may be large, but a file larger than this is not a configuration to audit.
LARGEST_EXPORT = 128 * 1024 * 1024
#: Realms of a source.
MOST_REALMS = 2000
#: Names in a sentence.
_SHOWN = 20


class Exported(NamedTuple):
    """A realm of a source.

    :param source: the name of the file that it is in, for reports.
    """

    realm: Json
    source: str


def read_export(content: bytes, source: str) -> list[Json]:
    """The realms in a JSON file: one, or a list of them.

    :param source: the file's name, for errors.
    :raises InvalidOption: the content is not a realm export.
    """
    data = _parsed(content, source)
    if data is None and content.lstrip()[:1] in (b"{", b"["):
        raise InvalidOption(
            f"{source} begins like a realm export but is not valid JSON, so it is truncated or damaged: export the "
            "realm again."
        )
    return realms_of(data, source)


def realms_of(data: object, source: str) -> list[Json]:
    """The realms in the value of a file.

    :raises InvalidOption: it has none, or is nested too deeply.
    """
    if depth(data) > DEEPEST:
        raise InvalidOption(f"{source} is nested deeper than any realm export: export the realm again.")
    if is_users_file(data, basename(source)):
        raise InvalidOption(
            f"{source} has only users of a realm: give the directory that it is in, where NAME-realm.json has the "
            "realm's settings."
        )
    realms = realms_in(data)
    if not realms:
        raise InvalidOption(
            f"{source} is not a realm export of Keycloak: export one with kc.sh export --file, or in the admin "
            "console with Realm settings > Action > Partial export."
        )
    return realms


def read_users(content: bytes, source: str) -> Json:
    """The content of a file with users of a realm, from an export to a directory.

    :raises InvalidOption: it is not such a file.
    """
    data = _parsed(content, source)
    if not isinstance(data, Mapping) or not isinstance(data.get("realm"), str) or depth(data) > DEEPEST:
        raise InvalidOption(f"{source} is not a file with users of a realm: export the realm again.")
    return data


def with_users(realm: Json, parts: Sequence[Json]) -> Json:
    """The realm with the users of its users' files. A part that is not a list stays as it is, so it is malformed."""
    added = dict(realm)
    for part in parts:
        for name in ("users", "federatedUsers"):
            more, before = part.get(name), added.get(name) or []
            if more is not None:
                added[name] = [*before, *more] if isinstance(more, list) and isinstance(before, list) else more
    return added


def _parsed(content: bytes, source: str) -> Any:
    """The value of a JSON file; None if it is not JSON."""
    try:
        text_of = content.decode(json.detect_encoding(content))
        if too_many_values(text_of, LARGEST_EXPORT):
            raise InvalidOption(f"{source} takes too much memory: export the realm without its users.")
        return json.loads(text_of)
    except (ValueError, RecursionError):
        return None


def chosen_exports(realms: Sequence[Json], names: Sequence[str], source: str) -> list[Json]:
    """The realms with these names, which may repeat; all if none is named. Raises InvalidOption for an unknown name."""
    found: dict[str, list[Json]] = {}
    for realm in realms:
        found.setdefault(str(realm["realm"]), []).append(realm)
    for name in names:
        if name not in found:
            raise InvalidOption(
                f"{source} does not hold the realm {quoted(name)}, but {_some(list(found))}: check realms."
            )
    return [each for name in names for each in found[name]] if names else list(realms)


def _some(names: Sequence[str]) -> str:
    """The first names, for a sentence."""
    more = f" and {len(names) - _SHOWN} others" if len(names) > _SHOWN else ""
    return ", ".join(map(quoted, names[:_SHOWN])) + more
