# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An answer's body, decoded (RFC 9110 section 8.4) piece by piece, so that no answer takes more memory than its limit.

Both transports read what came over the wire and decode it here: libraries of older versions unpack without a bound.
"""

from __future__ import annotations

import http.client
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

_CHUNK = 64 * 1024
_GZIP, _ZLIB, _RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_DEFLATED = 8
#: Any other name is no coding: "identity", and what servers write there by mistake, such as a charset.
_KNOWN = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "gzip", "x-gzip", "deflate"})


class UnknownCoding(Exception):
    """The body is in a coding that nobody asked for. name: its name, or some of its names."""

    def __init__(self, codings: list[str]) -> None:
        super().__init__()
        self.name = ", ".join(codings[:3])


#: What reading a body may raise, on either transport.
BODY_FAILURES = (OSError, http.client.HTTPException, EOFError, zlib.error, UnknownCoding)


def read_body(read: Callable[[int], bytes], headers: Mapping[str, str], limit: int) -> bytes | None:
    """The whole body, decoded; None when it is longer than the limit.

    read: gives the next bytes as they came, at most as many as it is asked for, none at the end. headers: lower-case
    names. Raises UnknownCoding, and zlib.error or EOFError for a broken compression.
    """
    wire = _Wire(read, limit)
    whole = io.BytesIO()  # which gives its content away without a copy
    for part in _decoded(wire, headers.get("content-encoding", "")):
        if whole.tell() + len(part) > limit:
            return None
        whole.write(part)
    return None if wire.too_long else whole.getvalue()


class _Wire:
    """The bytes as they come. Beyond the limit it ends: what is packed must not be longer than what is in it."""

    def __init__(self, read: Callable[[int], bytes], limit: int) -> None:
        self._read, self._left = read, limit + _CHUNK
        self.too_long = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            data = self._read(_CHUNK)
            if not data:
                return
            self._left -= len(data)
            if self._left < 0:
                self.too_long = True
                return
            yield data


def _decoded(wire: Iterable[bytes], header: str) -> Iterator[bytes]:
    codings = [name for name in (part.strip().lower() for part in header.split(",")) if name in _KNOWN]
    parts = iter(wire)
    # An answer without a body (to HEAD, 304) may well say how it would be packed.
    first = next(parts, b"") if codings else b""
    if not first:
        yield from parts
    elif codings in (["gzip"], ["x-gzip"]):
        yield from _unpacked(chain([first], parts), _GZIP)
    elif codings == ["deflate"]:
        first += next(parts, b"") if len(first) == 1 else b""
        yield from _unpacked(chain([first], parts), _ZLIB if _has_zlib_header(first) else _RAW)
    else:
        raise UnknownCoding(codings)


def _has_zlib_header(data: bytes) -> bool:
    """Whether deflate comes in zlib's format (RFC 1950), as RFC 9110 wants it, or bare, as some servers send it."""
    return data[0] & 15 == _DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0


def _unpacked(packed: Iterator[bytes], window: int) -> Iterator[bytes]:
    """What was packed. gzip may have several members (RFC 1952 section 2.2); what follows the last is no part of it."""
    unpack, members, fresh, done = zlib.decompressobj(window), 0, True, False
    for data in packed:
        while data and not done:
            try:
                part = unpack.decompress(data, _CHUNK)
            except zlib.error:
                if not members or not fresh:
                    raise
                done = True
                break
            yield part
            data, fresh = unpack.unconsumed_tail, fresh and not part
            if unpack.eof:
                data, members, fresh, done = unpack.unused_data, members + 1, True, window != _GZIP
                unpack = zlib.decompressobj(window)
    if not done:
        yield unpack.flush()
    if not (unpack.eof or (members and fresh)):
        raise EOFError
