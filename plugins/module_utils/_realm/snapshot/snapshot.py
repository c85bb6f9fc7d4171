# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a realm, from whatever source: sections, each of them read or a gap with its reason.

A snapshot holds no secret: gathering replaces what Keycloak returns in clear by SecretTraits.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .gaps import Gap, Json, known
from .observed import Answer, LoginPage, OwnToken, TlsFacts, TokenAnswer

_NOT_SENT = Gap("This request was not made.")


@dataclass(frozen=True, repr=False)
class SecretTraits:
    """What may be known of a client's secret, in memory only. Neither the secret nor its length goes into evidence."""

    length: int
    distinct: int
    is_client_id: bool
    is_realm: bool
    is_well_known: bool

    def __repr__(self) -> str:
        return "SecretTraits(...)"


@dataclass(frozen=True)
class Role:
    """A role of the realm (client None) or of a client (its clientId). children: ids of the roles it is made of."""

    id: str
    name: str
    client: str | None = None
    children: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Execution:
    """One step of an authentication flow, or a sub-flow with its steps (provider None).

    requirement: REQUIRED, ALTERNATIVE, CONDITIONAL or DISABLED. config: the authenticator's, or None.
    """

    provider: str | None
    requirement: str
    name: str = ""
    config: Json | Gap | None = None
    children: tuple[Execution, ...] = ()

    @cached_property
    def remembered(self) -> dict[Hashable, Any]:
        """What was found out about the steps below, for all flows that share this one (see flows.folded)."""
        return {}


@dataclass(frozen=True)
class Flow:
    """An authentication flow that something in the realm uses."""

    id: str
    alias: str
    executions: tuple[Execution, ...]
    built_in: bool = False

    @cached_property
    def root(self) -> Execution:
        """The flow as a step."""
        return Execution(None, "REQUIRED", self.alias, None, self.executions)


@dataclass(frozen=True)
class GroupRoles:
    """A default group and the ids of the roles that it gives, its parents' included."""

    path: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Holder:
    """Who holds a role, directly or through a group. service_account_of: the clientId, for a service account."""

    username: str
    role: str
    enabled: bool = True
    group: str | None = None
    service_account_of: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """A realm as it was read. Every property raises Unknown where the section is a gap.

    server: its base URL (https://host, https://host/auth), or the name of the file. sections: name -> value or Gap.
    """

    name: str
    server: str
    sections: Mapping[str, Any] = field(repr=False)

    def section(self, name: str) -> Any:
        """A section's value. Raises Unknown."""
        return known(self.sections.get(name, Gap(f"This audit did not read {name}.")))

    @property
    def realm(self) -> Json:
        """RealmRepresentation, whole."""
        return self.section("realm")  # type: ignore[no-any-return]

    @property
    def server_version(self) -> str:
        """Such as 26.7.3 (serverinfo's systemInfo.version, or an export's keycloakVersion)."""
        return self.section("server_version")  # type: ignore[no-any-return]

    @property
    def clients(self) -> Sequence[Json]:
        """ClientRepresentations, all of them, without `secret`: see secret_traits."""
        return self.section("clients")  # type: ignore[no-any-return]

    @property
    def secret_traits(self) -> Mapping[str, SecretTraits | Gap]:
        """clientId -> traits. A client without a secret is not in it; one whose secret is masked is a Gap."""
        return self.section("secret_traits")  # type: ignore[no-any-return]

    @property
    def client_scopes(self) -> Sequence[Json]:
        """ClientScopeRepresentations with their protocolMappers."""
        return self.section("client_scopes")  # type: ignore[no-any-return]

    @property
    def default_client_scopes(self) -> Sequence[str]:
        """Names of the realm's default client scopes (default-default-client-scopes)."""
        return self.section("default_client_scopes")  # type: ignore[no-any-return]

    @property
    def client_scope_mappings(self) -> Mapping[str, Sequence[str] | Gap]:
        """clientId of a client without full scope -> ids of roles in its scope, at least of those that administer."""
        return self.section("client_scope_mappings")  # type: ignore[no-any-return]

    @property
    def scope_scope_mappings(self) -> Mapping[str, Sequence[str] | Gap]:
        """Client scope's name -> ids of roles in its scope, at least of those that administer."""
        return self.section("scope_scope_mappings")  # type: ignore[no-any-return]

    @property
    def roles(self) -> Mapping[str, Role]:
        """Id -> role, of the realm and of all clients."""
        return self.section("roles")  # type: ignore[no-any-return]

    @property
    def default_groups(self) -> Sequence[GroupRoles]:
        return self.section("default_groups")  # type: ignore[no-any-return]

    @property
    def role_holders(self) -> Sequence[Holder]:
        """Who holds a role that administers (see roles.privileged), directly or through a group.

        Not through the default role, which everybody holds: what that gives is a matter of the role.
        """
        return self.section("role_holders")  # type: ignore[no-any-return]

    @property
    def people_listed(self) -> bool:
        """True where role_holders counts people too; a partial export holds service accounts alone, and is a gap."""
        return self.section("people_listed")  # type: ignore[no-any-return]

    @property
    def temporary_admins(self) -> Sequence[Json]:
        """On master: UserRepresentations with the attribute is_temporary_admin. Elsewhere empty."""
        return self.section("temporary_admins")  # type: ignore[no-any-return]

    @property
    def user_profile(self) -> Json:
        """The user profile configuration (UPConfig)."""
        return self.section("user_profile")  # type: ignore[no-any-return]

    @property
    def events_config(self) -> Json:
        """RealmEventsConfigRepresentation."""
        return self.section("events_config")  # type: ignore[no-any-return]

    @property
    def flows(self) -> Mapping[str, Flow | Gap]:
        """Alias -> flow, for every flow that the realm, a client or an identity provider is bound to.

        A Gap in the place of a flow that could not be read, and, under words for them, of those that clients or
        identity providers are bound to where these could not be read.
        """
        return self.section("flows")  # type: ignore[no-any-return]

    @property
    def flow_aliases(self) -> Mapping[str, str]:
        """Id -> alias of every top-level flow. A client's authenticationFlowBindingOverrides hold ids (or aliases)."""
        return self.section("flow_aliases")  # type: ignore[no-any-return]

    @property
    def required_actions(self) -> Sequence[Json]:
        """RequiredActionProviderRepresentations."""
        return self.section("required_actions")  # type: ignore[no-any-return]

    @property
    def keys(self) -> Sequence[Json]:
        """KeyMetadataRepresentations: status, type, use, algorithm, publicKey and certificate as base64 DER."""
        return self.section("keys")  # type: ignore[no-any-return]

    @property
    def components(self) -> Sequence[Json]:
        """ComponentRepresentations of every type; the values of `config` are lists of text."""
        return self.section("components")  # type: ignore[no-any-return]

    @property
    def client_policies(self) -> Sequence[Json]:
        """ClientPolicyRepresentations, global ones included."""
        return self.section("client_policies")  # type: ignore[no-any-return]

    @property
    def client_profiles(self) -> Sequence[Json]:
        """ClientProfileRepresentations, global ones included."""
        return self.section("client_profiles")  # type: ignore[no-any-return]

    @property
    def identity_providers(self) -> Sequence[Json]:
        """IdentityProviderRepresentations."""
        return self.section("identity_providers")  # type: ignore[no-any-return]

    @property
    def identity_provider_mappers(self) -> Mapping[str, Sequence[Json] | Gap]:
        """Alias -> IdentityProviderMapperRepresentations."""
        return self.section("identity_provider_mappers")  # type: ignore[no-any-return]

    @property
    def resource_servers(self) -> Mapping[str, Json | Gap]:
        """clientId of a client with authorization services -> ResourceServerRepresentation."""
        return self.section("resource_servers")  # type: ignore[no-any-return]

    @property
    def base_url(self) -> str:
        """The server's address as the audit was given it, with its path and without a final slash."""
        return self.section("base_url")  # type: ignore[no-any-return]

    @property
    def discovery(self) -> Answer:
        """What the address of the realm's metadata answered, whatever it is."""
        return self.section("discovery")  # type: ignore[no-any-return]

    @property
    def metadata(self) -> Json:
        """The realm's metadata document; it has issuer, token_endpoint and jwks_uri."""
        return self.section("metadata")  # type: ignore[no-any-return]

    @property
    def jwks(self) -> Answer:
        """What jwks_uri answered, whatever it is."""
        return self.section("jwks")  # type: ignore[no-any-return]

    @property
    def jwks_keys(self) -> Sequence[Json]:
        """The published keys. What only a key's owner may have is there, with None in the place of its value."""
        return self.section("jwks_keys")  # type: ignore[no-any-return]

    @property
    def reflected_hosts(self) -> Mapping[str, str | Gap | None]:
        """Header that named another host -> the issuer that came back, None where the request was refused."""
        return self.section("reflected_hosts")  # type: ignore[no-any-return]

    @property
    def login_page(self) -> LoginPage:
        """The answer to a proper login request of account-console."""
        return self.section("login_page")  # type: ignore[no-any-return]

    @property
    def management(self) -> Mapping[str, str | Gap]:
        """Path of the management interface -> metrics or health, where the public port shows it, else empty."""
        return self.section("management")  # type: ignore[no-any-return]

    @property
    def admin_surface(self) -> Mapping[str, bool | Gap]:
        """Path that only administrators need -> whether it answers."""
        return self.section("admin_surface")  # type: ignore[no-any-return]

    @property
    def tls(self) -> TlsFacts:
        return self.section("tls")  # type: ignore[no-any-return]

    @property
    def token_answer(self) -> TokenAnswer:
        """What the token endpoint answered the caller."""
        return self.section("token_answer")  # type: ignore[no-any-return]

    @property
    def own_token(self) -> OwnToken:
        return self.section("own_token")  # type: ignore[no-any-return]

    @property
    def own_client(self) -> str:
        """The caller's clientId, from whoever runs the audit and not from the token."""
        return self.section("own_client")  # type: ignore[no-any-return]

    @property
    def own_header(self) -> Json:
        """The header of the caller's token, as it is."""
        return self.section("own_header")  # type: ignore[no-any-return]

    @property
    def own_claims(self) -> Json:
        """The claims of the caller's token, as they are."""
        return self.section("own_claims")  # type: ignore[no-any-return]

    def probe(self, name: str) -> Any:
        """What came back for a request of nobody's that should be refused. Raises Unknown."""
        return known(self.section("probes").get(name, _NOT_SENT))

    def client_probe(self, name: str) -> Any:
        """What came back for a request with the caller's credentials that should be refused. Raises Unknown."""
        return known(self.section("client_probes").get(name, _NOT_SENT))
