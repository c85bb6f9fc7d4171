# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token that cannot be renewed."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.given_token import GivenToken


def test_it_is_never_another_one() -> None:
    given = GivenToken("the-token")
    assert (given.token(), given.complaint) == ("the-token", None)
    assert given.renewed("the-token") is None
    assert "cannot be renewed here" in str(given.complaint)
    assert "the-token" not in f"{given!r} {given.complaint}"
