# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each refusal because of DPoP says: the codes of RFC 9449, and Keycloak's words."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.dpop_refusals import proof_refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts

URL = "https://acme.okta.com/oauth2/v1/token"
SET = "wants DPoP from the client 'svc': set dpop: true"


@pytest.mark.parametrize(
    ("dpop", "code", "words", "sentence"),
    [
        (False, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", SET),
        (False, "use_dpop_nonce", "", SET),
        (False, "invalid_request", "DPoP proof is missing", SET),
        (True, "invalid_request", "DPoP proof is missing", "check what proxies in between do with the header DPoP"),
        (True, "invalid_request", "DPoP proof is not active", "check this machine's clock, and the server's"),
        (True, "invalid_request", "DPoP proof has already been used", "the same request arrived twice"),
        (True, "invalid_request", "DPoP HTTP URL mismatch", "that the server knows its own address"),
        (True, "invalid_dpop_proof", "", "refused the DPoP proof of the client 'svc'"),
        (True, "use_dpop_nonce", "", "does not accept the one that it sent"),
    ],
)
def test_refusals(dpop: bool, code: str, words: str, sentence: str) -> None:
    at = RequestFacts(endpoint=URL, client_id="svc", dpop=dpop)
    error = proof_refusal({"error": code, "error_description": words}, at)
    assert error is not None
    assert error.short_name() == "proof_refused"
    assert sentence in error.message
    assert error.message.count(". ") == 0


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"error": ["invalid_dpop_proof"]},
        {"error": "invalid_request", "error_description": "Missing parameter"},
        {"error": "invalid_client", "error_description": "DPoP proof is missing"},
        {"error": "invalid_request", "error_description": ["DPoP "]},
    ],
)
def test_others_are_not_about_dpop(answer: dict[str, object]) -> None:
    assert proof_refusal(answer, RequestFacts(endpoint=URL)) is None
