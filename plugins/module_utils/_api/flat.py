# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results that ansible.builtin.uri has beside the headers, under fixed names: no server chooses a key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

from .._http.model import HttpResponse

FLAT_KEYS = frozenset({"content_type", "cookies", "cookies_string", "location", "path", "redirected"})


def flat_results(response: HttpResponse, asked: str, cookies: Mapping[str, str]) -> dict[str, Any]:
    """The flat results of a response.

    :param asked: the URL of the first request.
    :param cookies: those that were set, by name.
    """
    headers = response.headers
    found: dict[str, Any] = {
        "redirected": response.url != asked,
        "cookies": dict(cookies),
        "cookies_string": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    if headers.get("content-type"):
        found["content_type"] = headers["content-type"]
    if headers.get("location"):
        found["location"] = headers["location"]
        with suppress(ValueError):
            found["location"] = urljoin(response.url, headers["location"])
    return found
