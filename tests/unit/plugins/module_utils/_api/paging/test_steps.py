# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The request for the next page."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.options import Paging
from ansible_collections.authkit.oauth.plugins.module_utils._api.paging.steps import Read, Request, next_step


def test_http_written_by_a_server_behind_a_proxy_is_https_at_the_same_origin() -> None:
    asked = "https://api.example.com/things"
    page = Read(Request(asked), asked, {}, {"next": "http://api.example.com/things?page=2"}, 1, 0, 1)
    step = next_step(Paging("next_url"), Request(asked), page)
    assert step is not None
    assert step.request.url == "https://api.example.com/things?page=2"
