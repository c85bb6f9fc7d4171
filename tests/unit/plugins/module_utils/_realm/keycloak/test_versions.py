# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the server's version and features."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.versions import has_feature, is_since
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap
from ansible_collections.authkit.oauth.tests.unit.support.checks import snapshot


@pytest.mark.parametrize(
    ("version", "since"),
    [
        ("26.7.3", True),
        ("26.7", True),
        ("26.10.0", True),
        ("27.0.0-SNAPSHOT", True),
        ("26.6.9.redhat-00001", False),
        ("3.3.0.CR1", False),
        ("${VERSION}", None),
        ("26", None),
        ("", None),
    ],
)
def test_versions(version: str, since: bool | None) -> None:
    assert is_since(snapshot(server_version=version), (26, 7)) is since


def test_a_hidden_version_is_not_known() -> None:
    assert is_since(snapshot(server_version=Gap("Hidden.")), (26, 7)) is None


def test_features() -> None:
    shown = snapshot(features={"DPOP": True, "DOCKER": False})
    assert has_feature(shown, "DPOP")
    assert has_feature(shown, "DOCKER") is False
    assert has_feature(shown, "OTHER") is False
    assert has_feature(shown, "OTHER", unlisted=True)
    assert has_feature(snapshot(features=Gap("Hidden.")), "DPOP") is None
