# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proof Key for Code Exchange (PKCE, RFC 7636): a code is worth nothing to anyone but the process that asked for it."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode

#: The only method that does not send the verifier itself (RFC 7636 section 4.2).
METHOD = "S256"


def new_verifier() -> str:
    """A new code verifier (RFC 7636 section 4.1), which is a secret."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """The code challenge for a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
