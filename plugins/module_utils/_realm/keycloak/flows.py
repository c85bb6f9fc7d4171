# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows as Keycloak runs them: which are bound, and which of their steps can be reached.

Like Keycloak, these functions ignore a disabled step and all below it, a conditional sub-flow without a condition, and
alternatives beside a required or conditional step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from ..snapshot.gaps import Json, NotEvaluated, known
from ..snapshot.snapshot import Execution, Flow, Snapshot
from .clients import OIDC, protocol_of
from .settings import BINDINGS, mapping, switch, text

T = TypeVar("T")
REQUIRED, ALTERNATIVE, CONDITIONAL, DISABLED = "REQUIRED", "ALTERNATIVE", "CONDITIONAL", "DISABLED"
BROWSER, DIRECT_GRANT = "browser", "direct_grant"
PASSWORD_FORMS = frozenset({"auth-username-password-form", "auth-password-form", "idp-username-password-form"})
_PASSWORD_PROVIDERS = PASSWORD_FORMS | {
    "direct-grant-validate-password",
    "docker-http-basic-authenticator",
    "http-basic-authenticator",
}
_NO_PROVIDERS: frozenset[str] = frozenset()
_NO_CONDITIONS = frozenset({"auth-conditional-otp-form"})


def bound(snapshot: Snapshot, realm_key: str) -> Flow:
    """The flow that the realm binds to a key such as browserFlow. Raises Unknown."""
    return flow_named(snapshot, bound_alias(snapshot, realm_key))


def bound_alias(snapshot: Snapshot, realm_key: str) -> str:
    """That flow's alias. Raises Unknown."""
    return text(snapshot.realm, realm_key) or BINDINGS[realm_key]


def override(snapshot: Snapshot, client: Json, kind: str) -> Flow | None:
    """The flow that a client uses instead of the realm's, or None.

    :param kind: BROWSER or DIRECT_GRANT.
    :raises Unknown: the flow was not read, or the client's setting is malformed.
    """
    value = text(mapping(client, "authenticationFlowBindingOverrides"), kind)
    # The admin API returns the flow's id; an export may have its alias.
    return flow_named(snapshot, snapshot.flow_aliases.get(value, value)) if value else None


def broker_flows(snapshot: Snapshot, provider: Json) -> list[Flow]:
    """The flows that follow a login at the identity provider: the first login's, then every login's. Raises Unknown."""
    flows = [first_login_flow(snapshot, provider)]
    after = text(provider, "postBrokerLoginFlowAlias")
    if after:
        flows.append(flow_named(snapshot, after))
    return flows


def first_login_flow(snapshot: Snapshot, provider: Json) -> Flow:
    """The first login flow of the identity provider: its own, or the realm's. Raises Unknown."""
    alias = text(provider, "firstBrokerLoginFlowAlias")
    return flow_named(snapshot, alias) if alias else bound(snapshot, "firstBrokerLoginFlow")


def flow_named(snapshot: Snapshot, alias: str) -> Flow:
    """The flow with this alias. Raises Unknown."""
    flows = snapshot.flows
    if alias not in flows:
        raise NotEvaluated(f"The authentication flow {alias} was not read.")
    return known(flows[alias])


def steps(flow: Flow) -> list[Execution]:
    """The authenticators and conditions that a login can reach, including those of sub-flows.

    Steps of a sub-flow that runs in several places are listed once, in the last of them.
    """
    waiting, found, seen = live(flow.executions), [], set()
    while waiting:
        each = waiting.pop()
        if each.children:
            if id(each.children) not in seen:
                seen.add(id(each.children))
                waiting.extend(live(each.children))
        elif each.provider is not None:
            found.append(each)
    return found[::-1]


def providers(flow: Flow) -> frozenset[str]:
    """The provider ids of the flow's steps."""
    return folded(flow.root, providers, _providers)


def _providers(level: Sequence[Execution]) -> frozenset[str]:
    reached = live(level)
    own = [each.provider for each in reached if each.provider is not None and not each.children]
    return frozenset(own).union(*(below(each, providers, _NO_PROVIDERS) for each in reached))


def folded(root: Execution, key: Hashable, value: Callable[[Sequence[Execution]], T]) -> T:
    """The result of `value` for the steps below the root. It may call `below` for its results for sub-flows.

    Each level is evaluated once per key, whichever flows share it: an exported flow may run another one in several
    places, and be run by others. Not recursive: flows may be nested deeper than Python's recursion limit.
    """
    found: dict[int, T] = {}  # by level
    waiting = [(root, False)]
    while waiting:
        step, is_opened = waiting.pop()
        if key in step.remembered:
            continue
        level = id(step.children)
        if is_opened or level in found:
            if level not in found:
                found[level] = value(step.children)
            step.remembered[key] = found[level]
        else:
            waiting.append((step, True))
            waiting.extend((each, False) for each in step.children if each.children)
    made: T = root.remembered[key]
    return made


def below(step: Execution, key: Hashable, otherwise: T) -> T:
    """The result of folding the steps of a sub-flow; `otherwise` if there is none."""
    return step.remembered.get(key, otherwise) if step.children else otherwise


def live(level: Sequence[Execution]) -> list[Execution]:
    """The steps of one level that Keycloak evaluates, conditions included."""
    enabled = [each for each in level if each.requirement != DISABLED]
    conditions = [each for each in enabled if is_condition(each)]
    others = [each for each in enabled if not is_condition(each)]
    if any(each.requirement in (REQUIRED, CONDITIONAL) for each in others):
        others = [each for each in others if each.requirement != ALTERNATIVE]
    return conditions + [each for each in others if each.requirement != CONDITIONAL or has_condition(each)]


def has_condition(execution: Execution) -> bool:
    """Whether a condition among its steps decides if it runs."""
    if has_condition not in execution.remembered:
        execution.remembered[has_condition] = any(map(_decides, execution.children))
    decided: bool = execution.remembered[has_condition]
    return decided


def is_condition(execution: Execution) -> bool:
    """Whether the step only decides if its sub-flow runs. Extensions choose their names; most contain condition."""
    provider = execution.provider or ""
    return "condition" in provider and provider not in _NO_CONDITIONS and not execution.children


def _decides(execution: Execution) -> bool:
    return is_condition(execution) and execution.requirement != DISABLED


def has_password_entry(snapshot: Snapshot) -> bool:
    """Whether users can enter a password in a flow of the realm or its enabled clients and identity providers."""
    return any(not _PASSWORD_PROVIDERS.isdisjoint(providers(each)) for each in _login_flows(snapshot))


def _login_flows(snapshot: Snapshot) -> Iterator[Flow]:
    yield bound(snapshot, "browserFlow")
    for client in snapshot.clients:
        if switch(client, "enabled"):
            yield from _client_flows(snapshot, client)
    for provider in snapshot.identity_providers:
        if switch(provider, "enabled"):
            yield from broker_flows(snapshot, provider)


def _client_flows(snapshot: Snapshot, client: Json) -> Iterator[Flow]:
    own = override(snapshot, client, BROWSER)
    if own is not None:
        yield own
    protocol = protocol_of(client)
    if protocol == OIDC and switch(client, "directAccessGrantsEnabled"):
        yield override(snapshot, client, DIRECT_GRANT) or bound(snapshot, "directGrantFlow")
    if protocol == "docker-v2":
        yield bound(snapshot, "dockerAuthenticationFlow")
