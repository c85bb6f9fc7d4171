# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How severe a wildcard directly after the host is, by what is known of the server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.redirects import (
    host_wildcard,
    judged,
    wildcard_severity,
)
from ansible_collections.authkit.oauth.tests.unit.support.checks import snapshot

HOST = ["https://a.example*"]


@pytest.mark.parametrize(
    ("version", "of_file", "severity", "said"),
    [
        ("26.5.5", False, "critical", "any host that starts with this name"),
        ("26.7.3", False, "high", "any path of the host"),
        ("26.5.5", True, "high", "the version in the file matches any host that starts with this name"),
        ("26.7.3", True, "high", "any path of the host"),
        (None, True, "high", "the server's version is not known"),
    ],
)
def test_the_version_that_a_file_states_is_not_that_of_the_server(
    version: str | None, of_file: bool, severity: str, said: str
) -> None:
    known = {} if version is None else {"server_version": version}
    found = replace(snapshot(**known), of_file=of_file)
    assert wildcard_severity(found, HOST, "critical") == severity
    assert said in host_wildcard(found)


def test_words_about_other_wildcards_name_no_version() -> None:
    found = replace(snapshot(server_version="26.5.5"), of_file=True)
    assert judged(found, ["https://a.example/*"], "so") == "so"
    assert judged(found, HOST, "so").startswith("so (as Keycloak 26.7")
