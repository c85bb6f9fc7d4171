# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client policies: which executors certainly run when a client requests a code or a token.

Keycloak applies a policy when at least one of its conditions votes yes and none votes no; a condition that does not
concern the request abstains. What the configuration cannot decide counts as no: it must not excuse a client.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Callable

from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot
from .clients import attribute, client_id, protocol_of
from .settings import Malformed, mapping, objects, scalar, switch, text, texts

CODE, IMPLICIT, PASSWORD = "authorization_code", "implicit", "password"
#: Executors that bind tokens to their holder. They run at the code exchange, where conditions on grants abstain.
BINDING = ("dpop-bind-enforcer", "holder-of-key-enforcer")
#: Rotates secrets. It runs when a client is made, updated or uses its secret, where conditions on grants abstain.
ROTATION = "secret-rotation"
_EXCHANGE = "exchange"
_YES, _NO, _ABSTAIN, _DEPENDS = "yes", "no", "abstain", "depends"
_NEGATED = {_YES: _NO, _NO: _YES}


def executors_for(snapshot: Snapshot, client: Json, grant: str = CODE) -> Sequence[Json]:
    """The executors of each client policy that certainly applies when this client uses a grant.

    Both the realm's and the global policies and profiles count.

    :raises Unknown: these were not read.
    """
    return tuple(
        executor
        for policy in snapshot.client_policies
        if _surely_applies(snapshot, policy, client, grant)
        for profile in snapshot.client_profiles
        for executor in _surely_runs(policy, profile)
    )


def _surely_runs(policy: Json, profile: Json) -> Sequence[Json]:
    """The executors that the policy gets from a profile; none if the profile is malformed."""
    try:
        return executors_of(policy, [profile])
    except Malformed:
        return ()


def covers(snapshot: Snapshot, client: Json, executor: str) -> bool:
    """Whether an executor such as pkce-enforcer certainly runs on all requests of this client that it applies to."""
    return all(
        any(each.get("executor") == executor for each in executors_for(snapshot, client, grant))
        for grant in _grants(client, executor)
    )


def executors_of(policy: Json, profiles: Iterable[Json]) -> Sequence[Json]:
    """The executors of the given profiles that a policy names. Raises Malformed."""
    named = texts(policy, "profiles")
    return tuple(
        executor for profile in profiles if text(profile, "name") in named for executor in objects(profile, "executors")
    )


def _grants(client: Json, executor: str) -> Sequence[str]:
    if executor == "reject-ropc-grant":
        return (PASSWORD,)
    if executor in BINDING or executor == ROTATION:
        return (_EXCHANGE,)
    if executor == "reject-implicit-grant":
        # Keycloak treats a hybrid response type, which needs both flows, as the authorization code grant.
        return (IMPLICIT, CODE) if switch(client, "standardFlowEnabled") else (IMPLICIT,)
    return (CODE,)


def _surely_applies(snapshot: Snapshot, policy: Json, client: Json, grant: str) -> bool:
    """False also where the policy, or a setting of the client that it depends on, is malformed."""
    try:
        votes = {_vote(snapshot, condition, client, grant) for condition in objects(policy, "conditions")}
        return switch(policy, "enabled", default=False) and _YES in votes and votes <= {_YES, _ABSTAIN}
    except Malformed:
        return False


def _vote(snapshot: Snapshot, condition: Json, client: Json, grant: str) -> str:
    configuration, provider = mapping(condition, "configuration"), text(condition, "condition")
    if condition.get("configuration") is None or provider not in _CONDITIONS:
        return _DEPENDS
    vote = _CONDITIONS[provider](snapshot, configuration, client, grant)
    return _NEGATED.get(vote, vote) if switch(configuration, "is-negative-logic", default=False) else vote


def _said(matches: bool) -> str:
    return _YES if matches else _NO


def _any_client(_snapshot: Snapshot, _configuration: Json, _client: Json, _grant: str) -> str:
    return _YES


def _abstains(_snapshot: Snapshot, _configuration: Json, _client: Json, _grant: str) -> str:
    return _ABSTAIN


def _access_type(_snapshot: Snapshot, configuration: Json, client: Json, _grant: str) -> str:
    if switch(client, "publicClient"):
        kind = "public"
    else:
        kind = "bearer-only" if switch(client, "bearerOnly") else "confidential"
    return _said(kind in texts(configuration, "type"))


def _protocol(_snapshot: Snapshot, configuration: Json, client: Json, _grant: str) -> str:
    return _said(text(configuration, "protocol", "") == protocol_of(client))


def _grant_type(_snapshot: Snapshot, configuration: Json, _client: Json, grant: str) -> str:
    if grant == _EXCHANGE:
        return _ABSTAIN
    return _said(grant in texts(configuration, "grant_types" if "grant_types" in configuration else "grantTypes"))


def _roles(snapshot: Snapshot, configuration: Json, client: Json, _grant: str) -> str:
    wanted = texts(configuration, "roles")
    owner = client_id(client)
    return _said(any(role.client == owner and role.name in wanted for role in snapshot.roles.values()))


def _scopes(_snapshot: Snapshot, configuration: Json, client: Json, _grant: str) -> str:
    """Default scopes always apply. An optional scope applies only when the request asks for it."""
    wanted = frozenset(texts(configuration, "scopes"))
    kind = text(configuration, "type")
    by_default = not wanted.isdisjoint(texts(client, "defaultClientScopes"))
    on_request = not wanted.isdisjoint(texts(client, "optionalClientScopes"))
    if kind == "Default":
        return _said(by_default)
    if kind == "Any" and by_default:
        return _YES
    if kind in ("Any", "Optional"):
        return _DEPENDS if on_request else _NO
    return _DEPENDS


def _attributes(_snapshot: Snapshot, configuration: Json, client: Json, _grant: str) -> str:
    """The client must have the value given for each key. A key that is listed twice matches no client."""
    try:
        pairs = json.loads(text(configuration, "attributes"))
    except (ValueError, RecursionError):
        return _DEPENDS
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        return _DEPENDS
    wanted: dict[str, list[str]] = {}
    for pair in pairs:
        wanted.setdefault(scalar(pair, "key"), []).append(scalar(pair, "value"))
    return _said(
        all(len(values) == 1 and values[0] and attribute(client, key) == values[0] for key, values in wanted.items())
    )


_CONDITIONS: Mapping[str, Callable[[Snapshot, Json, Json, str], str]] = {
    "any-client": _any_client,
    "client-access-type": _access_type,
    "client-attributes": _attributes,
    "client-roles": _roles,
    "client-scopes": _scopes,
    "client-type": _protocol,
    "grant-type": _grant_type,
    # These only consider who registers or changes a client, or a token of an identity provider.
    "client-updater-context": _abstains,
    "client-updater-source-groups": _abstains,
    "client-updater-source-host": _abstains,
    "client-updater-source-roles": _abstains,
    "identity-provider-alias": _abstains,
}
