# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Anonymous client registration (RFC 7591) and the policies that limit it.

Whether anybody can register a domain below a suffix is a heuristic: a short list, not the Public Suffix List.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..keycloak.findings import on_realm
from ..keycloak.settings import first, first_switch, mapping, text, texts
from ..model import INFO, Finding, Parameters, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_TYPE = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"
_SENDER, _URIS, _HOSTS = "host-sending-registration-request-must-match", "client-uris-must-match", "trusted-hosts"
_ANY_HOST = re.compile(r"\*|0\.0\.0\.0(?:/0)?|::(?:/0)?|\*\.\*")
#: Common suffixes below which anybody can get a domain, from a registry or a hosting service. A heuristic: the Public
#: Suffix List has thousands more; a host below one that is missing here counts as private.
_PUBLIC_SUFFIX = re.compile(
    r"\*\.(?:[^.]+|(?:co|com|org|net|gov|ac|edu|ne|or)\.[a-z]{2}"
    r"|(?:github|gitlab)\.io|(?:netlify|vercel|web)\.app|(?:pages|workers)\.dev"
    r"|(?:appspot|firebaseapp|herokuapp)\.com|azurewebsites\.net|cloudfront\.net)",
    re.IGNORECASE,
)


def _policies(snapshot: Snapshot) -> dict[str, list[Json]]:
    """Provider id -> the policies for anonymous registration. Raises Unknown."""
    found: dict[str, list[Json]] = {}
    for component in snapshot.components:
        if text(component, "providerType") == _TYPE and text(component, "subType") == "anonymous":
            found.setdefault(text(component, "providerId"), []).append(component)
    return found


def _is_closed(policies: dict[str, list[Json]]) -> bool:
    """Whether other policies prevent the registration of any usable client."""
    none_at_all = any(first(each, "max-clients") == "0" for each in policies.get("max-clients", ()))
    return none_at_all or bool(policies.get("client-disabled"))


@check(
    id="dcr-anonymous-unrestricted",
    area="clients",
    level="L3",
    severity="critical",
    tier="core",
    title="Anonymous client registration without trusted hosts",
    rationale="Anyone can register clients.",
    remediation="Restore the Trusted Hosts policy for anonymous registration.",
    reference="RFC 7591 section 5",
)
def dcr_anonymous_unrestricted(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policies = _policies(snapshot)
    reason, hosts = _open_to(policies.get("trusted-hosts", []))
    if reason:
        closed = _is_closed(policies)
        yield on_realm(
            snapshot,
            f"Anonymous client registration {reason}{', and other policies close it' if closed else ''}.",
            {_HOSTS: hosts},
            severity=INFO if closed else None,
        )


def _open_to(trusted: list[Json]) -> tuple[str, list[str]]:
    """Why the Trusted Hosts policies do not restrict registration, or "" if they do; and the hosts."""
    if not trusted:
        return "has no Trusted Hosts policy", []
    for component in trusted:
        hosts = [host.strip() for host in texts(mapping(component, "config"), _HOSTS)]
        if any(_ANY_HOST.fullmatch(host) for host in hosts):
            continue
        by_sender = first_switch(component, _SENDER)
        by_uris = first_switch(component, _URIS)
        wide = any(_PUBLIC_SUFFIX.fullmatch(host) for host in hosts)
        if by_sender or (by_uris and not wide):
            return "", hosts  # one restrictive policy is enough: all have to agree
    every = [host for component in trusted for host in texts(mapping(component, "config"), _HOSTS)]
    return "trusts every host", every


@check(
    id="dcr-anonymous-no-consent",
    area="clients",
    level="L3",
    severity="medium",
    tier="extended",
    title="Anonymous registration without consent or scope limits",
    rationale="Registered clients are trusted like first-party ones.",
    remediation="Restore the policies Consent Required and Full Scope Disabled for anonymous registration.",
    reference="RFC 7591 section 5",
)
def dcr_anonymous_no_consent(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policies = _policies(snapshot)
    missing = [name for name in ("consent-required", "scope") if not policies.get(name)]
    if missing:
        yield on_realm(
            snapshot,
            f"Anonymous client registration lacks the policies {' and '.join(missing)}.",
            {"missing": missing},
            severity=INFO if _is_closed(policies) else None,
            details=tuple(missing),
        )
