# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client authentication against the vectors of the RFCs and of a server's author."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import authorization
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.methods import (
    METHODS,
    authenticate,
    form_encoded,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._options.values import read_form_fields as extra_fields
from ansible_collections.authkit.oauth.tests.servers.client_keys import pem
from ansible_collections.authkit.oauth.tests.unit.support.transports import options


def test_form_encoding_of_rfc6749_appendix_b() -> None:
    assert form_encoded(" %&+£€") == "+%25%26%2B%C2%A3%E2%82%AC"


@pytest.mark.parametrize(
    ("client_id", "secret", "header"),
    [
        # RFC 6749 section 2.3.1
        ("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw", "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"),
        # openid/AppAuth-Android issue 337
        (
            "1PpG/Q 1",
            "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=",
            "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndm"
            "RlR0MXJGdyUzRA==",
        ),
    ],
)
def test_client_secret_basic(client_id: str, secret: str, header: str) -> None:
    proof = authenticate(options(client_id=client_id, client_secret=secret, client_auth_method="client_secret_basic"))
    assert authorization(proof.credentials) == header
    assert proof.fields == ()


def test_client_secret_post_is_the_default() -> None:
    proof = authenticate(options(client_id="svc:é &", client_secret="s+e c%r:e/t&=é~"))
    assert proof.fields == (("client_id", "svc:é &"), ("client_secret", "s+e c%r:e/t&=é~"))
    assert proof.credentials is None


@pytest.mark.parametrize("method", ["none", "tls_client_auth"])
def test_a_client_without_a_secret_says_who_it_is(method: str) -> None:
    assert authenticate(options(client_auth_method=method)).fields == (("client_id", "svc"),)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, set()),
        ({"client_auth_method": "none"}, {"client_id"}),
        ({"client_auth_method": "private_key_jwt"}, {"client_id", "client_assertion_type", "client_assertion"}),
        ({"client_secret": "hush"}, {"client_id", "client_secret"}),
    ],
)
def test_a_client_that_signs_its_grant(given: dict[str, str], sent: set[str]) -> None:
    own = {"client_secret": None, "grant_type": "jwt_bearer", "private_key": pem("P-256"), **given}
    assert {name for name, _value in authenticate(options(**own)).fields} == sent


@pytest.mark.parametrize("method", METHODS)
def test_repr_is_sealed(method: str) -> None:
    shown = repr(authenticate(options(client_auth_method=method, private_key=pem("P-256"))))
    assert "hush" not in shown
    assert "eyJ" not in shown


def test_the_methods_are_the_choices_of_the_option() -> None:
    """The documentation has those of the argument spec: see test_client.py of doc_fragments."""
    assert list(METHODS) == CONNECTION_SPEC["client_auth_method"]["choices"]


@pytest.mark.parametrize("method", METHODS)
def test_a_parameter_that_authenticates_the_client_cannot_be_an_extra_one(method: str) -> None:
    for name, value in authenticate(options(client_auth_method=method, private_key=pem("P-256"))).fields:
        with pytest.raises(InvalidOption):
            extra_fields({name: value}, "extra_parameters")
