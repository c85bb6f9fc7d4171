# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejected assertions. The answers are those of Keycloak 26.7.3, and the codes those that Entra documents."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AssertionRefused,
    GrantRefused,
    ScopeRefused,
    ServerUnavailable,
    ServiceAccountsDisabled,
)
from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.assertion_refusals import assertion_facts
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.methods import form_request
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import AssertionFacts, RequestFacts
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.tests.servers.ci_platform import CiPlatform
from ansible_collections.authkit.oauth.tests.unit.support.transports import TOKEN_URL, answer

GENERIC = "Invalid client or Invalid client credentials"
SENT = AssertionFacts("client_assertion_path", "https://ci.example.com", "job-7", ("https://sso.example.com",))
AT = RequestFacts(endpoint=TOKEN_URL, client_id="svc", assertion=SENT)


def sentence(status: int, error: str, words: str, sent: AssertionFacts = SENT) -> str:
    found = refusal(answer({}, status), {"error": error, "error_description": words}, replace(AT, assertion=sent))
    assert isinstance(found, AssertionRefused)
    beginning = f"{TOKEN_URL} refused the assertion from {sent.source} for the client 'svc': "
    assert found.message.startswith(beginning)
    return found.message[len(beginning) :]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Token was issued in the future", "it was issued in the future by the server's clock: correct its clock or"),
        ("Token reuse detected", "it was used before: have the file replaced more often, or switch on 'Allows client"),
        ("Token was issued too far in the past to be used now", "it was issued too long ago: have the file replaced"),
        ("Token jti claim is required", "it lacks the claim jti, sub, iat or exp, or is signed with an algorithm"),
        ("Token sub claim is required", "it lacks the claim"),
        ("Invalid signature algorithm", "it lacks the claim"),
        ("Multiple audiences not allowed", "its audience is 'https://sso.example.com', and the server expects another"),
        ("Invalid token audience", "its audience is 'https://sso.example.com', and the server expects another one"),
        ("Issuer does not support client assertions", "the identity provider of the issuer 'https://ci.example.com'"),
    ],
)
def test_each_reason_of_keycloak_has_its_sentence(words: str, says: str) -> None:
    assert sentence(400, "invalid_client", words).startswith(says)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, "invalid_client", GENERIC),  # unknown issuer or subject, another client_id, a wrong signature
        (401, "unauthorized_client", GENERIC),  # the client has a secret
        (401, "invalid_client", ""),
        (400, "invalid_client", "anything"),
        (400, "invalid_request", "AADSTS70021: No matching federated identity record found."),
        (400, "invalid_client", "AADSTS700213: No matching federated identity record found for presented assertion."),
    ],
)
def test_who_must_be_trusted_is_named(status: int, error: str, words: str) -> None:
    assert sentence(status, error, words).startswith(
        "the server does not say why; it must trust the issuer 'https://ci.example.com', with the subject 'job-7' and "
        "the audience 'https://sso.example.com', for this client (in Keycloak: an identity provider with that issuer "
    )


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("client_assertion", "set client_assertion_path or client_assertion_source, which read a new one"),
        ("client_assertion_path", "have the file replaced more often"),
        ("client_assertion_source gitlab", "raise the timeout of the job"),
        ("client_assertion_source kubernetes", "lower expirationSeconds of the projected volume"),
        ("client_assertion_source aap", "have the credential inject a file that is renewed"),
        ("client_assertion_source github_actions", "it is fetched for each token request, so compare the clocks"),
    ],
)
@pytest.mark.parametrize(
    "words", ["Token is not active", "AADSTS700024: Client assertion is not within its valid time"]
)
def test_an_expired_one_says_what_renews_it(words: str, source: str, advice: str) -> None:
    sent = replace(SENT, source=source, expires_at=time.time() - 40)
    assert sentence(400, "invalid_client", words, sent).startswith(f"it expired 40 s ago: {advice}")


@pytest.mark.parametrize("expires_at", [None, 4e9])
def test_one_that_seems_valid_here_is_a_matter_of_clocks(expires_at: float | None) -> None:
    sent = replace(SENT, expires_at=expires_at)
    assert sentence(400, "invalid_client", "Token is not active", sent) == (
        "it is not valid at this time: compare the clocks of the server, of the issuer and of this machine."
    )


@pytest.mark.parametrize(
    ("source", "step"),
    [
        ("client_assertion_source github_actions", "set client_assertion_audience to it."),
        ("client_assertion_source gitlab", "correct aud below id_tokens of the job."),
        ("client_assertion_source azure_devops", "in Keycloak, set it as Client ID of the identity provider"),
        ("client_assertion_path", "have it issued for that audience."),
    ],
)
def test_a_wrong_audience_says_where_it_is_set(source: str, step: str) -> None:
    assert f": {step}" in sentence(400, "invalid_client", "Invalid token audience", replace(SENT, source=source))


@pytest.mark.parametrize(
    ("status", "error", "words", "kind"),
    [
        (401, "unauthorized_client", "Client not enabled to retrieve service account", ServiceAccountsDisabled),
        (400, "invalid_scope", "Invalid scopes: x", ScopeRefused),
        (400, "unsupported_grant_type", "", GrantRefused),
        (503, "invalid_client", "Token is not active", ServerUnavailable),
    ],
)
def test_other_refusals_keep_their_sentence(status: int, error: str, words: str, kind: type[Exception]) -> None:
    assert refusal(answer({}, status), {"error": error, "error_description": words}, AT).__class__ is kind


def test_the_facts_are_those_of_the_assertion_that_was_sent() -> None:
    platform = CiPlatform()
    platform.claims = {"iss": "https://ci.example.com", "exp": 1234}
    sent = platform.token(["a", "b"])
    request = form_request(ClientOptions("svc", token_url=TOKEN_URL, client_assertion=sent), TOKEN_URL, ())
    facts = assertion_facts("client_assertion", None, request)
    assert facts == AssertionFacts(
        "client_assertion", "https://ci.example.com", platform.subject, ("a", "b"), expires_at=1234
    )
    assert assertion_facts("client_assertion_source", "aap", request).source == "client_assertion_source aap"


@pytest.mark.parametrize("claims", ["e30", "bm8", "eyJpc3MiOltdLCJhdWQiOlsxXSwiZXhwIjp0cnVlfQ"])
def test_facts_of_strange_claims(claims: str) -> None:
    facts = assertion_facts(
        "client_assertion", None, HttpRequest("POST", TOKEN_URL, body=f"client_assertion=a.{claims}.b".encode())
    )
    assert (facts.issuer, facts.subject, facts.audience, facts.expires_at) == ("", "", ("",), None)
