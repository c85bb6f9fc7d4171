# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins of users with a certificate."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.certificate_logins import (
    flows_x509_ca_missing,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import Case, case, found
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import (
    COOKIE,
    DEFAULT_BROKER,
    DEFAULT_BROWSER,
    DEFAULT_DIRECT_GRANT,
    DEFAULT_RESET,
    either,
    flow,
    flows,
    step,
)

FORM = "auth-x509-client-username-form"
#: How Keycloak may spell the option.
SPELLINGS = ("ca-subject-dn", "casubjectdn", "certificate-ca-subject-dn")
OTHERS = (DEFAULT_DIRECT_GRANT, DEFAULT_RESET, DEFAULT_BROKER)
NEW: dict[str, Any] = {"server_version": "26.8.0"}


def by_certificate(**config: str) -> Any:
    """A step with a configuration, without which Keycloak lets nobody log in."""
    return step(FORM, "ALTERNATIVE", **{"x509-cert-auth.mapper-selection": "Username or Email", **config})


def realm(*executions: Any, **more: Any) -> dict[str, Any]:
    known = flows(flow(COOKIE, *executions), *OTHERS)
    return {"realm": {}, "clients": [], "identity_providers": [], **known, **more}


CASES: list[Case] = [
    case(flows_x509_ca_missing, ["browser"], **realm(by_certificate(), **NEW)),
    case(flows_x509_ca_missing, ["browser"], **realm(by_certificate())),
    case(flows_x509_ca_missing, unknown=NotEvaluated, **realm(by_certificate(), server_version="26.7.3")),
    *(
        case(flows_x509_ca_missing, **realm(by_certificate(**{f"x509-cert-auth.{each}": "CN=A##CN=B"}), **NEW))
        for each in SPELLINGS
    ),
    case(flows_x509_ca_missing, ["browser"], **realm(by_certificate(**{"x509-cert-auth.ca-subject-dn": "##"}), **NEW)),
    case(flows_x509_ca_missing, **realm(either(FORM), **NEW)),
    case(flows_x509_ca_missing, **realm(step(FORM, "DISABLED"), **NEW)),
    case(flows_x509_ca_missing, **realm(server_version="26.7.3")),
    case(
        flows_x509_ca_missing,
        **{**realm(), **flows(DEFAULT_BROWSER, *OTHERS, flow(step("direct-grant-auth-x509-username"), alias="unused"))},
    ),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_it_says_that_the_version_is_not_known() -> None:
    (finding,) = found(flows_x509_ca_missing, realm(by_certificate()))
    assert "the server's version is not known" in finding.message
