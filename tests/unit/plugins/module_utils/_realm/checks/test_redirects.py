# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redirect URIs, post-logout redirects and web origins of clients."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import redirects
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import NO_POLICIES, client, policies


def at(*uris: str, **settings: Any) -> list[dict[str, Any]]:
    return [client(redirectUris=list(uris), **settings)]


def after(uris: str, **settings: Any) -> list[dict[str, Any]]:
    return [client(attributes={"post.logout.redirect.uris": uris}, **settings)]


def own_account(after_logout: str) -> list[dict[str, Any]]:
    """Keycloak's own client with the redirect URIs that it ships with."""
    attributes = {"post.logout.redirect.uris": after_logout}
    shipped = {"rootUrl": "${authBaseUrl}", "redirectUris": ["/realms/shop/account/*"]}
    return [client("account", attributes=attributes, **shipped)]


OFF: dict[str, Any] = {"enabled": False}
S256: dict[str, Any] = {"attributes": {"pkce.code.challenge.method": "S256"}}
NEW: dict[str, Any] = {"server_version": "26.10.1"}
OLD: dict[str, Any] = {"server_version": "24.0.5"}

CASES: list[Case] = [
    *(
        case(redirects.client_wildcard_redirect, ["app"], clients=at("https://a.example/cb", uri))
        for uri in ("*", "https://*", "HTTP://*", "http*", "https:*", "https:/*", "h*")
    ),
    *(
        case(redirects.client_wildcard_redirect, {"app": "low"}, clients=at(uri))
        for uri in ("https://*.example.com/x", "https://*.example.com/*", "https://shop-*.example.com/x", "http://*:8/")
    ),
    case(redirects.client_wildcard_redirect, {"app": "critical"}, clients=at("https://*.example.com/x", "*")),
    case(redirects.client_wildcard_redirect, {"app": "info"}, clients=at("*", **OFF)),
    case(redirects.client_wildcard_redirect, clients=at("https://a.example/*", "https://a.example*", "/*", "")),
    case(redirects.client_wildcard_redirect, clients=[client(redirectUris=["*"], standardFlowEnabled=False)]),
    case(redirects.client_wildcard_redirect, ["account"], clients=[client("account", redirectUris=["*"])]),
    case(redirects.client_wildcard_redirect, clients=[client("account", redirectUris=["/realms/shop/account/*"])]),
    case(
        redirects.client_wildcard_redirect,
        clients=[client("b", redirectUris=None), client("c", bearerOnly=True, redirectUris=["*"])],
    ),
    case(redirects.client_wildcard_redirect, clients=at("**", "https://a.example/cb?to=*", "https://a.example/*/cb")),
    *(
        case(redirects.client_wildcard_host_redirect, {"app": "high"}, clients=at(uri), **NEW)
        for uri in ("https://a.example*", "https://a.example:8443*", "https://a.example:*", "a.example*", "app://host*")
    ),
    case(redirects.client_wildcard_host_redirect, {"app": "critical"}, clients=at("https://a.example*"), **OLD),
    # Where the version is not known, the newest behavior counts.
    case(redirects.client_wildcard_host_redirect, {"app": "high"}, clients=at("https://a.example*")),
    case(redirects.client_wildcard_host_redirect, {"app": "high"}, clients=at("http://a.example*"), server_version="?"),
    *(
        case(redirects.client_wildcard_host_redirect, {"app": "medium"}, clients=at(uri), **version)
        for uri in ("http://localhost:*", "http://localhost*", "http://127.0.0.1:*", "http://app.localhost:*")
        for version in (NEW, {})
    ),
    case(redirects.client_wildcard_host_redirect, {"app": "critical"}, clients=at("http://localhost:*"), **OLD),
    case(
        redirects.client_wildcard_host_redirect,
        {"app": "high"},
        clients=at("http://localhost:*", "https://a.example*"),
    ),
    case(redirects.client_wildcard_host_redirect, {"app": "high"}, clients=at("http://localhost.evil.example*")),
    case(redirects.client_wildcard_host_redirect, {"app": "info"}, clients=at("https://a.example*", **OFF), **NEW),
    case(
        redirects.client_wildcard_host_redirect, clients=at("https://a.example/*", "*", "https://a.example/x*"), **NEW
    ),
    case(redirects.client_wildcard_path_redirect, {"app": "medium"}, clients=at("https://a.example/*"), **NO_POLICIES),
    case(
        redirects.client_wildcard_path_redirect,
        {"app": "medium"},
        clients=at("https://a.example/*", publicClient=True, **S256),
    ),
    case(
        redirects.client_wildcard_path_redirect,
        {"app": "low"},
        clients=at("https://a.example/x*", **S256),
        **NO_POLICIES,
    ),
    case(
        redirects.client_wildcard_path_redirect,
        {"app": "low"},
        clients=at("/x/*", rootUrl="https://a"),
        **policies("pkce-enforcer"),
    ),
    case(
        redirects.client_wildcard_path_redirect,
        {"app": "medium"},
        clients=at("https://a.example/*"),
        **policies("secure-redirect-uris-enforcer"),
    ),
    case(redirects.client_wildcard_path_redirect, ["app"], clients=at("com.example.app:*", publicClient=True, **S256)),
    case(
        redirects.client_wildcard_path_redirect,
        clients=at("https://a.example/cb", "*", "https://a.example*"),
        **NO_POLICIES,
    ),
    case(
        redirects.client_wildcard_path_redirect,
        clients=at("https://*.example.com/*", "https://a.example/cb?to=*"),
        **NO_POLICIES,
    ),
    *(
        case(redirects.client_wildcard_path_redirect, {"app": "low"}, clients=at(uri), **NO_POLICIES)
        for uri in ("https://shop-*.example.com/*", "https://shop-*.example.com*", "https://shop.*.example.com/x*")
    ),
    case(
        redirects.client_wildcard_path_redirect,
        {"app": "medium"},
        clients=at("https://shop-*.example.com/*", "https://a.example/*"),
        **NO_POLICIES,
    ),
    case(redirects.client_wildcard_redirect, clients=at("https://shop-*.example.com/*")),
    case(redirects.client_wildcard_path_redirect, clients=[client("account", redirectUris=["/realms/shop/account/*"])]),
    case(redirects.client_http_redirect, ["app"], clients=at("http://a.example/cb")),
    case(redirects.client_http_redirect, ["app"], clients=at("/cb", rootUrl="http://a.example")),
    case(
        redirects.client_http_redirect,
        clients=at("http://localhost/x", "http://127.0.0.1:5/x", "http://[::1]/x", "https://a/"),
    ),
    case(redirects.client_http_redirect, ["app"], clients=at("HTTP://a.example/cb", "http://localhost@a.example/")),
    case(
        redirects.client_http_redirect,
        ["account-console"],
        clients=[client("account-console", redirectUris=["http://a.example/"])],
    ),
    case(redirects.client_http_redirect, {"app": "info"}, clients=at("http://a.example/cb", **OFF)),
    case(redirects.client_http_redirect, clients=at("/cb", rootUrl="${authBaseUrl}")),
    # Browsers do not use DNS for names below localhost.
    case(redirects.client_http_redirect, clients=at("http://app.localhost/cb", "http://app.localhost:*")),
    case(redirects.client_http_redirect, ["app"], clients=at("http://[::1].a.example/cb")),
    case(redirects.client_loopback_redirect_on_web_client, ["app"], clients=at("http://app.localhost:3000/cb")),
    case(redirects.client_loopback_redirect_on_web_client, ["app"], clients=at("http://localhost:3000/cb")),
    case(redirects.client_loopback_redirect_on_web_client, ["app"], clients=at("/cb", rootUrl="http://[::1]:3000")),
    case(
        redirects.client_loopback_redirect_on_web_client, {"app": "info"}, clients=at("http://localhost:3000/cb", **OFF)
    ),
    case(
        redirects.client_loopback_redirect_on_web_client, clients=at("http://127.0.0.1/cb", publicClient=True, **S256)
    ),
    case(redirects.client_custom_scheme_redirect, ["app"], clients=at("myapp://cb")),
    case(redirects.client_custom_scheme_redirect, ["app"], clients=at("myapp:/cb")),
    case(
        redirects.client_custom_scheme_redirect,
        clients=at("com.example.app:/cb", "https://a/", "/x", "urn:ietf:wg:oauth:2.0:oob"),
    ),
    case(redirects.client_relative_redirect_without_root, ["app"], clients=at("/cb")),
    case(redirects.client_relative_redirect_without_root, clients=at("/cb", rootUrl="https://a.example")),
    case(
        redirects.client_relative_redirect_without_root,
        clients=[client("account", redirectUris=["/realms/shop/account/*"])],
    ),
    case(redirects.client_redirect_missing, ["app"], clients=at()),
    case(redirects.client_redirect_missing, clients=at(standardFlowEnabled=False)),
    case(redirects.client_redirect_missing, clients=at(bearerOnly=True)),
    case(redirects.client_redirect_missing, clients=[client("admin-permissions", redirectUris=[])]),
    case(redirects.client_wildcard_post_logout, {"app": "high"}, clients=after("https://a/x##*")),
    case(redirects.client_wildcard_post_logout, {"app": "high"}, clients=after("https://a.example*")),
    case(redirects.client_wildcard_post_logout, {"app": "medium"}, clients=after("https://a.example/*")),
    case(redirects.client_wildcard_post_logout, {"app": "low"}, clients=after("https://*.example.com/*")),
    case(
        redirects.client_wildcard_post_logout,
        {"app": "medium"},
        clients=after("https://*.example.com/*##https://a.example/*"),
    ),
    case(redirects.client_wildcard_post_logout, clients=after("https://a.example/x?to=*")),
    case(
        redirects.client_wildcard_post_logout,
        {"app": "medium"},
        clients=after("+", redirectUris=["https://a.example/*"]),
    ),
    case(
        redirects.client_wildcard_post_logout,
        {"app": "high"},
        clients=after("+", redirectUris=["*"], standardFlowEnabled=False),
    ),
    case(redirects.client_wildcard_post_logout, {"app": "high"}, clients=after("https://a/x##+", redirectUris=["*"])),
    case(redirects.client_wildcard_post_logout, {"app": "high"}, clients=at("*")),
    case(redirects.client_wildcard_post_logout, {"app": "info"}, clients=after("*", **OFF)),
    case(redirects.client_wildcard_post_logout, clients=after("-", redirectUris=["*"])),
    case(redirects.client_wildcard_post_logout, clients=after("-##*")),
    case(redirects.client_wildcard_post_logout, clients=after("https://a/x", redirectUris=["*"])),
    case(redirects.client_wildcard_post_logout, clients=[*after("https://a/x"), client("b")]),
    case(redirects.client_wildcard_post_logout, {"account": "high"}, clients=own_account("*")),
    case(redirects.client_wildcard_post_logout, {"account": "high"}, clients=own_account("+##https://a.example*")),
    case(redirects.client_wildcard_post_logout, clients=own_account("+")),
    case(redirects.client_wildcard_post_logout, clients=own_account("/realms/shop/account/*")),
    case(redirects.client_web_origins_wildcard, ["app"], clients=[client(webOrigins=["https://a", "*"])]),
    case(redirects.client_web_origins_wildcard, ["account"], clients=[client("account", webOrigins=["*"])]),
    case(redirects.client_web_origins_wildcard, {"app": "info"}, clients=[client(webOrigins=["*"], **OFF)]),
    case(redirects.client_web_origins_wildcard, {"app": "info"}, clients=at("*")),
    case(redirects.client_web_origins_wildcard, clients=[client(), client("b", webOrigins=[])]),
    case(redirects.client_web_origins_http, ["app"], clients=[client(webOrigins=["http://a.example"])]),
    case(redirects.client_web_origins_http, ["account"], clients=[client("account", webOrigins=["http://a.example"])]),
    case(
        redirects.client_web_origins_http,
        clients=[client(webOrigins=["http://localhost:3000", "https://a.example", "+"])],
    ),
    *(
        case(redirects.client_wildcard_post_logout, {"app": severity}, clients=after(uri), **version)
        for uri, version, severity in (
            ("http://localhost:*", {}, "medium"),
            ("http://localhost:*", NEW, "medium"),
            ("http://localhost:*", OLD, "high"),
            ("https://a.example*", {}, "high"),
        )
    ),
    case(redirects.client_http_post_logout, ["app"], clients=after("https://a.example/##http://a.example/bye")),
    case(redirects.client_http_post_logout, ["app"], clients=after("/bye", rootUrl="http://a.example")),
    case(redirects.client_http_post_logout, {"app": "info"}, clients=after("http://a.example/bye", **OFF)),
    case(redirects.client_http_post_logout, clients=after("http://localhost/bye##https://a.example/##+")),
    case(redirects.client_http_post_logout, clients=after("-##http://a.example/bye")),
    case(redirects.client_http_post_logout, clients=after("http://a.example/bye", protocol="saml")),
    # What + stands for is a finding on the redirect URIs.
    case(redirects.client_http_post_logout, clients=after("+", redirectUris=["http://a.example/cb"])),
    *(
        case(redirects.client_web_origins_useless, ["app"], clients=[client(webOrigins=[origin])])
        for origin in ("/*", "https://a.example/", "https://a.example/app", "https://a.example/*", "/", "a.example/x")
    ),
    case(redirects.client_web_origins_useless, clients=[client(webOrigins=["*", "+", "https://a.example:8443", ""])]),
    case(redirects.client_web_origins_useless, clients=[client(webOrigins=["/*"], bearerOnly=True)]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ({}, "any path of the host (the server's version is not known, so this is judged as Keycloak 26.7 and newer"),
        (NEW, "any path of the host."),
        (OLD, "any host that starts with this name."),
    ],
    ids=["unknown", "new", "old"],
)
def test_a_wildcard_after_the_host_says_what_it_matches(version: dict[str, Any], words: str) -> None:
    (finding,) = found(redirects.client_wildcard_host_redirect, {"clients": at("https://a.example*"), **version})
    assert words in finding.message


def test_after_a_logout_an_unknown_version_is_told_only_where_it_matters() -> None:
    check = redirects.client_wildcard_post_logout
    (wide,) = found(check, {"clients": after("https://a.example*")})
    (known,) = found(check, {"clients": after("https://a.example*"), **NEW})
    (path,) = found(check, {"clients": after("https://a.example/*")})
    assert "version is not known" in wide.message
    assert "version is not known" not in known.message + path.message
