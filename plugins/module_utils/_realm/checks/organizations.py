# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations: whose email domains they claim."""

from __future__ import annotations

from collections.abc import Iterator

from ..._words import listed, quoted
from ..keycloak.findings import on_realm
from ..keycloak.settings import objects, some, switch, text
from ..model import Finding, Parameters, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot


@check(
    id="realm-organization-domain-unverified",
    area="realm",
    level="L3",
    severity="low",
    tier="extended",
    title="Email domain of an organization is not verified",
    rationale="Users with an address in a domain are sent to the identity provider of the organization that claims it.",
    remediation="Have the organization prove that it owns the domain, then set verified for it with the admin API.",
    reference="Keycloak Server Administration Guide, Understanding organization domains",
)
def realm_organization_domain_unverified(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def claimed(organization: Json) -> Iterator[str]:
        if switch(organization, "enabled"):
            for domain in objects(organization, "domains"):
                if not switch(domain, "verified", default=False):
                    yield f"{text(organization, 'name')}: {text(domain, 'name')}"

    if not switch(snapshot.realm, "organizationsEnabled", default=False):
        return
    found, unknown = gathered(knowable(claimed, snapshot.organizations))
    if found:
        shown = listed([quoted(each) for each in some(found)])
        message = f"Nobody has verified that these organizations own their domains: {shown}."
        yield on_realm(snapshot, message, {"unverified": some(found)}, details=tuple(sorted(found)))
    if unknown is not None:
        raise unknown
