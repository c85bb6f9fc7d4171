# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error for each refusal of a key, an assertion or a certificate. Keycloak's responses are of version 26.7.3."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from email.utils import formatdate

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AssertionRefused,
    AuthkitError,
    ClientAuthenticationFailed,
    ClientAuthMethodRefused,
    ClientCertificateRefused,
    ClocksDiffer,
    UnknownClient,
    WrongClientSecret,
    WrongPrivateKey,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.refusals import KEYCLOAK
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts
from ansible_collections.authkit.oauth.tests.unit.support.transports import TOKEN_URL, answer

AT = RequestFacts(
    endpoint=TOKEN_URL,
    client_id="svc",
    auth_method="private_key_jwt",
    realm_name="erp",
    where_options="auth_server and realm",
    assertion_audience="https://login.example.org/realms/erp",
)
UNKNOWN = "Invalid client or Invalid client credentials"
MACED = "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret"
SIGNED = "Client authentication with signed JWT failed: Signature on JWT token failed validation"


def said(status: int, body: object, at: RequestFacts, **headers: str) -> AuthkitError:
    return refusal(answer(body, status, headers), body if isinstance(body, dict) else {}, at)


@pytest.mark.parametrize(
    ("method", "code", "words", "kind", "part"),
    [
        (
            "private_key_jwt",
            "invalid_client",
            SIGNED,
            WrongPrivateKey,
            "is not the one whose public key the realm 'erp'",
        ),
        (
            *("private_key_jwt", "invalid_client", "Unable to load public key", WrongPrivateKey),
            "has no public key for this key_id and signing_algorithm: register",
        ),
        (
            *("private_key_jwt", "invalid_client", "Invalid signature algorithm", AssertionRefused),
            "may not sign assertions with this algorithm: set signing_algorithm",
        ),
        (
            *("private_key_jwt", "invalid_client", "Invalid token audience", AssertionRefused),
            "for the audience 'https://login.example.org/realms/erp': set client_assertion_audience to the issuer",
        ),
        (
            *("private_key_jwt", "invalid_client", "Token is not active", ClocksDiffer),
            "has expired, although it was made for this request: this machine's clock is behind",
        ),
        (
            *("client_secret_jwt", "invalid_client", "Token was issued in the future", ClocksDiffer),
            "was made in the future: this machine's clock is ahead",
        ),
        (
            *("private_key_jwt", "invalid_client", "Token reuse detected", AssertionRefused),
            "has received this assertion before, although each request has its own: look for a proxy",
        ),
        ("private_key_jwt", "invalid_client", UNKNOWN, UnknownClient, "knows no enabled client 'svc'"),
        ("private_key_jwt", "unauthorized_client", UNKNOWN, ClientAuthMethodRefused, "method private_key_jwt: set"),
        ("private_key_jwt", "unauthorized_client", f"{MACED} failed validation", ClientAuthMethodRefused, "_jwt: set"),
        ("client_secret_jwt", "unauthorized_client", f"{MACED}  failed validation", WrongClientSecret, "is wrong in"),
        ("client_secret_jwt", "unauthorized_client", UNKNOWN, ClientAuthMethodRefused, "method client_secret_jwt: set"),
        ("none", "unauthorized_client", UNKNOWN, ClientAuthMethodRefused, "client_auth_method none: set"),
        ("none", "invalid_client", "Parameter client_assertion_type is missing", ClientAuthMethodRefused, "none: set"),
        (
            *("tls_client_auth", "invalid_client", UNKNOWN, ClientCertificateRefused),
            "knows no client 'svc' with the certificate of client_cert: check client_id, the subject and authority",
        ),
    ],
)
def test_keycloaks_own_words(method: str, code: str, words: str, kind: type[AuthkitError], part: str) -> None:
    found = said(400, {"error": code, "error_description": words}, replace(AT, auth_method=method))
    assert type(found).__name__ == kind.__name__
    assert part in found.message
    assert words not in found.message


@pytest.mark.parametrize(
    ("method", "kind", "part"),
    [
        (
            "private_key_jwt",
            ClientAuthenticationFailed,
            "has the public key of private_key for this client (and key_id),",
        ),
        (
            "client_secret_jwt",
            ClientAuthenticationFailed,
            "check client_id, client_secret, signing_algorithm, and client_",
        ),
        ("tls_client_auth", ClientCertificateRefused, "with the certificate of client_cert"),
        ("none", ClientAuthenticationFailed, "whether the client must authenticate (client_auth_method is none)."),
    ],
)
def test_servers_that_do_not_say_why(method: str, kind: type[AuthkitError], part: str) -> None:
    found = said(401, {"error": "invalid_client"}, replace(AT, auth_method=method), date=formatdate(usegmt=True))
    assert type(found).__name__ == kind.__name__
    assert part in found.message


@pytest.mark.parametrize(("off", "words"), [(-3600, "3600 s behind"), (3600, "3600 s ahead of")])
def test_a_server_whose_clock_is_an_hour_off(off: int, words: str) -> None:
    found = said(401, {"error": "invalid_client"}, AT, date=formatdate(time.time() + off, usegmt=True))
    assert isinstance(found, ClocksDiffer)
    assert words in re.sub("3599|3601", "3600", found.message)


@pytest.mark.parametrize("date", ["", "soon", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_a_date_that_is_none(date: str) -> None:
    assert isinstance(said(401, {"error": "invalid_client"}, AT, date=date), ClientAuthenticationFailed)


@pytest.mark.parametrize("row", KEYCLOAK.values())
def test_every_sentence_ends(row: object) -> None:
    assert callable(row)
    assert str(row(AT)).endswith(".")
