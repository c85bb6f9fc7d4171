# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm as a whole: TLS, what users may change about themselves, the server's version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..keycloak.clients import is_plain_http
from ..keycloak.findings import on_realm
from ..keycloak.releases import AS_OF, OLDEST, ended, is_vendors, minor_release
from ..keycloak.settings import choice, mapping, switch, text
from ..model import Finding, Parameter, Parameters, check
from ..snapshot.gaps import NotEvaluated
from ..snapshot.snapshot import Snapshot

_VERSION = re.compile(r"(\d{1,9}(?:\.\d{1,9})*)(?:[.+-].*)?", re.ASCII)


@check(
    id="realm-ssl-required-none",
    area="tls",
    level="L3",
    severity="high",
    tier="core",
    title="TLS is not required",
    rationale="Login and token requests are accepted in clear text from anywhere.",
    remediation="Realm settings > General > Require SSL: External requests or All requests.",
    reference="Keycloak Server Administration Guide, Configuring SSL for a realm",
)
def realm_ssl_required_none(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    required = choice(snapshot.realm, "sslRequired")
    if required == "none":
        message = "sslRequired is none, so passwords and tokens may be sent in clear text."
        yield on_realm(snapshot, message, {"sslRequired": required})


@check(
    id="realm-frontend-url-http",
    area="tls",
    level="L3",
    severity="high",
    tier="core",
    title="Realm frontend URL is http",
    rationale="Issuer, links in emails and redirects use clear text.",
    remediation="Realm settings > General > Frontend URL: enter an https URL, or leave it empty.",
    reference="RFC 8414 section 2",
)
def realm_frontend_url_http(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    url = text(mapping(snapshot.realm, "attributes"), "frontendUrl").strip()
    if is_plain_http(url):
        message = f"The frontend URL {url} uses plain http, and so does the issuer in each token."
        yield on_realm(snapshot, message, {"frontendUrl": url})


@check(
    id="realm-duplicate-emails",
    area="realm",
    level="L3",
    severity="medium",
    tier="extended",
    title="Duplicate email addresses allowed",
    rationale="Account linking, password reset and authorization by email address become ambiguous.",
    remediation="Realm settings > Login > Duplicate emails off.",
)
def realm_duplicate_emails(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, "duplicateEmailsAllowed"):
        message = "duplicateEmailsAllowed is true, so several users can have the same email address."
        yield on_realm(snapshot, message, {"duplicateEmailsAllowed": True})


@check(
    id="realm-edit-username",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Users may rename themselves",
    rationale="A reused user name can impersonate its former owner in applications that rely on preferred_username.",
    remediation="Realm settings > Login > Edit username off.",
)
def realm_edit_username(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if switch(snapshot.realm, "editUsernameAllowed"):
        message = "editUsernameAllowed is true, so users can take names that others had before."
        yield on_realm(snapshot, message, {"editUsernameAllowed": True})


@check(
    id="realm-unmanaged-attributes",
    area="realm",
    level="L3",
    severity="high",
    tier="core",
    title="Users can write arbitrary attributes",
    rationale="If attributes are mapped into tokens or used in policies, users can give themselves privileges.",
    remediation="Realm settings > General > Unmanaged attributes: Disabled or Only administrators can write.",
    reference="Keycloak Server Administration Guide, Understanding Managed and Unmanaged Attributes",
)
def realm_unmanaged_attributes(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policy = choice(snapshot.user_profile, "unmanagedAttributePolicy")
    if policy == "ENABLED":
        message = "unmanagedAttributePolicy is ENABLED, so users can write attributes that are not defined."
        yield on_realm(snapshot, message, {"unmanagedAttributePolicy": policy})


@check(
    id="server-version-unsupported",
    area="realm",
    level="L3",
    severity="medium",
    tier="core",
    title="Keycloak's version is no longer supported",
    rationale="Old versions lack security fixes.",
    remediation="Upgrade Keycloak.",
    reference="Releases of Keycloak as of 2026-08-22: https://endoflife.date/keycloak",
    parameters={
        "min_server_version": Parameter(
            None,
            "Oldest accepted version of Keycloak, such as 26.4.2. Without it, a minor release is accepted as long as "
            "the Keycloak project supports it.",
            str,
        )
    },
)
def server_version_unsupported(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    oldest, version = parameters["min_server_version"], snapshot.server_version
    if oldest is None:
        yield from _unsupported(snapshot, version)
    elif _numbers(version, "the server's version") < _numbers(oldest, "min_server_version"):
        message = f"The server is Keycloak {version}, which is older than {oldest}."
        yield on_realm(snapshot, message, {"version": version, "min_server_version": oldest})


def _unsupported(snapshot: Snapshot, version: str) -> Iterator[Finding]:
    release = minor_release(version)
    if release is None:
        raise NotEvaluated("The server's version is not one such as 26.4.2, so its support is unknown.")
    if is_vendors(version):
        raise NotEvaluated(
            "The version is a build of Red Hat, which has support of its own: set min_server_version of "
            "server-version-unsupported in overrides."
        )
    end = ended(release)
    if end is not None:
        name, when = ".".join(map(str, release)), f"{'on' if release >= OLDEST else 'before'} {end.isoformat()}"
        message = (
            f"The version is Keycloak {version}, and support of {name} ended {when} (table as of {AS_OF.isoformat()})."
        )
        yield on_realm(snapshot, message, {"version": version, "supported_until": end.isoformat()})


def _numbers(version: str, what: str) -> tuple[int, ...]:
    """A version's numbers, for comparison: 26.10 is newer than 26.9.1, and 26.4 is 26.4.0. Raises NotEvaluated."""
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        raise NotEvaluated(f"{what} is not a version such as 26.4.2, so it cannot be compared.")
    numbers = [int(part) for part in found.group(1).split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
