# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication flows as Keycloak runs them: which are bound, and which of their steps can be reached.

What Keycloak's evaluation leaves out is left out here: a disabled step and all below it, a conditional sub-flow without
a condition, and alternatives beside a required or conditional step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.authkit.oauth.plugins.module_utils._realm.clients import OIDC, protocol_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot import (
    Execution,
    Flow,
    Json,
    NotEvaluated,
    Snapshot,
    known,
)

REQUIRED, ALTERNATIVE, CONDITIONAL, DISABLED = "REQUIRED", "ALTERNATIVE", "CONDITIONAL", "DISABLED"
BROWSER, DIRECT_GRANT = "browser", "direct_grant"
#: The flows that a realm is bound to, with the names they have unless somebody binds others.
BINDINGS: Mapping[str, str] = {
    "browserFlow": "browser",
    "registrationFlow": "registration",
    "directGrantFlow": "direct grant",
    "resetCredentialsFlow": "reset credentials",
    "clientAuthenticationFlow": "clients",
    "dockerAuthenticationFlow": "docker auth",
    "firstBrokerLoginFlow": "first broker login",
}
PASSWORD_FORMS = frozenset({"auth-username-password-form", "auth-password-form", "idp-username-password-form"})
_PASSWORD_PROVIDERS = PASSWORD_FORMS | {
    "direct-grant-validate-password",
    "docker-http-basic-authenticator",
    "http-basic-authenticator",
}
_NO_CONDITIONS = frozenset({"auth-conditional-otp-form"})


def bound(snapshot: Snapshot, realm_key: str) -> Flow:
    """The flow that the realm is bound to, such as browserFlow. Raises Unknown."""
    return flow_named(snapshot, str(snapshot.realm.get(realm_key) or BINDINGS[realm_key]))


def override(snapshot: Snapshot, client: Json, kind: str) -> Flow | None:
    """The flow that a client is bound to in place of the realm's (BROWSER or DIRECT_GRANT). Raises Unknown."""
    overrides = client.get("authenticationFlowBindingOverrides")
    value = overrides.get(kind) if isinstance(overrides, Mapping) else None
    # The admin API shows the flow's id, an export may show its alias.
    return flow_named(snapshot, str(snapshot.flow_aliases.get(value, value))) if value else None


def broker_flows(snapshot: Snapshot, provider: Json) -> list[Flow]:
    """The flows after a login at the identity provider: the first login's, then every login's. Raises Unknown."""
    flows = [first_login_flow(snapshot, provider)]
    if provider.get("postBrokerLoginFlowAlias"):
        flows.append(flow_named(snapshot, str(provider["postBrokerLoginFlowAlias"])))
    return flows


def first_login_flow(snapshot: Snapshot, provider: Json) -> Flow:
    """The flow of the first login through the identity provider: its own, or the realm's. Raises Unknown."""
    alias = provider.get("firstBrokerLoginFlowAlias")
    return flow_named(snapshot, str(alias)) if alias else bound(snapshot, "firstBrokerLoginFlow")


def flow_named(snapshot: Snapshot, alias: str) -> Flow:
    """Raises Unknown."""
    flows = snapshot.flows
    if alias not in flows:
        raise NotEvaluated(f"The authentication flow {alias} was not among those that were read.")
    return known(flows[alias])  # type: ignore[no-any-return]


def steps(flow: Flow) -> list[Execution]:
    """The authenticators and conditions that a login can reach, sub-flows opened.

    Steps of a sub-flow that runs at several places are there once, where they come last.
    """
    opened = Levels(flow.executions)
    waiting, found, seen = opened.live(flow.executions), [], set()
    while waiting:
        each = waiting.pop()
        if each.children:
            if id(each.children) not in seen:
                seen.add(id(each.children))
                waiting.extend(opened.live(each.children))
        elif each.provider is not None:
            found.append(each)
    return found[::-1]


def providers(flow: Flow) -> frozenset[str]:
    """The provider ids of the flow's steps."""
    return frozenset(each.provider for each in steps(flow) if each.provider is not None)


class Levels:
    """The levels of a flow, those below before those above them.

    Steps may share the level below them: of an exported flow that runs another one at several places, they do. Each
    level is there once, so that whoever goes through these does so in a time that grows with what was exported, not
    with the number of ways through it.
    """

    def __init__(self, executions: Sequence[Execution]) -> None:
        self._levels = _levels(executions)
        self._conditional = {key: any(map(_decides, level)) for key, level in self._levels.items()}

    def __iter__(self) -> Iterator[Sequence[Execution]]:
        return iter(self._levels.values())

    def live(self, level: Sequence[Execution]) -> list[Execution]:
        """The steps of one level that Keycloak evaluates, conditions included."""
        enabled = [each for each in level if each.requirement != DISABLED]
        conditions = [each for each in enabled if is_condition(each)]
        others = [each for each in enabled if not is_condition(each)]
        if any(each.requirement in (REQUIRED, CONDITIONAL) for each in others):
            others = [each for each in others if each.requirement != ALTERNATIVE]
        return conditions + [each for each in others if each.requirement != CONDITIONAL or self.has_condition(each)]

    def has_condition(self, execution: Execution) -> bool:
        """Whether the steps below it decide if it runs."""
        return self._conditional.get(id(execution.children), False)


def _levels(executions: Sequence[Execution]) -> dict[int, Sequence[Execution]]:
    """Each level by its identity. Without recursion: flows may be nested deeper than Python calls."""
    found: dict[int, Sequence[Execution]] = {}
    waiting: list[tuple[Sequence[Execution], bool]] = [(executions, False)]
    while waiting:
        level, is_opened = waiting.pop()
        if id(level) in found:
            continue
        if is_opened:
            found[id(level)] = level
        else:
            waiting.append((level, True))
            waiting.extend((each.children, False) for each in level if each.children)
    return found


def is_condition(execution: Execution) -> bool:
    """Whether the step only decides if its sub-flow runs. Extensions name theirs as they like; most say condition."""
    provider = execution.provider or ""
    return "condition" in provider and provider not in _NO_CONDITIONS and not execution.children


def _decides(execution: Execution) -> bool:
    return is_condition(execution) and execution.requirement != DISABLED


def has_password_entry(snapshot: Snapshot) -> bool:
    """Whether somebody can type a password in any flow that the realm, or an enabled client of it, uses."""
    return any(not _PASSWORD_PROVIDERS.isdisjoint(providers(each)) for each in _login_flows(snapshot))


def _login_flows(snapshot: Snapshot) -> Iterator[Flow]:
    yield bound(snapshot, "browserFlow")
    for client in snapshot.clients:
        if client.get("enabled") is not False:
            yield from _client_flows(snapshot, client)
    for provider in snapshot.identity_providers:
        if provider.get("enabled") is not False:
            yield from broker_flows(snapshot, provider)


def _client_flows(snapshot: Snapshot, client: Json) -> Iterator[Flow]:
    own = override(snapshot, client, BROWSER)
    if own is not None:
        yield own
    if client.get("directAccessGrantsEnabled") and protocol_of(client) == OIDC:
        yield override(snapshot, client, DIRECT_GRANT) or bound(snapshot, "directGrantFlow")
    if client.get("protocol") == "docker-v2":
        yield bound(snapshot, "dockerAuthenticationFlow")
