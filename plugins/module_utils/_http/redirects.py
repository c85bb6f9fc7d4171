# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a redirect may lead, and what is sent there (RFC 9110 section 15.4).

A token, a body and the task's own headers belong to the origin (scheme, host, port) that the task names. Another origin
gets at most a plain read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit, urlunsplit

from .._errors import InsecureUrl, OptionError, RedirectRefused
from .._urls import check_url, host_and_port, leads_inward, origin, safe_url, wire_url
from .headers import utf8
from .model import HttpRequest, HttpResponse

MAX_HOPS = 10
ALL, SAFE, NONE = "all", "safe", "none"
FOLLOW_REDIRECTS = (ALL, NONE, SAFE)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OF_A_WRITE = re.compile("content-|idempotency-key$")
_DOT = re.compile("%2e", re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOLLOWED_WHEN_SAFE = frozenset({"GET", "HEAD"})
#: Headers that reveal nothing about the client.
_HARMLESS_HEADERS = frozenset({"accept", "accept-charset", "accept-language", "user-agent"})


def next_request(request: HttpRequest, response: HttpResponse, *, follow: str, allow_http: bool) -> HttpRequest | None:
    """The request that a redirect asks for; None if this response is the result of the call.

    :param follow: all, safe (GET and HEAD only) or none.
    :raises RedirectRefused: the redirect must not be followed.
    """
    location = response.headers.get("location", "").strip(" \t")
    if response.status not in _REDIRECTS or not location or follow == NONE:
        return None
    if follow == SAFE and request.method not in _FOLLOWED_WHEN_SAFE:
        return None
    target = _target(request, location, allow_http)
    method = redirected_method(request.method, response.status)
    following = replace(request, url=target, method=method)
    if method != request.method:
        following = replace(following, body=None, headers=_headers(following, lambda n: not _OF_A_WRITE.match(n)))
    if origin(target) == origin(request.url):
        return following
    if following.method not in READING_METHODS or following.body is not None:
        raise RedirectRefused(
            f"{request.method} {safe_url(request.url)} is redirected to another origin, {host_and_port(target)}, and "
            "what it writes is not sent there: set url to that address if you trust it."
        )
    return replace(following, credentials=None, headers=_headers(following, _HARMLESS_HEADERS.__contains__))


def redirected_method(method: str, status: int) -> str:
    """The method after a redirect (RFC 9110 section 15.4): 303 changes all but HEAD to GET, 301 and 302 POST to GET."""
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
        return "GET"
    return method


def too_many_hops(request: HttpRequest) -> RedirectRefused:
    """The error for a chain of redirects that does not end."""
    return RedirectRefused(
        f"{request.method} {safe_url(request.url)} is redirected more than {MAX_HOPS} times, which is a "
        "redirect loop: set url to the final address."
    )


def settled(url: str) -> str:
    """The URL in its wire form, without dot segments in its path (RFC 3986 section 5.2.4), %2e included.

    Some HTTP libraries remove them, others send them, and one merges a path's leading slashes: the URL that is checked
    and shown must be the one that is called.
    """
    parts = urlsplit(wire_url(url))
    kept: list[str] = []
    segments = _DOT.sub(".", parts.path).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return urlunsplit(parts._replace(path="/" + "/".join(kept).lstrip("/")))


def _target(request: HttpRequest, location: str, allow_http: bool) -> str:
    reason = "to an address that is not a valid http or https URL"
    # Check first: urljoin silently drops control characters.
    if not any(c < " " or c in "\\\x7f" for c in location):
        try:
            target = urljoin(request.url, utf8(location))
            check_url(target, allow_http=allow_http, what="The redirect")
            if not leads_inward(request.url, target):
                return settled(target)
            reason = "from elsewhere to plain http on this machine"
        except InsecureUrl:
            reason = "to plain http"
        except (OptionError, ValueError):
            pass
    raise RedirectRefused(
        f"{request.method} {safe_url(request.url)} is redirected {reason}, which is not followed: set url to the right "
        "address, or set follow_redirects: none to see the response itself."
    )


def _headers(request: HttpRequest, keep: Callable[[str], bool]) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if keep(name.lower())}
