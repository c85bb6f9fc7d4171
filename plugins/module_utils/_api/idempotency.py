# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header Idempotency-Key, by which a server recognizes a write that it has done already.

The IETF draft (draft-ietf-httpapi-idempotency-key-header) makes its value a quoted string, and the APIs in use expect
the bare key. So the key is sent as the task writes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from .._errors import ContradictoryOptions, InvalidOption
from .._http.headers import check_header
from .._http.redirects import READING_METHODS

HEADER = "Idempotency-Key"
#: A key is made for the call. Ansible makes text of a boolean.
AUTO, _NONE = frozenset({"auto", "true"}), frozenset({"", "false"})


def key_of(given: object, method: str, headers: Mapping[str, str], *, paged: bool = False) -> str | None:
    """The key of a call; None without one.

    :param given: the option's value.
    :param paged: whether it is a search by POST, whose pages are different requests. AUTO may be meant for other calls.
    :raises OptionError: the call cannot have this key.
    """
    text = "" if given is None else str(given)
    if text.lower() in _NONE:
        return None
    if method in READING_METHODS:
        raise InvalidOption(f"idempotency_key is for calls that write, not for {method}: remove it.")
    if paged and text.lower() in AUTO:
        return None
    if paged:
        raise InvalidOption(
            "idempotency_key and paginate are both set, and a server would take all pages for the same request: remove "
            "idempotency_key."
        )
    if HEADER.lower() in {name.lower() for name in headers}:
        raise ContradictoryOptions(f"idempotency_key and {HEADER} in headers are both set: keep one of them.")
    if text.lower() in AUTO:
        return str(uuid.uuid4())
    if text != text.strip():
        raise InvalidOption("idempotency_key begins or ends with a space, which no header can carry: remove it.")
    check_header(HEADER, text)
    return text


def with_key(headers: Mapping[str, str], key: str | None) -> Mapping[str, str]:
    """The headers of a call with its key."""
    return headers if key is None else {**headers, HEADER: key}


def shown(key: str | None) -> dict[str, str]:
    """What a task's result says of the key."""
    return {} if key is None else {"idempotency_key": key}


def is_keyed(headers: Mapping[str, str]) -> bool:
    """Whether a request has a key."""
    return HEADER in headers
