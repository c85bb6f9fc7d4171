# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kcwarden on a realm of a running Keycloak: its download, its audit, and its findings mapped to our checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

#: Our checks for the same fault, by kcwarden's auditors; those without a counterpart are left out.
COUNTERPARTS: Mapping[str, tuple[str, ...]] = {
    "AccessTokenLifespanTooLong": ("tokens-access-lifespan-long",),
    "ClientAccessTokenLifespanTooLong": ("client-token-lifespan-override",),
    "ClientHasErroneouslyConfiguredWildcardURI": ("client-wildcard-host-redirect",),
    "ClientHasNoRedirectUris": ("client-redirect-missing",),
    "ClientHasUndefinedBaseDomainAndSchema": ("client-relative-redirect-without-root",),
    "ClientHasUndefinedBaseDomainAndSchemaInPostLogoutRedirectUri": ("client-wildcard-post-logout",),
    "ClientMustNotUseGlobalWildcardURI": ("client-wildcard-redirect",),
    "ClientMustNotUseUnencryptedNonlocalRedirectUri": ("client-http-redirect",),
    "ClientShouldDisableImplicitGrantFlow": ("client-implicit-flow",),
    "ClientShouldNotUseWildcardRedirectURI": ("client-wildcard-path-redirect",),
    "ClientUsesCustomRedirectUriScheme": ("client-custom-scheme-redirect",),
    "ClientWebOriginsMustNotUseWildcard": ("client-web-origins-wildcard",),
    "ClientWithDefaultOfflineAccessScope": ("client-offline-access-default",),
    "ClientWithFullScopeAllowed": ("client-full-scope",),
    "ClientWithOptionalOfflineAccessScope": ("client-offline-access-public",),
    "ClientWithServiceAccountAndOtherFlowEnabled": ("client-mixed-service-account",),
    "ConfidentialClientShouldDisableDirectAccessGrants": ("client-direct-grants-confidential",),
    "ConfidentialClientShouldEnforcePKCE": ("client-confidential-no-pkce",),
    "IdentityProviderWithMappersWithoutForceSyncMode": ("idp-stale-role-sync",),
    "IdentityProviderWithOneTimeSync": ("idp-stale-role-sync",),
    "IdentityProviderWithSignatureVerificationDisabled": ("idp-signature-not-validated",),
    "KeycloakVersionShouldBeUpToDate": ("server-version-unsupported",),
    "OIDCIdentityProviderWithoutPKCE": ("idp-no-pkce",),
    "OfflineSessionMaxLifespanDisabled": ("sessions-offline-unlimited",),
    "PasswordHashingIterationsTooLow": ("passwords-hash-weak",),
    "PasswordPolicyMissing": ("passwords-no-policy",),
    "PublicClientShouldDisableDirectAccessGrants": ("client-direct-grants-public",),
    "PublicClientsMustEnforcePKCE": ("client-public-no-pkce", "client-pkce-plain"),
    "RealmBruteForceProtectionDisabled": ("realm-brute-force-off",),
    "RealmEmailVerificationDisabled": ("realm-registration-unverified", "realm-reset-password-unverified-email"),
    "RealmSelfRegistrationEnabled": ("realm-registration-unverified", "realm-registration-no-captcha"),
    "RefreshTokenReuseCountShouldBeZero": ("tokens-refresh-reuse",),
    "RefreshTokensShouldBeRevokedAfterUse": ("tokens-refresh-rotation-off",),
    "SamlClientShouldNotUseWildcardRedirectURI": ("client-saml-wildcard-acs",),
    "SamlClientWithAssertionSignatureDisabled": ("client-saml-unsigned",),
    "SamlClientWithClientSignatureDisabled": ("client-saml-no-client-signature",),
    "SamlClientWithWeakSignatureAlgorithm": ("client-saml-weak-signature",),
    "SamlIdentityProviderWithSignatureVerificationDisabled": ("idp-saml-signature-not-validated",),
    "SamlIdentityProviderWithoutSignedAssertions": ("idp-saml-signature-not-validated",),
    "UsingNonDefaultUserAttributesInClientsWithoutUserProfilesFeatureIsDangerous": (
        "mappers-user-editable-attribute",
        "mappers-identity-claim-override",
    ),
}


@dataclass(frozen=True)
class Warden:
    """kcwarden's result for a realm: (our check, target) pairs, all its findings, and the seconds it took."""

    found: frozenset[tuple[str, str]]
    findings: list[dict[str, Any]]
    seconds: float

    @property
    def above_info(self) -> list[dict[str, Any]]:
        return [each for each in self.findings if each["severity"].lower() != "info"]


def kcwarden(server: Keycloak, realm: str, folder: Path) -> Warden:
    """Download the realm as the server's administrator and audit it.

    :raises CalledProcessError: kcwarden failed.
    """
    export = folder / "kcwarden.json"
    login = ["--user", server.username, "--auth-method", "password"]
    begin = time.perf_counter()
    _run(["download", *login, "--realm", realm, "--output", str(export), server.url], server.password)
    findings = audit_of(export, folder)
    seconds = time.perf_counter() - begin
    return Warden(frozenset(_pairs(findings)), findings, seconds)


def audit_of(export: Path, folder: Path) -> list[dict[str, Any]]:
    """The findings on a realm file.

    :raises CalledProcessError: kcwarden failed.
    """
    report = folder / "kcwarden-report.json"
    _run(["audit", str(export), "--format", "json", "--output", str(report)], "")
    return list(json.loads(report.read_text(encoding="utf-8")))


def _pairs(findings: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        for check in COUNTERPARTS.get(finding["reporting_auditor"], ()):
            yield check, finding["entity"]


def _run(words: list[str], password: str) -> None:
    program = str(Path(sys.prefix) / "bin" / "kcwarden")
    environment = {**os.environ, "KCWARDEN_KEYCLOAK_PASSWORD": password}
    subprocess.run([program, *words], env=environment, check=True, capture_output=True, text=True)
