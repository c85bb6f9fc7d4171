# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How users log in through clients: obsolete grants, and PKCE."""

from __future__ import annotations

from collections.abc import Iterator

from ..keycloak.client_policies import covers
from ..keycloak.clients import attribute, attribute_switch, client_id, is_built_in, sure
from ..keycloak.findings import on_client
from ..keycloak.oidc import clients_with_tokens
from ..keycloak.pkce import EXECUTOR, METHOD
from ..keycloak.redirects import browser_clients, redirect_uris
from ..keycloak.settings import switch
from ..model import INFO, Finding, Parameter, Parameters, check
from ..partial_findings import knowable
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Snapshot

_DEVICE = "oauth2.device.authorization.grant.enabled"
_ADMIN_CLI = "admin-cli"
#: Ships without PKCE, and redirects only to Keycloak's own pages.
_ACCOUNT = "account"


def _public(client: Json) -> bool:
    return switch(client, "publicClient")


@check(
    id="client-implicit-flow",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="Implicit flow enabled",
    rationale="Tokens in URLs leak through browser history, referrers and logs.",
    remediation="Disable Implicit flow in the client's settings; use the standard flow with PKCE.",
    reference="RFC 9700 section 2.1.2",
)
def client_implicit_flow(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if switch(client, "implicitFlowEnabled"):
            refused = covers(snapshot, client, "reject-implicit-grant")
            message = (
                "The implicit flow is enabled, but a client policy rejects it."
                if refused
                else "The implicit flow is enabled, so tokens are returned in URLs."
            )
            yield on_client(client, message, {"implicitFlowEnabled": True}, severity=INFO if refused else None)

    yield from knowable(find, clients_with_tokens(snapshot))


def _password_grants(snapshot: Snapshot) -> Iterator[Json]:
    def accepted(client: Json) -> bool:
        on = client_id(client) != _ADMIN_CLI and switch(client, "directAccessGrantsEnabled")
        return on and not covers(snapshot, client, "reject-ropc-grant")

    return sure(clients_with_tokens(snapshot), accepted)


@check(
    id="client-direct-grants-public",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="Password grant on a public client",
    rationale="Anyone can use the public client ID to try passwords, often without MFA.",
    remediation="Disable Direct access grants in the client's settings.",
    reference="RFC 9700 section 2.4",
)
def client_direct_grants_public(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if _public(client):
            message = "Anyone can try passwords with this public client's direct access grants."
            yield on_client(client, message, {"directAccessGrantsEnabled": True})

    yield from knowable(find, _password_grants(snapshot))


@check(
    id="client-direct-grants-confidential",
    area="clients",
    level="L3",
    severity="medium",
    tier="core",
    title="Password grant on a confidential client",
    rationale="The grant exposes passwords to the client and must not be used.",
    remediation="Disable Direct access grants in the client's settings.",
    reference="RFC 9700 section 2.4",
)
def client_direct_grants_confidential(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if not _public(client):
            message = "Direct access grants are enabled, so users' passwords pass through the client."
            yield on_client(client, message, {"directAccessGrantsEnabled": True})

    yield from knowable(find, _password_grants(snapshot))


@check(
    id="client-public-no-pkce",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="Public client does not require PKCE",
    rationale="Anyone can redeem a stolen code.",
    remediation="Set the PKCE method of the client to S256.",
    reference="RFC 9700 section 2.1.1",
)
def client_public_no_pkce(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if (
            _public(client)
            and switch(client, "standardFlowEnabled")
            and client_id(client) != _ACCOUNT
            and not attribute(client, METHOD)
            and not covers(snapshot, client, EXECUTOR)
        ):
            yield on_client(client, "No PKCE method is set, and no client policy asks for PKCE.", {METHOD: ""})

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-pkce-plain",
    area="clients",
    level="L3",
    severity="high",
    tier="core",
    title="PKCE method is plain",
    rationale="The verifier is visible in the authorization request.",
    remediation="Set the PKCE method of the client to S256.",
    reference="RFC 9700 section 2.1.1",
)
def client_pkce_plain(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if attribute(client, METHOD) == "plain":
            yield on_client(
                client, "The PKCE method is plain, which does not protect the code in transit.", {METHOD: "plain"}
            )

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-confidential-no-pkce",
    area="clients",
    level="L3",
    severity="low",
    tier="core",
    title="Confidential client does not require PKCE",
    rationale="PKCE is recommended against code injection and CSRF.",
    remediation="Set the PKCE method of the client to S256.",
    reference="RFC 9700 section 2.1.1",
)
def client_confidential_no_pkce(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if (
            not _public(client)
            and switch(client, "standardFlowEnabled")
            and redirect_uris(client)
            and not attribute(client, METHOD)
            and not covers(snapshot, client, EXECUTOR)
        ):
            yield on_client(client, "No PKCE method is set, and no client policy asks for PKCE.", {METHOD: ""})

    yield from knowable(find, browser_clients(snapshot))


@check(
    id="client-device-grant",
    area="clients",
    level="L3",
    severity="low",
    tier="extended",
    title="Device grant enabled on a client",
    rationale="The grant invites device code phishing, so only clients on real devices should have it.",
    remediation="Disable the grant on clients that do not run on devices.",
    parameters={
        "device_clients": Parameter([], "clientIds of clients that may use the device grant."),
    },
)
def client_device_grant(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if attribute_switch(client, _DEVICE) and client_id(client) not in parameters["device_clients"]:
            yield on_client(client, "The device authorization grant is enabled.", {_DEVICE: "true"})

    yield from knowable(find, clients_with_tokens(snapshot))


@check(
    id="client-mixed-service-account",
    area="clients",
    level="L3",
    severity="info",
    tier="extended",
    title="Service account and browser login in one client",
    rationale="Each use needs its own credentials and privileges.",
    remediation="Split the client into two.",
)
def client_mixed_service_account(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    def find(client: Json) -> Iterator[Finding]:
        if is_built_in(client, snapshot.name) or not switch(client, "serviceAccountsEnabled"):
            return
        flows = {name: switch(client, name) for name in ("implicitFlowEnabled", "directAccessGrantsEnabled")}
        flows["standardFlowEnabled"] = switch(client, "standardFlowEnabled") and bool(redirect_uris(client))
        if any(flows.values()):
            on = sorted(name for name, value in flows.items() if value)
            yield on_client(
                client, "The client has a service account, and users also log in through it.", {"flows": on}
            )

    yield from knowable(find, clients_with_tokens(snapshot))
