# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realms from outside, from the first request to the findings: a correct one, and one for each fault."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import INFO
from ansible_collections.authkit.oauth.plugins.module_utils._realm.outside.outside import (
    SECTIONS,
    Outside,
    gather_outside,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import (
    KEY,
    OTHER_KEY,
    PAGE,
    REGISTERED,
    Issuer,
    audit_outside,
    caller_at,
    failing,
    leave_unsigned,
    public_key,
    serve,
    sign,
    sign_with_secret,
    unanswered,
)
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings

OIDC = "/protocol/openid-connect"
#: What is worth a word and fails nothing in the right realm on loopback.
FOR_INFORMATION = {"discovery-issuer-not-https", "tls-plain-http", "token-scope-not-minimal"}


def test_a_right_realm_on_loopback(make_transport: MakeTransport) -> None:
    with serve(Issuer()) as server:
        results = audit_outside(server, make_transport(), settings())
    assert failing(results) == set()
    assert {name for name, each in results.items() if each.open} == FOR_INFORMATION
    assert unanswered(results) == {
        "tls-certificate-invalid",
        "tls-certificate-expiring",
        "tls-legacy-protocol",
        "tls-hsts-missing",
    }


Change = Callable[[Issuer], object]


def answering(path: str, answer: Answer) -> Change:
    return lambda issuer: issuer.answers.update({path: lambda _request: answer})


def metadata(**changes: Any) -> Change:
    return lambda issuer: issuer.changes.update(changes)


def claims(**changes: Any) -> Change:
    return lambda issuer: issuer.claims.update(changes)


def answered(**changes: Any) -> Change:
    return lambda issuer: issuer.answered.update(changes)


def having(name: str, value: Any) -> Change:
    return lambda issuer: setattr(issuer, name, value)


def accepting_any_secret(issuer: Issuer) -> None:
    def token(request: Incoming) -> Answer:
        return Answer(
            200, {"access_token": issuer.token(), "token_type": "Bearer", "expires_in": 300}, issuer.token_headers
        )

    issuer.answers[f"{OIDC}/token"] = token


def redirecting_anywhere(issuer: Issuer) -> None:
    issuer.answers[f"{OIDC}/auth"] = lambda _request: Answer(
        302, None, {"Location": "https://authkit-probe.invalid/cb?code=x"}
    )


def accepting_everything_at_userinfo(issuer: Issuer) -> None:
    issuer.answers[f"{OIDC}/userinfo"] = lambda _request: Answer(200, {"sub": "x"})


def introspecting_for_anybody(issuer: Issuer) -> None:
    issuer.answers[f"{OIDC}/token/introspect"] = lambda _request: Answer(200, {"active": True})


NO_STORE = {"Pragma": "no-cache", "Cache-Control": "no-cache"}
CASES: list[tuple[Change, set[str]]] = [
    (
        answering("/.well-known/openid-configuration", Answer(404, {"error": "Realm does not exist"})),
        {"discovery-unreachable"},
    ),
    (
        answering("/.well-known/openid-configuration", Answer(200, PAGE, content_type="text/html")),
        {"discovery-unreachable"},
    ),
    (
        answering("/.well-known/openid-configuration", Answer(302, None, {"Location": "https://sso.invalid/"})),
        {"discovery-unreachable"},
    ),
    (
        metadata(issuer="https://sso.example.com/realms/shop"),
        {"discovery-issuer-mismatch", "discovery-endpoint-foreign-host", "token-iss-mismatch"},
    ),
    (
        metadata(token_endpoint="http://sso.example.com/token"),
        {"discovery-endpoint-not-https", "discovery-endpoint-foreign-host"},
    ),
    (metadata(jwks_uri="https://evil.example/certs"), {"discovery-endpoint-foreign-host"}),
    (metadata(code_challenge_methods_supported=["plain"]), {"discovery-pkce-s256-missing"}),
    (metadata(authorization_response_iss_parameter_supported=None), {"discovery-iss-parameter-missing"}),
    (metadata(grant_types_supported=["password"]), {"discovery-client-credentials-missing"}),
    (metadata(id_token_signing_alg_values_supported=["none"]), {"discovery-alg-none-signing"}),
    (having("reflects", "host"), set()),
    (having("keys", []), {"keys-jwks-no-signing-key", "token-signature-invalid"}),
    (answering(f"{OIDC}/certs", Answer(500)), {"keys-jwks-no-signing-key"}),
    (
        having("keys", [{**KEY.as_dict(private=True), "kid": "kid-1", "use": "sig", "alg": "RS256"}]),
        {"keys-jwks-private-material"},
    ),
    (
        lambda issuer: issuer.keys.append({"kty": "oct", "kid": "shared", "k": "c2VjcmV0"}),
        {"keys-jwks-private-material"},
    ),
    (lambda issuer: issuer.keys.append(public_key(OTHER_KEY, "weak", n="w" * 170)), {"keys-jwks-rsa-too-small"}),
    (lambda issuer: issuer.keys.append(public_key(OTHER_KEY, "odd", e="Aw")), {"keys-jwks-bad-exponent"}),
    (lambda issuer: issuer.keys.append(public_key(OTHER_KEY)), {"keys-jwks-kid-ambiguous"}),
    (having("signed", leave_unsigned), {"token-alg-symmetric-or-none", "token-signature-invalid"}),
    (having("signed", sign_with_secret), {"token-alg-symmetric-or-none", "token-signature-invalid"}),
    (having("signed", lambda said: sign(said, OTHER_KEY, "RS256")), {"token-signature-invalid"}),
    (having("signed", lambda said: sign(said, KEY, "RS256", kid="gone")), {"token-signature-invalid"}),
    (having("signed", lambda said: sign(said, KEY, "RS512")), {"token-signature-invalid"}),
    (claims(iss="https://sso.example.com/realms/other"), {"token-iss-mismatch"}),
    (claims(azp="other"), {"token-azp-mismatch"}),
    (claims(sub=None), {"token-required-claims-missing"}),
    (
        claims(iat=1_000_000),
        {"token-required-claims-missing", "token-lifetime-too-long", "token-expires-in-inconsistent"},
    ),
    (claims(aud=None), {"token-audience-missing"}),
    (
        claims(aud=["realm-management"], resource_access={"realm-management": {"roles": ["realm-admin"]}}),
        {"token-audience-too-broad", "token-admin-roles"},
    ),
    (claims(resource_access={"account": {"roles": ["manage-account"]}}), {"token-default-account-roles"}),
    (answered(expires_in=36000), {"token-lifetime-too-long", "token-expires-in-inconsistent"}),
    (answered(expires_in=0), {"token-grant-failed"}),
    (answered(access_token=None), {"token-grant-failed"}),
    (answered(token_type="DPoP"), {"token-type-not-bearer"}),
    (answered(refresh_token="r"), {"token-refresh-token-issued"}),
    (answered(scope="orders-api offline_access"), {"token-scope-not-minimal"}),
    (having("token_headers", NO_STORE), {"token-response-cacheable"}),
    (answering(f"{OIDC}/token", Answer(401, {"error": "invalid_client"})), {"token-grant-failed"}),
    (having("login_headers", {}), {"probe-login-page-framable"}),
    (having("login_headers", {"Content-Security-Policy": "frame-ancestors *"}), {"probe-login-page-framable"}),
    (having("cookies", ("AUTH_SESSION_ID=x; Secure",)), {"probe-cookie-flags"}),
    (
        answering("/metrics", Answer(200, b"# HELP up x\n# TYPE up gauge\nup 1\n", content_type="text/plain")),
        {"probe-management-endpoint-public"},
    ),
    (answering("/health", Answer(503, {"status": "DOWN", "checks": []})), {"probe-management-endpoint-public"}),
    (having("open_registration", True), {"probe-dcr-anonymous-open"}),
    (redirecting_anywhere, {"probe-open-redirect", "probe-pkce-not-enforced"}),
    (
        answering(f"{OIDC}/auth", Answer(302, None, {"Location": f"{REGISTERED}?error=login_required"})),
        {"probe-pkce-not-enforced"},
    ),
    (accepting_everything_at_userinfo, {"probe-unsigned-token-accepted", "probe-revocation-ineffective"}),
    (
        accepting_any_secret,
        {
            "probe-wrong-secret-accepted",
            "probe-password-grant-allowed",
            "probe-unknown-grant-accepted",
            "probe-invalid-scope-accepted",
        },
    ),
    (introspecting_for_anybody, {"probe-introspection-unauthenticated"}),
    (
        answering(f"{OIDC}/token/introspect", Answer(200, {"active": False})),
        {"probe-introspection-positive", "probe-introspection-unauthenticated"},
    ),
    (answering(f"{OIDC}/revoke", Answer(200)), {"probe-revocation-ineffective"}),
]


@pytest.mark.parametrize(("change", "finds"), CASES)
def test_what_is_wrong_is_found_by_the_check_on_it(
    change: Change, finds: set[str], make_transport: MakeTransport
) -> None:
    issuer = Issuer()
    change(issuer)
    with serve(issuer) as server:
        results = audit_outside(server, make_transport(), settings())
    assert failing(results) == finds


def test_a_server_that_takes_its_name_from_the_request(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    for header in ("host", "x-forwarded-host"):
        issuer.reflects = header
        with serve(issuer) as server:
            results = audit_outside(server, make_transport(), settings())
        (found,) = results["discovery-host-header-controls-issuer"].open
        assert found.severity == INFO  # on loopback
        assert header in found.finding.message.lower()


def test_a_server_that_is_down(make_transport: MakeTransport) -> None:
    with serve(Issuer()) as server:
        pass
    results = audit_outside(server, make_transport(), settings())
    assert failing(results) == set()
    judged = {name for name, each in results.items() if each.unknown is None}
    assert judged == {"tls-plain-http"}
    assert isinstance(results["discovery-unreachable"].unknown, Inconclusive)
    assert isinstance(results["token-grant-failed"].unknown, Inconclusive)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_cannot_answer_now(status: int, make_transport: MakeTransport) -> None:
    issuer = Issuer()
    for path in ("/.well-known/openid-configuration", f"{OIDC}/certs", f"{OIDC}/token"):
        issuer.answers = {path: lambda _request: Answer(status)}
        with serve(issuer) as server:
            results = audit_outside(server, make_transport(), settings())
        assert failing(results) == set()
        first = {"discovery-unreachable", "keys-jwks-no-signing-key", "token-grant-failed"}
        assert [name for name in first if isinstance(results[name].unknown, Inconclusive)]


def test_without_joserfc_the_signature_is_not_judged(
    make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "joserfc", None)
    issuer = Issuer()
    token = issuer.token()
    issuer.signed = lambda _claims: token
    with serve(issuer) as server:
        results = audit_outside(server, make_transport(), settings())
    unknown = results["token-signature-invalid"].unknown
    assert isinstance(unknown, NotEvaluated)
    assert f"{sys.executable} -m pip install -U joserfc" in unknown.reason


def test_every_section_is_there_and_says_why_when_it_is_a_gap(make_transport: MakeTransport) -> None:
    issuer = Issuer()
    with serve(issuer) as server:
        outside = Outside(caller_at(server), settings(), {})
        there = gather_outside(server, REALM, make_transport(), outside)
        issuer.answers["/.well-known/openid-configuration"] = lambda _request: Answer(404)
        lacking = gather_outside(server, REALM, make_transport(), outside)
    assert set(there) == set(lacking) == set(SECTIONS)
    gaps = [each for each in lacking.values() if isinstance(each, Gap)]
    assert all(gap.reason.endswith(".") for gap in gaps)
