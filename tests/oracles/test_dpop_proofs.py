# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our DPoP proofs, validated by requests-oauth2client as an API would."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jwskate import Jwk
from requests_oauth2client import DPoPKey, InvalidDPoPProof, validate_dpop_proof

from ansible_collections.authkit.oauth.plugins.module_utils._oauth import dpop

URL = "https://api.example.org/v1/items"
TOKEN = "token-of-a-test"
EXPECTED = {"htm": "POST", "htu": URL, "ath": dpop.ath(TOKEN), "nonce": "n1"}


@pytest.fixture(name="key", scope="module")
def made_key() -> str:
    return dpop.new_key()


def proof(key: str) -> str:
    return dpop.proof(key, "POST", f"{URL}?page=2#top", token=TOKEN, nonce="n1")


def test_their_library_accepts_our_proof(key: str) -> None:
    jwt = validate_dpop_proof(proof(key), **EXPECTED, algs=[dpop.ALGORITHM])
    assert "d" not in jwt.headers["jwk"]


def test_their_library_accepts_the_proof_of_a_token_request(key: str) -> None:
    made = dpop.proof(key, "POST", "https://auth.example.org:443/token")
    validate_dpop_proof(made, htm="POST", htu="https://auth.example.org/token", algs=[dpop.ALGORITHM])


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("htm", "GET"),
        ("htu", "https://api.example.org/v1/other"),
        ("htu", "https://evil.example.org/v1/items"),
        ("ath", dpop.ath("another-token")),
        ("nonce", "n2"),
    ],
)
def test_their_library_refuses_our_proof_for_another_request(key: str, claim: str, value: str) -> None:
    with pytest.raises(InvalidDPoPProof, match=rf"\({claim}\)"):
        validate_dpop_proof(proof(key), **{**EXPECTED, claim: value}, algs=[dpop.ALGORITHM])


def test_their_library_refuses_a_changed_proof(key: str) -> None:
    head, claims, _signature = proof(key).split(".")
    other = proof(key).rpartition(".")[2]
    with pytest.raises(InvalidDPoPProof, match="signature"):
        validate_dpop_proof(f"{head}.{claims}.{other}", **EXPECTED, algs=[dpop.ALGORITHM])


def test_thumbprints_agree(key: str) -> None:
    """RFC 7638, by two libraries: the claim cnf.jkt of a token names the same key."""
    jwk: dict[str, Any] = json.loads(key)
    theirs = DPoPKey(private_key=Jwk(jwk), alg=dpop.ALGORITHM)
    assert dpop.thumbprint(key) == theirs.dpop_jkt == Jwk(jwk).thumbprint()


def test_hashes_of_a_token_agree(key: str) -> None:
    """Their own proof for the same request has the same htm, htu and ath."""
    theirs = DPoPKey(private_key=Jwk(json.loads(key)), alg=dpop.ALGORITHM)
    made = theirs.proof(htm="POST", htu=dpop.htu(URL), ath=dpop.ath(TOKEN))
    validate_dpop_proof(str(made), htm="POST", htu=URL, ath=dpop.ath(TOKEN), algs=[dpop.ALGORITHM])
