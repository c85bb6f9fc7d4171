# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A body of several parts, files among them (multipart/form-data, RFC 7578), as ansible.builtin.uri encodes it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._errors import InvalidOption
from .._words import quoted
from .bodies import as_text
from .files import content_of

_OF_A_PART = frozenset({"filename", "content", "mime_type", "multipart_encoding"})


def parts_of(body: object) -> dict[str, dict[str, str]]:
    """The fields of a form, each with texts under the names that ansible.builtin.uri gives them. Reads no file.

    :raises InvalidOption: the body is no such form.
    """
    if not isinstance(body, Mapping):
        raise InvalidOption("body must be a mapping of fields to be sent as form-multipart.")
    fields = {_safe(str(name), "A field"): value for name, value in body.items() if value is not None}
    return {name: _part(name, value) for name, value in fields.items()}


def encode_parts(parts: Mapping[str, Mapping[str, str]]) -> tuple[bytes, str]:
    """The body and its Content-Type.

    :raises InvalidOption: a file cannot be read, or Ansible cannot encode a part.
    """
    # Only such a body needs it.
    from ansible.module_utils.urls import prepare_multipart

    for name, part in parts.items():
        if "filename" in part and not part.get("content"):
            content_of(part["filename"], f"filename of {quoted(name)}")
    fields: dict[str, Any] = {name: part.get("content", "") if _plain(part) else part for name, part in parts.items()}
    try:
        content_type, body = prepare_multipart(fields)
    except (TypeError, ValueError, LookupError, OSError):
        raise InvalidOption(
            "body cannot be encoded as form-multipart: check mime_type and multipart_encoding (base64 or 7or8bit) of "
            "its fields."
        ) from None
    return body, content_type


def _plain(part: Mapping[str, str]) -> bool:
    return set(part) == {"content"}


def _part(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {"content": as_text(value, f"{quoted(name)} in body")}
    unknown = sorted(str(key) for key in value if key not in _OF_A_PART)
    if unknown:
        raise InvalidOption(
            f"{quoted(unknown[0])} in the field {quoted(name)} of body is not known: a field has filename, content, "
            "mime_type and multipart_encoding."
        )
    part = {key: as_text(each, f"{key} of {quoted(name)}") for key, each in value.items() if each is not None}
    if not (part.get("filename") or part.get("content")):
        raise InvalidOption(f"The field {quoted(name)} of body has neither filename nor content: set one of them.")
    for key in _OF_A_PART - {"content"} & set(part):
        _safe(part[key], f"{key} of {quoted(name)}")
    if "filename" in part and not part.get("content"):
        part["filename"] = os.path.expanduser(part["filename"])
    return part


def _safe(text: str, what: str) -> str:
    """A text that becomes part of a header."""
    if not text.isprintable():
        raise InvalidOption(f"{what} of a form-multipart body holds line breaks or control characters: remove them.")
    return text
