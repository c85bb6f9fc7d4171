# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of a protected API: a task's parameters in, the task's result out. Runs on the controller and on nodes."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from .._errors import AuthkitError, FileNotWritten, HostNotAllowed, InvalidOption
from .._http.budget import Budget
from .._http.cookies import Cookies
from .._http.headers import is_token, is_visible_ascii
from .._http.model import (
    LONGEST_ANSWER,
    WAITS_OF_BODIES,
    BearerCredentials,
    HttpRequest,
    HttpResponse,
    Retries,
    Transport,
    TransportSettings,
)
from .._http.redirects import MAX_HOPS, SAFE, next_request, settled, too_many_hops
from .._http.transports import urls_transport
from .._urls import check_url, host_allowed, host_and_port
from .._words import quoted
from . import idempotency
from .bodies import (
    CONTENT_TYPES,
    MULTIPART,
    RAW,
    decode_base64,
    encode_body,
    encode_headers,
    encode_query,
    has_bytes,
)
from .files import Files, content_of, files_of, reason_to_skip, target_of
from .flat import flat_results
from .multipart import encode_parts, parts_of
from .node import result_on_node, token_of, transport_settings
from .paging.options import RESUME, Paging, read_max_items, read_paging
from .progress import SILENT, Progress
from .proofs import proven
from .results import JSON_LIMIT, MIB, answer, failure, is_after_write, skipped, unsent, written
from .spec import MODULE

if TYPE_CHECKING:
    from .paging.walk import Answered, Ask

SENT_IN_CHECK_MODE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Idempotent methods (RFC 9110 section 9.2.2).
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


@dataclass(frozen=True, repr=False)
class ApiCall:
    """A validated call.

    :param url: in its wire form.
    :param status_code: empty for any 2xx.
    :param retries: how many at most.
    :param paging: how the pages of a listing are read; None for a single call.
    :param resume: where a listing goes on; see walk.Asked.
    :param parts: the fields of a form-multipart body, which is encoded when the call is made.
    :param key: its idempotency key.
    :param deadline: seconds in which all of it must end; None for no such bound.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status_code: frozenset[int] = frozenset()
    return_content: bool = False
    json_limit: int = JSON_LIMIT
    follow_redirects: str = SAFE
    retries: int = 0
    allow_http: bool = False
    files: Files = field(default_factory=Files)
    parts: Mapping[str, Mapping[str, str]] | None = None
    key: str | None = None
    deadline: float | None = None
    paging: Paging | None = None
    max_items: int | None = None
    resume: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"ApiCall({self.method} {host_and_port(self.url)})"

    def within(self, seconds: float) -> ApiCall:
        """The same call with another deadline."""
        return replace(self, deadline=seconds)

    @property
    def sent_in_check_mode(self) -> bool:
        return self.method in SENT_IN_CHECK_MODE or self.paging is not None

    def unsent(self) -> dict[str, Any]:
        """The result if check mode does not send the call."""
        return unsent(self.method, self.url)

    def held_back(self) -> dict[str, Any] | None:
        """The result if creates or removes says that the call is not made, None otherwise. Looks at the disk."""
        reason = reason_to_skip(self.files)
        return None if reason is None else skipped(self.method, self.url, reason)


def prepare(params: Mapping[str, Any]) -> ApiCall:
    """The call that these parameters describe. Does not use the network.

    :param params: those of API_SPEC, and the connection's retries, allow_http and allowed_hosts.
    :raises OptionError: a parameter must not or cannot be sent.
    :raises HostNotAllowed: allowed_hosts does not include the URL's host.
    :raises InsecureUrl: the URL is plain http to another machine, without allow_http.
    """
    url = _url(params["url"], params.get("query"), allow_http=bool(params.get("allow_http")))
    allowed = params.get("allowed_hosts") or ()
    if allowed and not host_allowed(url, allowed):
        raise HostNotAllowed(
            f"url leads to {host_and_port(url)}, which allowed_hosts does not name, so this client's token is not "
            "sent there: add the host to allowed_hosts if you trust it."
        )
    method = _method(params["method"])
    headers, body, parts = _content(params)
    paging = read_paging(params, method)
    return ApiCall(
        method=method,
        url=url,
        headers=headers,
        body=body,
        parts=parts,
        files=files_of(params),
        status_code=_statuses(params.get("status_code") or ()),
        return_content=bool(params.get("return_content")),
        json_limit=_json_limit(params.get("json_limit")),
        follow_redirects=params["follow_redirects"],
        retries=int(params.get("retries") or 0),
        allow_http=bool(params.get("allow_http")),
        key=idempotency.key_of(params.get("idempotency_key"), method, headers, paged=paging is not None),
        deadline=_deadline(params.get("deadline")),
        paging=paging,
        max_items=read_max_items(params.get("max_items"), paging),
        resume=params.get(RESUME),
    )


def perform(
    call: ApiCall,
    token: str,
    transport: Transport,
    *,
    check_mode: bool = False,
    progress: Progress = SILENT,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """Sends the call, follows its redirects, and returns the task's result.

    It is failed if the status is unexpected, or if the response cannot be written to dest.

    With paging, it reads all pages, and json of the result is the whole list.

    :param check_mode: nothing is written to dest.
    :param progress: is told how many pages are read.
    :param budget: that of the work that the call is a part of, instead of its own.
    :raises InvalidOption: the token or a file is unusable.
    :raises NetworkError: there is no response.
    :raises RedirectRefused: a redirect must not be followed.
    """
    held_back = call.held_back()
    if held_back is not None:
        return held_back
    _check_token(token)
    budget = budget or Budget(call.deadline)
    target = target_of(call.files, call.url)
    headers, body = _sent(call)
    ask = _asking(call, headers, BearerCredentials(token), transport, budget)
    if call.paging is not None:
        from .paging import walk  # a node compiles what it loads

        asked = walk.Asked(call.method, call.url, body, call.paging, call.max_items, call.json_limit, call.resume)
        return walk.listed(asked, ask, budget, progress)
    response, result_of = ask(call.url, body)
    result = result_of()
    return result if target is None else _written(call, result, target, response.body, check_mode=check_mode)


def _written(call: ApiCall, result: dict[str, Any], target: str, body: bytes, *, check_mode: bool) -> dict[str, Any]:
    """The result with the response written to dest. If that fails, the result still says what the call did."""
    try:
        return written(result, target, body, call.files.mode, check_mode=check_mode)
    except FileNotWritten as error:
        return {**result, **error.result(), "path": target}


def _asking(
    call: ApiCall, headers: Mapping[str, str], credentials: BearerCredentials, transport: Transport, budget: Budget
) -> Ask:
    """A function that sends the call's request, or that for another page. All of them share their cookies."""
    cookies = Cookies()

    def ask(url: str, body: bytes | None) -> Answered:
        request = HttpRequest(call.method, url, headers, body, credentials, waits=WAITS_OF_BODIES)
        request, response = _answered(call, request, transport, cookies, budget)
        return response, lambda: _result(call, request, response, cookies, budget)

    return ask


def _result(
    call: ApiCall, request: HttpRequest, response: HttpResponse, cookies: Cookies, budget: Budget
) -> dict[str, Any]:
    result = answer(
        request,
        response,
        method=request.method if call.paging is not None else call.method,  # a listing reads, whatever its method
        expected=call.status_code,
        return_content=call.return_content,
        json_limit=call.json_limit,
        budget=budget,
    )
    return {**result, **flat_results(response, call.url, cookies.of(call.url)), **idempotency.shown(call.key)}


def _answered(
    call: ApiCall, request: HttpRequest, transport: Transport, cookies: Cookies, budget: Budget
) -> tuple[HttpRequest, HttpResponse]:
    """The last request, and its response.

    :param cookies: those that are sent, and to which the responses add theirs.
    """
    try:
        for _hop in range(MAX_HOPS + 1):
            safe = request.method in IDEMPOTENT_METHODS or call.paging is not None
            repeatable = safe or idempotency.is_keyed(request.headers)
            response = transport.send(cookies.added(request), Retries(call.retries, repeatable, budget))
            cookies.take(response)
            following = next_request(request, response, follow=call.follow_redirects, allow_http=call.allow_http)
            if following is None:
                return request, response
            request = following
        raise too_many_hops(request)
    except AuthkitError as error:
        budget.explain(error)
        wrote = {"changed": True} if call.paging is None and is_after_write(call.method, request) else {}
        error.costs = {**error.costs, **idempotency.shown(call.key), **wrote}
        raise


def call_on_node(
    params: Mapping[str, Any],
    *,
    check_mode: bool = False,
    transport_for: Callable[[TransportSettings], Transport] = urls_transport,
) -> dict[str, Any]:
    """The module's whole work if the task does not run on the controller. Never raises."""
    return result_on_node(params, lambda: _called_on_node(params, check_mode, transport_for), failure)


def _called_on_node(
    params: Mapping[str, Any], check_mode: bool, transport_for: Callable[[TransportSettings], Transport]
) -> dict[str, Any]:
    url = None
    try:
        token, call = token_of(params, MODULE), prepare(params)
        url = call.url
        if check_mode and not call.sent_in_check_mode:
            return call.unsent()
        with closing(transport_for(transport_settings(params))) as transport:
            return perform(call, token, proven(transport, call, params), check_mode=check_mode)
    except AuthkitError as error:
        return failure(error, url)


def _content(params: Mapping[str, Any]) -> tuple[dict[str, str], bytes | None, dict[str, dict[str, str]] | None]:
    """Headers and body; of a body with files, only its parts."""
    headers, body_format = encode_headers(params.get("headers") or {}), params.get("body_format")
    body, content_type, parts = None, None, None
    if params.get("force"):
        headers = {"Cache-Control": "no-cache", **_without(headers, "cache-control")}
    if body_format == MULTIPART:
        if params.get("src"):
            raise InvalidOption("src and body_format: form-multipart are both set: name the file in a field of body.")
        # Only Ansible knows the boundary, so no header of the task's own can be right.
        headers, parts = _without(headers, "content-type"), parts_of(params.get("body"))
    elif params.get("src"):
        content_type = CONTENT_TYPES[body_format or RAW]
    elif params.get("body_base64"):
        body, content_type = decode_base64(params["body_base64"]), CONTENT_TYPES[body_format or RAW]
    else:
        body, content_type = encode_body(params.get("body"), body_format)
    if content_type is not None and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = content_type
    return headers, body, parts


def parameters_for_node(params: Mapping[str, Any], call: ApiCall) -> dict[str, Any]:
    """The parameters for the module on a node. They are sent as text, so a body with bytes goes as Base64.

    :raises InvalidOption: a form-multipart body has bytes, which only the node can encode.
    """
    if call.key is not None:  # auto makes it once, for all shipments
        params = {**params, "idempotency_key": call.key}
    if not has_bytes(params.get("body")):
        return dict(params)
    if call.body is None:
        raise InvalidOption("body has bytes that are no text: copy the file to the host, and name it in filename.")
    others = {name: value for name, value in params.items() if name not in ("body", "body_format")}
    return {**others, "headers": dict(call.headers), "body_base64": base64.b64encode(call.body).decode()}


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key.lower() != name}


def _sent(call: ApiCall) -> tuple[Mapping[str, str], bytes | None]:
    """Headers and body, with the files that the call names."""
    headers = idempotency.with_key(call.headers, call.key)
    if call.parts is not None:
        body, content_type = encode_parts(call.parts)
        return {**headers, "Content-Type": content_type}, body
    return headers, content_of(call.files.src, "src") if call.files.src else call.body


def _url(url: str, query: object, *, allow_http: bool) -> str:
    check_url(url, allow_http=allow_http, what="url")
    added = "" if query is None else encode_query(query)
    if not added:
        return settled(url)
    parts = urlsplit(url)
    return settled(urlunsplit(parts._replace(query="&".join(part for part in (parts.query, added) if part))))


def _method(method: str) -> str:
    upper = method.upper()
    if not is_token(upper):
        raise InvalidOption(f"method must be one word such as GET or POST, not {quoted(method)}.")
    return upper


def _statuses(statuses: Collection[int]) -> frozenset[int]:
    wrong = [status for status in statuses if not 100 <= status <= 599]
    if wrong:
        raise InvalidOption(f"status_code must hold HTTP statuses from 100 to 599, not {wrong[0]}.")
    return frozenset(statuses)


def _json_limit(limit: int | None) -> int:
    most = LONGEST_ANSWER // MIB
    if limit is not None and not 1 <= limit <= most:
        raise InvalidOption(f"json_limit must be a number of MiB from 1 to {most}, not {limit}.")
    return JSON_LIMIT if limit is None else limit


def _deadline(seconds: float | None) -> float | None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise InvalidOption(f"deadline must be a number of seconds above 0, not {seconds}.")
    return seconds


def _check_token(token: str) -> None:
    if not is_visible_ascii(token):
        raise InvalidOption(
            "access_token holds spaces, line breaks or other characters that no header can carry: give the token "
            "alone, without 'Bearer'."
        )
