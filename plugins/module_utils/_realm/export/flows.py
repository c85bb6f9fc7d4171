# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows in a realm export: a flat list, in which a step names the sub-flow that it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from ..._words import quoted
from ..keycloak.settings import choice, mapping, objects, switch, text
from ..snapshot.gaps import Gap, Json
from ..snapshot.snapshot import Execution, Flow

#: The most steps of all flows that contain a cycle, and the deepest nesting there. Keycloak never finishes such flows.
_MOST_IN_CIRCLES = 20_000
_DEEPEST_IN_CIRCLES = 50


class _Endless(Exception):
    """A cycle of flows is too large."""


def flow_aliases(realm: Json) -> dict[str, str]:
    """Id -> alias of every top-level flow that has an id. Raises Malformed."""
    tops = [flow for flow in objects(realm, "authenticationFlows") if flow.get("topLevel") is not False]
    return {text(flow, "id"): text(flow, "alias") for flow in tops if text(flow, "id")}


def flows(realm: Json) -> dict[str, Flow | Gap]:
    """Alias -> flow, for every top-level flow. Raises Malformed."""
    by_alias = {text(flow, "alias"): flow for flow in objects(realm, "authenticationFlows")}
    configs = {text(each, "alias"): each for each in objects(realm, "authenticatorConfig")}
    tops = {alias: flow for alias, flow in by_alias.items() if flow.get("topLevel") is not False}
    opened = _Opened(by_alias, configs, tops)
    return {alias: _flow(flow, alias, opened) for alias, flow in tops.items()}


def _flow(flow: Json, alias: str, opened: _Opened) -> Flow | Gap:
    steps = opened.steps(alias)
    return steps if isinstance(steps, Gap) else Flow(text(flow, "id"), alias, steps, flow.get("builtIn") is True)


class _Opened:
    """The steps of flows, with those of the sub-flows that they run.

    Flows that run the same sub-flow share its steps, so there are no more steps than in the export. A flow that runs
    itself ends there; its steps depend on the path to it and cannot be shared, so their number is limited.
    """

    def __init__(self, by_alias: Mapping[str, Json], configs: Mapping[str, Json], tops: Iterable[str]) -> None:
        self._by_alias, self._configs = by_alias, configs
        self._left = _MOST_IN_CIRCLES
        self._shared: dict[str, tuple[Execution, ...]] = {}
        self._sub_flows: dict[tuple[str, str], Execution] = {}
        order = TopologicalSorter(self._below(tops))
        with suppress(CycleError):
            order.prepare()
        while order.is_active():  # cycles end this early
            for alias in order.get_ready():
                self._shared[alias] = tuple(self._step(each, self._sub_flow) for each in self._listed(alias))
                order.done(alias)

    def steps(self, alias: str) -> tuple[Execution, ...] | Gap:
        """The steps of a flow. Raises Malformed."""
        if alias in self._shared:
            return self._shared[alias]
        try:
            return self._within(alias, ())
        except _Endless:
            return Gap(
                f"The authentication flow {quoted(alias)} runs itself through so many other flows that no login could "
                "finish it: remove the sub-flows that run it again.",
                fault=True,
            )

    def _below(self, tops: Iterable[str]) -> dict[str, list[str]]:
        """All flows that are run, each with those that it runs directly."""
        found: dict[str, list[str]] = {}
        waiting = list(tops)
        while waiting:
            alias = waiting.pop()
            if alias not in found:
                found[alias] = [
                    text(step, "flowAlias")
                    for step in self._listed(alias)
                    if _is_flow(step) and text(step, "flowAlias") in self._by_alias
                ]
                waiting.extend(found[alias])
        return found

    def _listed(self, alias: str) -> list[Json]:
        return sorted(objects(self._by_alias[alias], "authenticationExecutions"), key=_priority)

    def _sub_flow(self, alias: str, requirement: str) -> Execution:
        """A step that runs a flow whose steps are known. All flows share the same object."""
        key = alias, requirement
        if key not in self._sub_flows:
            self._sub_flows[key] = Execution(None, requirement, alias, None, self._shared.get(alias, ()))
        return self._sub_flows[key]

    def _within(self, alias: str, above: tuple[str, ...]) -> tuple[Execution, ...]:
        """The steps of a flow that contains a cycle. Raises _Endless."""
        here = (*above, alias)

        def sub_flow(below: str, requirement: str) -> Execution:
            if below in self._shared or below not in self._by_alias:
                return self._sub_flow(below, requirement)
            # A flow within itself would never end.
            return Execution(None, requirement, below, None, () if below in here else self._within(below, here))

        steps = self._listed(alias)
        self._left -= len(steps)
        if self._left < 0 or len(here) > _DEEPEST_IN_CIRCLES:
            raise _Endless
        return tuple(self._step(each, sub_flow) for each in steps)

    def _step(self, step: Json, sub_flow: Callable[[str, str], Execution]) -> Execution:
        requirement, alias = choice(step, "requirement"), text(step, "flowAlias")
        if _is_flow(step):
            return sub_flow(alias, requirement)
        provider = text(step, "authenticator")
        return Execution(provider, requirement, provider, _config(text(step, "authenticatorConfig"), self._configs))


def _is_flow(step: Json) -> bool:
    # Older versions write autheticatorFlow.
    return any(switch(step, name, default=False) for name in ("authenticatorFlow", "autheticatorFlow"))


def _priority(step: Json) -> int:
    value = step.get("priority")
    return value if isinstance(value, int) else 0


def _config(alias: str, configs: Mapping[str, Json]) -> Json | Gap | None:
    if not alias:
        return None
    if alias not in configs:
        return Gap(
            "The realm export names an authenticator configuration that it does not contain: export the realm again."
        )
    return {"alias": alias, "config": mapping(configs[alias], "config")}
