# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The draft of OAuth 2.1, mapped from draft-ietf-oauth-v2-1-16. The letters are ours: it numbers only its sections."""

from __future__ import annotations

from .model import Requirement, Standard

_CODE = "This is how Keycloak's code works, not a setting of the realm."
_SERVER = "This is decided by the server or its proxy and network, not by the realm."

REQUIREMENTS = (
    Requirement("1.4.3 a", "SHOULD", "Access tokens are sender-constrained", ("client-tokens-unbound",)),
    Requirement(
        "1.5 a",
        "MUST",
        "All URLs of the protocol use https, except redirects to loopback addresses",
        ("tls-plain-http", "discovery-endpoint-not-https", "client-http-redirect"),
        reason="The URLs of APIs are not seen.",
    ),
    Requirement("1.5 b", "MUST", "Certificates are verified", reason=_SERVER),
    Requirement(
        "2.3.1 a",
        "MUST",
        "Redirect URIs are registered in full and match exactly",
        ("client-wildcard-redirect", "client-wildcard-host-redirect", "client-wildcard-path-redirect"),
        grave=("client-wildcard-redirect",),
    ),
    Requirement(
        "2.3.1 b",
        "SHOULD",
        "Private schemes of redirect URIs contain a period",
        ("client-custom-scheme-redirect",),
        reason="The old out-of-band address, a URN, is not counted.",
    ),
    Requirement("2.4 a", "RECOMMENDED", "Clients authenticate with a key", ("client-shared-secret",)),
    Requirement("4.1.1 a", "MUST", "The server supports PKCE", reason=_CODE),
    Requirement("4.1.1 b", "RECOMMENDED", "All clients use PKCE", ("client-confidential-no-pkce",)),
    Requirement("4.1.1 c", "SHOULD", "The PKCE method hides the verifier", ("client-pkce-plain",)),
    Requirement(
        "4.1.2 a",
        "RECOMMENDED",
        "Codes live for at most 10 minutes",
        ("tokens-code-lifespan-long",),
        limits={"tokens-code-lifespan-long": {"max_code_lifespan": 600}},
    ),
    Requirement("4.1.2.1 a", "MUST", "Public clients cannot go without PKCE", ("client-public-no-pkce",)),
    Requirement("4.1.3 a", "MUST", "A code works once", reason=_CODE),
    Requirement(
        "4.3 a",
        "SHOULD",
        "Public clients' refresh tokens are sender-constrained or rotated",
        ("client-refresh-replayable",),
        limits={"client-refresh-replayable": {"rotation_suffices": True}},
    ),
    Requirement("4.3 b", "MUST", "Refresh tokens cannot be guessed or changed", reason=_CODE),
    Requirement(
        "4.3.1 a",
        "MUST",
        "Replays of public clients' refresh tokens are noticed, by a bound key or by rotation",
        ("client-refresh-replayable",),
        limits={"client-refresh-replayable": {"rotation_suffices": True}},
    ),
    Requirement("4.3.3 a", "SHOULD", "Unused refresh tokens expire", reason=_CODE),
    Requirement("7.1.3.5 a", "SHOULD", "Tokens are short-lived", reason="The draft names no time."),
    Requirement(
        "7.1.3.6 a",
        "SHOULD",
        "Tokens name their audience",
        ("token-audience-missing",),
        reason="Only the token of the auditing client is looked at.",
    ),
    Requirement("10 a", "omitted", "No implicit grant", ("client-implicit-flow",)),
    Requirement(
        "10 b", "omitted", "No password grant", ("client-direct-grants-public", "client-direct-grants-confidential")
    ),
)
STANDARDS: tuple[Standard, ...] = (
    Standard(
        name="oauth2.1",
        title="OAuth 2.1, draft 16",
        edition="sections 1.4.3, 1.5, 2.3.1, 2.4, 4.1, 4.3, 7.1.3 and 10 of draft 16, state of 4 May 2026",
        url="https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/",
        requirements=REQUIREMENTS,
    ),
)
