# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service accounts that administer: a leaked client secret then compromises the realm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..keycloak.clients import client_id, sure
from ..keycloak.findings import on_client
from ..keycloak.roles import admin_names, all_roles, closure, default_role, gives_all, labels
from ..keycloak.settings import switch
from ..model import INFO, Finding, Parameter, Parameters, check
from ..partial_findings import gathered, knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Role, Snapshot


@check(
    id="service-account-realm-admin",
    area="service-accounts",
    level="L3",
    severity="critical",
    tier="core",
    title="Service account is a realm administrator",
    rationale="A leaked client secret compromises the whole realm.",
    remediation="Assign individual manage-* or view-* roles.",
    reference="RFC 9700 section 2.3",
)
def service_account_realm_admin(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    for client, held, roles in _held(snapshot):
        whole = _whole(roles, held, snapshot.name)
        if whole:
            yield _finding(client, held, "administers the whole realm", labels(roles, whole), roles)


@check(
    id="service-account-manage-roles",
    area="service-accounts",
    level="L3",
    severity="high",
    tier="core",
    title="Service account can manage users, clients or the realm",
    rationale="With manage-users, manage-clients or manage-realm, an attacker can get realm-admin.",
    remediation="Reduce the roles to what the automation needs.",
    reference="RFC 9700 section 2.3",
    parameters={
        "admin_service_accounts": Parameter([], "clientIds of clients whose service accounts are meant to administer.")
    },
)
def service_account_manage_roles(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    for client, held, roles in _held(snapshot):
        names = admin_names(roles, snapshot.name, held.roles)
        # service-account-realm-admin reports those with the whole realm.
        elsewhere = _whole(roles, held, snapshot.name) or client_id(client) in parameters["admin_service_accounts"]
        if names and not elsewhere:
            yield _finding(client, held, "administers the realm", names, roles)


@dataclass
class _Held:
    """The administering roles of one service account, as they were assigned."""

    roles: set[str] = field(default_factory=set)
    enabled: bool = False


def _held(snapshot: Snapshot) -> Iterator[tuple[Json, _Held, Mapping[str, Role]]]:
    """Each client with a service account that has administering roles, these roles, and all roles.

    roles-default-privileged reports what the default role grants. Roles of default groups count: service accounts that
    are created later also join these groups, without needing to.
    """
    accounts = sure(snapshot.clients, lambda each: switch(each, "serviceAccountsEnabled"))
    named, unknown = gathered(knowable(lambda each: [(client_id(each), each)], accounts))
    if named:
        yield from _holding(snapshot, dict(named))
    if unknown is not None:
        raise unknown


def _holding(snapshot: Snapshot, clients: Mapping[str, Json]) -> Iterator[tuple[Json, _Held, Mapping[str, Role]]]:
    roles, default = all_roles(snapshot), default_role(snapshot).id
    held: dict[str, _Held] = {}
    for holder in snapshot.role_holders:
        if holder.service_account_of in clients and holder.role != default:
            account = held.setdefault(str(holder.service_account_of), _Held())
            account.roles.add(holder.role)
            account.enabled = account.enabled or holder.enabled
    for name in sorted(held):
        yield clients[name], held[name], roles


def _whole(roles: Mapping[str, Role], held: _Held, realm: str) -> list[str]:
    return [each for each in closure(roles, held.roles) if each in roles and gives_all(roles[each], realm)]


def _finding(client: Json, held: _Held, does: str, names: list[str], roles: Mapping[str, Role]) -> Finding:
    message = f"The client's service account {does}, through {', '.join(names)}."
    evidence = {"roles": names, "assigned": labels(roles, held.roles)}
    severity = None if held.enabled else INFO
    return on_client(client, message, evidence, severity=severity, details=tuple(names))
