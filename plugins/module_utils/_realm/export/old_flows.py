# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The authentication flows of old versions, as a migration on import changes them."""

from __future__ import annotations

from collections.abc import Mapping

from ..keycloak.settings import objects, text
from ..snapshot.gaps import Json
from . import default_flows

_FLOWS, _STEPS, _ALTERNATIVE = "authenticationFlows", "authenticationExecutions", "ALTERNATIVE"
_BROWSER, _ORGANIZATION, _IF_MEMBER = "browser", "Organization", "Browser - Conditional Organization"
_MASTER, _HTTP_CHALLENGE = "master", "http challenge"
_REDIRECTOR = "identity-provider-redirector"
_BINDINGS = ("browserFlow", "directGrantFlow", "registrationFlow")


def imported(flow: Json) -> list[Json]:
    """The flow as an import takes it, and the flows that it makes of its steps."""
    flow, *more = without_optional(flow)
    steps = objects(flow, _STEPS)
    if text(flow, "alias") == _BROWSER and all(text(step, "authenticator") != _REDIRECTOR for step in steps):
        step = {"priority": 25, "requirement": _ALTERNATIVE, "authenticatorFlow": False, "authenticator": _REDIRECTOR}
        flow = {**flow, _STEPS: [*steps, step]}
    return [flow, *more]


def without_optional(flow: Json) -> list[Json]:
    """The flow, and a conditional flow for each of its steps that is optional, as Keycloak 7 and older had them."""
    steps, more = [], []
    for step in objects(flow, _STEPS):
        if text(step, "requirement") != "OPTIONAL":
            steps.append(step)
            continue
        alias = f"{text(flow, 'alias')} - {text(step, 'authenticator')} - Conditional"
        condition = {"authenticator": "conditional-user-configured", "requirement": "REQUIRED", "priority": 10}
        inner = [condition, {**step, "requirement": "REQUIRED", "priority": 20}]
        basic = {"alias": alias, "providerId": "basic-flow", "topLevel": False, "builtIn": True}
        more.append({**basic, _STEPS: inner})
        at = {"priority": step.get("priority", 0)}
        steps.append({**at, "requirement": "CONDITIONAL", "authenticatorFlow": True, "flowAlias": alias})
    return [{**flow, _STEPS: steps} if more else flow, *more]


def alternatives_apart(realm: Json) -> list[Json]:
    """The realm's flows. Since 8.0.2 a required step switches off the alternatives beside it."""
    return [part for flow in objects(realm, _FLOWS) for part in _apart(flow)]


def _apart(flow: Json) -> list[Json]:
    """The flow, and a flow for each row of alternatives beside steps that are required or conditional."""
    steps = sorted(objects(flow, _STEPS), key=_priority)
    needs = {text(step, "requirement") for step in steps}
    if _ALTERNATIVE not in needs or not needs & {"REQUIRED", "CONDITIONAL"}:
        return [flow]
    kept: list[Json] = []
    rows: list[list[Json]] = [[]]
    for step in steps:
        need = text(step, "requirement")
        if need == _ALTERNATIVE:
            rows[-1].append(step)
            continue
        kept.append(step)
        if need in ("REQUIRED", "CONDITIONAL") and rows[-1]:
            rows.append([])
    more = []
    for number, row in enumerate(filter(None, rows)):
        alias = f"{text(flow, 'alias')} - Alternatives - {number}"
        inner = [{**step, "priority": 10 * place} for place, step in enumerate(row, 1)]
        basic = {"alias": alias, "providerId": "basic-flow", "topLevel": False, "builtIn": flow.get("builtIn", False)}
        more.append({**basic, _STEPS: inner})
        at = {"priority": _priority(row[0]), "requirement": "REQUIRED"}
        kept.append({**at, "authenticatorFlow": True, "flowAlias": alias})
    return [{**flow, _STEPS: sorted(kept, key=_priority)}, *more]


def _priority(step: Json) -> int:
    stated = step.get("priority")
    return stated if isinstance(stated, int) else 0


def without_http_challenge(realm: Json) -> list[Json]:
    """The realm's flows without one that Keycloak 22 dropped, unless something runs it."""
    flows = objects(realm, _FLOWS)
    run = {text(realm, name) for name in _BINDINGS}
    run |= {text(step, "flowAlias") for flow in flows for step in objects(flow, _STEPS)}
    return [flow for flow in flows if text(flow, "alias") != _HTTP_CHALLENGE or _HTTP_CHALLENGE in run]


def without_profile_action(realm: Json) -> list[Json]:
    """The realm's flows without a step of registration that Keycloak 23 dropped."""

    def kept(flow: Json) -> Json:
        if flow.get("providerId") != "form-flow":
            return flow
        steps = objects(flow, _STEPS)
        return {**flow, _STEPS: [each for each in steps if each.get("authenticator") != "registration-profile-action"]}

    return [kept(flow) for flow in objects(realm, _FLOWS)]


def with_organization(realm: Json) -> list[Json]:
    """The realm's flows, with the step for organizations in the browser flow, which Keycloak 26 brought."""
    flows = objects(realm, _FLOWS)
    by_alias = {text(flow, "alias"): flow for flow in flows}
    if text(realm, "realm") == _MASTER or _BROWSER not in by_alias or _runs(_BROWSER, "organization", by_alias):
        return flows
    added = [flow for flow in default_flows.flows() if flow["alias"] in (_ORGANIZATION, _IF_MEMBER)]
    step = {"priority": 26, "requirement": _ALTERNATIVE, "authenticatorFlow": True, "flowAlias": _ORGANIZATION}
    kept = [
        {**flow, _STEPS: [*objects(flow, _STEPS), step]} if text(flow, "alias") == _BROWSER else flow for flow in flows
    ]
    return [*kept, *(flow for flow in added if flow["alias"] not in by_alias)]


def _runs(alias: str, authenticator: str, by_alias: Mapping[str, Json]) -> bool:
    """Whether a flow runs an authenticator, also in its sub-flows."""
    waiting = [alias]
    seen: set[str] = set()
    while waiting:
        here = waiting.pop()
        if here in seen or here not in by_alias:
            continue
        seen.add(here)
        steps = objects(by_alias[here], _STEPS)
        if any(text(step, "authenticator") == authenticator for step in steps):
            return True
        waiting += [text(step, "flowAlias") for step in steps]
    return False
