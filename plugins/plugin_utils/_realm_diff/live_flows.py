# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads all authentication flows for a comparison, each as a tree of steps with their configurations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils._realm.admin.admin_api import AdminApi, json_objects, one_object, segment
from ...module_utils._realm.admin.flow_tree import configuration_ids
from ...module_utils._realm.admin.plan import Parts, Reader
from ...module_utils._realm.admin.settings import VIEW_REALM
from ...module_utils._realm.keycloak.settings import Malformed, mapping, switch, text
from ...module_utils._realm.snapshot.gaps import Gap, Json


def _listed(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/authentication/flows", VIEW_REALM))


def _flow_ids(parts: Parts) -> dict[str, str]:
    return {text(flow, "id"): text(flow, "alias") for flow in parts["_flows"]}


def _flows(parts: Parts) -> dict[str, Any]:
    api, flows = parts.api, parts["_flows"]
    lists = api.each(lambda flow: _executions(api, flow), flows)
    ids = sorted({each for shown in lists if not isinstance(shown, Gap) for each in configuration_ids(shown)})
    configs = dict(zip(ids, api.each(lambda each: _config(api, each), ids), strict=True))
    return {
        text(flow, "alias"): shown if isinstance(shown, Gap) else flow_shown(flow, _tree(shown, configs))
        for flow, shown in zip(flows, lists, strict=True)
    }


def flow_shown(flow: Json, steps: list[Json]) -> Json:
    """What is compared of a flow."""
    return {"description": flow.get("description"), "type": flow.get("providerId"), "steps": steps}


def _executions(api: AdminApi, flow: Json) -> list[Json]:
    path = f"/authentication/flows/{segment(text(flow, 'alias'))}/executions"
    return json_objects(api.get(path, VIEW_REALM))


def _config(api: AdminApi, config: str) -> Json:
    shown = one_object(api.get(f"/authentication/config/{segment(config)}", VIEW_REALM, raw=True))
    return {"alias": text(shown, "alias"), "config": mapping(shown, "config")}


def _tree(executions: Sequence[Json], configs: Mapping[str, Any]) -> list[Json]:
    # From the last step to the first: each takes those that follow it on deeper levels. Not recursive, since a server
    # may return more levels than Python's recursion limit.
    waiting: list[tuple[int, Json]] = []
    for step in reversed(executions):
        level = step.get("level")
        if not isinstance(level, int):
            raise Malformed("level")
        below: list[Json] = []
        while waiting and waiting[-1][0] > level:
            below.append(waiting.pop()[1])
        waiting.append((level, _step(step, below, configs)))
    return [step for _level, step in reversed(waiting)]


def _step(step: Json, below: list[Json], configs: Mapping[str, Any]) -> Json:
    is_flow = switch(step, "authenticationFlow", default=False)
    config = text(step, "authenticationConfig")
    return {
        "name": text(step, "displayName" if is_flow else "providerId"),
        "provider": step.get("providerId"),
        "requirement": step.get("requirement"),
        "description": step.get("description") if is_flow else None,
        "configuration": configs[config] if config else None,
        "steps": below,
    }


READERS: Mapping[str, Reader] = {
    "_flows": Reader(_listed),
    "flow_ids": Reader(_flow_ids, ("_flows",)),
    "flows": Reader(_flows, ("_flows",)),
}
