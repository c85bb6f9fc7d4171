# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Encodes the body, query and headers of a call, and decodes text and JSON of its response.

Formats and defaults are those of ansible.builtin.uri, so that tasks move over unchanged.
"""

from __future__ import annotations

import base64
import codecs
import datetime
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email.message import Message
from urllib.parse import quote, urlencode

from ansible.module_utils.common.validation import check_type_dict

from .._errors import InvalidOption
from .._http.headers import check_header
from .._http.json_size import DEEPEST, depth, too_many_values
from .._words import quoted

RAW, JSON, FORM, MULTIPART = "raw", "json", "form-urlencoded", "form-multipart"
BODY_FORMATS = (RAW, JSON, FORM, MULTIPART)
#: The Content-Type unless the task sets one. A raw body gets that of ansible.builtin.uri and curl.
CONTENT_TYPES = {
    RAW: "application/x-www-form-urlencoded",
    JSON: "application/json",
    FORM: "application/x-www-form-urlencoded",
}
#: Media subtypes and suffixes (RFC 6839 section 3.1) that are read as JSON.
_JSON_SUBTYPES = frozenset({"json", "javascript"})
_TOO_DEEP = object()
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_IN_A_QUERY = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff#]")
_BEFORE_JSON, _AFTER_JSON = re.compile("\ufeff*[ \t\n\r]*"), re.compile("[ \t\n\r]*")
_RESERVED_HEADERS = {
    "authorization": "the access token is sent there; use access_token for a token of your own",
    "content-length": "it is computed from the body",
    "transfer-encoding": "it is computed from the body",
}
#: Encodings of domain names, which take quadratic time to decode.
_SLOW_CHARSETS = frozenset({"punycode", "idna"})


class TooManyValues(Exception):
    """A JSON text whose values would take too much memory."""


def encode_body(body: object, body_format: str | None) -> tuple[bytes | None, str | None]:
    """A task's body as bytes and its media type; (None, None) without a body.

    :param body: a string is sent unchanged in every format.
    :param body_format: raw, json or form-urlencoded; None means json for a mapping or list, raw for anything else.
    :raises InvalidOption: the format cannot express the body.
    """
    if body is None:
        return None, None
    kind = body_format or (JSON if isinstance(body, (Mapping, list, tuple)) else RAW)
    if isinstance(body, bytes):
        return body, CONTENT_TYPES[kind]
    if isinstance(body, str):
        text = body
    elif kind == JSON:
        text = _json_text(body)
    elif kind == FORM:
        text = urlencode(_form_pairs(body, "body"))
    else:
        text = as_text(body, "body, which is sent raw,")
    return _bytes(text), CONTENT_TYPES[kind]


def encode_query(query: object) -> str:
    """A URL's query: a mapping is encoded (a list repeats its key, null omits it), a text is sent as it is.

    :raises InvalidOption: the query is neither, or has values that are nested, or characters that no query has.
    """
    if isinstance(query, str):
        if not query.lstrip().startswith("{"):
            return _query_text(query)
        with suppress(TypeError):  # refused below
            query = check_type_dict(query.strip())  # a mapping as JSON
    if not isinstance(query, Mapping):
        raise InvalidOption("query must be a mapping such as {a: 1}, or a query string such as 'a=1&b=2'.")
    return urlencode(_form_pairs(query, "query"), quote_via=quote)


def _query_text(text: str) -> str:
    if _NOT_IN_A_QUERY.search(text):
        raise InvalidOption(
            "query has a control character or '#', which no query string can hold: give a mapping, which is encoded."
        )
    return text[1:] if text.startswith("?") else text


def encode_headers(headers: Mapping[object, object]) -> dict[str, str]:
    """A task's headers as HTTP carries them (RFC 9110 section 5); null omits one.

    :raises InvalidOption: a name or value is not valid, or a task must not set the header.
    """
    encoded: dict[str, str] = {}
    seen: set[str] = set()
    for key, value in headers.items():
        name = str(key)
        check_header(name, "")
        if name.lower() in _RESERVED_HEADERS:
            raise InvalidOption(f"headers must not set {name}: {_RESERVED_HEADERS[name.lower()]}.")
        if name.lower() in seen:
            raise InvalidOption(f"headers sets {name} twice, in different spellings: keep one.")
        seen.add(name.lower())
        if value is not None:
            encoded[name] = _header_value(name, value)
    return encoded


def is_json(content_type: str) -> bool:
    """Whether a Content-Type means JSON, such as application/json or application/problem+json."""
    subtype = _media_type(content_type).get_content_subtype()
    return subtype.rpartition("+")[2] in _JSON_SUBTYPES


def decode_text(body: bytes, content_type: str) -> str:
    """A response as text, decoded with the charset of its Content-Type, else UTF-8.

    Invalid bytes become U+FFFD: ansible-core rejects a result with undecoded bytes in it.
    """
    charset = str(_media_type(content_type).get_param("charset") or "utf-8")
    try:
        if codecs.lookup(charset).name in _SLOW_CHARSETS:
            raise LookupError
        text = body.decode(charset, "replace")
    except (LookupError, ValueError):  # a charset that does not exist, or that Python does not know
        text = body.decode("utf-8", "replace")
    return _without_surrogates(text)


def decode_json(text: str, limit: int) -> object:
    """The value of a JSON text (RFC 8259).

    :param limit: bytes, see too_many_values.
    :raises TooManyValues: the values would take more than the limit.
    :raises ValueError: the JSON is invalid, or nested more deeply than any result can hold.
    """
    if too_many_values(text, limit):
        raise TooManyValues
    try:
        value = _parsed(text)
    except RecursionError:
        value = _TOO_DEEP
    if value is _TOO_DEEP or depth(value) > DEEPEST:
        raise ValueError("nested too deeply")
    # Only an escape can produce a lone surrogate here: the text itself has none.
    return _cleaned(value) if "\\ud" in text or "\\uD" in text else value


def _parsed(text: str) -> object:
    """The same as json.loads, but without copying a text that starts with a byte order mark."""
    begin = _BEFORE_JSON.match(text)
    value, end = json.JSONDecoder().raw_decode(text, begin.end() if begin else 0)
    if not _AFTER_JSON.fullmatch(text, end):
        raise json.JSONDecodeError("Expecting the end", text, end)
    return value


def _cleaned(value: object) -> object:
    """The value without lone surrogates: since ansible-core 2.19, a module's result must not contain any."""
    if isinstance(value, str):
        return _without_surrogates(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def _without_surrogates(text: str) -> str:
    if not _SURROGATES.search(text):
        return text
    # A substitution would keep every piece in between as a separate string.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _media_type(content_type: str) -> Message:
    message = Message()
    # Repeated headers have been joined by commas: the first one counts.
    message["Content-Type"] = content_type.partition(",")[0] or "application/octet-stream"
    return message


def _json_text(body: object) -> str:
    try:
        return json.dumps(body, default=_json_default, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        pass
    raise InvalidOption(
        "body holds a value that JSON cannot express: use text, numbers, booleans, null, lists and maps."
    )


def _json_default(value: object) -> object:
    if isinstance(value, (datetime.date, datetime.datetime)):  # YAML has dates, JSON does not
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _form_pairs(fields: object, what: str) -> list[tuple[str, bytes]]:
    """Key-value pairs of a mapping, or of a list of pairs, which ansible.builtin.uri also accepts."""
    return [
        (as_text(key, f"A key of {what}"), _bytes(as_text(value, f"{quoted(str(key))} in {what}")))
        for key, values in _pairs(fields, what)
        for value in (values if isinstance(values, (list, tuple)) else [values])
        if value is not None
    ]


def _pairs(fields: object, what: str) -> Iterable[tuple[object, object]]:
    if isinstance(fields, Mapping):
        return fields.items()
    if isinstance(fields, (list, tuple)) and all(isinstance(p, (list, tuple)) and len(p) == 2 for p in fields):
        return [(pair[0], pair[1]) for pair in fields]
    raise InvalidOption(f"{what} must be a mapping (or a list of pairs) to be form-urlencoded.")


def has_bytes(value: object) -> bool:
    """Whether a body has bytes that are no text: Ansible's lookups read them as lone surrogates."""
    if isinstance(value, str):
        return _SURROGATES.search(value) is not None
    if isinstance(value, Mapping):
        return any(has_bytes(part) for pair in value.items() for part in pair)
    return isinstance(value, bytes) or (isinstance(value, (list, tuple)) and any(map(has_bytes, value)))


def decode_base64(text: str) -> bytes:
    """The bytes of body_base64. Raises InvalidOption."""
    with suppress(ValueError):
        return base64.b64decode(text, validate=True)
    raise InvalidOption(
        "body_base64 is not Base64 (RFC 4648 section 4): remove line breaks, or set body or src instead."
    )


def _bytes(text: str) -> bytes:
    """The text in UTF-8; bytes that a file lookup could not decode are restored."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _without_surrogates(text).encode()


def as_text(value: object, what: str) -> str:
    """A plain value as text: booleans as true and false, the same on every ansible-core."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidOption(f"{what} must be text, a number or a boolean, not a {type(value).__name__}.")


def _header_value(name: str, value: object) -> str:
    text = as_text(value, f"The header {name}").strip(" \t")
    check_header(name, text)
    return text
