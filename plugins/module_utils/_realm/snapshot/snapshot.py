# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known about a realm, from any source: sections, each of which was read or is a gap with its reason.

A snapshot contains no secret: gathering replaces those that Keycloak returns in clear text with SecretTraits.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

from .gaps import Gap, Json, known
from .observed import (
    Answer,
    Introspection,
    LoginPage,
    OwnToken,
    Signature,
    TlsFacts,
    TokenAnswer,
)

_NOT_SENT = Gap("This request was not made.")
_Value = TypeVar("_Value")


@dataclass(frozen=True, repr=False)
class SecretTraits:
    """What may be known about a client's secret, only in memory. Evidence has neither the secret nor its length.

    :param is_default: this is the default of a reference in a file; the secret itself is unknown.
    """

    length: int
    distinct: int
    is_client_id: bool
    is_realm: bool
    is_well_known: bool
    is_default: bool = False

    def __repr__(self) -> str:
        return "SecretTraits(...)"


@dataclass(frozen=True)
class PlainPassword:
    """A user whose password a file holds in plain text.

    :param temporary: the first login must change it.
    :param administers: the user's own roles administer the realm, by their names.
    """

    username: str
    enabled: bool = True
    temporary: bool = False
    administers: bool = False


@dataclass(frozen=True)
class Role:
    """A role of the realm (client None) or of a client (its clientId).

    :param children: ids of the roles it contains.
    """

    id: str
    name: str
    client: str | None = None
    children: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Execution:
    """One step of an authentication flow, or a sub-flow with its steps (provider None).

    :param requirement: REQUIRED, ALTERNATIVE, CONDITIONAL or DISABLED.
    :param config: the authenticator's configuration, or None.
    """

    provider: str | None
    requirement: str
    name: str = ""
    config: Json | Gap | None = None
    children: tuple[Execution, ...] = ()

    @cached_property
    def remembered(self) -> dict[Hashable, Any]:
        """A cache of results for the steps below, shared by all flows that share this one (see flows.folded)."""
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
    """A default group and the ids of the roles that it grants, including those of its parents."""

    path: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class RoleHolder:
    """A user who has a role, directly or through a group.

    :param service_account_of: a service account's clientId.
    """

    username: str
    role: str
    enabled: bool = True
    group: str | None = None
    service_account_of: str | None = None


class Section(Generic[_Value]):
    """A section of a snapshot, by the attribute's name. Reading it raises Unknown if the section is a gap."""

    def __set_name__(self, owner: type[Snapshot], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, snapshot: None, owner: type[Snapshot]) -> Section[_Value]:
        """On the class, the descriptor itself."""

    @overload
    def __get__(self, snapshot: Snapshot, owner: type[Snapshot]) -> _Value:
        """On a snapshot, the section's value."""

    def __get__(self, snapshot: Snapshot | None, owner: type[Snapshot]) -> Section[_Value] | _Value:
        if snapshot is None:
            return self
        value: _Value = snapshot.section(self._name)
        return value


@dataclass(frozen=True)
class Snapshot:
    """A realm as it was read.

    :param server: its base URL (https://host, https://host/auth), or the name of the export file.
    :param sections: name -> value or Gap.
    :param label: what reports call the realm, if another one of the audit has the same name.
    :param of_file: whether a file was read. The version that it states is that of its writer: any server may import it.
    :param filled: the paths of what a file does not say, and an import sets: ``sslRequired``, ``clients/app/protocol``.
    """

    name: str
    server: str
    sections: Mapping[str, Any] = field(repr=False)
    label: str = ""
    filled: frozenset[str] = frozenset()
    of_file: bool = False

    #: The complete RealmRepresentation.
    realm = Section[Json]()
    #: For example 26.7.3 (systemInfo.version of serverinfo, or keycloakVersion of an export).
    server_version = Section[str]()
    #: The server's features, such as CLIENT_SECRET_ROTATION, and whether they are on. An export does not have them.
    features = Section[Mapping[str, bool]]()
    #: OrganizationRepresentations with their domains; empty where the realm has none or has switched them off.
    organizations = Section[Sequence[Json]]()
    #: All ClientRepresentations, without `secret`: see secret_traits.
    clients = Section[Sequence[Json]]()
    #: clientId -> traits. A client without a secret is left out; one whose secret is masked is a Gap.
    secret_traits = Section["Mapping[str, SecretTraits | Gap]"]()
    #: ClientScopeRepresentations with their protocolMappers.
    client_scopes = Section[Sequence[Json]]()
    #: Names of the realm's default client scopes (default-default-client-scopes).
    default_client_scopes = Section[Sequence[str]]()
    #: clientId of a client without full scope -> ids of the roles in its scope, at least of those that administer.
    client_scope_mappings = Section["Mapping[str, Sequence[str] | Gap]"]()
    #: Client scope's name -> ids of the roles in its scope, at least of those that administer.
    scope_scope_mappings = Section["Mapping[str, Sequence[str] | Gap]"]()
    #: Id -> role, of the realm and of all clients.
    roles = Section[Mapping[str, Role]]()
    default_groups = Section[Sequence[GroupRoles]]()
    #: Who has a role that administers (see roles.privileged), directly or through a group. The default role does not
    #: count: every user has it, so what it grants is a finding on the role.
    role_holders = Section[Sequence[RoleHolder]]()
    #: True if role_holders includes people. A gap for a partial export, which has only service accounts.
    people_listed = Section[bool]()
    #: On master: UserRepresentations with the attribute is_temporary_admin. Empty for other realms.
    temporary_admins = Section[Sequence[Json]]()
    #: Users whose passwords are in a realm file. No section of a server's, which shows no passwords.
    plain_passwords = Section[Sequence[PlainPassword]]()
    #: The user profile configuration (UPConfig).
    user_profile = Section[Json]()
    #: RealmEventsConfigRepresentation.
    events_config = Section[Json]()
    #: Alias -> flow, for every flow that the realm, a client or an identity provider is bound to. A flow that could
    #: not be read is a Gap. If clients or identity providers could not be read, a Gap with a descriptive key stands
    #: for the flows that they are bound to.
    flows = Section["Mapping[str, Flow | Gap]"]()
    #: Id -> alias of every top-level flow. A client's authenticationFlowBindingOverrides hold ids (or aliases).
    flow_aliases = Section[Mapping[str, str]]()
    #: RequiredActionProviderRepresentations.
    required_actions = Section[Sequence[Json]]()
    #: KeyMetadataRepresentations: status, type, use, algorithm, publicKey and certificate as base64 DER.
    keys = Section[Sequence[Json]]()
    #: ComponentRepresentations of every type; the values of `config` are lists of text.
    components = Section[Sequence[Json]]()
    #: ClientPolicyRepresentations, global ones included.
    client_policies = Section[Sequence[Json]]()
    #: ClientProfileRepresentations, global ones included.
    client_profiles = Section[Sequence[Json]]()
    #: IdentityProviderRepresentations.
    identity_providers = Section[Sequence[Json]]()
    #: Alias -> IdentityProviderMapperRepresentations.
    identity_provider_mappers = Section["Mapping[str, Sequence[Json] | Gap]"]()
    #: clientId of a client with authorization services -> ResourceServerRepresentation. Only those of realm-management
    #: and admin-permissions, which are fine-grained admin permissions, have their policies.
    resource_servers = Section["Mapping[str, Json | Gap]"]()
    #: The server's address as passed to the audit, with its path and without a trailing slash.
    base_url = Section[str]()
    #: The answer at the address of the realm's metadata, usable or not.
    discovery = Section[Answer]()
    #: The realm's metadata document; it has issuer, token_endpoint and jwks_uri.
    metadata = Section[Json]()
    #: The answer at jwks_uri, usable or not.
    jwks = Section[Answer]()
    #: The published keys. Private members are present, but their value is None.
    jwks_keys = Section[Sequence[Json]]()
    #: Header that named another host -> the issuer in the answer; None if the request was refused.
    reflected_hosts = Section["Mapping[str, str | Gap | None]"]()
    #: The answer to a valid login request of account-console.
    login_page = Section[LoginPage]()
    #: Path of the management interface -> metrics or health if the public port exposes it, else "".
    management = Section["Mapping[str, str | Gap]"]()
    #: Path that only administrators need -> whether it can be reached.
    admin_surface = Section["Mapping[str, bool | Gap]"]()
    tls = Section[TlsFacts]()
    #: The token endpoint's answer to the caller.
    token_answer = Section[TokenAnswer]()
    own_token = Section[OwnToken]()
    #: The caller's clientId, as configured for the audit, not from the token.
    own_client = Section[str]()
    #: The header of the caller's token, unverified.
    own_header = Section[Json]()
    #: The claims of the caller's token, unverified.
    own_claims = Section[Json]()
    token_signature = Section[Signature]()
    #: What the introspection endpoint says about the caller's token.
    introspection = Section[Introspection]()

    @property
    def shown(self) -> str:
        """The realm's name in reports, waivers and the baseline: no other realm of the audit has it."""
        return self.label or self.name

    def section(self, name: str) -> Any:
        """A section's value. Raises Unknown."""
        return known(self.sections.get(name, Gap(f"This audit did not read {name}.")))

    def probe(self, name: str) -> Any:
        """The answer to a request without credentials that should be refused. Raises Unknown."""
        return known(self.section("probes").get(name, _NOT_SENT))

    def client_probe(self, name: str) -> Any:
        """The answer to a request with the caller's credentials that should be refused. Raises Unknown."""
        return known(self.section("client_probes").get(name, _NOT_SENT))
