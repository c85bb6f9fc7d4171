# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of a realm export, taken as they should be, or found missing or malformed: an export is a file of anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .gaps import Gap, Json


class Malformed(Exception):
    """A part of an export is not what Keycloak writes there. part: its key."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def missing(part: str) -> Gap:
    """What an export says nothing about."""
    return Gap(f"The realm export does not hold {part}: check the server itself, or export it whole (kc.sh export).")


def malformed(part: str) -> Gap:
    """What an export holds in a form that Keycloak does not write."""
    return Gap(f"In the realm export {part} is not what Keycloak writes there: export the realm again.")


def objects(realm: Json, part: str) -> list[Json]:
    """A list of objects; empty where the export has none. Raises Malformed."""
    value = realm.get(part)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Malformed(part)
    return value


def mapping(realm: Json, part: str) -> Json:
    """An object; empty where the export has none. Raises Malformed."""
    value = realm.get(part)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Malformed(part)
    return value


def texts(holder: Json, part: str) -> list[str]:
    """A list of text; empty where there is none. Raises Malformed."""
    value = holder.get(part)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Malformed(part)
    return value


def text(holder: Json, part: str) -> str:
    """Text; empty where there is none. Raises Malformed."""
    value = holder.get(part)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(part)
    return value


def components(realm: Json) -> list[dict[str, Any]]:
    """The components of every type and depth, as the admin API lists them. Raises Malformed."""
    return list(_components(mapping(realm, "components")))


def _components(by_type: Json) -> Iterator[dict[str, Any]]:
    for kind in by_type:
        for component in objects(by_type, kind):
            below = mapping(component, "subComponents")
            yield {**component, "providerType": kind}
            for child in _components(below):
                yield {"parentId": component.get("id"), **child}


def major(version: object) -> int | None:
    """The first number of a version such as 26.7.3, or None."""
    first = str(version or "").partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 5 else None


def names(mappings: Sequence[Json], key: str) -> list[str]:
    """One text member of each object."""
    return [text(each, key) for each in mappings]
