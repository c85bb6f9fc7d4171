# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret in the values of options."""

from __future__ import annotations

from base64 import b64encode

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.secrets import (
    is_secret_name,
    secret_values,
    without_secret_values,
)

MASK = "***"
PEM = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\nQQ==\n-----END PRIVATE KEY-----\n"


def digits(text: str) -> str:
    return b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "name",
    [
        *("secret", "client_secret", "Secret", "password", "userPassword", "passphrase", "token", "accessToken", "key"),
        *(
            "refresh-token",
            "assertion",
            "api_key",
            "apiKey",
            "X-API-KEY",
            "code",
            "auth_code",
            "authCode",
            "otp",
            "pin",
        ),
    ],
)
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["tenant", "requested_token_type", "country_code", "monkey", "keys", "display", "spin", "acr_values", "key_id"],
)
def test_other_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("client_secret", "x", ["x"]),
        ("client_secret", 12345, ["12345"]),
        ("client_secret", "", []),
        ("client_secret", None, []),
        ("client_secret", ["x"], []),
        ("private_key", PEM, [PEM, "MIGHAgEAMBMGByqGSM49", "AgEGCCqGSM49AwEHBG0w"]),
        ("private_key", PEM.replace("\n", "\\n"), [PEM.replace("\n", "\\n"), *PEM.split()[3:5]]),
        ("private_key_passphrase", "correct horse", ["correct horse"]),
        ("proxy", "http://p.test:3128", []),
        ("proxy", "http://me@p.test:3128", []),
        ("proxy", "http://me:p%40ss@p.test:3128/", ["p%40ss", "p@ss", digits("me:p@ss"), digits("me:p%40ss")]),
        ("proxy", "me:pass@p.test", ["pass", digits("me:pass")]),
        ("proxy", "http://me:a@b[@p.test:x", ["a@b[", digits("me:a@b["), digits("me:a%40b%5B")]),
        ("extra_parameters", {"api_key": "k", "tenant": "t", "token": [1, "u", None], "key": True}, ["k", "1", "u"]),
        ("extra_parameters", '{"api_key": "k", "tenant": "t"}', ["k"]),
        ("extra_parameters", "{broken", []),
        ("extra_parameters", ["x"], []),
    ],
)
def test_secret_values(option: str, value: object, found: list[str]) -> None:
    assert secret_values(option, value) == found


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("client_secret", "x", MASK),
        ("client_secret", None, None),
        ("proxy", "http://p.test", "http://p.test"),
        ("proxy", "http://me:p@p.test:1/", "http://me:***@p.test:1/"),
        ("extra_parameters", {"api_key": "k", "tenant": "t"}, {"api_key": MASK, "tenant": "t"}),
        ("extra_parameters", '{"api_key": "k"}', MASK),
        ("extra_parameters", {"tenant": "t"}, {"tenant": "t"}),
    ],
)
def test_values_without_secrets(option: str, value: object, shown: object) -> None:
    assert without_secret_values(option, value, MASK) == shown
