# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NIST SP 800-63B-4, mapped from the final text of 2025 as pages.nist.gov publishes it.

An id is a section, and the number in its list or our letter: most requirements have none. The level is the keyword,
after the assurance level where the requirement is only for that one.
"""

from __future__ import annotations

from .model import NO_LIMIT, Requirement, Standard

_CODE = "This is how Keycloak's code works, not a setting of the realm."
_CONDUCT = "This depends on how people operate the server, which no setting shows."
_CLIENT = "This is a duty of the client applications, whose code is not part of the realm."
_FEDERAL = "This is for federal agencies, and about validated products, which no setting shows."
_CRYPTOGRAPHY = "Which cryptography authenticators and the server use is not seen."
_NO_CHECK = "No check exists that answers exactly this."
_AUTHENTICATORS = "What authenticators themselves can do is not seen."
_CONNECTIONS = "What else listens on the server, and which authorities users' browsers trust, is not seen."
_RP_SESSIONS = "Applications have sessions of their own, which are not seen."
_COOKIES = "The cookies of a finished login, and those of applications, are not seen."
_THEME = "This is up to the login theme, which no check reads."
_CHANNEL = ("tls-plain-http", "discovery-endpoint-not-https", "realm-ssl-required-none")
_FACTORS = (
    "mfa-browser-no-second-factor",
    "mfa-second-factor-optional",
    "flows-client-override-weaker",
    "flows-conditional-otp-skip",
    "flows-direct-grant-no-otp",
)
_DAY = 86400


def _overall(id: str, level: str, title: str, seconds: int) -> Requirement:
    """How long a session may last, with and without remember-me."""
    return Requirement(
        id,
        level,
        title,
        ("sessions-max-long", "sessions-remember-me-long"),
        limits={
            "sessions-max-long": {"max_session": seconds},
            "sessions-remember-me-long": {"max_remember_me": seconds, "max_remember_me_idle": NO_LIMIT},
        },
        reason=_RP_SESSIONS,
    )


def _inactive(id: str, level: str, title: str, seconds: int) -> Requirement:
    """How long a session may last without activity, with and without remember-me."""
    return Requirement(
        id,
        level,
        title,
        ("sessions-idle-long", "sessions-remember-me-long"),
        limits={
            "sessions-idle-long": {"max_idle": seconds},
            "sessions-remember-me-long": {"max_remember_me": NO_LIMIT, "max_remember_me_idle": seconds},
        },
        reason=_RP_SESSIONS,
    )


AAL1 = (
    Requirement("2.1 a", "AAL1 SHOULD", "Several factors are offered and encouraged", reason=_NO_CHECK),
    Requirement(
        "2.1.1 a",
        "AAL1 SHALL",
        "A login uses an authenticator of a permitted type",
        ("flows-allow-access-authenticator",),
        grave=("flows-allow-access-authenticator",),
        reason="Authenticators of extensions are not judged.",
    ),
    Requirement("2.1.2 a", "AAL1 SHALL", "Authenticators use approved cryptography", reason=_CRYPTOGRAPHY),
    Requirement("2.1.2 b", "AAL1 SHALL", "Users reach the server by TLS", _CHANNEL, reason=_CONNECTIONS),
    Requirement("2.1.2 c", "AAL1 SHALL", "The server's cryptography is validated", reason=_FEDERAL),
    Requirement("2.1.3 a", "AAL1 SHALL", "Sessions have a definite end", reason=_CODE),
    _overall("2.1.3 b", "AAL1 SHOULD", "Sessions end after at most 30 days", 30 * _DAY),
)
AAL2 = (
    Requirement(
        "2.2.1 a",
        "AAL2 SHALL",
        "A login takes two factors",
        _FACTORS,
        grave=("flows-direct-grant-no-otp",),
        reason="Logins at identity providers and with authenticators of extensions are not seen.",
    ),
    Requirement(
        "2.2.1 b",
        "AAL2 SHALL",
        "One of two factors is a physical authenticator",
        reason="Authenticators of extensions are not judged.",
    ),
    Requirement("2.2.2 a", "AAL2 SHALL", "Authenticators use approved cryptography", reason=_CRYPTOGRAPHY),
    Requirement("2.2.2 b", "AAL2 SHALL", "Authenticators of agencies are validated", reason=_FEDERAL),
    Requirement(
        "2.2.2 c",
        "AAL2 SHALL",
        "An authenticator resists replays",
        ("mfa-otp-reusable",),
        reason="Authenticators of extensions are not judged.",
    ),
    Requirement("2.2.2 d", "AAL2 SHOULD", "An authenticator shows the user's intent", reason=_AUTHENTICATORS),
    Requirement("2.2.2 e", "AAL2 SHALL", "Users reach the server by TLS", _CHANNEL, reason=_CONNECTIONS),
    Requirement("2.2.2 f", "AAL2 SHALL", "The server's cryptography is validated", reason=_FEDERAL),
    Requirement(
        "2.2.2 g", "AAL2 SHALL", "Users can choose a way to log in that resists phishing", ("mfa-phishable-only",)
    ),
    Requirement("2.2.2 h", "AAL2 SHALL", "Staff of agencies log in by such a way", reason=_FEDERAL),
    Requirement("2.2.2 i", "AAL2 SHOULD", "Such a way is encouraged", reason=_NO_CHECK),
    Requirement("2.2.3 a", "AAL2 SHALL", "Sessions have a definite end", reason=_CODE),
    _overall("2.2.3 b", "AAL2 SHOULD", "Sessions end after at most 24 hours", _DAY),
    _inactive("2.2.3 c", "AAL2 SHOULD", "Sessions end after at most one hour without activity", 3600),
)
AAL3 = (
    Requirement(
        "2.3.1 a",
        "AAL3 SHALL",
        "A login takes two factors, one of them a cryptographic key",
        _FACTORS,
        grave=("flows-direct-grant-no-otp",),
        reason="Whether each login takes a key is not judged.",
    ),
    Requirement("2.3.2 a", "AAL3 SHALL", "Authenticators use approved cryptography", reason=_CRYPTOGRAPHY),
    Requirement("2.3.2 b", "AAL3 SHALL", "Users reach the server by TLS", _CHANNEL, reason=_CONNECTIONS),
    Requirement("2.3.2 c", "AAL3 SHALL", "The private key cannot be exported", reason=_AUTHENTICATORS),
    Requirement(
        "2.3.2 d",
        "AAL3 SHALL",
        "A login resists phishing",
        ("mfa-phishable-only",),
        reason="Whether each login takes such a way is not judged.",
    ),
    Requirement("2.3.2 e", "AAL3 SHALL", "A login resists replays", reason=_CODE),
    Requirement("2.3.2 f", "AAL3 SHALL", "An authenticator shows the user's intent", reason=_AUTHENTICATORS),
    Requirement("2.3.2 g", "AAL3 SHALL", "Authenticators use public keys", reason=_AUTHENTICATORS),
    Requirement("2.3.2 h", "AAL3 SHALL", "Authenticators are validated", reason=_AUTHENTICATORS),
    Requirement("2.3.2 i", "AAL3 SHALL NOT", "No authenticators that synchronize keys", reason=_AUTHENTICATORS),
    Requirement("2.3.2 j", "AAL3 SHALL", "The server's cryptography is validated", reason=_CRYPTOGRAPHY),
    Requirement("2.3.2 k", "AAL3 SHOULD", "Hardware resists side channels", reason=_AUTHENTICATORS),
    _overall("2.3.3 a", "AAL3 SHALL", "Sessions end after at most 12 hours", _DAY // 2),
    _inactive("2.3.3 b", "AAL3 SHOULD", "Sessions end after at most 15 minutes without activity", 900),
)
PASSWORDS = (
    Requirement("3.1.1.1 a", "SHALL", "Users choose their passwords, or get random ones", reason=_CONDUCT),
    Requirement(
        "3.1.1.2-1 a",
        "SHALL",
        "Passwords that suffice alone have at least 15 characters",
        ("passwords-no-policy", "passwords-short-alone"),
        limits={"passwords-short-alone": {"min_length": 15, "trust_other_flows": False}},
        grave=("passwords-no-policy",),
    ),
    Requirement(
        "3.1.1.2-1 b",
        "SHALL",
        "All passwords have at least 8 characters",
        ("passwords-no-policy", "passwords-min-length"),
        limits={"passwords-min-length": {"min_length": 8}},
        grave=("passwords-no-policy",),
    ),
    Requirement(
        "3.1.1.2-2",
        "SHOULD",
        "Passwords of 64 characters are accepted",
        ("passwords-max-length-low",),
        limits={"passwords-max-length-low": {"min_max_length": 64}},
    ),
    Requirement(
        "3.1.1.2-3",
        "SHOULD",
        "All printing ASCII characters and spaces are accepted",
        reason="What a regular expression in the password policy refuses is not judged.",
    ),
    Requirement("3.1.1.2-4", "SHALL", "Each Unicode code point counts as one character", reason=_CODE),
    Requirement("3.1.1.2-5", "SHALL NOT", "No rules for the kinds of characters", ("passwords-composition-rules",)),
    Requirement(
        "3.1.1.2-6 a",
        "SHALL NOT",
        "Passwords do not expire by themselves",
        ("passwords-forced-expiry",),
        limits={"passwords-forced-expiry": {"min_days": NO_LIMIT}},
    ),
    Requirement("3.1.1.2-6 b", "SHALL", "A password that leaked is changed", reason=_CONDUCT),
    Requirement("3.1.1.2-7", "SHALL NOT", "No hints that strangers can read", reason=_CODE),
    Requirement("3.1.1.2-8", "SHALL NOT", "No secret questions", reason=_CODE),
    Requirement("3.1.1.2-9", "SHALL", "The whole password is asked for and compared", reason=_CODE),
    Requirement("3.1.1.2 a", "SHOULD", "Unicode is normalized as NFC", reason=_CODE),
    Requirement(
        "3.1.1.2 b",
        "SHALL",
        "New passwords are compared with common, expected and leaked ones",
        ("passwords-no-policy", "passwords-no-denylist"),
        grave=("passwords-no-policy",),
        reason="What the server's list of refused passwords contains is not part of the realm.",
    ),
    Requirement("3.1.1.2 c", "SHALL", "The list is compared with the password as a whole", reason=_CODE),
    Requirement("3.1.1.2 d", "SHALL", "Users are told why a password is refused", reason=_CODE),
    Requirement("3.1.1.2 e", "SHALL", "Users get help in choosing a strong password", reason=_THEME),
    Requirement("3.1.1.2 f", "SHALL", "Password managers work", reason=_CODE),
    Requirement("3.1.1.2 g", "SHOULD", "Users can see the password that they type", reason=_THEME),
    Requirement("3.1.1.2 h", "SHALL", "Passwords are sent by TLS", _CHANNEL, reason=_CONNECTIONS),
    Requirement("3.1.1.2 i", "SHALL", "Stored passwords are salted and hashed", reason=_CODE),
    Requirement(
        "3.1.1.2 j",
        "SHOULD",
        "A hash costs as much as is practical",
        reason="The text names no cost. passwords-hash-weak judges it by other recommendations.",
    ),
    Requirement(
        "3.1.1.2 k",
        "SHOULD",
        "The hashing scheme is an approved one",
        reason="Other publications say which ones are approved.",
    ),
    Requirement("3.1.1.2 l", "SHALL", "Salts have at least 32 bits", reason=_CODE),
    Requirement("3.1.1.2 m", "SHOULD", "Hashes are also protected by a secret key", reason=_CODE),
)
ONE_TIME_CODES = (
    Requirement("3.1.4.1 a", "SHALL", "Secrets of codes have at least 112 bits", reason=_CODE),
    Requirement(
        "3.1.4.1 b",
        "SHALL",
        "Codes that depend on the time change at least every two minutes",
        ("mfa-otp-window-wide",),
        limits={"mfa-otp-window-wide": {"max_window": NO_LIMIT, "max_period": 120}},
    ),
    Requirement("3.1.4.2 a", "SHALL", "Few components can read the secrets of codes", reason=_CONDUCT),
    Requirement("3.1.4.2 b", "SHALL", "Codes are sent by TLS", _CHANNEL, reason=_CONNECTIONS),
    Requirement("3.1.4.2 c", "SHALL", "A code works once", ("mfa-otp-reusable",)),
    Requirement("3.1.4.2 d", "SHALL", "Codes that depend on the time expire", reason=_CODE),
)
GUESSING = (
    Requirement("3.2.2 a", "SHALL", "Guessing is limited", ("realm-brute-force-off",)),
    Requirement(
        "3.2.2 b",
        "SHALL",
        "An authenticator is disabled after at most 100 failures in a row",
        ("realm-brute-force-off", "realm-brute-force-threshold"),
        limits={"realm-brute-force-threshold": {"max_failures": 100}},
        reason="Temporary lockouts allow more failures in the long run; whether a permanent one follows is not judged.",
    ),
    Requirement("3.2.2 c", "SHALL", "A disabled authenticator is enrolled again before it is used", reason=_CONDUCT),
    Requirement("3.2.2 d", "SHOULD", "A successful login resets the counter", reason=_CODE),
)
RECOVERY = (
    Requirement("4.1.2.1 a", "SHOULD", "Users are encouraged to have two authenticators", reason=_THEME),
    Requirement("4.1.2.1 b", "SHALL", "A user can have several authenticators", reason=_CODE),
    Requirement("4.1.2.1 c", "SHALL", "Adding an authenticator needs as strong a login", reason=_NO_CHECK),
    Requirement("4.1.2.1 d", "SHALL", "Users hear of new authenticators", reason=_NO_CHECK),
    Requirement("4.2.1.2 a", "SHALL", "Recovery codes have at least six digits", reason=_CODE),
    Requirement(
        "4.2.1.2 b",
        "SHALL",
        "Recovery codes by email live for at most 24 hours",
        ("tokens-user-action-lifespan-long",),
        limits={"tokens-user-action-lifespan-long": {"max_user_action": _DAY}},
        reason="Links that administrators send, and codes of extensions, are not judged.",
    ),
    Requirement("4.2.1.2 c", "SHALL", "Guessing of recovery codes is limited", reason=_CODE),
    Requirement(
        "4.2.1.2 d",
        "SHALL",
        "Recovery addresses are verified",
        reason="Whether the addresses were validated when users were enrolled is not known.",
    ),
    Requirement("4.2.1.2 e", "SHALL", "A user can have two recovery addresses", reason=_CODE),
)
SESSIONS = (
    Requirement("5.1 a", "SHALL", "A secret of the login, shared with the browser, holds a session", reason=_CODE),
    Requirement("5.1 b", "SHOULD NOT", "Session secrets do not outlast the browser", reason=_NO_CHECK),
    Requirement("5.1 c", "SHALL NOT", "No cookie replaces a login", reason=_NO_CHECK),
    Requirement("5.1 d", "SHALL", "Session secrets are random, with at least 64 bits", reason=_CODE),
    Requirement("5.1 e", "SHALL", "A logout makes session secrets invalid", reason=_CODE),
    Requirement(
        "5.1 f",
        "SHALL NOT",
        "Sessions never fall back to http",
        ("realm-ssl-required-none", "tls-plain-http"),
        reason="The sessions of applications are not seen.",
    ),
    Requirement("5.1 g", "SHALL", "Forms carry an identifier of the session", reason=_CODE),
    Requirement("5.1 h", "SHOULD", "Users can log out", reason=_CLIENT),
    Requirement(
        "5.1.1-1",
        "SHALL",
        "Session cookies are sent by TLS only",
        ("probe-cookie-flags",),
        limits={"probe-cookie-flags": {"flags": ["secure"]}},
        reason=_COOKIES,
    ),
    Requirement("5.1.1-2", "SHALL", "Session cookies are for few hosts and paths", reason=_CODE),
    Requirement(
        "5.1.1-3",
        "SHOULD",
        "Scripts cannot read session cookies",
        ("probe-cookie-flags",),
        limits={"probe-cookie-flags": {"flags": ["httponly"]}},
        reason=_COOKIES,
    ),
    Requirement("5.1.1-4", "SHOULD", "Session cookies expire soon after the session", reason=_CODE),
    Requirement("5.1.1-5", "SHOULD", "Session cookies have the prefix __Host-", reason=_CODE),
    Requirement("5.1.1-6", "SHOULD", "Session cookies are SameSite=Lax or Strict", reason=_CODE),
    Requirement("5.1.1-7", "SHALL NOT", "Session cookies contain no personal data", reason=_CODE),
    Requirement("5.1.2 a", "SHALL NOT", "An access token is no sign that its user is present", reason=_CLIENT),
    Requirement("5.2 a", "SHALL", "A session ends when one of its limits is reached", reason=_CODE),
    Requirement("5.2 b", "SHALL", "Applications decide themselves whether a login is recent enough", reason=_CLIENT),
)

_ALL = (*AAL1, *AAL2, *AAL3, *PASSWORDS, *ONE_TIME_CODES, *GUESSING, *RECOVERY, *SESSIONS)
_KEYWORDS = ("SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT")
STANDARDS: tuple[Standard, ...] = tuple(
    Standard(
        name=f"nist-aal{number}",
        title=f"NIST SP 800-63B-4, AAL{number}",
        edition=(
            "sections 2.1 to 2.3, 3.1.1, 3.1.4, 3.2.2, 4.1.2.1, 4.2.1.2, 5.1 and 5.2 of the final text of 2025 "
            "(its HTML edition, commit d29ae8f9 of usnistgov/800-63-4)"
        ),
        url="https://pages.nist.gov/800-63-4/sp800-63b.html",
        requirements=_ALL,
        levels=(*_KEYWORDS, *(f"AAL{number} {keyword}" for keyword in _KEYWORDS)),
    )
    for number in (1, 2, 3)
)
