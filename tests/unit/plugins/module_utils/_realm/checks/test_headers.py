# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headers of Keycloak's pages."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.headers import (
    realm_header_csp_weak,
    realm_header_hsts_weak,
    realm_header_nosniff_off,
    realm_header_referrer_weak,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case


def sent(**headers: Any) -> dict[str, Any]:
    return {"realm": {"browserSecurityHeaders": headers}}


def csp(value: str, frame_options: str = "SAMEORIGIN") -> dict[str, Any]:
    return sent(contentSecurityPolicy=value, xFrameOptions=frame_options)


CASES: list[Case] = [
    case(realm_header_csp_weak, [REALM], **csp("frame-src *; object-src 'none';", "")),
    case(realm_header_csp_weak, [REALM], **csp("", "ALLOW-FROM https://app.example.com")),
    case(realm_header_csp_weak, {REALM: "low"}, **csp("object-src 'none'", "deny")),
    case(realm_header_csp_weak, {REALM: "low"}, **sent(contentSecurityPolicy="")),
    # X-Frame-Options does not count beside a frame-ancestors.
    case(realm_header_csp_weak, [REALM], **csp("frame-ancestors *", "DENY")),
    case(realm_header_csp_weak, [REALM], **csp("frame-ancestors 'self' https:")),
    case(realm_header_csp_weak, [REALM], **csp("Frame-Ancestors HTTP:; frame-ancestors 'self'")),
    case(realm_header_csp_weak, [REALM], **csp("frame-ancestors https://*:443")),
    case(realm_header_csp_weak, **csp("frame-ancestors 'self' https://*.example.com", "")),
    case(realm_header_csp_weak, **csp("frame-ancestors 'none'", "")),
    case(realm_header_csp_weak, **csp("frame-ancestors", "")),
    case(realm_header_csp_weak, **csp("frame-ancestors *, frame-ancestors 'self'", "")),
    case(realm_header_csp_weak, **sent(xFrameOptions="")),
    case(realm_header_csp_weak, realm={}),
    case(realm_header_csp_weak, unknown=NotEvaluated, realm={"browserSecurityHeaders": []}),
    case(realm_header_hsts_weak, [REALM], **sent(strictTransportSecurity="")),
    case(realm_header_hsts_weak, [REALM], **sent(strictTransportSecurity="includeSubDomains")),
    case(realm_header_hsts_weak, [REALM], **sent(strictTransportSecurity="max-age=86400; includeSubDomains")),
    case(realm_header_hsts_weak, **sent(strictTransportSecurity='includeSubDomains; Max-Age="31536000"')),
    case(realm_header_hsts_weak, **sent(strictTransportSecurity=f"max-age={'9' * 5000}")),
    case(realm_header_hsts_weak, parameters={"hsts_min_age": 1}, **sent(strictTransportSecurity="max-age=1")),
    case(realm_header_hsts_weak, realm={}),
    case(realm_header_nosniff_off, [REALM], **sent(xContentTypeOptions="")),
    case(realm_header_nosniff_off, **sent(xContentTypeOptions="NoSniff")),
    case(realm_header_nosniff_off, **sent()),
    case(realm_header_referrer_weak, [REALM], **sent(referrerPolicy="")),
    case(realm_header_referrer_weak, [REALM], **sent(referrerPolicy="unsafe-url")),
    case(realm_header_referrer_weak, [REALM], **sent(referrerPolicy="no-referrer, origin-when-cross-origin")),
    case(realm_header_referrer_weak, [REALM], **sent(referrerPolicy="made-up")),
    case(realm_header_referrer_weak, **sent(referrerPolicy="unsafe-url, same-origin")),
    case(realm_header_referrer_weak, **sent(referrerPolicy="no-referrer")),
    case(realm_header_referrer_weak, realm={}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
