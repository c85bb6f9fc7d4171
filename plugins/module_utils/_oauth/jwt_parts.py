# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a JSON Web Token (RFC 7519), unverified."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._http.model import parsed_json


@dataclass(frozen=True, repr=False)
class Jwt:
    """The decoded parts of a token. Do not trust them before verify()."""

    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Jwt(...)"


def unverified(token: str) -> Jwt | None:
    """The unverified parts of a token; None for one that is not a JWT (an opaque one)."""
    parts = token.split(".")
    header, claims = (_object(part) for part in parts[:2]) if len(parts) == 3 else (None, None)
    return None if header is None or claims is None else Jwt(header, claims)


def unverified_claims(token: str) -> Mapping[str, Any] | None:
    """The unverified claims of a token; None for one that is not a JWT."""
    found = unverified(token)
    return None if found is None else found.claims


def _object(part: str) -> dict[str, Any] | None:
    try:
        value = parsed_json(urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
