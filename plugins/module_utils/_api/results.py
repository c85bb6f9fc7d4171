# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's result: for a response, for an error, for a call that check mode does not send.

The keys are the same wherever the call was made. The server's own words appear only in json, content and headers; a
message consists of our own words, the method, the URL without its query, and the status.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

from .._errors import ApiError, AuthkitError, TokenRejected, UnexpectedStatus
from .._http.budget import NO_STATUS, Budget
from .._http.json_size import GROWTH
from .._http.model import HttpRequest, HttpResponse
from .._http.redirects import READING_METHODS
from .._unforeseen import unforeseen
from .._urls import origin, safe_url
from .._words import quoted
from .bodies import TooManyValues, decode_json, decode_text, is_json
from .files import would_change, write
from .flat import FLAT_KEYS

#: MiB: a longer response is not read as JSON, unless the task sets another limit.
JSON_LIMIT = 32
MIB = 1024 * 1024
_NOT_MODIFIED = 304
#: All keys of a result; anything else that a node's module returns is not ours.
RESULT_KEYS = frozenset(
    {
        "changed",
        "failed",
        "msg",
        "error",
        "status",
        "url",
        "headers",
        "json",
        "content",
        "elapsed",
        "attempts",
        "waits",
        "idempotency_key",
        "pages",
        "truncated",
        "paginate_from",
        "warnings",
        *FLAT_KEYS,
    }
)
_HINTS = {
    400: "the server cannot parse the request, check query, body and body_format",
    402: "the API requires payment",
    403: "the token is valid but lacks permission, give the client the role or scope that the API requires "
    "(authkit.oauth.token_info shows what the token has)",
    404: "check the path of url, and whether this client may see what it names: some APIs hide it behind a 404",
    405: "this URL does not accept {method}, check method and url",
    406: "the API has no response in a format that the header Accept allows",
    407: "the proxy requires a user and password, check the option proxy",
    408: "the server gave up waiting for the request, try again or raise retries",
    409: "the resource exists already or was changed in the meantime, read it first",
    410: "the resource at url is gone for good",
    411: "the server requires a body, set body",
    412: "a precondition in the headers is not met, read the resource again",
    413: "the body is larger than the server accepts",
    414: "the URL is longer than the server accepts, send less in query",
    415: "the server does not accept a body of the type {content_type}, set body_format or the header Content-Type",
    422: "the server rejects a value in the body, check body",
    429: "too many requests, raise retries or send fewer requests",
    501: "the server does not support the method {method}",
    502: "the server behind the gateway does not answer, try again later or raise retries",
    503: "the server is overloaded or under maintenance, try again later or raise retries",
    504: "the server behind the gateway did not answer in time, try again later or raise retries",
}


class UnauthorizedAfterRedirect(ApiError):
    """The API redirected a write to a page, and answered 401 there. Check what the write did before you repeat it."""


class Asked(Protocol):
    """A call whose result is looked at."""

    @property
    def url(self) -> str:
        """The address of the request."""


def answer(
    request: HttpRequest,
    response: HttpResponse,
    *,
    method: str,
    expected: Collection[int],
    return_content: bool,
    json_limit: int = JSON_LIMIT,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """The result for a response: failed, with a message, if its status is not among the expected ones.

    :param request: the one that was answered, after redirects the last.
    :param method: that of the first request, which decides whether the call is a change: a 303 after a POST is a GET.
    :param expected: empty for any 2xx.
    :param json_limit: MiB; a longer body is not read as JSON.
    :param budget: what the whole call has cost, if it is more than this request.
    """
    good = response.status in expected if expected else 200 <= response.status <= 299
    after_write = is_after_write(method, request)
    writes = method not in READING_METHODS and good and not 400 <= response.status <= 499
    result: dict[str, Any] = {
        "changed": writes or after_write,
        "msg": f"{request.method} {safe_url(request.url)} was answered with {_named(response.status)}.",
        "status": response.status,
        "url": response.url,
        "headers": dict(response.headers),
        "elapsed": round(response.elapsed, 3),
        "attempts": response.attempts,
        **({} if budget is None else budget.costs()),
        **_read(response, return_content, json_limit),
    }
    if not good and response.status == 401:
        result.pop("warnings", None)  # the call may be made again, and its last response counts
    if not good:
        error = _unexpected(request, response, expected, result, method if after_write else "")
        if budget is not None:
            budget.explain(error)
        result.update(error.result())
    return result


def is_after_write(method: str, request: HttpRequest) -> bool:
    """Whether this request reads because a write was redirected (303, for example), which comes after the write.

    :param method: that of the first request.
    """
    return method not in READING_METHODS and request.method != method


def failure(error: AuthkitError, url: str | None = None) -> dict[str, Any]:
    """The result for an error that came instead of a response."""
    result: dict[str, Any] = {"changed": False, **error.result(), "status": NO_STATUS}
    return {**result, "url": url} if url is not None else result


def bug(error: BaseException) -> dict[str, Any]:
    """The result for an unexpected exception."""
    return failure(unforeseen(error))


def unsent(method: str, url: str) -> dict[str, Any]:
    """The result for a call that check mode does not send.

    Its status is there, and null, so that a condition on it is false and not an error.
    """
    return {
        "changed": method not in READING_METHODS,
        "status": None,
        "msg": f"{method} {safe_url(url)} is not sent in check mode.",
        "url": url,
    }


def skipped(method: str, url: str, reason: str) -> dict[str, Any]:
    """The result for a call that creates or removes holds back."""
    return {**unsent(method, url), "changed": False, "msg": f"{method} {safe_url(url)} is not sent: {reason}."}


def written(result: Mapping[str, Any], path: str, body: bytes, mode: int | None, *, check_mode: bool) -> dict[str, Any]:
    """The result of a call whose response goes to a file: only a good response does, unless the file has it already.

    :raises FileNotWritten: it cannot be written.
    """
    if result.get("failed") or result["status"] == _NOT_MODIFIED:
        return {**result, "path": path}
    change = would_change(path, body, mode)
    if change and not check_mode:
        write(path, body, mode)
    return {**result, "path": path, "changed": result["changed"] or change}


def with_sources(sentence: str, sources: str) -> str:
    """The sentence, extended by where the connection options came from."""
    error = AuthkitError(sentence)
    error.name_sources(sources)
    return error.message


def rejected(method: str, url: str) -> TokenRejected:
    """The error for a 401 to a token that was just issued."""
    return TokenRejected(
        f"{method} {safe_url(url)} was answered with 401, although the access token is new: the API does not accept "
        "this client's tokens, check that it trusts their issuer, that it is in their audience (options audience and "
        "scope), that the client has the roles it requires, and that url is right."
    )


def outlived(method: str, url: str) -> TokenRejected:
    """The error for a 401 to several tokens in turn, each of which expired before it arrived."""
    return TokenRejected(
        f"{method} {safe_url(url)} was answered with 401, because this client's access tokens expire before the task "
        "starts on its host: have the server issue tokens that live longer, use fewer forks, or delegate the task "
        "to localhost."
    )


def rejected_given(method: str, url: str) -> TokenRejected:
    """The error for a 401 to the token that the task itself set."""
    return TokenRejected(
        f"{method} {safe_url(url)} was answered with 401: the API does not accept the token given as access_token, "
        "which is never renewed; give a fresh one, or set client_id and client_secret instead."
    )


def rejects_token(call: Asked, result: Mapping[str, Any]) -> bool:
    """Whether the call failed with a 401 from the server that the token was sent to, not from a redirect's target.

    Then it can be made again, because the server did not process it.
    """
    refused = bool(result.get("failed")) and result.get("status") == 401 and same_origin(call, result)
    return refused and result.get("error") != UnauthorizedAfterRedirect.short_name()


def same_origin(call: Asked, result: Mapping[str, Any]) -> bool:
    """Whether the server that the token was sent to gave this result, not a redirect's target."""
    try:
        return origin(str(result.get("url"))) == origin(call.url)
    except AuthkitError:
        return False


def _read(response: HttpResponse, return_content: bool, json_limit: int) -> dict[str, Any]:
    """json, if the response is JSON, and content, if it was requested."""
    content_type = response.headers.get("content-type", "")
    maybe_json = is_json(content_type)
    found: dict[str, Any] = {}
    if maybe_json and len(response.body) > json_limit * MIB:
        found["warnings"] = [_unread(response, f"is longer than {json_limit} MiB")]
        maybe_json = False
    if not (maybe_json or return_content):
        return found
    text = decode_text(response.body, content_type)
    if return_content:
        found["content"] = text
    if maybe_json and text and not text.isspace():  # strip() would copy it
        try:
            found["json"] = decode_json(text, json_limit * MIB)
        except TooManyValues:
            most = f"{json_limit * GROWTH} MiB of memory"
            found["warnings"] = [_unread(response, f"has so many values that they take more than {most}")]
        except ValueError:
            found["warnings"] = [
                f"The response from {safe_url(response.url)} claims to be JSON and cannot be read as JSON: the result "
                "has no json, set return_content to see the text."
            ]
    return found


def _unread(response: HttpResponse, reason: str) -> str:
    return (
        f"The response from {safe_url(response.url)} {reason} and was not read as JSON: the result has no json, raise "
        "json_limit, request less at once, or set return_content to get its text."
    )


def _unexpected(
    request: HttpRequest, response: HttpResponse, expected: Collection[int], found: Mapping[str, Any], written: str
) -> AuthkitError:
    """The error for a status that is not expected.

    :param found: what was read of the response.
    :param written: the method of the write that was redirected to this request; empty without one.
    """
    status = response.status
    words = f"{request.method} {safe_url(request.url)} was answered with {_named(status)}"
    if expected:
        words += f" instead of {_either(expected)}"
    said = "json" in found or bool(found.get("content"))
    hint, where = _hint(request, response), _where_to_look(status, said)
    if written and status == 401:
        return UnauthorizedAfterRedirect(
            f"{words}: {hint}; the {written} that was redirected here may be done and is not sent again, check what it "
            f"did{where}."
        )
    return UnexpectedStatus(f"{words}: {hint}{where}.")


def _hint(request: HttpRequest, response: HttpResponse) -> str:
    status = response.status
    if status == 401:
        return _hint_401(request)
    if status in (301, 302, 303, 307, 308):
        return _hint_redirect(request, response)
    hint = _HINTS.get(status)
    if hint is not None:
        return hint.format(method=request.method, content_type=_sent_type(request))
    if 200 <= status <= 299:
        return "if that is right, add it to status_code"
    if status >= 500:
        return "the server failed, its log says why"
    return "the server does not accept the request"


def _hint_401(request: HttpRequest) -> str:
    if request.credentials is None:
        return (
            "the call was redirected to another origin, where the access token is not sent, set url to that address "
            "if you trust it"
        )
    return "the API does not accept the access token, which may be expired, revoked, or meant for another audience"


def _hint_redirect(request: HttpRequest, response: HttpResponse) -> str:
    if not response.headers.get("location"):
        return "it does not say where it redirects to"
    if request.method in READING_METHODS:
        return "redirects are not followed here, set follow_redirects or write the address in headers.location as url"
    return (
        f"a {request.method} is not sent again to another address unless follow_redirects is all, write the address in "
        "headers.location as url"
    )


def _where_to_look(status: int, said: bool) -> str:
    """Where to find the server's own words; after a 2xx nobody needs them."""
    if 200 <= status <= 299:
        return ""
    return "; the server's own words are in the result" if said else "; return_content shows the server's own words"


def _sent_type(request: HttpRequest) -> str:
    headers: Mapping[str, str] = {name.lower(): value for name, value in request.headers.items()}
    return quoted(headers.get("content-type", "none"))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _either(expected: Iterable[int]) -> str:
    return " or ".join(str(status) for status in sorted(expected))
