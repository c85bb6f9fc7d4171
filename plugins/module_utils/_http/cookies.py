# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cookies of one call: what a server sets with a redirect goes back to it, and is forgotten after the call.

Some gateways set a session cookie with a redirect and answer without it with the same redirect again.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any

from .._urls import origin
from .model import HttpRequest, HttpResponse

#: Those that RFC 6265 section 6.1 asks of a client: 50 a domain, 4096 bytes each with its attributes.
MOST, LONGEST = 50, 4096


class Cookies:
    """One jar an origin: a cookie never leaves the scheme, host and port that set it, whatever its Domain says."""

    def __init__(self) -> None:
        self._jars: dict[tuple[str, str, int], CookieJar] = {}

    def take(self, response: HttpResponse) -> None:
        """Keeps what the response sets."""
        lines = list(_usable(response.set_cookies))[:MOST]
        if lines:
            jar = self._jars.setdefault(origin(response.url), CookieJar())
            jar.extract_cookies(_Said(lines), urllib.request.Request(response.url))  # type: ignore[arg-type]  # it calls info() only

    def of(self, url: str) -> dict[str, str]:
        """The cookies of that URL's origin, by name."""
        return {cookie.name: cookie.value or "" for cookie in self._jars.get(origin(url), ())}

    def added(self, request: HttpRequest) -> HttpRequest:
        """The request with the cookies for its URL, after those that the task itself sets."""
        jar = self._jars.get(origin(request.url))
        if jar is None:
            return request
        asking = urllib.request.Request(request.url)
        jar.add_cookie_header(asking)
        kept = asking.get_header("Cookie")
        return replace(request, headers=_with_cookie(request.headers, kept)) if kept else request


class _Said:
    """What CookieJar reads of a response."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._message = HTTPMessage()
        for line in lines:
            self._message["Set-Cookie"] = line

    def info(self) -> Any:
        return self._message


def _usable(lines: Sequence[str]) -> Iterator[str]:
    """Those that a header can carry back."""
    for line in lines:
        if len(line) <= LONGEST and all(" " <= character <= "~" for character in line):
            yield line


def _with_cookie(headers: Mapping[str, str], kept: str) -> dict[str, str]:
    own = [value for name, value in headers.items() if name.lower() == "cookie"]
    others = {name: value for name, value in headers.items() if name.lower() != "cookie"}
    return {**others, "Cookie": "; ".join([*own, kept])}
