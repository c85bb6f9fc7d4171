# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identifies a token in the store by every input of the token request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...module_utils._options.table import ALL, TABLE, WHERE_GROUP
from ...module_utils._record import Record

if TYPE_CHECKING:
    from ...module_utils._options.client import ClientOptions


class StoreKey(Record):
    """The identity of a token in the store.

    :param parts: every public input of the token request, framed so that no two requests share them.
    :param secret: the client's secret or private key; ``b""`` for a client without one.
    """

    __slots__ = ("parts", "secret")

    def __init__(self, parts: tuple[str, ...], secret: bytes = b"") -> None:
        self.parts, self.secret = parts, secret


def store_key(options: ClientOptions) -> StoreKey:
    """The key of the token that these options would fetch. The table of options says which shape the request.

    The endpoint counts as it was set, so a hit needs no discovery.
    """
    endpoint = options.token_endpoint
    parts = ["token_endpoint", endpoint] if endpoint is not None else ["issuer", options.issuer or ""]
    secret = b""
    for name, option in TABLE.items():
        value = getattr(options, name)
        if not option.shapes or option.group == WHERE_GROUP:
            continue
        if option.secret == ALL:
            # No option contains a NUL, so different options cannot give the same bytes.
            secret += encoded(f"\0{name}\0{value}" if value and name != "client_secret" else value or "")
        else:
            if name == "private_key_path" and value:
                secret += encoded(f"\0{name}\0") + _content(value)
            texts = _texts(sorted(value) if name == "scope" else value)
            parts += [name, str(len(texts)), *texts]  # with the count, a value cannot move to the next option
    return StoreKey(tuple(parts), secret)


def _content(path: str) -> bytes:
    """What a file holds: another key is another secret. Nothing if it cannot be read; the token request says why."""
    from ...module_utils._regular_file import content

    try:
        return content(path)
    except (OSError, ValueError):
        return b""


def encoded(text: str) -> bytes:
    """UTF-8, also of the lone surrogates in an environment variable that is not UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def _texts(value: object) -> list[str]:
    """A value as texts; none if it is not set."""
    if not isinstance(value, (list, tuple)):
        return [] if value is None else [str(value)]
    if not value or isinstance(value[0], str):
        return list(value)
    # Pairs are sorted by name only: the order of names is irrelevant, that of a repeated name's values is not.
    return [text for pair in sorted(value, key=lambda pair: str(pair[0])) for text in pair]
