# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The authentication flows of old versions, as a migration on import changes them."""

from __future__ import annotations

from collections.abc import Iterable

from ..keycloak.settings import objects, text
from ..snapshot.gaps import Json
from ..snapshot.shapes import major

_STEPS, _ALTERNATIVE = "authenticationExecutions", "ALTERNATIVE"


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


def migrated(flows: Iterable[Json], version: object) -> list[Json]:
    """The flows of a file of this version. Since 8.0.2 a required step switches off the alternatives beside it."""
    if not _before_8_0_2(version):
        return list(flows)
    return [part for flow in flows for part in _alternatives_apart(flow)]


def _before_8_0_2(version: object) -> bool:
    number = major(version)
    return number is not None and (number < 8 or str(version).startswith(("8.0.0", "8.0.1")))


def _alternatives_apart(flow: Json) -> list[Json]:
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
