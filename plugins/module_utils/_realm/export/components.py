# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The components of a realm export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..keycloak.settings import mapping, objects
from ..snapshot.gaps import Json


def components(realm: Json) -> list[dict[str, Any]]:
    """The components of all types and depths, as the admin API lists them. Raises Malformed."""
    return list(_components(mapping(realm, "components")))


def _components(by_type: Json) -> Iterator[dict[str, Any]]:
    for kind in by_type:
        for component in objects(by_type, kind):
            below = mapping(component, "subComponents")
            yield {**component, "providerType": kind}
            for child in _components(below):
                yield {"parentId": component.get("id"), **child}
