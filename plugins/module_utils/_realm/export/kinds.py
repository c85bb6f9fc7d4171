# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of files that hold realms: exports, files of keycloak-config-cli, and resources of Keycloak's operator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..snapshot.gaps import Json

#: How kc.sh export --dir names the users of a realm, which are in files of their own.
USERS_FILE = re.compile(r"(.+?)-(?:federated-)?users-[0-9]+\.json", re.DOTALL)
USER_PROFILE = "org.keycloak.userprofile.UserProfileProvider"
_OPERATOR = "k8s.keycloak.org/"
_IMPORT = "KeycloakRealmImport"


def realms_in(data: object) -> list[Json]:
    """The realms in the value of a file; empty if any part of it is something else."""
    if _is_resource(data):
        return _of_resources([data])
    parts = data if isinstance(data, list) else [data]
    if any(_is_resource(each) for each in parts):
        return _of_resources(parts)
    found = [_realm(each) for each in parts]
    return [each for each in found if each is not None] if all(each is not None for each in found) else []


def is_users_file(data: object, name: str) -> bool:
    """Whether a file has only the users of a realm whose settings are in another file."""
    return bool(USERS_FILE.fullmatch(name)) and isinstance(data, Mapping) and set(data) <= _OF_USERS


_OF_USERS = frozenset({"realm", "users", "federatedUsers"})


def _is_resource(data: object) -> bool:
    return isinstance(data, Mapping) and isinstance(data.get("apiVersion"), str) and isinstance(data.get("kind"), str)


def _of_resources(parts: Iterable[object]) -> list[Json]:
    """The realms of resources for Kubernetes. Others, such as the secrets beside them, are not looked at."""
    found = []
    for each in _flat(parts):
        if each.get("kind") == _IMPORT and str(each.get("apiVersion")).startswith(_OPERATOR):
            spec = each.get("spec")
            realm = _realm(spec.get("realm")) if isinstance(spec, Mapping) else None
            if realm is None:
                return []
            found.append(realm)
    return found


def _flat(parts: Iterable[object]) -> Iterator[Json]:
    """The resources, those within a List included."""
    for each in parts:
        if isinstance(each, Mapping):
            items = each.get("items")
            yield from _flat(items) if each.get("kind") == "List" and isinstance(items, list) else (each,)


def _realm(data: object) -> Json | None:
    """A realm as Keycloak exports it, or None."""
    if not isinstance(data, Mapping):
        return None
    name = data.get("realm")
    if isinstance(name, int) and not isinstance(name, bool):  # YAML without quotes: Keycloak reads a number as text
        data = {**data, "realm": str(name)}
    elif not isinstance(name, str) or not name:
        return None
    profile = data.get("userProfile")
    return _with_profile(data, profile) if isinstance(profile, Mapping) else data


def _with_profile(realm: Json, profile: Json) -> Json:
    """The realm with its user profile where an export has it; keycloak-config-cli has it as an object of its own."""
    components = realm.get("components")
    if components is not None and not isinstance(components, Mapping):
        return realm
    component = {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [json.dumps(profile)]}}
    rest: dict[str, Any] = {name: part for name, part in realm.items() if name != "userProfile"}
    return {**rest, "components": {**(components or {}), USER_PROFILE: [component]}}
