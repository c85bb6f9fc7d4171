# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fine-grained admin permissions: permissions of the authorization services of admin-permissions (version 2) or of
realm-management (version 1), read from a server or from an export.

A permission grants scopes, such as manage, on resources to whom its policies let in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..snapshot.gaps import Json
from ..snapshot.snapshot import Role
from .roles import label
from .settings import Malformed, objects, scalar, text
from .settings import mapping as part

PERMISSIONS = "admin-permissions"
SCOPE, RESOURCE = "scope", "resource"
#: Resources that stand for all objects of a type. Version 1 has only Users; its others are one object each.
_ALL = frozenset({"Clients", "Groups", "Organizations", "Roles", "Users"})
_NEGATIVE, _AFFIRMATIVE = "NEGATIVE", "AFFIRMATIVE"


@dataclass(frozen=True)
class Permission:
    """One permission.

    :param scopes: what it allows; empty means every scope of its resources.
    :param resources: the names of its resources.
    :param policies: the policies that let somebody in.
    :param any_policy: one of them is enough.
    """

    name: str
    scopes: Sequence[str]
    resources: Sequence[str]
    policies: Sequence[Json]
    any_policy: bool

    @property
    def on_all(self) -> bool:
        """Whether it covers all objects of a type."""
        return not self.resources or not _ALL.isdisjoint(self.resources)

    @property
    def only_views(self) -> bool:
        return bool(self.scopes) and all(scope.startswith("view") for scope in self.scopes)

    @property
    def described(self) -> str:
        """The permission in a few words. The ids of objects are left out: an export has their names."""
        what = ", ".join(sorted(self.scopes)) or "everything"
        where = ", ".join(sorted(_ALL.intersection(self.resources))) or f"{len(self.resources)} objects"
        who = ", ".join(sorted(text(each, "name") for each in self.policies))
        return f"{self.name} ({what} on {where}, for {who})"

    def lets_in_everybody(self, everybody: frozenset[str]) -> bool:
        """Whether every user has it.

        :param everybody: ids and names of the roles that every user has.
        """
        found = [_lets_in_everybody(each, everybody) for each in self.policies]
        return any(found) if self.any_policy else all(found)


def permissions(settings: Json) -> Iterator[Permission]:
    """The permissions that let somebody in. Without a policy, a permission grants nothing. Raises Malformed."""
    policies = {text(each, "name"): each for each in objects(settings, "policies")}
    for each in policies.values():
        if text(each, "type") not in (SCOPE, RESOURCE):
            continue
        named = names(each, "applyPolicies")
        if not all(name in policies for name in named):
            raise Malformed("applyPolicies", "the names of policies")
        if named:
            yield Permission(
                text(each, "name"),
                names(each, "scopes"),
                names(each, "resources"),
                [policies[name] for name in named],
                text(each, "decisionStrategy") == _AFFIRMATIVE,
            )


def names(policy: Json, key: str) -> list[str]:
    """A list of text in a policy's configuration, where it is JSON. Raises Malformed."""
    found = _decoded(policy, key)
    if not all(isinstance(each, str) for each in found):
        raise Malformed(key, "a list of text")
    return [str(each) for each in found]


def names_of_everybody(roles: Mapping[str, Role], held: frozenset[str]) -> frozenset[str]:
    """Ids and names of roles, as policies refer to them on a server and in an export."""
    found = {each for each in held if each in roles}
    return frozenset(found | {_named(roles[each]) for each in found})


def _named(role: Role) -> str:
    return label(role) if role.client is None else f"{role.client}/{role.name}"


def _lets_in_everybody(policy: Json, everybody: frozenset[str]) -> bool:
    """Whether a policy of roles lets every user in; other policies are taken to choose."""
    if text(policy, "type") != "role":
        return False
    if text(policy, "logic") == _NEGATIVE:
        return True  # everybody without the role
    wanted = [text(each, "id") for each in _decoded(policy, "roles") if isinstance(each, Mapping)]
    return any(each in everybody for each in wanted)


def _decoded(policy: Json, key: str) -> list[object]:
    value = scalar(part(policy, "config"), key)
    try:
        found = json.loads(value) if value else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise Malformed(key, "a list")
    return found
