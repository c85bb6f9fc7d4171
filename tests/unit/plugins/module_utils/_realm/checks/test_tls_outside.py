# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of the checks of https, certificates and versions of TLS."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks.tls_outside import (
    discovery_endpoint_not_https,
    discovery_issuer_not_https,
    tls_certificate_expiring,
    tls_certificate_invalid,
    tls_hsts_missing,
    tls_legacy_protocol,
    tls_plain_http,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Inconclusive, NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.observed import TlsFacts
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, SERVER, Case, case
from ansible_collections.authkit.oauth.tests.unit.support.snapshot_parts import metadata, only, public_answer

NO_TLS = Gap("The server's address is plain http.")
DOWN = Gap("Nothing listens there.", fault=True)
UNOFFERED = Gap("This machine's OpenSSL cannot offer TLS 1.0.")
PLAIN = "http://sso.example.com"
LOCAL = "http://localhost:8080"
REFUSED = {"TLS 1.0": False, "TLS 1.1": False}


def tls(days: float = 90, **changes: Any) -> TlsFacts:
    right: dict[str, Any] = {
        "problem": None,
        "validated": True,
        "expires": datetime.now(timezone.utc) + timedelta(days=days),
        "accepts": REFUSED,
    }
    return TlsFacts(**{**right, **changes})


def page(header: str | None) -> dict[str, Any]:
    headers = {} if header is None else only("strict_transport_security", header)
    return {"metadata": metadata(), "base_url": SERVER, "discovery": public_answer(metadata(), **headers)}


CASES: list[Case] = [
    case(discovery_issuer_not_https, metadata=metadata()),
    case(discovery_issuer_not_https, [REALM], metadata=metadata(issuer=f"{PLAIN}/realms/shop")),
    case(discovery_issuer_not_https, [REALM], metadata=metadata(issuer="shop")),
    *(
        case(discovery_issuer_not_https, {REALM: "info"}, metadata=metadata(issuer=f"{url}/realms/shop"))
        for url in (LOCAL, "http://127.3.2.1:80", "http://[::1]:8080")
    ),
    case(
        discovery_issuer_not_https,
        [REALM],
        metadata=metadata(issuer=f"{LOCAL}/realms/shop"),
        parameters={"allow_loopback_http": False},
    ),
    case(discovery_endpoint_not_https, metadata=metadata()),
    case(discovery_endpoint_not_https, metadata=metadata(issuer=f"{LOCAL}/realms/shop")),
    case(discovery_endpoint_not_https, [REALM], metadata=metadata(token_endpoint=f"{PLAIN}/token")),
    case(discovery_endpoint_not_https, [REALM], metadata=metadata(jwks_uri=f"{PLAIN}/certs")),
    case(discovery_endpoint_not_https, [REALM], metadata=metadata(check_session_iframe=f"{PLAIN}/iframe")),
    case(
        discovery_endpoint_not_https,
        [REALM],
        metadata=metadata(mtls_endpoint_aliases={"token_endpoint": f"{PLAIN}/token"}),
    ),
    case(tls_plain_http, base_url=SERVER),
    case(tls_plain_http, [REALM], base_url=PLAIN),
    case(tls_plain_http, {REALM: "info"}, base_url=LOCAL),
    case(tls_plain_http, [REALM], base_url=LOCAL, parameters={"allow_loopback_http": False}),
    case(tls_certificate_invalid, tls=tls()),
    case(tls_certificate_invalid, [REALM], tls=tls(problem="The certificate of sso.example.com:443 is expired.")),
    case(tls_certificate_invalid, [REALM], tls=tls(validated=False)),
    case(tls_certificate_invalid, unknown=NotEvaluated, tls=NO_TLS),
    case(tls_certificate_invalid, unknown=Inconclusive, tls=tls(problem=DOWN)),
    case(tls_certificate_expiring, tls=tls()),
    case(tls_certificate_expiring, tls=tls(22)),
    case(tls_certificate_expiring, [REALM], tls=tls(20)),
    case(tls_certificate_expiring, [REALM], tls=tls(-1)),
    case(tls_certificate_expiring, [REALM], tls=tls(22), parameters={"cert_warn_days": 30}),
    case(tls_certificate_expiring, unknown=NotEvaluated, tls=NO_TLS),
    case(tls_certificate_expiring, unknown=NotEvaluated, tls=tls(expires=Gap("cryptography is missing."))),
    case(tls_legacy_protocol, tls=tls()),
    case(tls_legacy_protocol, [REALM], tls=tls(accepts={"TLS 1.0": False, "TLS 1.1": True})),
    case(tls_legacy_protocol, [REALM], tls=tls(accepts={"TLS 1.0": True, "TLS 1.1": True})),
    case(tls_legacy_protocol, unknown=NotEvaluated, tls=tls(accepts={"TLS 1.0": UNOFFERED, "TLS 1.1": False})),
    case(tls_legacy_protocol, unknown=Inconclusive, tls=tls(accepts={"TLS 1.0": False, "TLS 1.1": DOWN})),
    case(tls_legacy_protocol, unknown=NotEvaluated, tls=NO_TLS),
    case(tls_hsts_missing, **page("max-age=31536000; includeSubDomains")),
    case(tls_hsts_missing, **page('includeSubDomains; Max-Age = "15552000"')),
    case(tls_hsts_missing, [REALM], **page(None)),
    case(tls_hsts_missing, [REALM], **page("max-age=3600")),
    case(tls_hsts_missing, [REALM], **page("includeSubDomains")),
    case(tls_hsts_missing, [REALM], **page("max-age=31536000"), parameters={"hsts_min_age": 63072000}),
    case(tls_hsts_missing, unknown=NotEvaluated, **{**page("max-age=31536000"), "base_url": LOCAL}),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()


def test_what_was_found_counts_although_the_rest_is_not_known() -> None:
    facts = tls(accepts={"TLS 1.0": UNOFFERED, "TLS 1.1": True})
    running = iter(tls_legacy_protocol.run(Snapshot(REALM, SERVER, {"tls": facts}), tls_legacy_protocol.defaults()))
    assert "TLS 1.1" in next(running).message
    with pytest.raises(NotEvaluated):
        next(running)
