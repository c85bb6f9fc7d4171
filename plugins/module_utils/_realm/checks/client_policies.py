# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client policies that are missing or cannot act."""

from __future__ import annotations

from collections.abc import Iterator

from ..._words import listed, quoted
from ..keycloak.client_policies import entries, executors_of
from ..keycloak.clients import text, texts
from ..keycloak.findings import on_realm
from ..model import INFO, Finding, Parameters, check
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot


@check(
    id="client-no-effective-policy",
    area="clients",
    level="L3",
    severity="info",
    tier="extended",
    title="No effective client policy",
    rationale="New clients start without guard rails.",
    remediation=(
        "Realm settings > Client policies: e.g. oauth-2-1 profiles with any-client/client-access-type condition."
    ),
    reference="Keycloak Server Administration Guide, Client Policies",
)
def client_no_effective_policy(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policies = snapshot.client_policies
    if not any(policy.get("enabled") is True and _acts(snapshot, policy) for policy in policies):
        yield on_realm(
            snapshot,
            "No client policy takes effect, so that every client is only as safe as its own settings.",
            {"policies": len(policies)},
        )


@check(
    id="client-policy-ineffective",
    area="clients",
    level="L3",
    severity="medium",
    tier="core",
    title="A client policy exists but cannot take effect",
    rationale="It looks like protection but is never applied.",
    remediation="Add conditions/profiles or delete the policy.",
    reference="Keycloak Server Administration Guide, Client Policies",
)
def client_policy_ineffective(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    for policy in snapshot.client_policies:
        reasons = _hindrances(snapshot, policy)
        enabled = policy.get("enabled") is True
        if reasons or not enabled:
            said = reasons if enabled else ["is switched off", *reasons]
            does = "less than it says" if enabled and _acts(snapshot, policy) else "nothing"
            yield Finding(
                str(policy.get("name")),
                "client-policy",
                f"The client policy {' and '.join(said)}, so that it does {does}.",
                {"enabled": enabled, "profiles": policy.get("profiles")},
                severity=None if enabled else INFO,
                details=tuple(reasons),
            )


def _acts(snapshot: Snapshot, policy: Json) -> bool:
    """Whether a policy has what it needs. Of the profiles that it names, those that do not exist are passed over."""
    return bool(entries(policy, "conditions") and executors_of(policy, snapshot.client_profiles))


def _hindrances(snapshot: Snapshot, policy: Json) -> list[str]:
    """Why a policy cannot act, as ends of a sentence."""
    reasons = [] if entries(policy, "conditions") else ["has no condition"]
    named = texts(policy.get("profiles"))
    known = {text(profile.get("name")) for profile in snapshot.client_profiles}
    unknown = [name for name in named if name not in known]
    if not named:
        reasons.append("names no profile")
    elif unknown:
        reasons.append(f"names {listed([quoted(name) for name in unknown])}, which does not exist")
    elif not executors_of(policy, snapshot.client_profiles):
        reasons.append("has profiles without executors")
    return reasons
