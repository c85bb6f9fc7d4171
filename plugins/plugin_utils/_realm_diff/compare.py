# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares the normalized sections of two sides.

What one side does not show is unknown: it counts neither as equal nor as different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._realm.export import default_flows, defaults
from ...module_utils._realm.keycloak.settings import DEFAULTS
from ...module_utils._realm.snapshot.gaps import Gap
from .normal import Hidden, Secret, Steps, is_empty, spelled
from .sections import SECTIONS, Section
from .side import Side

LEFT, RIGHT = "left", "right"
#: Kinds of differences.
CHANGED, ONLY_LEFT, ONLY_RIGHT, SECRET, ORDER = "changed", "only_left", "only_right", "secret", "order"
NOT_SAID = "The file does not set it, and an import may set a default."
#: Objects that an import creates, so that a file without them does not say what they will be.
_BUILT_IN = {
    "clients": tuple(defaults.CLIENTS),
    "roles": defaults.REALM_ROLES,
    "flows": tuple(flow["alias"] for flow in default_flows.flows() if flow["topLevel"]),
}
#: More defaults of Keycloak 26.7: of the user profile and of organizations, and of attributes that an import sets.
_MORE_DEFAULTS = {
    "alwaysDisplayInConsole": False,
    "clientOfflineSessionIdleTimeout": 0,
    "clientOfflineSessionMaxLifespan": 0,
    "clientSessionIdleTimeout": 0,
    "clientSessionMaxLifespan": 0,
    "decisionStrategy": "UNANIMOUS",
    "multivalued": False,
    "nodeReRegistrationTimeout": -1,
    "notBefore": 0,
    "otpPolicyAlgorithm": "HmacSHA1",
    "scimApiEnabled": False,
    "surrogateAuthRequired": False,
    "verified": False,
}
#: Members that hold others, and so mean the same whether they are missing or empty.
_CONTAINERS = frozenset(
    {
        "attributes",
        "authenticationFlowBindingOverrides",
        "browserSecurityHeaders",
        "client",
        "clientRoles",
        "composites",
        "config",
        "configuration",
        "mappers",
        "protocolMappers",
        "roles",
        "scopeMappings",
        "steps",
    }
)


#: Sections whose objects have attributes that Keycloak names.
_WITH_OWN_ATTRIBUTES = frozenset({"client_scopes", "clients", "realm"})


@dataclass(frozen=True)
class Difference:
    """Something that differs.

    :param path: where in the object, with dots; "" for the object itself.
    :param left: the normalized value, without secrets; None if the side has none.
    """

    section: str
    object: str
    path: str
    kind: str
    left: Any = None
    right: Any = None


@dataclass(frozen=True)
class Unknown:
    """Something that one side does not show.

    :param side: LEFT or RIGHT.
    :param object: its name, or "" for the whole section.
    :param roles: the roles that allow reading it.
    :param fault: the server failed.
    """

    section: str
    object: str
    path: str
    side: str
    reason: str
    roles: tuple[str, ...] = ()
    fault: bool = False


@dataclass
class Counts:
    """How much was compared.

    :param secrets: "equal", "different" and "unknown" -> how many.
    """

    objects: int
    secrets: dict[str, int]


Found = Difference | Unknown


class Comparison:
    """Compares two sides, section by section."""

    def __init__(self, left: Side, right: Side) -> None:
        self._sides = {LEFT: left, RIGHT: right}
        self.counts = Counts(0, {"equal": 0, "different": 0, "unknown": 0})

    def found(self, left: Mapping[str, Section | Gap], right: Mapping[str, Section | Gap]) -> Iterator[Found]:
        """The differences and unknowns of all sections, in the order of the reports."""
        for name in SECTIONS:
            one, other = left[name], right[name]
            if isinstance(one, Gap) or isinstance(other, Gap):
                yield from self._gaps(name, "", "", one, other)
            else:
                yield from self._section(name, one, other)

    def _section(self, section: str, left: Section, right: Section) -> Iterator[Found]:
        kinds = [{_kind(name) for name in side} for side in (left, right)]
        for name in sorted({*left, *right}):
            self.counts.objects += 1
            absent = RIGHT if name in left else LEFT
            if (
                section == "components"
                and self._sides[absent].is_file
                and not all(_kind(name) in each for each in kinds)
            ):
                yield Unknown(section, name, "", absent, NOT_SAID)
                continue
            yield from self._value((section, name), (), left.get(name), right.get(name), (name in left, name in right))

    def _value(
        self, place: tuple[str, str], path: tuple[str, ...], left: Any, right: Any, there: tuple[bool, bool]
    ) -> Iterator[Found]:
        if path and path[-1] in _CONTAINERS and there[0] != there[1] and isinstance(left or right, dict):
            left, right, there = left or {}, right or {}, (True, True)
        where = (*place, ".".join(path))
        if isinstance(left, (Gap, Hidden)) or isinstance(right, (Gap, Hidden)):
            yield from self._gaps(*where, left, right)
        elif isinstance(left, Secret) or isinstance(right, Secret):
            yield from self._secret(where, left, right, there)
        elif isinstance(left, dict) and isinstance(right, dict):
            yield from self._members(place, path, left, right)
        elif there[0] and there[1]:
            if not _same(left, right):
                yield Difference(*where, CHANGED, left, right)
        else:
            yield from self._one_sided(where, path, left if there[0] else right, there[0])

    def _members(self, place: tuple[str, str], path: tuple[str, ...], left: Any, right: Any) -> Iterator[Found]:
        for name in sorted({*left, *right}):
            there = name in left, name in right
            yield from self._value(place, (*path, name), left.get(name), right.get(name), there)
        if isinstance(left, Steps) and isinstance(right, Steps):
            orders = [name for name in left if name in right], [name for name in right if name in left]
            if orders[0] != orders[1]:
                yield Difference(*place, ".".join((*path, "order")), ORDER, tuple(orders[0]), tuple(orders[1]))

    def _one_sided(
        self, where: tuple[str, str, str], path: tuple[str, ...], value: Any, on_left: bool
    ) -> Iterator[Found]:
        """What only one side has."""
        if path and (is_empty(value) or (_has_defaults(where[0], path) and _is_default(path[-1], value))):
            return
        absent = RIGHT if on_left else LEFT
        if self._sides[absent].is_file and _is_unsaid(where, path, value):
            yield Unknown(*where, absent, NOT_SAID)
            return
        shown = (value, None) if on_left else (None, value)
        yield Difference(*where, ONLY_LEFT if on_left else ONLY_RIGHT, *shown)

    def _secret(self, where: tuple[str, str, str], left: Any, right: Any, there: tuple[bool, bool]) -> Iterator[Found]:
        missing = LEFT if left is None else RIGHT if right is None else ""
        if missing and self._sides[missing].is_file:
            self.counts.secrets["unknown"] += 1
            yield Unknown(*where, missing, "The file does not have the secret.")
        elif missing and where[2] == "secret":
            self.counts.secrets["unknown"] += 1
            yield Unknown(*where, missing, "The server does not show the client's secret.")
        elif isinstance(left, Secret) and isinstance(right, Secret) and left.mark == right.mark:
            self.counts.secrets["equal"] += 1
        else:
            self.counts.secrets["different"] += 1
            yield Difference(*where, SECRET)

    def _gaps(self, section: str, name: str, path: str, left: Any, right: Any) -> Iterator[Unknown]:
        if isinstance(left, Hidden) or isinstance(right, Hidden):
            self.counts.secrets["unknown"] += 1
        for side, value in ((LEFT, left), (RIGHT, right)):
            if isinstance(value, Hidden):
                yield Unknown(section, name, path, side, value.reason)
            elif isinstance(value, Gap):
                yield Unknown(section, name, path, side, value.reason, value.roles, value.fault)


def _kind(component: str) -> str:
    """The kind of a component, with which its name begins. A file that has none leaves them to the import."""
    return component.partition(" ")[0]


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, dict) or isinstance(right, dict):
        return bool(left == right)
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _items(left) == _items(right)
    return spelled(left) == spelled(right)


def _items(value: Any) -> list[str]:
    return [spelled(each) for each in value] if isinstance(value, tuple) else [spelled(value)]


def _has_defaults(section: str, path: tuple[str, ...]) -> bool:
    """Whether the name of a member is Keycloak's. Texts and attributes of groups, roles and accounts have any name."""
    if section == "localization":
        return False
    return path[-2:-1] != ("attributes",) or (section in _WITH_OWN_ATTRIBUTES and len(path) == 2)


def _is_default(name: str, value: Any) -> bool:
    default = DEFAULTS.get(name, _MORE_DEFAULTS.get(name))
    return default is not None and (
        _items(default) == _items(value) if isinstance(default, tuple) else spelled(default) == spelled(value)
    )


def _is_unsaid(where: tuple[str, str, str], path: tuple[str, ...], value: Any) -> bool:
    """Whether a file without this value does not say that there is none: an import sets a default."""
    section, name, _path = where
    if not path:
        return name in _BUILT_IN.get(section, ()) or name.startswith("default-roles-")
    if isinstance(value, (bool, int, float)):
        return True
    return section == "realm" and len(path) == 1
