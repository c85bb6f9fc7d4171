# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client policies: which executors surely act when a client asks for authorization or for a token.

A policy counts only when it is enabled and every condition of it is known to match the client at that time. What the
request itself decides (a requested scope, where it comes from) or what is looked at when a client is saved counts for
nothing here: a check must not pass on a guess.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ansible_collections.authkit.oauth.plugins.module_utils._realm.clients import attribute
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Json, Snapshot

#: Whether a condition matches a client; None where its configuration alone does not say.
Match = Callable[[Snapshot, Json, Json], "bool | None"]


def executors_for(snapshot: Snapshot, client: Json) -> Sequence[Json]:
    """The executors of the effective policies that surely apply to the client. Raises Unknown."""
    found: list[Json] = []
    for policy in snapshot.client_policies:
        if policy.get("enabled") is True and _applies(snapshot, client, policy):
            found.extend(executors_of(snapshot, policy))
    return found


def covers(snapshot: Snapshot, client: Json, executor: str) -> bool:
    """Whether such an executor surely acts on the client. Raises Unknown."""
    return any(each.get("executor") == executor for each in executors_for(snapshot, client))


def executors_of(snapshot: Snapshot, policy: Json) -> list[Json]:
    """The executors of a policy's profiles, as far as these exist. Raises Unknown."""
    named = _list(policy, "profiles")
    profiles = [profile for profile in snapshot.client_profiles if profile.get("name") in named]
    return [each for profile in profiles for each in _objects(profile, "executors")]


def missing_profiles(snapshot: Snapshot, policy: Json) -> list[str]:
    """The profiles that a policy names and nobody has defined. Raises Unknown."""
    known = {profile.get("name") for profile in snapshot.client_profiles}
    return [str(name) for name in _list(policy, "profiles") if name not in known]


def conditions_of(policy: Json) -> list[Json]:
    return _objects(policy, "conditions")


def _applies(snapshot: Snapshot, client: Json, policy: Json) -> bool:
    conditions = conditions_of(policy)
    return bool(conditions) and all(_matches(snapshot, client, each) for each in conditions)


def _matches(snapshot: Snapshot, client: Json, condition: Json) -> bool:
    match = _CONDITIONS.get(str(condition.get("condition")))
    configuration = condition.get("configuration")
    settings: Json = configuration if isinstance(configuration, Mapping) else {}
    found = None if match is None else match(snapshot, client, settings)
    if found is None:
        return False
    return found is not _on(settings.get("is-negative-logic"))


def _any_client(_snapshot: Snapshot, _client: Json, _settings: Json) -> bool | None:
    return True


def _access_type(_snapshot: Snapshot, client: Json, settings: Json) -> bool | None:
    kind = "bearer-only" if client.get("bearerOnly") else "public" if client.get("publicClient") else "confidential"
    return kind in _list(settings, "type")


def _client_roles(snapshot: Snapshot, client: Json, settings: Json) -> bool | None:
    """Keycloak looks at the roles that the client defines, not at those that anybody holds."""
    own = {role.name for role in snapshot.roles.values() if role.client == client.get("clientId")}
    return not own.isdisjoint(map(str, _list(settings, "roles")))


def _client_scopes(_snapshot: Snapshot, client: Json, settings: Json) -> bool | None:
    """Optional scopes are the request's to ask for: whoever attacks leaves them out."""
    if settings.get("type") != "Default":
        return None
    return any(scope in _list(client, "defaultClientScopes") for scope in _list(settings, "scopes"))


def _client_attributes(_snapshot: Snapshot, client: Json, settings: Json) -> bool | None:
    wanted = _pairs(settings.get("attributes"))
    if not wanted:
        return None
    return all(attribute(client, name) == value for name, value in wanted)


def _pairs(value: object) -> list[tuple[str, str]]:
    """Attributes as the admin console writes them: a list of key and value, or that as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return []
    return [(str(each.get("key")), str(each.get("value"))) for each in value]


_CONDITIONS: Mapping[str, Match] = {
    "any-client": _any_client,
    "client-access-type": _access_type,
    "client-attributes": _client_attributes,
    "client-roles": _client_roles,
    "client-scopes": _client_scopes,
}


def _on(value: object) -> bool:
    return value is True or value == "true"


def _list(holder: Json, name: str) -> list[object]:
    value = holder.get(name)
    return list(value) if isinstance(value, (list, tuple)) else []


def _objects(holder: Json, name: str) -> list[Json]:
    return [each for each in _list(holder, name) if isinstance(each, Mapping)]
