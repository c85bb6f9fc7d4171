# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads fine-grained admin permissions, in the form of an export: Keycloak shows their parts only one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..keycloak.admin_permissions import RESOURCE, SCOPE
from ..keycloak.settings import mapping, text
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing
from .admin_api import AdminApi, json_objects, segment

#: Each permission takes three requests.
_MOST = 300
_TOO_MANY = Gap(f"The realm has more than {_MOST} fine-grained admin permissions, which were not read: review them.")
_PARTS = {"applyPolicies": "associatedPolicies", "resources": "resources", "scopes": "scopes"}


def policies(api: AdminApi, path: str, role: str) -> list[Json]:
    """The policies and permissions of a client's authorization services. Raises Missing.

    :param path: the resource server's.
    :param role: the role that this needs.
    """
    found = api.listing(f"{path}/policy", role)
    granting = [each for each in found if text(each, "type") in (SCOPE, RESOURCE)]
    if len(granting) > _MOST:
        raise Missing(_TOO_MANY)
    parts = {text(each, "id"): _parts(api, path, role, each) for each in granting}
    return [_with(each, parts.get(text(each, "id"), {})) for each in found]


def _parts(api: AdminApi, path: str, role: str, permission: Json) -> Mapping[str, str]:
    own = f"{path}/policy/{segment(text(permission, 'id'))}"
    found = api.every(lambda name: json_objects(api.get(f"{own}/{name}", role)), _PARTS.values())
    return {key: json.dumps([text(each, "name") for each in part]) for key, part in zip(_PARTS, found)}


def _with(policy: Json, parts: Mapping[str, str]) -> Json:
    return {**policy, "config": {**mapping(policy, "config"), **parts}}
