# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token must have (the option require), and what it has: scopes, roles, audiences, authorized party, claims."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._errors import RequirementNotMet
from .._words import listed, quoted

Claims = Mapping[str, Any]
#: As the option require gives it: pairs of what is required, and a value.
Requirements = Sequence["tuple[str, str]"]
#: The most names that a sentence shows of what a token has.
MOST_NAMES = 20


def scopes_of(claims: Claims, granted: str | None = None) -> list[str]:
    """The scopes of a token: scope (RFC 9068), scp (Okta, Entra ID), or those that the token response named."""
    for found in (claims.get("scope"), claims.get("scp"), granted):
        if isinstance(found, str):
            return found.split()
        if isinstance(found, list):
            return list(map(str, found))
    return []


def roles_of(claims: Claims) -> list[str]:
    """The roles of a token: Keycloak's of the realm, and of clients as client:role; roles of other servers."""
    access = claims.get("resource_access")
    of_clients = access.items() if isinstance(access, Mapping) else ()
    roles = [*_texts(claims.get("roles")), *_texts(_roles(claims.get("realm_access")))]
    roles += [f"{client}:{role}" for client, held in of_clients for role in _texts(_roles(held))]
    return sorted(set(roles))


def missing(requirements: Requirements, kind: str, held: Iterable[str]) -> list[str]:
    """The required values of one kind that are not held."""
    there = set(held)
    return [value for name, value in requirements if name == kind and value not in there]


def shortcomings(requirements: Requirements, claims: Claims, granted: str | None = None) -> Iterator[RequirementNotMet]:
    """An error for each kind of requirement that the token does not meet: what it has, and what was asked for.

    :param granted: the scope in the response that the token came in, or None.
    """
    party = _texts(claims.get("azp", claims.get("client_id")))
    for kind, name, held, step in (
        ("scopes", "scope", scopes_of(claims, granted), "request it with scope, and assign it to the client"),
        ("roles", "role", roles_of(claims), "assign it to the user or service account that the token is for"),
        ("aud", "audience", _texts(claims.get("aud")), "have the server add it, such as by an audience mapper"),
        ("azp", "authorized party", party, "have the client that is named request the token"),
    ):
        lacking = missing(requirements, kind, held)
        if lacking:
            yield RequirementNotMet(
                f"The token lacks the {name} {listed(list(map(quoted, lacking)))} that require names (it has "
                f"{_shown(held)}): {step}."
            )
    for kind, value in requirements:
        if kind == "claims":
            name, wanted = json.loads(value)
            yield from _wrong_claim(name, wanted, claims)


def insufficient(requirements: Requirements, claims: Claims, granted: str | None = None) -> RequirementNotMet | None:
    """All shortcomings of a token as one error, or None."""
    found = [str(each.args[0]) for each in shortcomings(requirements, claims, granted)]
    return RequirementNotMet(" ".join(found)) if found else None


def _wrong_claim(name: str, wanted: object, claims: Claims) -> Iterator[RequirementNotMet]:
    """An error unless the claim is, or contains, the value or one of several values."""
    held = claims.get(name)
    accepted = wanted if isinstance(wanted, list) else [wanted]
    if not any(each in accepted for each in (held if isinstance(held, list) else [held])):
        state = "has another value" if name in claims else "is not there"
        yield RequirementNotMet(
            f"The claim {quoted(name)} that require names {state} in the token: correct the server's mapper for it, or "
            "require."
        )


def _roles(access: object) -> object:
    return access.get("roles") if isinstance(access, Mapping) else None


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(map(str, value)) if isinstance(value, list) else []


def _shown(names: Sequence[str]) -> str:
    shown = list(map(quoted, names[:MOST_NAMES]))
    rest = len(names) - MOST_NAMES
    return (", ".join(shown) + (f" and {rest} more" if rest > 0 else "")) or "none"
