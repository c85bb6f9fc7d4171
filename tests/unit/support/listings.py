# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the listing of a test's server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import ApiCall, perform, prepare
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport

TOKEN = "a-token-0123456789"


def prepared(url: str, paginate: Any = "auto", **params: Any) -> ApiCall:
    return prepare({"method": "GET", "follow_redirects": "safe", "url": url, "paginate": paginate, **params})


def read(make_transport: MakeTransport, url: str, paginate: Any = "auto", **params: Any) -> dict[str, Any]:
    with closing(make_transport()) as transport:
        return perform(prepared(url, paginate, **params), TOKEN, transport)


def numbers(result: Mapping[str, Any]) -> list[int]:
    return [entry["id"] for entry in result["json"]]


def wrong(result: Mapping[str, Any], error: str, pages: int) -> str:
    """The message of a listing that failed after so many pages."""
    assert (result["failed"], result["error"], result["pages"]) == (True, error, pages)
    assert TOKEN not in str(result)
    return str(result["msg"])
