# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of pages, paths and probes that need no credentials."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.probes import (
    probe_admin_surface_public,
    probe_cookie_flags,
    probe_dcr_anonymous_open,
    probe_login_page_framable,
    probe_management_endpoint_public,
    probe_open_redirect,
    probe_pkce_not_enforced,
    probe_unsigned_token_accepted,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import (
    Cookie,
    LoginPage,
    ProbeAnswer,
)
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import only

OFF = Gap("Switched off.")
DOWN = Gap("The server answered 500.", fault=True)
SAFE = ("secure", "httponly", "samesite", "path")
KEYCLOAK_POLICY = "frame-src 'self'; frame-ancestors 'self'; object-src 'none';"
STRANGER = "authkit-probe.invalid"


def answered(status: int, **more: Any) -> ProbeAnswer:
    return ProbeAnswer(status, **more)


def registration(answer: Any) -> dict[str, Any]:
    return {"probes": {"registration": answer}}


def redirect(**answers: Any) -> dict[str, Any]:
    return {"probes": {"registration": OFF, **{f"redirect of {name}": each for name, each in answers.items()}}}


def login(**answers: Any) -> dict[str, Any]:
    return {"probes": {"registration": OFF, **{f"without PKCE: {name}": each for name, each in answers.items()}}}


def page(policy: str = "", options: str = "", status: int = 200, **cookies: tuple[str, ...]) -> dict[str, Any]:
    made = tuple(Cookie(name, frozenset(attributes)) for name, attributes in cookies.items())
    return {"login_page": LoginPage(status, policy, options, made), "base_url": SERVER}


def unprotected(name: str, *attributes: str) -> dict[str, Any]:
    return {**page(**only(name, attributes)), "base_url": "http://localhost:8080"}


CASES: list[Case] = [
    case(probe_dcr_anonymous_open, **registration(answered(403, error="insufficient_scope"))),
    case(probe_dcr_anonymous_open, **registration(answered(401))),
    case(probe_dcr_anonymous_open, **registration(answered(404))),
    case(probe_dcr_anonymous_open, **registration(None)),
    case(probe_dcr_anonymous_open, [REALM], **registration(answered(400, error="invalid_redirect_uri"))),
    case(probe_dcr_anonymous_open, [REALM], **registration(answered(400, error="invalid_client_metadata"))),
    case(probe_dcr_anonymous_open, [REALM], **registration(answered(201))),
    case(probe_dcr_anonymous_open, unknown=NotEvaluated, **registration(answered(400, error="invalid_request"))),
    case(probe_dcr_anonymous_open, unknown=NotEvaluated, **registration(answered(302, redirect_host="sso"))),
    case(probe_dcr_anonymous_open, unknown=Inconclusive, **registration(DOWN)),
    case(probe_dcr_anonymous_open, unknown=NotEvaluated, probes=OFF),
    case(probe_open_redirect, **redirect(account=answered(400), portal=answered(403))),
    case(probe_open_redirect, **redirect(portal=answered(302, redirect_host="sso.example.com", error="x"))),
    case(probe_open_redirect, ["portal"], **redirect(account=answered(400), portal=answered(200))),
    case(
        probe_open_redirect,
        ["account", "portal"],
        **redirect(
            account=answered(302, redirect_host=STRANGER), portal=answered(303, redirect_host=STRANGER, error="x")
        ),
    ),
    case(probe_open_redirect, unknown=NotEvaluated, **redirect()),
    case(probe_open_redirect, unknown=Inconclusive, **redirect(account=answered(400), portal=DOWN)),
    case(
        probe_pkce_not_enforced,
        **login(spa=answered(302, error="invalid_request", description="Missing parameter: code_challenge_method")),
    ),
    *(
        case(probe_pkce_not_enforced, ["spa"], **login(spa=answer))
        for answer in (
            answered(302, error="login_required"),
            answered(302, error="interaction_required"),
            answered(302, names=frozenset({"code", "state"})),
            answered(200),
        )
    ),
    case(probe_pkce_not_enforced, unknown=NotEvaluated, **login()),
    case(probe_pkce_not_enforced, unknown=NotEvaluated, **login(spa=answered(400))),
    case(probe_pkce_not_enforced, unknown=Inconclusive, **login(spa=DOWN)),
    case(probe_unsigned_token_accepted, probes={"unsigned token": answered(401)}),
    case(probe_unsigned_token_accepted, probes={"unsigned token": None}),
    case(probe_unsigned_token_accepted, [REALM], probes={"unsigned token": answered(200)}),
    case(probe_unsigned_token_accepted, unknown=Inconclusive, probes={"unsigned token": DOWN}),
    case(probe_unsigned_token_accepted, unknown=NotEvaluated, probes={}),
    case(probe_login_page_framable, **page(KEYCLOAK_POLICY, "SAMEORIGIN")),
    case(probe_login_page_framable, **page(KEYCLOAK_POLICY)),
    case(probe_login_page_framable, **page(KEYCLOAK_POLICY, status=400)),
    case(probe_login_page_framable, **page("frame-ancestors")),
    case(probe_login_page_framable, **page("Frame-Ancestors 'SELF' https://portal.example.com https://*.example.org")),
    case(probe_login_page_framable, **page("", " deny ")),
    case(probe_login_page_framable, **page("frame-ancestors *, frame-ancestors 'self'")),
    case(probe_login_page_framable, [REALM], **page()),
    case(probe_login_page_framable, [REALM], **page("frame-src 'self'", "ALLOW-FROM https://a.example")),
    *(
        case(probe_login_page_framable, [REALM], **page(f"frame-ancestors 'self' {source}", "DENY"))
        for source in ("*", "https:", "http://a.example", "https://*", "https://*:443")
    ),
    case(probe_login_page_framable, unknown=NotEvaluated, **page(status=302)),
    case(probe_management_endpoint_public, management={"/metrics": "", "/health": ""}),
    case(probe_management_endpoint_public, [REALM], management={"/metrics": "", "/health": "health"}),
    case(probe_management_endpoint_public, [REALM], management={"/metrics": "metrics", "/health": "health"}),
    case(probe_management_endpoint_public, unknown=Inconclusive, management={"/metrics": DOWN, "/health": ""}),
    case(probe_admin_surface_public, admin_surface={"/admin": False, "/realms/master": False}),
    case(probe_admin_surface_public, {REALM: "info"}, admin_surface={"/admin": True, "/realms/master": False}),
    case(
        probe_admin_surface_public,
        [REALM],
        admin_surface={"/admin": False, "/realms/master": True},
        parameters={"expect_public_vantage": True},
    ),
    case(probe_admin_surface_public, unknown=Inconclusive, admin_surface={"/admin": DOWN, "/realms/master": False}),
    case(probe_cookie_flags, **page(AUTH_SESSION_ID=SAFE, KC_RESTART=SAFE, KC_AUTH_SESSION_HASH=("secure",))),
    case(probe_cookie_flags, [REALM], **page(AUTH_SESSION_ID=SAFE, KC_RESTART=("secure",))),
    case(probe_cookie_flags, [REALM], **page(AUTH_SESSION_ID=("httponly",))),
    case(probe_cookie_flags, [REALM], **unprotected("AUTH_SESSION_ID", "secure")),
    case(probe_cookie_flags, **unprotected("AUTH_SESSION_ID", "httponly")),
    case(probe_cookie_flags, parameters={"flags": ["secure"]}, **page(AUTH_SESSION_ID=("secure",))),
    case(probe_cookie_flags, [REALM], parameters={"flags": ["secure"]}, **page(AUTH_SESSION_ID=("httponly",))),
    case(probe_cookie_flags, unknown=NotEvaluated, **page(theme=SAFE)),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
