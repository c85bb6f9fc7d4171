# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flat results of a response."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.module_utils._api.flat import (
    FLAT_KEYS,
    flat_results,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpResponse

URL = "https://api.example.com/a/b"


def response(**headers: str) -> HttpResponse:
    lowered = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(201, lowered, b"", URL, 1, 0.1)


def test_fixed_names_only() -> None:
    """No header that a server invents becomes a key."""
    found = flat_results(
        response(location="../c?x=1", content_type="text/plain", failed="true", ansible_facts="x", x_evil="1"),
        URL,
        {"a": "1", "b": "2"},
    )
    assert found == {
        "location": "https://api.example.com/c?x=1",
        "content_type": "text/plain",
        "redirected": False,
        "cookies": {"a": "1", "b": "2"},
        "cookies_string": "a=1; b=2",
    }
    assert set(found) < FLAT_KEYS
    assert flat_results(response(), "https://api.example.com/x", {})["redirected"]
    assert flat_results(response(location="http://["), URL, {})["location"] == "http://["
