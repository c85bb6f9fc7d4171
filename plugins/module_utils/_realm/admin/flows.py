# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the authentication flows that something in the realm is bound to, and their authenticators' configurations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..keycloak.settings import BINDINGS, mapping, text
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing
from ..snapshot.snapshot import Flow
from .admin_api import AdminApi, json_objects, one_object, segment
from .flow_tree import configuration_ids, flow_tree
from .plan import Parts, Reader, well_formed
from .settings import VIEW_REALM

_NOT_THERE = Gap("Something is bound to this authentication flow, which the realm does not have: bind another flow.")


def _listed(parts: Parts) -> list[Json]:
    return json_objects(parts.api.get("/authentication/flows", VIEW_REALM))


def _flow_aliases(parts: Parts) -> dict[str, str]:
    return {text(flow, "id"): text(flow, "alias") for flow in parts["_flows"]}


def _flows(parts: Parts) -> dict[str, Flow | Gap]:
    realm = parts["realm"]
    top = {text(flow, "alias"): flow for flow in parts["_flows"]}
    unread: dict[str, Flow | Gap] = {}
    bound = set(_realm_bindings(realm, top))
    for part, bindings in (("clients", _client_bindings), ("identity_providers", _broker_bindings)):
        try:
            bound.update(bindings(parts[part], parts["flow_aliases"]))
        except Missing as missing:
            # A check of all flows must know that there may be more.
            unread[f"the flows that {part.replace('_', ' ')} are bound to"] = missing.gap
    unread.update((alias, _NOT_THERE) for alias in bound - set(top))
    return {**_read(parts.api, [flow for alias, flow in top.items() if alias in bound]), **unread}


def _realm_bindings(realm: Json, top: Mapping[str, Json]) -> Iterator[str]:
    for key, default in BINDINGS.items():
        alias = text(realm, key, "")
        if alias or default in top:
            yield alias or default


def _client_bindings(clients: Iterable[Json], aliases: Mapping[str, str]) -> Iterator[str]:
    for client in clients:
        overrides = mapping(client, "authenticationFlowBindingOverrides")
        for kind in overrides:
            flow = text(overrides, kind)
            if flow:
                yield aliases.get(flow, flow)


def _broker_bindings(providers: Iterable[Json], _aliases: Mapping[str, str]) -> Iterator[str]:
    for provider in providers:
        for key in ("firstBrokerLoginFlowAlias", "postBrokerLoginFlowAlias"):
            alias = text(provider, key)
            if alias:
                yield alias


def _read(api: AdminApi, flows: list[Json]) -> dict[str, Flow | Gap]:
    lists = api.each(lambda flow: _executions(api, flow), flows)
    read = [(flow, shown) for flow, shown in zip(flows, lists) if not isinstance(shown, Gap)]
    ids = sorted({each for _flow, shown in read for each in configuration_ids(shown)})
    configs = dict(zip(ids, api.each(lambda each: _config(api, each), ids)))
    found: dict[str, Flow | Gap] = {
        text(flow, "alias"): shown for flow, shown in zip(flows, lists) if isinstance(shown, Gap)
    }
    for flow, shown in read:
        alias = text(flow, "alias")
        found[alias] = Flow(text(flow, "id"), alias, flow_tree(shown, configs), flow.get("builtIn") is True)
    return found


def _executions(api: AdminApi, flow: Json) -> list[Json]:
    path = f"/authentication/flows/{segment(text(flow, 'alias'))}/executions"
    return json_objects(api.get(path, VIEW_REALM))


def _config(api: AdminApi, config: str) -> Json:
    shown = one_object(api.get(f"/authentication/config/{segment(config)}", VIEW_REALM))
    return well_formed(lambda: {"alias": text(shown, "alias"), "config": mapping(shown, "config")})


READERS: Mapping[str, Reader] = {
    "_flows": Reader(_listed),
    "flow_aliases": Reader(_flow_aliases, ("_flows",)),
    "flows": Reader(_flows, ("realm", "_flows", "flow_aliases", "clients", "identity_providers")),
}
