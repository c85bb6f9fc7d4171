# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OWASP ASVS 5.0.0, chapters V6, V7, V9, V10, V12 and V16, mapped from the text of the release v5.0.0."""

from __future__ import annotations

from .model import Requirement, Standard

_DOCUMENTS = "This is about the documentation of an organization, which no audit of a realm reads."
_CODE = "This is how Keycloak's code works, not a setting of the realm."
_CLIENT = "This is a duty of the client applications, whose code is not part of the realm."
_API = "This is a duty of the APIs that accept the tokens."
_SERVER = "This is decided by the server or its proxy and network, not by the realm."
_INTENT = "Only the owner of the realm knows what is needed."
_CONDUCT = "This depends on how people operate the server, which no setting shows."
_LOGS = "This depends on the systems that keep and ship the log."
_NO_CHECK = "No check exists that answers exactly this."
_WILDCARDS = ("client-wildcard-redirect", "client-wildcard-host-redirect", "client-wildcard-path-redirect")
_PASSWORD_GRANTS = ("client-direct-grants-public", "client-direct-grants-confidential")

V6 = (
    Requirement("6.1.1", "1", "Document the defenses against guessed passwords", reason=_DOCUMENTS),
    Requirement("6.1.2", "2", "Document the words that passwords must not contain", reason=_DOCUMENTS),
    Requirement("6.1.3", "2", "Document all ways to log in", reason=_DOCUMENTS),
    Requirement(
        "6.2.1",
        "1",
        "Passwords of at least 8 characters",
        ("passwords-no-policy", "passwords-min-length"),
        limits={"passwords-min-length": {"min_length": 8}},
        grave=("passwords-no-policy",),
    ),
    Requirement("6.2.2", "1", "Users can change their passwords", reason=_NO_CHECK),
    Requirement("6.2.3", "1", "A change of password asks for the current one", reason=_CODE),
    Requirement(
        "6.2.4",
        "1",
        "New passwords are compared with the most common ones",
        ("passwords-no-policy", "passwords-no-denylist"),
        grave=("passwords-no-policy",),
        reason="What the server's list of refused passwords contains is not part of the realm.",
    ),
    Requirement("6.2.5", "1", "No rules for the kinds of characters", ("passwords-composition-rules",)),
    Requirement("6.2.6", "1", "Password fields hide what is typed", reason=_CODE),
    Requirement("6.2.7", "1", "Pasting and password managers work", reason=_CODE),
    Requirement("6.2.8", "1", "Passwords are compared as typed", reason=_CODE),
    Requirement(
        "6.2.9",
        "2",
        "Passwords of 64 characters are accepted",
        ("passwords-max-length-low",),
        limits={"passwords-max-length-low": {"min_max_length": 64}},
    ),
    Requirement(
        "6.2.10",
        "2",
        "Passwords do not expire by themselves",
        ("passwords-forced-expiry",),
        limits={"passwords-forced-expiry": {"min_days": 10**9}},
    ),
    Requirement("6.2.11", "2", "The documented words are refused in passwords", reason=_DOCUMENTS),
    Requirement(
        "6.2.12",
        "2",
        "New passwords are compared with leaked ones",
        ("passwords-no-policy", "passwords-no-denylist"),
        grave=("passwords-no-policy",),
        reason="What the server's list of refused passwords contains is not part of the realm.",
    ),
    Requirement("6.3.1", "1", "The documented defenses against guessing are in place", reason=_DOCUMENTS),
    Requirement(
        "6.3.2", "1", "No default accounts", reason="Names of accounts do not show whether anybody expects them."
    ),
    Requirement(
        "6.3.3",
        "2",
        "Every login needs several factors",
        ("mfa-browser-no-second-factor", "mfa-second-factor-optional"),
        reason="Logins at identity providers, by other flows and with hardware keys are not seen.",
    ),
    Requirement("6.3.4", "2", "All ways to log in are documented and equally strong", reason=_DOCUMENTS),
    Requirement("6.3.5", "3", "Users hear of suspicious logins", reason=_NO_CHECK),
    Requirement("6.3.6", "3", "Email is no factor", reason=_NO_CHECK),
    Requirement("6.3.7", "3", "Users hear of changes to their credentials", reason=_NO_CHECK),
    Requirement("6.3.8", "3", "Errors do not show which users exist", reason=_CODE),
    Requirement("6.4.1", "1", "Initial passwords are random and soon invalid", reason=_CONDUCT),
    Requirement("6.4.2", "1", "No secret questions or hints", reason=_CODE),
    Requirement(
        "6.4.3",
        "2",
        "A password reset is safe and skips no second factor",
        ("flows-reset-without-email",),
        reason="Whether the reset flow asks for a second factor of each user is not seen.",
    ),
    Requirement("6.4.4", "2", "A lost factor is replaced as safely as it was enrolled", reason=_CONDUCT),
    Requirement("6.4.5", "3", "Users are reminded before a credential expires", reason=_CONDUCT),
    Requirement("6.4.6", "3", "Administrators cannot choose a user's password", reason=_CODE),
    Requirement(
        "6.5.1",
        "2",
        "One-time codes work once",
        ("mfa-otp-reusable",),
        reason="Of recovery codes and codes by other channels, the realm's settings say nothing.",
    ),
    Requirement("6.5.2", "2", "Stored recovery codes are hashed", reason=_CODE),
    Requirement("6.5.3", "2", "Codes come from a secure random generator", reason=_CODE),
    Requirement("6.5.4", "2", "Codes are hard to guess", reason=_CODE),
    Requirement("6.5.5", "2", "Codes expire soon", reason=_NO_CHECK),
    Requirement("6.5.6", "3", "A lost factor can be revoked", reason=_CODE),
    Requirement("6.5.7", "3", "Biometrics are only a second factor", reason=_NO_CHECK),
    Requirement("6.5.8", "3", "One-time codes are checked by the server's clock", reason=_CODE),
    Requirement("6.6.1", "2", "Codes by phone only with safeguards", reason="Keycloak itself sends no codes by phone."),
    Requirement("6.6.2", "2", "A code fits only the login that asked for it", reason=_CODE),
    Requirement("6.6.3", "2", "Codes cannot be guessed by trying", reason=_NO_CHECK),
    Requirement("6.6.4", "3", "Push messages are limited", reason="Keycloak itself sends no push messages."),
    Requirement("6.7.1", "3", "Certificates of users cannot be modified", reason=_SERVER),
    Requirement("6.7.2", "3", "Challenges are long and unique", reason=_CODE),
    Requirement(
        "6.8.1",
        "2",
        "Nobody becomes another user by another identity provider",
        ("flows-broker-auto-link",),
        reason="What the identity providers' mappers make of their users is not judged.",
    ),
    Requirement(
        "6.8.2",
        "2",
        "Signatures of identity providers are always verified",
        ("idp-signature-not-validated", "idp-saml-signature-not-validated"),
        grave=("idp-saml-signature-not-validated",),
        reason="Identity providers of extensions are not judged.",
    ),
    Requirement("6.8.3", "2", "A SAML assertion works once", reason=_CODE),
    Requirement("6.8.4", "2", "The strength of an external login is verified", reason=_CLIENT),
)
V7 = (
    *(
        Requirement(number, "2", title, reason=_DOCUMENTS)
        for number, title in (
            ("7.1.1", "Document the timeouts of sessions"),
            ("7.1.2", "Document how many sessions a user may have"),
            ("7.1.3", "Document the systems that share sessions"),
        )
    ),
    Requirement("7.2.1", "1", "Sessions are verified on the server", reason=_CODE),
    Requirement("7.2.2", "1", "Session tokens are made for each session", reason=_CODE),
    Requirement("7.2.3", "1", "Session identifiers are random and long", reason=_CODE),
    Requirement("7.2.4", "1", "A login makes a new session token", reason=_CODE),
    Requirement("7.3.1", "2", "Sessions end without activity, as documented", reason=_DOCUMENTS),
    Requirement("7.3.2", "2", "Sessions end after some time, as documented", reason=_DOCUMENTS),
    Requirement("7.4.1", "1", "An ended session cannot be used", reason=_CODE),
    Requirement("7.4.2", "1", "Sessions of disabled users end", reason=_CODE),
    Requirement("7.4.3", "2", "A changed credential can end the other sessions", reason=_NO_CHECK),
    Requirement("7.4.4", "2", "Each page has a logout", reason=_CLIENT),
    Requirement("7.4.5", "2", "Administrators can end sessions", reason=_CODE),
    Requirement("7.5.1", "2", "Changes to credentials need a new login", reason=_NO_CHECK),
    Requirement("7.5.2", "2", "Users see and end their sessions", reason=_NO_CHECK),
    Requirement("7.5.3", "3", "Sensitive operations need a further factor", reason=_CLIENT),
    Requirement("7.6.1", "2", "Sessions across applications end as documented", reason=_DOCUMENTS),
    Requirement("7.6.2", "2", "No session starts without the user", reason=_CLIENT),
)
V9 = (
    Requirement(
        "9.1.1",
        "1",
        "Tokens are verified by their signature",
        ("probe-unsigned-token-accepted",),
        reason="The probe tries one token at one endpoint; APIs verify tokens themselves.",
    ),
    Requirement(
        "9.1.2",
        "1",
        "Only expected algorithms sign tokens, never none",
        ("discovery-alg-none-signing",),
        reason="Which algorithms are expected, and which ones APIs accept, is not known.",
    ),
    Requirement("9.1.3", "1", "Keys come only from trusted places", reason=_API),
    Requirement("9.2.1", "1", "Expired tokens are refused", reason=_API),
    Requirement("9.2.2", "2", "Tokens of another kind are refused", reason=_API),
    Requirement("9.2.3", "2", "Tokens for another audience are refused", reason=_API),
    Requirement(
        "9.2.4",
        "2",
        "Tokens name their audience if one key signs for several",
        ("token-audience-missing",),
        reason="Only the token of the auditing client is looked at.",
    ),
)
V10 = (
    Requirement("10.1.1", "2", "Tokens reach only those that need them", reason=_CLIENT),
    Requirement("10.1.2", "2", "Clients accept only answers to their own requests", reason=_CLIENT),
    Requirement("10.2.1", "2", "Clients resist forged requests", reason=_CLIENT),
    Requirement("10.2.2", "2", "Clients of several servers resist mix-ups", reason=_CLIENT),
    Requirement("10.2.3", "3", "Clients ask only for the scopes that they need", reason=_CLIENT),
    Requirement("10.3.1", "2", "APIs accept only tokens for themselves", reason=_API),
    Requirement("10.3.2", "2", "APIs decide by the token's claims", reason=_API),
    Requirement("10.3.3", "2", "APIs identify users by lasting claims", reason=_API),
    Requirement("10.3.4", "2", "APIs verify how the user logged in", reason=_API),
    Requirement("10.3.5", "3", "APIs insist on sender-constrained tokens", reason=_API),
    Requirement("10.4.1", "1", "Redirect URIs are registered and match exactly", _WILDCARDS, grave=_WILDCARDS[:1]),
    Requirement("10.4.2", "1", "A code works once", reason=_CODE),
    Requirement(
        "10.4.3",
        "1",
        "Codes live for at most 10 minutes, at level 3 for one minute",
        ("tokens-code-lifespan-long",),
        limits={"tokens-code-lifespan-long": {"max_code_lifespan": 600}},
        strictest={"tokens-code-lifespan-long": {"max_code_lifespan": 60}},
    ),
    Requirement(
        "10.4.4",
        "1",
        "Clients have only the grants that they need, never implicit or password",
        ("client-implicit-flow", *_PASSWORD_GRANTS),
        reason=f"Of the other grants: {_INTENT}",
    ),
    Requirement(
        "10.4.5",
        "1",
        "Public clients' refresh tokens cannot be replayed; at level 3 they are sender-constrained",
        ("client-refresh-replayable",),
        limits={"client-refresh-replayable": {"rotation_suffices": True}},
        strictest={"client-refresh-replayable": {"rotation_suffices": False}},
    ),
    Requirement(
        "10.4.6",
        "2",
        "The code grant needs PKCE, not of the method plain",
        ("client-public-no-pkce", "client-confidential-no-pkce", "client-pkce-plain"),
    ),
    Requirement(
        "10.4.7",
        "2",
        "Open registration of clients is made safe, by checks of their URIs, consent and a warning",
        ("dcr-anonymous-unrestricted",),
        reason="Consent and warnings are not judged.",
    ),
    Requirement("10.4.8", "2", "Refresh tokens have an absolute end", ("sessions-offline-unlimited",)),
    Requirement("10.4.9", "2", "Users can revoke their tokens", reason=_CODE),
    Requirement("10.4.10", "2", "Confidential clients authenticate for each request", reason=_CODE),
    Requirement("10.4.11", "2", "Clients have only the scopes that they need", reason=_INTENT),
    Requirement("10.4.12", "3", "Clients have only the response modes that they need", reason=_INTENT),
    Requirement("10.4.13", "3", "The code grant needs pushed requests", ("client-par-not-required",)),
    Requirement("10.4.14", "3", "All access tokens are sender-constrained", ("client-tokens-unbound",)),
    Requirement("10.4.15", "3", "Details of an authorization come from the client's server", reason=_NO_CHECK),
    Requirement(
        "10.4.16",
        "3",
        "Clients are confidential and authenticate with a key",
        ("client-public", "client-shared-secret"),
    ),
    Requirement("10.5.1", "2", "Clients refuse replayed ID tokens", reason=_CLIENT),
    Requirement("10.5.2", "2", "Clients identify users by lasting claims", reason=_CLIENT),
    Requirement("10.5.3", "2", "Clients compare the issuer of the metadata", reason=_CLIENT),
    Requirement("10.5.4", "2", "Clients verify the audience of ID tokens", reason=_CLIENT),
    Requirement("10.5.5", "2", "Clients verify logout tokens", reason=_CLIENT),
    Requirement(
        "10.6.1",
        "2",
        "Only safe kinds of responses, never the implicit flow's tokens",
        ("client-implicit-flow",),
        reason="Keycloak also answers requests for the response type none.",
    ),
    Requirement("10.6.2", "2", "Nobody can force a logout", reason=_CODE),
    Requirement("10.7.1", "2", "Users consent to each authorization", reason=_INTENT),
    Requirement("10.7.2", "2", "A consent says what it is for", reason=_CODE),
    Requirement("10.7.3", "2", "Users can review and revoke their consents", reason=_CODE),
)
V12 = (
    Requirement(
        "12.1.1",
        "1",
        "Only TLS 1.2 and 1.3, the latest first",
        ("tls-legacy-protocol",),
        reason="The order in which the server prefers them is not seen.",
    ),
    Requirement("12.1.2", "2", "Only recommended cipher suites", reason=_SERVER),
    Requirement("12.1.3", "2", "Certificates of clients are verified", reason=_SERVER),
    Requirement("12.1.4", "3", "Revoked certificates are noticed", reason=_SERVER),
    Requirement("12.1.5", "3", "The TLS handshake hides the host's name", reason=_SERVER),
    Requirement(
        "12.2.1",
        "1",
        "TLS for each public service",
        ("tls-plain-http", "discovery-endpoint-not-https", "realm-ssl-required-none"),
        reason="What else listens on the server is not seen.",
    ),
    Requirement(
        "12.2.2", "1", "Certificates that the public trusts", reason="An audit trusts the CAs that it is given."
    ),
    Requirement(
        "12.3.1",
        "2",
        "TLS for each connection to and from the application",
        ("email-smtp-cleartext", "federation-ldap-cleartext", "idp-http-endpoint"),
        reason="Connections to databases, logs and other systems are not part of the realm.",
    ),
    Requirement("12.3.2", "2", "Certificates of servers are verified", reason=_SERVER),
    Requirement("12.3.3", "2", "TLS between internal services", reason=_SERVER),
    Requirement("12.3.4", "2", "Internal certificates are pinned to their CAs", reason=_SERVER),
    Requirement("12.3.5", "3", "Internal services authenticate each other", reason=_SERVER),
)
V16 = (
    Requirement("16.1.1", "2", "Document what is logged, and where", reason=_DOCUMENTS),
    Requirement("16.2.1", "2", "Entries say when, where, who and what", reason=_CODE),
    Requirement("16.2.2", "2", "Clocks are synchronized", reason=_SERVER),
    Requirement("16.2.3", "2", "Logs go only to documented places", reason=_DOCUMENTS),
    Requirement("16.2.4", "2", "Logs can be read by the log processor", reason=_LOGS),
    Requirement("16.2.5", "2", "Logs hold no sensitive data in clear", reason=_CODE),
    Requirement(
        "16.3.1", "2", "All logins are logged", reason="The log and the stored events each suffice; no check sees both."
    ),
    Requirement("16.3.2", "2", "Denied access is logged", reason=_API),
    Requirement("16.3.3", "2", "Documented security events are logged", reason=_DOCUMENTS),
    Requirement("16.3.4", "2", "Unexpected errors are logged", reason=_CODE),
    Requirement("16.4.1", "2", "Entries cannot forge other entries", reason=_CODE),
    Requirement("16.4.2", "2", "Logs are protected", reason=_LOGS),
    Requirement("16.4.3", "2", "Logs are kept on another system", reason=_LOGS),
    Requirement("16.5.1", "2", "Errors show no internals", reason=_CODE),
    Requirement("16.5.2", "2", "Failures of other systems are handled", reason=_CODE),
    Requirement("16.5.3", "2", "Failures never allow access", reason=_CODE),
    Requirement("16.5.4", "3", "No error is lost", reason=_CODE),
)

_ALL = (*V6, *V7, *V9, *V10, *V12, *V16)
_LEVELS = ("1", "2", "3")
STANDARDS: tuple[Standard, ...] = tuple(
    Standard(
        name=f"asvs5-l{highest}",
        title=f"OWASP ASVS 5.0.0, level {highest}",
        edition="v5.0.0_release of 30 May 2025, chapters V6, V7, V9, V10, V12 and V16",
        url="https://github.com/OWASP/ASVS/tree/v5.0.0_release/5.0/en",
        requirements=_ALL,
        levels=_LEVELS[: int(highest)],
        highest=highest == _LEVELS[-1],
    )
    for highest in _LEVELS
)
