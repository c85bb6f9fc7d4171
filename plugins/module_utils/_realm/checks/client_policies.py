# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client policies that are missing or cannot take effect."""

from __future__ import annotations

from collections.abc import Iterator

from ..._words import listed, quoted
from ..keycloak.client_policies import executors_of
from ..keycloak.clients import sure
from ..keycloak.findings import on_realm
from ..keycloak.settings import objects, switch, text, texts
from ..model import INFO, Finding, Parameters, check
from ..partial_findings import knowable
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
        "Realm settings > Client policies: for example, an oauth-2-1 profile with the condition any-client or "
        "client-access-type."
    ),
    reference="Keycloak Server Administration Guide, Client Policies",
)
def client_no_effective_policy(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    policies = snapshot.client_policies
    acting = sure(policies, lambda each: switch(each, "enabled", default=False) and _acts(snapshot, each))
    if next(acting, None) is None:
        yield on_realm(
            snapshot,
            "No client policy takes effect, so every client is only as safe as its own settings.",
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
    remediation="Add the missing conditions or profiles, or delete the policy.",
    reference="Keycloak Server Administration Guide, Client Policies",
)
def client_policy_ineffective(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(policy: Json) -> Iterator[Finding]:
        reasons = _hindrances(snapshot, policy)
        enabled = switch(policy, "enabled", default=False)
        if reasons or not enabled:
            said = reasons if enabled else ["is disabled", *reasons]
            does = "less than it says" if enabled and _acts(snapshot, policy) else "nothing"
            yield Finding(
                text(policy, "name"),
                "client-policy",
                f"The client policy {' and '.join(said)}, so it does {does}.",
                {"enabled": enabled, "profiles": policy.get("profiles")},
                severity=None if enabled else INFO,
                details=tuple(reasons),
            )

    yield from knowable(find, snapshot.client_policies)


def _acts(snapshot: Snapshot, policy: Json) -> bool:
    """Whether a policy has a condition and an executor. Profiles that do not exist are ignored."""
    return bool(objects(policy, "conditions") and executors_of(policy, snapshot.client_profiles))


def _hindrances(snapshot: Snapshot, policy: Json) -> list[str]:
    """Why a policy cannot take effect, each as the end of a sentence."""
    reasons = [] if objects(policy, "conditions") else ["has no condition"]
    named = texts(policy, "profiles")
    known = {text(profile, "name") for profile in snapshot.client_profiles}
    unknown = [name for name in named if name not in known]
    if not named:
        reasons.append("names no profile")
    elif unknown:
        reasons.append(f"names {listed([quoted(name) for name in unknown])}, which does not exist")
    elif not executors_of(policy, snapshot.client_profiles):
        reasons.append("has profiles without executors")
    return reasons
