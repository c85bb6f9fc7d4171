# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that give a client exactly the roles of a plan: to its service account, and to its scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...module_utils._errors import InvalidOption
from ...module_utils._words import listed, quoted
from .plan import Plan

Json = Mapping[str, Any]
#: The id in the addresses of a client that check mode would make.
TO_COME = "to-come"


@dataclass(frozen=True)
class Holder:
    """Something that has roles: the service account, or the scope of the client.

    :param what: for the names of calls.
    :param path: below the realm.
    :param mappings: its MappingsRepresentation.
    """

    what: str
    path: str
    mappings: Json


def owners_of(plan: Plan, found: Sequence[Sequence[Json]]) -> dict[str, str]:
    """The ids of the clients that own the plan's roles.

    :param found: the clients of each owner's name; an empty mapping where the realm does not exist.
    :raises InvalidOption: an owner does not exist.
    """
    ids = {str(client.get("clientId")): str(client.get("id")) for clients in found for client in clients}
    gone = [realm for realm, owner in zip(plan.realms, plan.owners, strict=True) if owner not in ids]
    if gone:
        raise no_realm(gone)
    return {owner: ids[owner] for owner in plan.owners}


def no_realm(names: Sequence[str]) -> InvalidOption:
    """The error for realms that the server does not have."""
    return InvalidOption(
        f"The server has no realm {listed([quoted(each) for each in names])}, or this connection may not see it: "
        "check realm_auditor_realms; names are case-sensitive."
    )


def lacking(plan: Plan, known: Mapping[str, Sequence[Json]]) -> list[str]:
    """The plan's roles that this version of the server does not have."""
    return sorted(set(plan.roles) - {str(role.get("name")) for roles in known.values() for role in roles})


def calls(plan: Plan, ids: Mapping[str, str], known: Mapping[str, Sequence[Json]], holder: Holder) -> Iterator[Json]:
    """The calls that give the holder the plan's roles and take all others.

    :param known: owner -> the roles that there are.
    """
    url = f"{plan.admin_url}{holder.path}"
    held = holder.mappings.get("clientMappings") or {}
    for owner, owner_id in ids.items():
        has = (held.get(owner) or {}).get("mappings") or []
        missing = [each for each in known[owner] if each["name"] in plan.roles and each["id"] not in _ids(has)]
        yield from _call("POST", f"{url}/clients/{quote(owner_id, safe='')}", f"give {holder.what}", owner, missing)
    for owner, mapping in held.items():
        wanted = plan.roles if owner in ids else ()
        extra = [each for each in mapping.get("mappings") or [] if each["name"] not in wanted]
        owner_id = quote(str(mapping.get("id")), safe="")
        yield from _call("DELETE", f"{url}/clients/{owner_id}", f"take from {holder.what}", owner, extra)
    realm_roles = holder.mappings.get("realmMappings") or []
    yield from _call("DELETE", f"{url}/realm", f"take from {holder.what}", "the realm", realm_roles)


def _call(method: str, url: str, what: str, owner: str, roles: Sequence[Json]) -> Iterator[Json]:
    if roles:
        names = ", ".join(sorted(str(each["name"]) for each in roles))
        body = [{"id": each["id"], "name": each["name"]} for each in roles]
        yield {"name": f"{what}: {names} of {owner}", "method": method, "url": url, "body": body}


def _ids(roles: Sequence[Json]) -> set[str]:
    return {str(each["id"]) for each in roles}
