# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm's keys."""

from __future__ import annotations

import sys
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.keys import (
    keys_hmac_secret_short,
    keys_realm_rsa_too_small,
    keys_rotation_overdue,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import certificate

CURVE = ec.generate_private_key(ec.SECP256R1())


def der(key: Any) -> str:
    return b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


SMALL = der(rsa.generate_private_key(65537, 1024))
LARGE = der(rsa.generate_private_key(65537, 2048))


def key(provider: str = "1", **more: Any) -> dict[str, Any]:
    return {"providerId": provider, "status": "ACTIVE", "type": "RSA", "use": "SIG", "algorithm": "RS256", **more}


def certified(days: int, left: int, **more: Any) -> dict[str, Any]:
    """A signing key whose certificate began to be valid so many days ago, and has so many left."""
    return key(**{"certificate": certificate(days, left), **more})


def provider(name: str, id: str = "1", kind: str = "rsa", **config: str) -> dict[str, Any]:
    settings = {setting: [value] for setting, value in config.items()}
    return {
        "id": id,
        "name": name,
        "providerType": "org.keycloak.keys.KeyProvider",
        "providerId": kind,
        "config": settings,
    }


def hmac(name: str = "hs256", **config: str) -> dict[str, Any]:
    return provider(name, kind="hmac-generated", **config)


TWO = [provider("one"), provider("two", "2")]
CASES: list[Case] = [
    case(keys_realm_rsa_too_small, ["one"], keys=[key(publicKey=SMALL)], components=TWO),
    case(keys_realm_rsa_too_small, ["one"], keys=[key(publicKey=SMALL, status="PASSIVE")], components=TWO),
    case(keys_realm_rsa_too_small, ["two"], keys=[key("2", publicKey=SMALL, use="ENC")], components=TWO),
    case(
        keys_realm_rsa_too_small,
        ["one"],
        keys=[key(publicKey=SMALL), key(publicKey=SMALL)],
        components=TWO,
    ),
    case(
        keys_realm_rsa_too_small,
        ["one"],
        parameters={"min_rsa_bits": 3072},
        keys=[key(publicKey=LARGE)],
        components=TWO,
    ),
    case(keys_realm_rsa_too_small, keys=[key(publicKey=LARGE), key(publicKey=SMALL, status="DISABLED")]),
    case(keys_realm_rsa_too_small, keys=[key(type="EC", publicKey=der(CURVE)), key(type="OCT")]),
    case(keys_realm_rsa_too_small, keys=[key(publicKey=der(CURVE))]),
    case(keys_realm_rsa_too_small, unknown=NotEvaluated, keys=[key(publicKey="bm8ga2V5")]),
    case(keys_realm_rsa_too_small, unknown=NotEvaluated, keys=[key(publicKey="é")]),
    case(keys_realm_rsa_too_small, unknown=NotEvaluated, keys=[key()]),
    case(keys_realm_rsa_too_small, unknown=NotEvaluated, keys=[key(publicKey=SMALL)], components=[]),
    case(keys_realm_rsa_too_small, unknown=NotEvaluated, keys=[key(publicKey=SMALL, providerId=None)], components=[{}]),
    case(keys_rotation_overdue, ["one"], keys=[certified(400, -1)], components=TWO),
    case(keys_rotation_overdue, {"one": "low"}, keys=[certified(732, 900)], components=TWO),
    case(
        keys_rotation_overdue,
        {"one": "medium"},
        keys=[certified(732, 900), certified(732, -1), certified(732, 900)],
        components=TWO,
    ),
    case(keys_rotation_overdue, keys=[certified(700, 900)]),
    case(keys_rotation_overdue, parameters={"max_key_age_days": 3650}, keys=[certified(732, 900)]),
    case(keys_rotation_overdue, keys=[certified(732, -1, status="PASSIVE"), certified(732, -1, use="ENC")]),
    case(keys_rotation_overdue, keys=[key(), key(type="OCT")]),
    case(keys_rotation_overdue, unknown=NotEvaluated, keys=[key(certificate="bm9uZQ==")]),
    case(keys_hmac_secret_short, ["hs256"], components=[hmac(secretSize="16")]),
    case(keys_hmac_secret_short, {"hs256": "info"}, components=[hmac(secretSize="16", enabled="false")]),
    case(
        keys_hmac_secret_short,
        {"hs256": "medium"},
        components=[hmac(secretSize="16", enabled="false"), hmac(secretSize="24")],
    ),
    case(keys_hmac_secret_short, components=[hmac(secretSize="32"), hmac(), provider("aes", kind="aes-generated")]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


@pytest.mark.parametrize(
    ("check", "keys"),
    [(keys_realm_rsa_too_small, [key(publicKey=SMALL)]), (keys_rotation_overdue, [certified(732, -1)])],
    ids=["size", "age"],
)
def test_without_the_library_nothing_is_said(
    check: Check, keys: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NotEvaluated, match="cryptography"):
        found(check, {"keys": keys, "components": TWO})


def test_a_certificate_that_cannot_be_read_leaves_the_other_keys_findings() -> None:
    keys = [key("2", certificate="bm9uZQ=="), certified(732, -1)]
    sections = {"keys": keys, "components": TWO}
    findings = iter(keys_rotation_overdue.run(Snapshot(REALM, SERVER, sections), keys_rotation_overdue.defaults()))
    assert next(findings).target == "one"
    with pytest.raises(NotEvaluated, match="certificate"):
        next(findings)


def test_keys_whose_providers_are_not_known_are_not_passed() -> None:
    with pytest.raises(NotEvaluated):
        found(keys_rotation_overdue, {"keys": [certified(732, -1)], "components": Gap("No view-realm.")})
