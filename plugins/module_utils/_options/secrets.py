# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret in the values of connection options, valid or not. Validates nothing and never raises."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote

from .._maskable import SHORTEST
from .table import ALL, FIELDS, PASSWORD, TABLE

#: The options whose value is a secret, or contains one. access_token is a task's option, not a connection option.
SECRET_OPTIONS = (*(name for name, option in TABLE.items() if option.secret), "access_token")
#: The last word of a name decides: requested_token_type is not secret. The documentation lists these words.
_SECRET_NAME = (
    r"(?i:(?:^|.*[^a-z])|(?-i:.*[a-z](?=[A-Z])))"
    r"(?i:secret|password|passwd|passphrase|passcode|token|assertion|credentials?|jwt|otp|pin|key|apikey)"
    r"|(?i:(?:.*[^a-z])?(?:auth|authorization|access|device|security|verification)[^a-z]?code|code)"
)
#: Not urlsplit(), which rejects invalid URLs: their passwords must be masked, too.
_USER_INFO = r"(?:[^/?#@]*//)?(?P<user>[^/?#:@]*):(?P<password>[^/?#]*)@"


def secret_values(option: str, value: object) -> list[str]:
    """The secrets in the value of a connection option, each as text."""
    if value is None or value == "" or isinstance(value, bool):
        return []
    if _part(option) == FIELDS:
        return list(_of_fields(value))
    if not isinstance(value, (str, int, float)):
        return []
    if option == "private_key":
        return list(_of_pem(str(value)))
    return list(_of_proxy(str(value))) if _part(option) == PASSWORD else [str(value)]


def named_secrets(options: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The secrets of a client, under the names of their options."""
    for name in SECRET_OPTIONS:
        value = options.get(name)
        if name == "client_secret" and value:
            yield name, [value, *basic_credentials(options["client_id"], value)]
        elif _part(name) == FIELDS:
            for field, text in value or ():
                yield name, secret_values(name, {field: text})
        else:
            yield name, secret_values(name, value)


def short_secrets(options: Mapping[str, Any], origins: Mapping[str, str], shortest: int) -> tuple[str, ...]:
    """The options with a secret of fewer characters, each with the place that it comes from."""
    found = dict.fromkeys(name for name, values in named_secrets(options) if values and len(values[0]) < shortest)
    return tuple(f"{name} from {origins.get(name, 'the call')}" for name in found)


def _part(option: str) -> str:
    """Which part of an option's value is secret: ALL, PASSWORD, FIELDS, or "" for none."""
    return TABLE[option].secret if option in TABLE else ALL


def is_secret_name(name: str) -> bool:
    """Whether a form field of that name holds a secret."""
    return bool(re.fullmatch(_SECRET_NAME, name))


def basic_credentials(user: str, password: str) -> list[str]:
    """The base64 of an HTTP Basic header (RFC 7617), plain and form-encoded (RFC 6749 section 2.3.1)."""
    pairs = dict.fromkeys((f"{user}:{password}", f"{quote_plus(user)}:{quote_plus(password)}"))
    return [b64encode(pair.encode("utf-8", "surrogateescape")).decode().rstrip("=") for pair in pairs]


def without_secret_values(option: str, value: object, mask: str) -> object:
    """The value of an option with its secrets replaced by the mask."""
    if not secret_values(option, value):
        return value
    if _part(option) == FIELDS and isinstance(value, Mapping):
        return {name: mask if is_secret_name(str(name)) else item for name, item in value.items()}
    if _part(option) == PASSWORD:
        found = re.search(_USER_INFO, str(value))
        return str(value).replace(f":{found['password']}@", f":{mask}@", 1) if found else value
    return mask


def _of_pem(text: str) -> Iterator[str]:
    """A key as a whole, and each of its lines: a text may quote one of them, or join them in another way."""
    yield text
    lines = [line.strip() for line in text.replace("\\n", "\n").splitlines()]
    yield from (line for line in lines if len(line) >= SHORTEST and line != text and "-----" not in line)


def _of_proxy(url: str) -> Iterator[str]:
    found = re.match(_USER_INFO, url)
    if found and found["password"]:
        user, password = unquote(found["user"]), unquote(found["password"])
        yield from dict.fromkeys((found["password"], password))
        yield from basic_credentials(user, password)


def _of_fields(fields: object) -> Iterator[str]:
    if isinstance(fields, str):
        try:
            fields = json.loads(fields)
        except ValueError:  # rejected elsewhere
            return
    for name, given in fields.items() if isinstance(fields, Mapping) else ():
        if is_secret_name(str(name)):
            for each in given if isinstance(given, (list, tuple)) else [given]:
                if isinstance(each, (str, int, float)) and not isinstance(each, bool) and each != "":
                    yield str(each)
