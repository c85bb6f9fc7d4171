# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of other tools that hold realms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.kinds import is_users_file, realms_in


def resource(realm: object = None, **parts: Any) -> dict[str, Any]:
    """A KeycloakRealmImport."""
    spec = {"keycloakCRName": "kc", "realm": realm}
    return {"apiVersion": "k8s.keycloak.org/v2alpha1", "kind": "KeycloakRealmImport", "spec": spec, **parts}


SECRET = {"apiVersion": "v1", "kind": "Secret", "data": {}}


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"realm": "a"}, ["a"]),
        ([{"realm": "a"}, {"realm": "a"}], ["a", "a"]),
        ({"realm": 7}, ["7"]),
        (resource({"realm": "a"}), ["a"]),
        ([SECRET, resource({"realm": "a"}), resource({"realm": "b"})], ["a", "b"]),
        ({"apiVersion": "v1", "kind": "List", "items": [SECRET, resource({"realm": "a"})]}, ["a"]),
        ([{"realm": "a"}, 5], []),
        ({"realm": True}, []),
        ({"realm": ""}, []),
        ({"clients": []}, []),
        (SECRET, []),
        (resource({"clients": []}), []),
        (resource(spec=None), []),
        (resource(apiVersion="example.com/v1"), []),
        ([], []),
        (None, []),
    ],
)
def test_the_realms_of_a_file(data: object, names: list[str]) -> None:
    assert [each["realm"] for each in realms_in(data)] == names


def test_a_user_profile_of_its_own_becomes_the_components() -> None:
    profile = {"attributes": [], "unmanagedAttributePolicy": "ENABLED"}
    (realm,) = realms_in({"realm": "a", "userProfile": profile, "components": {"other": []}})
    assert snapshot_of(realm, "a.yaml").user_profile == profile
    assert set(realm["components"]) == {"other", "org.keycloak.userprofile.UserProfileProvider"}
    assert json.dumps(realm)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a-users-0.json", {"realm": "a", "users": []}, True),
        ("a-federated-users-3.json", {"realm": "a", "federatedUsers": []}, True),
        ("a-users-0.json", {"realm": "a", "users": [], "clients": []}, False),
        ("a.json", {"realm": "a", "users": []}, False),
    ],
)
def test_a_file_with_only_users(name: str, data: object, expected: bool) -> None:
    assert is_users_file(data, name) is expected
