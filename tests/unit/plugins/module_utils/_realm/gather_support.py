# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the live snapshot of a small realm, and lists its gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.keycloak_support import Direct, Tokens
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.http_support import Reply

Take = Callable[..., Snapshot]
SECTIONS = {
    "client_policies",
    "client_profiles",
    "client_scope_mappings",
    "client_scopes",
    "clients",
    "components",
    "default_client_scopes",
    "default_groups",
    "events_config",
    "flow_aliases",
    "flows",
    "identity_provider_mappers",
    "identity_providers",
    "keys",
    "people_listed",
    "realm",
    "required_actions",
    "resource_servers",
    "role_holders",
    "roles",
    "scope_scope_mappings",
    "secret_traits",
    "server_version",
    "temporary_admins",
    "user_profile",
}


def take(reply: Reply, realm: str = "shop", tokens: Tokens | None = None) -> Snapshot:
    """The snapshot of what answers, without a network."""
    return gather("https://sso.example.com", realm, tokens or Tokens(), Direct(reply))


def gaps(snapshot: Snapshot) -> dict[str, Unknown]:
    """What cannot be had of a snapshot."""
    found: dict[str, Unknown] = {}
    for name in SECTIONS:
        try:
            getattr(snapshot, name)
        except Unknown as unknown:
            found[name] = unknown
    return found


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a snapshot, names too."""
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from leaves(each)
    else:
        yield value
