# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a token endpoint refused a DPoP proof, or a request without one (RFC 9449 sections 5 and 8)."""

from __future__ import annotations

from collections.abc import Mapping

from .._errors import AuthkitError, ProofRefused
from .request_facts import RequestFacts

#: The codes of RFC 9449. Keycloak 26.7.3 says invalid_request, with one of the descriptions below or another.
_CODES = ("invalid_dpop_proof", "use_dpop_nonce")
_ABOUT_DPOP = "DPoP "
_MISSING = "DPoP proof is missing"
_NOT_ACTIVE, _REPLAYED = "DPoP proof is not active", "DPoP proof has already been used"


def proof_refusal(answer: Mapping[str, object], at: RequestFacts) -> AuthkitError | None:
    """The error for a refusal because of DPoP, else None."""
    code, words = answer.get("error"), answer.get("error_description")
    words = words if isinstance(words, str) else ""
    if code == "use_dpop_nonce" and at.dpop:
        return ProofRefused(
            f"{at.url} asks for a nonce in DPoP proofs and does not accept the one that it sent: try again, and check "
            "the server's log and what proxies do with the header DPoP-Nonce."
        )
    if code not in _CODES and not (code == "invalid_request" and words.startswith(_ABOUT_DPOP)):
        return None
    if not at.dpop or words == _MISSING:
        return _unproven(at)
    if words == _NOT_ACTIVE:
        why = "check this machine's clock, and the server's"
    elif words == _REPLAYED:
        why = "the same request arrived twice, check proxies in between"
    else:
        why = "check this machine's clock, and that the server knows its own address (behind a proxy, its scheme too)"
    return ProofRefused(f"{at.url} refused the DPoP proof of the client {at.client}: {why}.")


def _unproven(at: RequestFacts) -> AuthkitError:
    if at.dpop:
        return ProofRefused(
            f"{at.url} got no DPoP proof, although one was sent: check what proxies in between do with the header DPoP."
        )
    return ProofRefused(f"{at.url} wants DPoP from the client {at.client}: set dpop: true.")
