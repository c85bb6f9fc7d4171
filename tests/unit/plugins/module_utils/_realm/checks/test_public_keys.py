# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of published keys."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.public_keys import (
    keys_jwks_bad_exponent,
    keys_jwks_cert_expired,
    keys_jwks_kid_ambiguous,
    keys_jwks_no_signing_key,
    keys_jwks_private_material,
    keys_jwks_rsa_too_small,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import OIDC, certificate, only, public_answer

CERTS = f"{OIDC}/certs"


def number(value: int) -> str:
    return urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def rsa(kid: object = "one", bits: int = 2048, exponent: int = 65537, **more: Any) -> dict[str, Any]:
    key = {"kty": "RSA", "use": "sig", "n": number(2 ** (bits - 1) + 1), "e": number(exponent), **more}
    return key if kid is None else {**key, "kid": kid}


def curve(kid: str = "two", **more: Any) -> dict[str, Any]:
    return {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ", "use": "sig", "kid": kid, **more}


def published(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"jwks": public_answer({"keys": list(keys)}, url=CERTS), "jwks_keys": list(keys)}


def failed(status: int) -> dict[str, Any]:
    return {
        "jwks": public_answer(None, status, url=CERTS),
        "jwks_keys": Gap("There are no keys: see keys-jwks-no-signing-key."),
    }


def certified(days: float, **more: Any) -> dict[str, Any]:
    """A key with a certificate that is valid for so many days."""
    return curve(f"days{days}", x5c=[certificate(90, days)], **more)


CASES: list[Case] = [
    case(keys_jwks_no_signing_key, **published(rsa(), rsa("enc", use="enc"))),
    case(keys_jwks_no_signing_key, **published({"kty": "OKP", "kid": "three", "crv": "Ed25519", "x": "AQ"})),
    case(keys_jwks_no_signing_key, [REALM], **published()),
    case(keys_jwks_no_signing_key, [REALM], **published(rsa("enc", use="enc"))),
    case(keys_jwks_no_signing_key, [REALM], **published(rsa(None), rsa(""))),
    case(keys_jwks_no_signing_key, [REALM], **published({"kty": "oct", "kid": "shared", "k": None})),
    case(keys_jwks_no_signing_key, [REALM], **failed(200)),
    case(keys_jwks_no_signing_key, [REALM], **failed(404)),
    case(keys_jwks_no_signing_key, [REALM], **failed(500)),
    case(keys_jwks_no_signing_key, unknown=Inconclusive, jwks=Gap("The server is down.", fault=True)),
    case(keys_jwks_private_material, **published(rsa(), curve())),
    case(keys_jwks_private_material, unknown=NotEvaluated, **failed(404)),
    *(
        case(keys_jwks_private_material, [REALM], **published(curve(), rsa(**only(member, None))))
        for member in ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
    ),
    case(keys_jwks_private_material, [REALM], **published({"kty": "oct", "kid": "shared"})),
    case(keys_jwks_rsa_too_small, **published(rsa(), curve(), rsa("enc", 4096, use="enc"))),
    case(keys_jwks_rsa_too_small, [REALM], **published(rsa(bits=2047))),
    case(keys_jwks_rsa_too_small, [REALM], **published(rsa(bits=4096), rsa("enc", 1024, use="enc"))),
    case(keys_jwks_rsa_too_small, [REALM], **published(rsa()), parameters={"min_rsa_bits": 3072}),
    case(keys_jwks_rsa_too_small, unknown=NotEvaluated, **published(rsa(n="a"))),
    case(keys_jwks_rsa_too_small, unknown=NotEvaluated, **published(rsa(n=3))),
    case(keys_jwks_bad_exponent, **published(rsa(), curve(), rsa("two", exponent=2**32 + 1))),
    *(case(keys_jwks_bad_exponent, [REALM], **published(rsa(), rsa("two", exponent=e))) for e in (3, 65535, 65538)),
    case(keys_jwks_bad_exponent, unknown=NotEvaluated, **published(rsa(e=None))),
    case(keys_jwks_kid_ambiguous, **published(rsa(), curve())),
    case(keys_jwks_kid_ambiguous, [REALM], **published(rsa(), rsa(use="enc"))),
    case(keys_jwks_kid_ambiguous, [REALM], **published(rsa(None), curve())),
    case(keys_jwks_kid_ambiguous, [REALM], **published(rsa(5), curve())),
    case(keys_jwks_kid_ambiguous, parameters={"kid_required": False}, **published(rsa(None), curve())),
    case(keys_jwks_kid_ambiguous, [REALM], parameters={"kid_required": False}, **published(rsa(), rsa(use="enc"))),
    case(keys_jwks_cert_expired, **published(rsa(), curve())),
    case(keys_jwks_cert_expired, **published(certified(60))),
    case(keys_jwks_cert_expired, {REALM: "low"}, **published(certified(60), certified(20))),
    case(keys_jwks_cert_expired, {REALM: "low"}, **published(certified(60)), parameters={"cert_warn_days": 90}),
    case(keys_jwks_cert_expired, [REALM], **published(certified(-1), certified(60), certified(20))),
    case(keys_jwks_cert_expired, **published(certified(-2, use="enc"))),
    case(keys_jwks_cert_expired, unknown=NotEvaluated, **published(rsa(x5c=[]))),
    case(keys_jwks_cert_expired, unknown=NotEvaluated, **published(rsa(x5c=[b64encode(b"nonsense").decode()]))),
    case(keys_jwks_cert_expired, **published(rsa(), rsa("enc", use="enc", x5c=["nonsense"]))),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_a_finding_is_not_lost_to_a_key_that_cannot_be_read() -> None:
    sections = published(rsa("bad", n="a"), rsa("small", 1024))
    running = iter(keys_jwks_rsa_too_small.run(Snapshot(REALM, SERVER, sections), keys_jwks_rsa_too_small.defaults()))
    assert "small (1024 bits)" in next(running).message
    with pytest.raises(NotEvaluated):
        next(running)
