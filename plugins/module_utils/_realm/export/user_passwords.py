# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users whose passwords are in a realm file as plain text. The passwords themselves are not kept."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.roles import admin_ids
from ..keycloak.scrub import MASK
from ..keycloak.settings import Malformed, mapping, objects, text, texts
from ..snapshot.gaps import Json
from ..snapshot.references import Reference
from ..snapshot.snapshot import PlainPassword, Role


def plain_passwords(realm: Json) -> list[PlainPassword]:
    """The users of the file with a password in plain text. Raises Malformed."""
    name = text(realm, "realm")
    return [
        PlainPassword(
            text(user, "username"), user.get("enabled") is not False, all(temporary), _administers(user, name)
        )
        for user in objects(realm, "users")
        if (temporary := list(_passwords(user)))
    ]


def _passwords(user: Json) -> Iterator[bool]:
    """For each plain-text password of a user, whether the first login must change it."""
    for each in objects(user, "credentials"):
        value = each.get("value")
        if each.get("type") not in (None, "password") or not isinstance(value, str) or not value:
            continue
        if not MASK.fullmatch(value) and not (isinstance(value, Reference) and value.default is None):
            yield each.get("temporary") is True


def _administers(user: Json, realm: str) -> bool:
    """Whether the user's own roles administer the realm by their names, without looking into composites."""
    try:
        held = [(None, name) for name in texts(user, "realmRoles")]
        by_client = mapping(user, "clientRoles")
        of_clients = [(client, name) for client in by_client for name in texts(by_client, client)]
    except Malformed:
        return False
    roles = {str(key): Role(str(key), name, client) for key, (client, name) in enumerate([*held, *of_clients])}
    return bool(admin_ids(roles, realm))
