# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DPoP on the wire (RFC 9449): the proof's header, and how a server asks for a nonce. It needs no cryptography."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .model import HttpRequest

#: The scheme of the Authorization header, the header of the proof, and the token_type.
DPOP = "DPoP"
_ERROR = "use_dpop_nonce"


def with_proof_header(request: HttpRequest, proof: str) -> HttpRequest:
    """The request with this proof instead of any other."""
    others = {name: value for name, value in request.headers.items() if name.lower() != DPOP.lower()}
    return replace(request, headers={**others, DPOP: proof})


def asks_for_nonce(
    status: object, headers: Mapping[str, object], members: Callable[[], Mapping[str, object]] = dict
) -> bool:
    """Whether a response refuses a proof only because it has no nonce, or an old one, and names a new one.

    A token endpoint says so with a 400 in its JSON (RFC 9449 section 8), an API with a 401 in WWW-Authenticate
    (section 9).

    :param headers: with lower-case names.
    :param members: returns the members of the response's JSON object.
    """
    if status not in (400, 401) or not headers.get("dpop-nonce"):
        return False
    return _ERROR in str(headers.get("www-authenticate", "")) or members().get("error") == _ERROR
