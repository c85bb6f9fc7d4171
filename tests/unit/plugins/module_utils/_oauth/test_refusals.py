# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error for each refusal of a token endpoint. The responses are copied from Keycloak 26.7.3."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AudienceRefused,
    AuthkitError,
    ClientAuthenticationFailed,
    ClientAuthMethodRefused,
    ClientNotConfidential,
    EndpointNotFound,
    GrantRefused,
    HttpsRequired,
    ProxyFailed,
    RateLimited,
    RealmDisabled,
    ScopeRefused,
    ServerUnavailable,
    ServiceAccountsDisabled,
    TokenRequestRefused,
    UnknownClient,
    UnknownRealm,
    WrongClientSecret,
)
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.refusals import redirected, refusal
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.request_facts import RequestFacts, realm_of
from ansible_collections.authkit.oauth.tests.unit.support.transports import TOKEN_URL, answer

AT = RequestFacts(
    endpoint=TOKEN_URL,
    client_id="svc",
    scope=("read", "admin"),
    audience=("erp",),
    resource=("urn:api",),
    realm_name="erp",
    where_options="auth_server and realm",
)

KEYCLOAK: list[tuple[int, str, str, type[AuthkitError], str]] = [
    (
        401,
        "unauthorized_client",
        "Invalid client or Invalid client credentials",
        WrongClientSecret,
        f"The client_secret of the client 'svc' is wrong in the realm 'erp' at {TOKEN_URL}: copy it from the admin "
        "console, Clients, this client, tab Credentials.",
    ),
    (
        401,
        "invalid_client",
        "Invalid client or Invalid client credentials",
        UnknownClient,
        f"{TOKEN_URL} knows no enabled client 'svc' in the realm 'erp': check client_id, and in the admin console "
        "under Clients that it exists and is enabled.",
    ),
    (
        401,
        "unauthorized_client",
        "Client not enabled to retrieve service account",
        ServiceAccountsDisabled,
        "The client 'svc' in the realm 'erp' may not log in by itself (client credentials grant): switch on 'Service "
        "account roles' in the admin console, Clients, this client, Settings, Capability config.",
    ),
    (
        401,
        "unauthorized_client",
        "Public client not allowed to retrieve service account",
        ClientNotConfidential,
        "The client 'svc' in the realm 'erp' is public and has no secret to log in with: switch on 'Client "
        "authentication' and 'Service account roles' in the admin console, Clients, this client, Settings, Capability "
        "config.",
    ),
    (
        400,
        "invalid_client",
        "Bearer-only not allowed",
        ClientNotConfidential,
        "The client 'svc' in the realm 'erp' is bearer-only and cannot log in: use another client, one with 'Client "
        "authentication' and 'Service account roles' switched on.",
    ),
    (
        400,
        "invalid_client",
        "Parameter client_assertion_type is missing",
        ClientAuthMethodRefused,
        "The client 'svc' in the realm 'erp' does not accept client_auth_method client_secret_post: set "
        "client_auth_method to what the admin console shows for it under Clients, this client, tab Credentials, "
        "Client Authenticator.",
    ),
    (
        401,
        "unauthorized_client",
        "Invalid method used to get client secret. Client requires method 'client_secret_basic' to obtain client "
        "secret from the request",
        ClientAuthMethodRefused,
        "The client 'svc' in the realm 'erp' does not accept client_auth_method client_secret_post: set "
        "client_auth_method to client_secret_basic (in the admin console: Clients, this client, tab Credentials, "
        "Allowed authentication method).",
    ),
    (
        404,
        "Realm does not exist",
        "",
        UnknownRealm,
        "The server login.example.org:443 does not have the realm 'erp': check auth_server and realm, upper and lower "
        "case included.",
    ),
    (
        403,
        "access_denied",
        "Realm not enabled",
        RealmDisabled,
        f"The realm 'erp' at {TOKEN_URL} is disabled: switch on 'Enabled' in the admin console, Realm settings.",
    ),
    (
        403,
        "invalid_request",
        "HTTPS required",
        HttpsRequired,
        f"The realm 'erp' requires https, and {TOKEN_URL} is plain http: write auth_server with https://, or look "
        "at 'Require SSL' in the admin console, Realm settings, General.",
    ),
    (
        400,
        "invalid_scope",
        "Invalid scopes: s3cret",
        ScopeRefused,
        f"{TOKEN_URL} does not grant the client 'svc' the requested scope ('read', 'admin'): check scope, and that it "
        "exists and is assigned to this client (in Keycloak: Clients, this client, tab Client scopes).",
    ),
    (
        400,
        "unsupported_grant_type",
        "Unsupported grant_type",
        GrantRefused,
        f"{TOKEN_URL} does not offer the grant client_credentials: switch it on at the server, or check auth_server "
        "and realm.",
    ),
    (
        404,
        "Unable to find matching target resource method",
        "",
        EndpointNotFound,
        f"There is no token endpoint at {TOKEN_URL} (HTTP 404): check auth_server and realm (Keycloak before version "
        "17 has /auth in front of /realms, later ones only where it is set up so).",
    ),
    (
        405,
        "HTTP 405 Method Not Allowed",
        "",
        EndpointNotFound,
        f"There is no token endpoint at {TOKEN_URL} (HTTP 405): check auth_server and realm (Keycloak before version "
        "17 has /auth in front of /realms, later ones only where it is set up so).",
    ),
]


def said(status: int, body: object, at: RequestFacts = AT, headers: dict[str, str] | None = None) -> AuthkitError:
    response = answer(body, status, headers)
    return refusal(response, response.json_members(), at)


@pytest.mark.parametrize(("status", "error", "description", "kind", "sentence"), KEYCLOAK)
def test_keycloaks_own_words(
    status: int, error: str, description: str, kind: type[AuthkitError], sentence: str
) -> None:
    body = {"error": error, **({"error_description": description} if description else {})}
    found = said(status, body)
    assert (type(found), found.message) == (kind, sentence)


NOT_AUTHENTICATED = f"{TOKEN_URL} refused the client 'svc' (HTTP 401): check client_id and client_secret"
OTHERS: list[tuple[int, object, type[AuthkitError], str]] = [
    (401, {"error": "invalid_client"}, ClientAuthenticationFailed, f"{NOT_AUTHENTICATED}."),
    (
        401,
        {"error": "unauthorized_client", "error_description": "s3cret"},
        ClientAuthenticationFailed,
        f"{NOT_AUTHENTICATED}.",
    ),
    (401, b"<html>s3cret</html>", ClientAuthenticationFailed, f"{NOT_AUTHENTICATED}."),
    (
        400,
        {"error": "invalid_client"},
        ClientAuthenticationFailed,
        f"{TOKEN_URL} refused the client 'svc' (HTTP 400): check client_id and client_secret.",
    ),
    (
        400,
        {"error": "unauthorized_client"},
        GrantRefused,
        f"{TOKEN_URL} does not let the client 'svc' use the grant client_credentials: allow it for this client at the "
        "server (in Keycloak: Settings, Capability config), or set grant_type to one that is allowed.",
    ),
    (
        400,
        {"error": "invalid_grant"},
        GrantRefused,
        f"{TOKEN_URL} does not let the client 'svc' use the grant client_credentials: allow it for this client at the "
        "server (in Keycloak: Settings, Capability config), or set grant_type to one that is allowed, or "
        "dpop: true if the server requires DPoP.",
    ),
    (
        400,
        {"error": "invalid_target"},
        AudienceRefused,
        f"{TOKEN_URL} does not issue the client 'svc' tokens for 'erp', 'urn:api': check audience and resource, and "
        "that the client may use them.",
    ),
    (
        400,
        {"error": "invalid_request", "error_description": "s3cret"},
        TokenRequestRefused,
        f"{TOKEN_URL} refused the token request of the client 'svc' (HTTP 400, invalid_request): look up the reason in "
        "the server's log, and check extra_parameters if you set them.",
    ),
    (
        403,
        b"<html>s3cret</html>",
        TokenRequestRefused,
        f"{TOKEN_URL} refused the token request of the client 'svc' (HTTP 403): look up the reason in the server's "
        "log, and check extra_parameters if you set them.",
    ),
    (
        418,
        {"error": "S3CRET is s3cret", "error_description": ["s3cret"]},
        TokenRequestRefused,
        f"{TOKEN_URL} refused the token request of the client 'svc' (HTTP 418): look up the reason in the server's "
        "log, and check extra_parameters if you set them.",
    ),
    (
        429,
        {"error": "s3cret"},
        RateLimited,
        f"{TOKEN_URL} allows no more requests for now (HTTP 429): try again later, or have its limit raised.",
    ),
    (
        500,
        {"error": "unknown_error"},
        ServerUnavailable,
        f"{TOKEN_URL} cannot answer now (HTTP 500): try again later, and check the server's log.",
    ),
    (
        407,
        b"",
        ProxyFailed,
        "The proxy in front of login.example.org:443 requires a user and password (HTTP 407): put them into proxy (or "
        "HTTP_PROXY, HTTPS_PROXY), or name the host in NO_PROXY.",
    ),
]


@pytest.mark.parametrize(("status", "body", "kind", "sentence"), OTHERS)
def test_other_servers(status: int, body: object, kind: type[AuthkitError], sentence: str) -> None:
    found = said(status, body)
    assert (type(found), found.message) == (kind, sentence)
    assert "s3cret" not in found.message


@pytest.mark.parametrize(
    ("reserved", "why"),
    [(True, "they hold characters that some servers do not decode"), (False, "some want it")],
)
def test_basic_has_a_way_out(reserved: bool, why: str) -> None:
    at = replace(AT, auth_method="client_secret_basic", reserved_characters=reserved)
    assert said(401, {"error": "invalid_client"}, at).message == (
        f"{NOT_AUTHENTICATED}; if both are right, try client_auth_method client_secret_post ({why})."
    )


def test_basic_where_post_is_wanted() -> None:
    at = replace(AT, auth_method="client_secret_basic")
    words = "Invalid method used to get client secret. Client requires method 'client_secret_post' to obtain it"
    found = said(401, {"error": "unauthorized_client", "error_description": words}, at)
    assert found.message.startswith(
        "The client 'svc' in the realm 'erp' does not accept client_auth_method client_secret_basic: set "
        "client_auth_method to client_secret_post ("
    )


def test_scope_that_was_not_asked_for() -> None:
    assert said(400, {"error": "invalid_scope"}, replace(AT, scope=())).message == (
        f"{TOKEN_URL} requires a scope that was not requested: set scope to one that the client 'svc' may have."
    )


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, ServerUnavailable)])
def test_retry_after_is_carried(status: int, kind: type[AuthkitError]) -> None:
    found = said(status, b"", headers={"retry-after": "17"})
    assert found.__class__ is kind
    assert found.retry_after == 17.0
    assert "try again in 17 s" in found.message


def test_unknown_endpoint_that_is_not_keycloaks() -> None:
    at = RequestFacts(endpoint="https://idp.example.org/token", client_id="svc")
    assert said(404, b"<html>", at).message == (
        "There is no token endpoint at https://idp.example.org/token (HTTP 404): check token_url."
    )


def test_realm_from_a_url() -> None:
    assert realm_of("https://h/auth/realms/my%20realm/protocol") == "my realm"
    assert realm_of("https://h/realms/") is None
    assert realm_of("https://h/realms") is None
    assert realm_of("https://h/token") is None


HTTPS, OTHER = "write it with https://", "set it to the address the server really has"


@pytest.mark.parametrize(
    ("url", "location", "to", "step"),
    [
        ("http://h/token", "https://h/token", "https://h/token", HTTPS),
        ("https://h/token", "https://s:s3cret@sso.example:8443/a?s3cret#s3cret", "https://sso.example:8443/a", OTHER),
        ("https://h/a/token", "/login?s3cret", "https://h/login", OTHER),
        ("https://h/a/token", "//other/token/", "https://other/token/", OTHER),
        ("https://h/token", "http://h/token", "http://h/token", OTHER),
        (
            "https://h/token",
            "https://bücher.example/{{x}} é",
            "https://xn--bcher-kva.example/%7B%7Bx%7D%7D%20%C3%A9",
            OTHER,
        ),
        ("https://h/token", "https://h/a\u202eb", "https://h/a%E2%80%AEb", OTHER),
    ],
)
def test_a_redirect_names_where_to(url: str, location: str, to: str, step: str) -> None:
    response = answer(b"", 302, {"location": location}, url)
    assert redirected(response, what="token_url") == (
        f"{url} redirects to '{to}' (HTTP 302) and credentials do not follow redirects: token_url is not the server's "
        f"own address, {step}."
    )


@pytest.mark.parametrize(
    "location",
    ["", "HTTPS://[s3cret", "javascript:s3cret", "https://h\\@s3cret/", "https://h/\x1b[31ms3cret", "http://"],
)
def test_a_redirect_to_no_url_is_not_shown(location: str) -> None:
    response = answer(b"", 302, {"location": location} if location else {}, "https://h/token")
    assert redirected(response, what="token_url") == (
        "https://h/token redirects (HTTP 302) and credentials do not follow redirects: token_url is not the server's "
        f"own address, {OTHER}."
    )


def test_a_redirect_to_a_long_path_is_cut() -> None:
    response = answer(b"", 302, {"location": "https://h/" + "x" * 60_000}, "https://h/token")
    assert len(redirected(response, what="token_url")) < 420
