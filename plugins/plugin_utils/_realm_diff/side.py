# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One side of a comparison: what is known of a realm, before it is normalized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._realm.snapshot.gaps import Gap

#: The parts of a side, each a value or a Gap; see live.py and from_file.py, which fill them.
PARTS = (
    "realm",
    "clients",
    "client_roles",
    "client_scope_mappings",
    "service_accounts",
    "authorization",
    "client_scopes",
    "scope_scope_mappings",
    "default_scopes",
    "roles",
    "groups",
    "flows",
    "required_actions",
    "identity_providers",
    "identity_provider_mappers",
    "components",
    "user_profile",
    "client_policies",
    "client_profiles",
    "localization",
    "organizations",
)


@dataclass(frozen=True)
class Side:
    """A realm as one side shows it.

    :param place: the server's URL, or the file's name.
    :param parts: name of a part -> its value, or a Gap.
    :param flow_ids: id of an authentication flow -> its alias.
    """

    realm: str
    place: str
    is_file: bool
    version: str | None
    parts: Mapping[str, Any] = field(repr=False)
    flow_ids: Mapping[str, str] = field(default_factory=dict, repr=False)


def unreadable_side(realm: str, place: str, gap: Gap) -> Side:
    """A realm of which nothing could be read."""
    return Side(realm, place, False, None, dict.fromkeys(PARTS, gap))
