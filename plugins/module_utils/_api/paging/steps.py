# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request asks for the next page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus, urljoin, urlsplit, urlunsplit

from ..._errors import AuthkitError, InvalidOption
from ..._http.redirects import settled
from ..._urls import check_url, host_and_port, leads_inward, origin, safe_url
from . import options
from .documents import value_at
from .errors import PageElsewhere
from .links import LONGEST, link_text, next_link
from .options import Paging


@dataclass(frozen=True)
class Request:
    """What asks for a page.

    :param number: the number of the page, or the offset of its first entry; None for other styles.
    """

    url: str
    body: bytes | None = None
    number: int | None = None


@dataclass(frozen=True)
class Read:
    """A page that was read.

    :param count: how many entries it has.
    :param longest: how many the longest page before it has; 0 if it is the first.
    :param have: how many entries were read by now.
    """

    request: Request
    url: str
    headers: Mapping[str, str]
    document: Any
    count: int
    longest: int
    have: int


@dataclass(frozen=True)
class Step:
    """The next request, and whether the server said that there is a page to be had."""

    request: Request
    certain: bool


def next_step(paging: Paging, asked: Request, page: Read) -> Step | None:
    """The request for the next page; None if this page was the last.

    :param asked: the first request, as the task has it.
    :raises PageElsewhere: the server names an address that gets no token.
    """
    more = value_at(page.document, paging.more_key) if paging.more_key else None
    if paging.style == options.SINGLE or more in (False, "false", 0):
        return None
    if paging.style in (options.LINK, options.NEXT_URL):
        target = (
            next_link(page.headers)
            if paging.style == options.LINK
            else link_text(value_at(page.document, paging.next_key or "next"))
        )
        return None if target is None else Step(Request(_target(asked.url, page.url, target)), certain=True)
    if paging.style == options.CURSOR:
        cursor = value_at(page.document, paging.next_key or "")
        if cursor in (None, "", False, [], {}):
            return None
        return Step(with_value(asked, paging.parameter or "", cursor), certain=True)
    number, certain = _next_number(paging, page, bool(more))
    return None if number is None else Step(with_value(asked, paging.parameter or "", number, number), certain)


def _next_number(paging: Paging, page: Read, more: bool) -> tuple[int | None, bool]:
    """The number of the next page, or its offset, and whether the server said that there is one."""
    this, first = page.request.number or 0, paging.first or 0
    by_page = paging.style == options.PAGE
    following = this + 1 if by_page else this + page.count
    if page.count == 0:
        return None, False
    read = following - first
    for key, done in ((paging.pages_key, read), (paging.total_key, page.have if by_page else read)):
        most = _count(value_at(page.document, key)) if key else None
        if most is not None:
            return (following, True) if done < most else (None, False)
    if more:
        return following, True
    # Nothing says how many there are, so the first page that is shorter than others is the last.
    short = page.count < (paging.size or 0) if paging.style == options.KEYCLOAK else page.count < page.longest
    return (None, False) if short else (following, False)


def with_value(request: Request, parameter: str, value: Any, number: int | None = None) -> Request:
    """The request with a value for the parameter: in the body if it has one, else in the query."""
    if request.body is not None:
        return Request(request.url, _in_body(request.body, parameter, value), number)
    parts = urlsplit(request.url)
    text = value if isinstance(value, str) else json.dumps(value)
    if len(text) > LONGEST:
        raise _too_long(request.url)
    kept = [pair for pair in parts.query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != parameter]
    query = "&".join([*kept, f"{quote(parameter, safe='$')}={quote(text, safe='')}"])
    return Request(settled(urlunsplit(parts._replace(query=query))), None, number)


def _in_body(body: bytes, path: str, value: Any) -> bytes:
    """The JSON body with a value at a path of keys."""
    document = json_body(body)
    inside, keys = document, path.split(".")
    for key in keys[:-1]:
        inside = inside.setdefault(key, {})
        if not isinstance(inside, dict):
            raise InvalidOption("paginate: parameter leads through a value of body that is not a mapping: correct it.")
    inside[keys[-1]] = value
    return json.dumps(document).encode()


def json_body(body: bytes | None) -> dict[str, Any]:
    """The body of a search by POST. Raises InvalidOption if it is no mapping."""
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise InvalidOption("paginate with POST needs a body that is a mapping, which is sent as JSON.")
    return document


def _target(asked: str, base: str, target: str) -> str:
    """The next page's URL, which must have the origin of the task's own."""
    if len(target) > LONGEST:
        raise _too_long(asked)
    url = None
    if not any(c <= " " or c in "\\\x7f" for c in target):
        try:
            url = settled(urljoin(base, target))
            check_url(url, allow_http=True, what="The next page")
        except (AuthkitError, ValueError):
            url = None
    if url is None:
        raise PageElsewhere(
            f"GET {safe_url(asked)} was answered with a next page whose address is not a valid URL: set paginate to a "
            "mapping with the style that the API uses."
        )
    if origin(url) == origin(asked):
        return url
    return _upgraded(asked, url)


def _upgraded(asked: str, url: str) -> str:
    """The URL with https: an API behind a proxy that ends TLS often writes http. The token stays at its origin."""
    ours, theirs = origin(asked), origin(url)
    if (ours[0], theirs[0]) == ("https", "http") and ours[1] == theirs[1] and theirs[2] in (80, ours[2]):
        parts = urlsplit(url)
        return settled(urlunsplit(parts._replace(scheme="https", netloc=urlsplit(asked).netloc)))
    where = "this machine" if leads_inward(asked, url) else host_and_port(url)
    raise PageElsewhere(
        f"GET {safe_url(asked)} was answered with a next page on another origin, {where}, where the token is not sent: "
        "call that origin by url if you trust it, or set paginate to a mapping that needs no address, such as "
        "{style: page}."
    )


def _too_long(asked: str) -> PageElsewhere:
    return PageElsewhere(
        f"GET {safe_url(asked)} was answered with a next page whose address has more than {LONGEST} characters, which "
        "no server accepts: report it to the API's operators, or set paginate to another style."
    )


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
