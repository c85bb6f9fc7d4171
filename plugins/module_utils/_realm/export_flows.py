# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows in a realm export: a flat list, in which a step names the sub-flow that it is."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export_parts import mapping, objects, text
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import Execution, Flow, Gap, Json


def flow_aliases(realm: Json) -> dict[str, str]:
    """Id -> alias of every top-level flow that has an id. Raises Malformed."""
    tops = [flow for flow in objects(realm, "authenticationFlows") if flow.get("topLevel") is not False]
    return {text(flow, "id"): text(flow, "alias") for flow in tops if text(flow, "id")}


def flows(realm: Json) -> dict[str, Flow]:
    """Alias -> flow, for every top-level flow. Raises Malformed."""
    listed = objects(realm, "authenticationFlows")
    by_alias = {text(flow, "alias"): flow for flow in listed}
    configs = {text(each, "alias"): each for each in objects(realm, "authenticatorConfig")}
    return {
        alias: Flow(text(flow, "id"), alias, _steps(flow, by_alias, configs, ()), flow.get("builtIn") is True)
        for alias, flow in by_alias.items()
        if flow.get("topLevel") is not False
    }


def _steps(
    flow: Json, by_alias: Mapping[str, Json], configs: Mapping[str, Json], above: tuple[str, ...]
) -> tuple[Execution, ...]:
    steps = sorted(objects(flow, "authenticationExecutions"), key=_priority)
    here = (*above, text(flow, "alias"))
    return tuple(_step(each, by_alias, configs, here) for each in steps)


def _priority(step: Json) -> int:
    value = step.get("priority")
    return value if isinstance(value, int) else 0


def _step(step: Json, by_alias: Mapping[str, Json], configs: Mapping[str, Json], above: tuple[str, ...]) -> Execution:
    requirement, alias = text(step, "requirement"), text(step, "flowAlias")
    # autheticatorFlow is how older versions spell it.
    if not (step.get("authenticatorFlow") or step.get("autheticatorFlow")):
        provider = text(step, "authenticator")
        return Execution(provider, requirement, provider, _config(text(step, "authenticatorConfig"), configs))
    below = by_alias.get(alias)
    # A flow within itself never ends.
    children = () if below is None or alias in above else _steps(below, by_alias, configs, above)
    return Execution(None, requirement, alias, None, children)


def _config(alias: str, configs: Mapping[str, Json]) -> Json | Gap | None:
    if not alias:
        return None
    if alias not in configs:
        return Gap("The realm export names an authenticator configuration that it does not hold: export it again.")
    return {"alias": alias, "config": mapping(configs[alias], "config")}
