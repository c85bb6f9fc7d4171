# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.realm import (
    realm_duplicate_emails,
    realm_edit_username,
    realm_frontend_url_http,
    realm_ssl_required_none,
    realm_unmanaged_attributes,
    server_version_unsupported,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case


def frontend(url: str) -> dict[str, Any]:
    return {"realm": {"attributes": {"frontendUrl": url}}}


def versions(oldest: str | None, server: str, *finds: str) -> Case:
    return case(
        server_version_unsupported, finds, parameters={"min_server_version": oldest}, realm={}, server_version=server
    )


CASES: list[Case] = [
    case(realm_ssl_required_none, [REALM], realm={"sslRequired": "none"}),
    case(realm_ssl_required_none, [REALM], realm={"sslRequired": "NONE"}),
    case(realm_ssl_required_none, realm={"sslRequired": "external"}),
    case(realm_ssl_required_none, realm={"sslRequired": "all"}),
    case(realm_ssl_required_none, realm={}),
    case(realm_frontend_url_http, [REALM], **frontend("http://sso.example.org")),
    case(realm_frontend_url_http, [REALM], **frontend(" HTTP://sso.example.org/auth ")),
    case(realm_frontend_url_http, **frontend("https://sso.example.org")),
    case(realm_frontend_url_http, **frontend("http://localhost:8080")),
    case(realm_frontend_url_http, **frontend("")),
    case(realm_frontend_url_http, realm={}),
    case(realm_duplicate_emails, [REALM], realm={"duplicateEmailsAllowed": True}),
    case(realm_duplicate_emails, realm={"duplicateEmailsAllowed": False}),
    case(realm_duplicate_emails, unknown=NotEvaluated, realm={"duplicateEmailsAllowed": 7}),
    case(realm_edit_username, [REALM], realm={"editUsernameAllowed": "true"}),
    case(realm_edit_username, realm={}),
    case(realm_unmanaged_attributes, [REALM], user_profile={"unmanagedAttributePolicy": "ENABLED"}),
    case(realm_unmanaged_attributes, user_profile={"unmanagedAttributePolicy": "ADMIN_EDIT"}),
    case(realm_unmanaged_attributes, user_profile={"unmanagedAttributePolicy": "ADMIN_VIEW"}),
    case(realm_unmanaged_attributes, user_profile={"attributes": []}),
    versions("26.10.0", "26.7.3", REALM),
    versions("26.7", "25.9.9", REALM),
    versions("26.4.1", "26.4", REALM),
    versions("26.4.1", "26.4.0.redhat-00002", REALM),
    versions("26.7.3", "26.10.0"),
    versions("26.4", "26.4.0"),
    versions("26", "26.0.0"),
    versions("26.4", "999.0.0-SNAPSHOT"),
    case(
        server_version_unsupported,
        unknown=NotEvaluated,
        parameters={"min_server_version": "newest"},
        server_version="26.7.3",
    ),
    case(
        server_version_unsupported,
        unknown=NotEvaluated,
        parameters={"min_server_version": "26.4"},
        server_version="nightly",
    ),
    case(server_version_unsupported, unknown=NotEvaluated, parameters={"min_server_version": "26.4"}),
    versions(None, "26.7.3"),
    versions(None, "999.0.0-SNAPSHOT"),
    versions(None, "26.6.4", REALM),
    versions(None, "3.3.0.CR1", REALM),
    case(server_version_unsupported, unknown=NotEvaluated, server_version="15.0.2.redhat-00001"),
    case(server_version_unsupported, unknown=NotEvaluated, server_version="nightly"),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
