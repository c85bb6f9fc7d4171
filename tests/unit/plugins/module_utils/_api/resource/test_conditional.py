# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The condition of a write: only a strong ETag makes one."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.resource.conditional import if_match


def test_a_strong_etag() -> None:
    assert if_match({"etag": '"a1"'}) == {"If-Match": '"a1"'}


@pytest.mark.parametrize(
    "headers", [{}, {"etag": 'W/"a1"'}, {"etag": "a1"}, {"etag": '"'}, {"etag": ""}, None], ids=str
)
def test_no_condition(headers: object) -> None:
    assert if_match(headers) == {}
