# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm that could not be read at all."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.unreadable import unreadable


def test_every_section_says_why() -> None:
    down = unreadable("shop", "https://sso.example.com/auth", "Nothing listens.", fault=True)
    assert (down.name, down.server) == ("shop", "https://sso.example.com/auth")
    with pytest.raises(Inconclusive, match="Nothing listens"):
        _read = down.clients
    with pytest.raises(NotEvaluated, match="no such realm"):
        _realm = unreadable("shop", "https://x.test", "There is no such realm.", fault=False).realm
