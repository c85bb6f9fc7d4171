# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headers of Keycloak's pages (browserSecurityHeaders).

If the realm does not set a header, Keycloak sends its default; an empty one is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.settings import mapping, text
from ..model import Finding, Parameter, Parameters, check
from ..snapshot.snapshot import Snapshot

_CSP, _FRAME_OPTIONS = "contentSecurityPolicy", "xFrameOptions"
_HSTS, _NOSNIFF, _REFERRER = "strictTransportSecurity", "xContentTypeOptions", "referrerPolicy"
_ANYBODY = re.compile(r"https?:|(https?://)?\*(:(\*|\d+))?", re.IGNORECASE)
_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d+)"?', re.IGNORECASE | re.ASCII)
_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
_LEAKING = frozenset({"", "unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin"})


@check(
    id="realm-header-csp-weak",
    area="realm",
    level="L3",
    severity="medium",
    tier="core",
    title="Login pages may be framed by anyone",
    rationale="In an invisible frame, users click on login and consent without knowing it.",
    remediation="Realm settings > Security defenses > Headers: Content-Security-Policy with frame-ancestors 'self'.",
    reference="RFC 9700 section 4.16",
)
def realm_header_csp_weak(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    csp, frame_options = _header(snapshot, _CSP), _header(snapshot, _FRAME_OPTIONS)
    ancestors = _frame_ancestors(csp)
    if any(not _open_to_anybody(each) for each in ancestors):
        return
    evidence = {_CSP: csp, _FRAME_OPTIONS: frame_options}
    if ancestors:
        # Browsers that support frame-ancestors ignore X-Frame-Options.
        message = "The Content-Security-Policy has a frame-ancestors that allows every site."
        yield on_realm(snapshot, message, evidence)
    elif frame_options.upper() in ("DENY", "SAMEORIGIN"):
        message = "The Content-Security-Policy has no frame-ancestors; only the older X-Frame-Options guards the pages."
        yield on_realm(snapshot, message, evidence, severity="low")
    else:
        message = (
            "Neither frame-ancestors in the Content-Security-Policy nor X-Frame-Options keeps pages out of frames."
        )
        yield on_realm(snapshot, message, evidence)


@check(
    id="realm-header-hsts-weak",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="HSTS header removed or too short",
    rationale="The first visit after some time can be diverted to plain http.",
    remediation=(
        "Realm settings > Security defenses > Headers: HTTP Strict Transport Security (HSTS) max-age=31536000; "
        "includeSubDomains."
    ),
    reference="RFC 6797 section 6.1",
    parameters={"hsts_min_age": Parameter(15552000, "Minimum time that browsers must use https, in seconds.")},
)
def realm_header_hsts_weak(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    value = _header(snapshot, _HSTS)
    age = _max_age(value)
    if age is None:
        message = "The Strict-Transport-Security header is not sent, or has no max-age."
        yield on_realm(snapshot, message, {_HSTS: value})
    elif age < parameters["hsts_min_age"]:
        message = f"The Strict-Transport-Security header has a max-age of only {age} seconds."
        yield on_realm(snapshot, message, {_HSTS: value})


@check(
    id="realm-header-nosniff-off",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="X-Content-Type-Options removed",
    rationale="Browsers may execute content as a script.",
    remediation="Realm settings > Security defenses > Headers: X-Content-Type-Options nosniff.",
)
def realm_header_nosniff_off(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    value = _header(snapshot, _NOSNIFF)
    if value.lower() != "nosniff":
        message = "The X-Content-Type-Options header is not nosniff, so browsers guess the type of content."
        yield on_realm(snapshot, message, {_NOSNIFF: value})


@check(
    id="realm-header-referrer-weak",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Referrer policy leaks URLs",
    rationale="Authorization URLs carry codes and state.",
    remediation="Realm settings > Security defenses > Headers: Referrer Policy no-referrer.",
    reference="RFC 9700 section 4.2.4",
)
def realm_header_referrer_weak(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    value = _header(snapshot, _REFERRER)
    if _referrer_policy(value) in _LEAKING:
        message = (
            f"The Referrer-Policy {value} sends full URLs to other sites." if value else "No Referrer-Policy is sent."
        )
        yield on_realm(snapshot, message, {_REFERRER: value})


def _header(snapshot: Snapshot, name: str) -> str:
    return text(mapping(snapshot.realm, "browserSecurityHeaders"), name).strip()


def _frame_ancestors(csp: str) -> list[list[str]]:
    """The sources of frame-ancestors in each policy that has it; a page must satisfy all policies."""
    found = []
    for policy in csp.split(","):
        directives = [directive.split() for directive in policy.split(";")]
        sources = [words[1:] for words in directives if words and words[0].lower() == "frame-ancestors"]
        found += sources[:1]  # a repeated directive is ignored
    return found


def _open_to_anybody(sources: list[str]) -> bool:
    return any(_ANYBODY.fullmatch(source) for source in sources)


def _max_age(value: str) -> int | None:
    for directive in value.split(";"):
        found = _MAX_AGE.fullmatch(directive.strip())
        if found:
            return int(found.group(1)[:18])
    return None


def _referrer_policy(value: str) -> str:
    """The policy of a list that counts: the last one that browsers know."""
    known = [each.strip().lower() for each in value.split(",") if each.strip().lower() in _POLICIES]
    return known[-1] if known else ""
