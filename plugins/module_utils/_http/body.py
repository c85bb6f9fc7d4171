# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decodes a response's body (RFC 9110 section 8.4) piece by piece, so that no response uses more memory than its limit.

Both transports read the raw bytes and decode them here: older versions of their libraries decompress without a limit.
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
#: Other names are ignored: "identity", and what servers write there by mistake, such as a charset.
_KNOWN = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "gzip", "x-gzip", "deflate"})


class UnknownCoding(Exception):
    """The body has a content coding that was not requested.

    :ivar name: that of the coding, or of up to three.
    """

    def __init__(self, codings: list[str]) -> None:
        super().__init__()
        self.name = ", ".join(codings[:3])


#: What reading a body may raise, on either transport.
BODY_FAILURES = (OSError, http.client.HTTPException, EOFError, zlib.error, UnknownCoding)


def read_body(read: Callable[[int], bytes], headers: Mapping[str, str], limit: int) -> bytes | None:
    """The whole decoded body; None if it is longer than the limit (bytes).

    :param read: returns the next raw bytes, at most as many as requested, none at the end.
    :param headers: with lower-case names.
    :raises UnknownCoding: the body has a content coding that was not requested.
    :raises zlib.error: the compressed data is damaged.
    :raises EOFError: the compressed data is truncated.
    """
    wire = _Wire(read, limit)
    whole = io.BytesIO()  # its getvalue() does not copy
    for part in _decoded(wire, headers.get("content-encoding", "")):
        if whole.tell() + len(part) > limit:
            return None
        whole.write(part)
    return None if wire.too_long else whole.getvalue()


class _Wire:
    """The raw bytes. It stops beyond the limit: compressed data must not be longer than its content may be."""

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
    # A response without a body (to HEAD, 304) may still have a Content-Encoding.
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
    """Whether deflate data has the zlib format (RFC 1950), as RFC 9110 requires. Some servers send raw data."""
    return data[0] & 15 == _DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0


def _unpacked(packed: Iterator[bytes], window: int) -> Iterator[bytes]:
    """The decompressed data. gzip may have several members (RFC 1952 section 2.2); data after the last is ignored."""
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
