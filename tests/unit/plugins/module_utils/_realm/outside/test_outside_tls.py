# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realms behind correct TLS, and behind TLS with one fault each."""

from __future__ import annotations

import ssl
import warnings

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.unit.support.fake_issuer import (
    OVERRIDES,
    Issuer,
    audit_outside,
    failing,
    serve,
    unanswered,
)
from ansible_collections.authkit.oauth.tests.unit.support.transports import MakeTransport, settings


def test_a_right_realm_over_tls(authority: PrivateAuthority, make_transport: MakeTransport) -> None:
    issuer, how = Issuer(), settings(ca_path=str(authority.ca_path))
    context = authority.server_context(authority.server(days=60, file_name="long"))
    with serve(issuer, context) as server:
        results = audit_outside(server, make_transport(ca_path=how.ca_path), how)
    assert failing(results) == set()
    assert unanswered(results) == set()


def in_old_tls(authority: PrivateAuthority, lowest: ssl.TLSVersion, highest: ssl.TLSVersion) -> ssl.SSLContext:
    context = authority.server_context(authority.server(days=60, file_name="old"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = lowest, highest
    return context


@pytest.mark.parametrize(
    ("names", "days", "finds", "named"),
    [
        (["other.example.com"], 60.0, {"tls-certificate-invalid"}, "for another host"),
        (["127.0.0.1"], -1.0, {"tls-certificate-invalid", "tls-certificate-expiring"}, "expired"),
    ],
)
def test_a_wrong_certificate(
    names: list[str],
    days: float,
    finds: set[str],
    named: str,
    authority: PrivateAuthority,
    make_transport: MakeTransport,
) -> None:
    how = settings(ca_path=str(authority.ca_path))
    context = authority.server_context(authority.server(names, days=days, file_name="wrong"))
    with serve(Issuer(), context) as server:
        results = audit_outside(server, make_transport(ca_path=how.ca_path), how)
    assert failing(results) == finds
    assert named in results["tls-certificate-invalid"].open[0].finding.message
    # What cannot be reached safely is not judged, and it is no fault of the server's that would be over tomorrow.
    assert isinstance(results["discovery-unreachable"].unknown, NotEvaluated)
    assert isinstance(results["token-grant-failed"].unknown, NotEvaluated)


def test_a_connection_that_takes_any_certificate(authority: PrivateAuthority, make_transport: MakeTransport) -> None:
    how = settings(validate_certs=False)
    context = authority.server_context(authority.server(days=60, file_name="any"))
    override = {"tls-certificate-invalid": {"parameters": {"ca_path": str(authority.ca_path)}}}
    with serve(Issuer(), context) as server:
        transport = make_transport(validate_certs=False)
        unknown_authority = audit_outside(server, transport, how, overrides=OVERRIDES)
        known_authority = audit_outside(server, transport, how, overrides={**OVERRIDES, **override})
    assert failing(unknown_authority) == failing(known_authority) == {"tls-certificate-invalid"}
    assert "does not trust" in unknown_authority["tls-certificate-invalid"].open[0].finding.message
    assert "validate_certs is false" in known_authority["tls-certificate-invalid"].open[0].finding.message


def test_old_tls_beside_new(authority: PrivateAuthority, make_transport: MakeTransport) -> None:
    how = settings(ca_path=str(authority.ca_path))
    context = in_old_tls(authority, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_3)
    with serve(Issuer(), context) as server:
        results = audit_outside(server, make_transport(ca_path=how.ca_path), how)
    assert failing(results) == {"tls-legacy-protocol"}
    assert results["tls-legacy-protocol"].open[0].finding.details == ("TLS 1.1",)


def test_old_tls_alone(authority: PrivateAuthority, make_transport: MakeTransport) -> None:
    how = settings(ca_path=str(authority.ca_path))
    context = in_old_tls(authority, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1)
    with serve(Issuer(), context) as server:
        results = audit_outside(server, make_transport(ca_path=how.ca_path), how)
    assert failing(results) == {"tls-legacy-protocol"}
