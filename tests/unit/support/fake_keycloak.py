# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small realm as Keycloak's admin API shows it, which a test breaks as it likes, and snapshots of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import (
    ONCE,
    HttpRequest,
    HttpResponse,
    Retries,
    authorization,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import Reply

SHOP = "shop"
ALL_ROLES = ("view-realm", "view-clients", "view-users", "view-events", "view-identity-providers")
MANAGEMENT_ROLES = (
    "realm-admin",
    "manage-users",
    "manage-clients",
    "manage-realm",
    "view-users",
    "view-clients",
    "view-realm",
)
# Every secret of the realm; none of them may be found in a snapshot.
SECRETS = ("s3cret-of-portal", "rotated-s3cret", "mail-s3cret", "bind-s3cret", "captcha-s3cret", "registration-s3cret")
_FLOW_KEYS = ("browserFlow", "registrationFlow", "directGrantFlow", "resetCredentialsFlow", "clientAuthenticationFlow")


class Tokens:
    """A token, and those that follow it; an exception among them is raised, None says that there is no other."""

    def __init__(self, first: str = "valid", *others: str | Exception | None) -> None:
        self.first, self.others = first, list(others)
        self.renewals: list[str] = []

    def token(self) -> str:
        return self.first

    def renewed(self, rejected: str) -> str | None:
        self.renewals.append(rejected)
        if not self.others:
            return None
        following = self.others.pop(0)
        if isinstance(following, Exception):
            raise following
        return following


class DirectTransport:
    """A transport without a network: what is sent goes straight to whatever answers."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        parts = urlsplit(request.url)
        headers = {"authorization": authorization(request.credentials) or ""}
        answer = self._reply(Incoming(request.method, parts.path, parts.query, headers, b"", 0.0, 0))
        return HttpResponse(answer.status, {}, answer.content(), request.url, 1, 0.0)

    def close(self) -> None:
        """Nothing to give back."""


# First part of a path -> what Keycloak says of something below it that is not there.
_NOT_FOUND = {
    "client-scopes": "Could not find client scope",
    "clients": "Could not find client",
    "roles-by-id": "Could not find role with id",
}


class FakeKeycloak:
    """Answers as a Keycloak with one realm does. A test changes its parts before it asks.

    answers: path below the realm -> JSON; lists are cut to pages where first and max are asked for. rights: the roles
    that the token has. tokens: those that are valid. faults: path -> Answer given instead.
    """

    def __init__(self, realm: str = SHOP, base: str = "", rights: Iterable[str] = ALL_ROLES) -> None:
        self.realm, self.base, self.rights = realm, base, set(rights)
        self.tokens = {"valid"}
        self.faults: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.system_info = {"version": "26.7.3"}
        self.features = [{"name": "DPOP", "type": "DEFAULT", "enabled": True}]
        self.answers = _small_realm(realm)

    def __call__(self, request: Incoming) -> Answer:
        below = f"{self.base}/admin/realms/{quote(self.realm, safe='')}"
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Answer(401, {"error": "HTTP 401 Unauthorized"})
        if request.path == f"{self.base}/admin/serverinfo":
            return self.faults.get("serverinfo") or Answer(
                200, {"systemInfo": self.system_info, "features": self.features}
            )
        if not request.path.startswith(below):
            return Answer(404, {"error": "Realm not found."})
        path = request.path[len(below) :]
        self.asked.append(path)
        if path in self.faults:
            return self.faults[path]
        return self._shown(path, {name: values[0] for name, values in parse_qs(request.query).items()})

    def _shown(self, path: str, query: dict[str, str]) -> Answer:
        if path not in self.answers:
            return Answer(404, {"error": _NOT_FOUND.get(path.split("/")[1], "HTTP 404 Not Found")})
        value = self.answers[path]
        for role in _needed(path):
            if role not in self.rights:
                return self._reduced(path) or Answer(403, {"error": "HTTP 403 Forbidden"})
        if path == "/default-groups" and "view-users" not in self.rights:
            value = []
        if isinstance(value, list) and "max" in query:
            first = int(query["first"])
            value = value[first : first + int(query["max"])]
        return Answer(200, value)

    def _reduced(self, path: str) -> Answer | None:
        """What Keycloak shows with 200 to those who may not see it."""
        if path == "":
            return Answer(200, {"realm": self.realm, "bruteForceProtected": False, "supportedLocales": []})
        if path in ("/clients", "/client-scopes") and "query-clients" in self.rights:
            return Answer(200, [])
        return None


def _needed(path: str) -> tuple[str, ...]:
    parts = path.split("/")
    first = parts[1] if len(parts) > 1 else ""
    if parts[-1] in ("users", "groups") and "roles" in parts:
        return ("view-users", "view-clients" if first == "clients" else "view-realm")
    if first in ("clients", "client-scopes", "default-default-client-scopes"):
        return ("view-clients",)
    if first == "organizations":
        return ("view-organizations",)
    if first in ("groups", "attack-detection") or path == "/users":
        return ("view-users",)
    if first in ("events", "identity-provider"):
        return ("view-events",) if first == "events" else ("view-identity-providers",)
    return () if path.startswith("/users/profile") or path == "/authentication/flows" else ("view-realm",)


def role(identity: str, name: str, *, composite: bool = False) -> dict[str, Any]:
    """A RoleRepresentation."""
    return {"id": identity, "name": name, "composite": composite, "description": f"of {name}"}


def execution(provider: str, level: int = 0, **more: Any) -> dict[str, Any]:
    """An AuthenticationExecutionInfoRepresentation of an authenticator."""
    return {"providerId": provider, "level": level, "requirement": "REQUIRED", "displayName": provider.upper(), **more}


def sub_flow(name: str, level: int = 0, **more: Any) -> dict[str, Any]:
    """An AuthenticationExecutionInfoRepresentation of a sub-flow."""
    return {"authenticationFlow": True, "displayName": name, "level": level, "requirement": "CONDITIONAL", **more}


def client(name: str, **more: Any) -> dict[str, Any]:
    """A ClientRepresentation."""
    return {"id": f"id-{name}", "clientId": name, "publicClient": True, "fullScopeAllowed": True, **more}


def _scope(
    holder: str, management: str, of_realm: list[dict[str, Any]], of_management: list[dict[str, Any]]
) -> dict[str, Any]:
    """A scope, whole and by the owners of its roles."""
    below = f"{holder}/scope-mappings"
    return {
        below: {"realmMappings": of_realm, "clientMappings": {management: {"mappings": of_management}}},
        f"{below}/realm": of_realm,
        f"{below}/clients/id-{management}": of_management,
        f"{below}/clients/id-Portal.One": [],
    }


def _small_realm(name: str) -> dict[str, Any]:
    management = "master-realm" if name == "master" else "realm-management"
    portal = client(
        "Portal.One",
        publicClient=False,
        secret=SECRETS[0],
        registrationAccessToken=SECRETS[5],
        serviceAccountsEnabled=True,
        fullScopeAllowed=False,
        authorizationServicesEnabled=True,
        attributes={"client.secret.rotated": SECRETS[1], "client.secret.creation.time": "1700000000"},
        authenticationFlowBindingOverrides={"browser": "flow-own"},
    )
    realm = {
        "realm": name,
        "sslRequired": "external",
        "defaultRole": role("default", f"default-roles-{name}", composite=True),
        **dict.fromkeys(_FLOW_KEYS, "browser"),
        "smtpServer": {"host": "mail.example.com", "password": SECRETS[2]},
    }
    managing = f"/clients/id-{management}/roles"
    flow = [execution("auth-cookie"), sub_flow("forms"), execution("auth-otp-form", 1, authenticationConfig="otp")]
    answers: dict[str, Any] = {
        "": realm,
        "/users/profile": {"attributes": []},
        "/events/config": {"eventsEnabled": True},
        "/authentication/required-actions": [{"alias": "CONFIGURE_TOTP"}],
        "/keys": {"active": {}, "keys": [{"type": "RSA", "status": "ACTIVE"}]},
        "/components": [{"name": "ldap", "config": {"bindCredential": [SECRETS[3]], "authType": ["simple"]}}],
        "/client-policies/policies": {"policies": [{"name": "mine"}], "globalPolicies": [{"name": "global"}]},
        "/client-policies/profiles": {"profiles": [{"name": "own"}], "globalProfiles": [{"name": "fapi-2"}]},
        "/attack-detection/brute-force/users/00000000-0000-0000-0000-000000000000": {"numFailures": 0},
        "/identity-provider/instances": [
            {"alias": "partner", "config": {"clientSecret": "**********"}, "firstBrokerLoginFlowAlias": "broker"}
        ],
        "/identity-provider/instances/partner/mappers": [{"name": "admins"}],
        "/clients": [client(management, bearerOnly=True, publicClient=False), portal],
        **_scope(
            "/clients/id-Portal.One", management, [role("staff", "staff")], [role("manage-users", "manage-users")]
        ),
        "/clients/id-Portal.One/authz/resource-server": {"policyEnforcementMode": "ENFORCING"},
        "/clients/id-Portal.One/roles": [role("portal-boss", "boss", composite=True)],
        managing: [role(each, each, composite=each == "realm-admin") for each in MANAGEMENT_ROLES],
        "/client-scopes": [{"id": "scope-profile", "name": "profile", "protocolMappers": []}],
        **_scope("/client-scopes/scope-profile", management, [], []),
        "/default-default-client-scopes": [{"id": "scope-profile", "name": "profile"}],
        "/roles": [role("default", f"default-roles-{name}", composite=True), role("staff", "staff")],
        "/roles-by-id/default/composites": [role("staff", "staff")],
        "/roles-by-id/portal-boss/composites": [role("realm-admin", "realm-admin")],
        "/roles-by-id/realm-admin/composites": [role(each, each) for each in MANAGEMENT_ROLES if each != "realm-admin"],
        "/default-groups": [{"id": "g-leaf", "path": "/top/leaf", "parentId": "g-top"}],
        "/groups/g-top": {"id": "g-top", "path": "/top"},
        "/groups/g-top/role-mappings": {"realmMappings": [role("staff", "staff")]},
        "/groups/g-leaf/role-mappings": {
            "clientMappings": {management: {"mappings": [role("view-users", "view-users")]}}
        },
        "/authentication/flows": [
            {"id": f"flow-{alias}", "alias": alias, "builtIn": alias == "browser"}
            for alias in ("browser", "own", "broker", "unused")
        ],
        "/authentication/flows/browser/executions": flow,
        "/authentication/flows/own/executions": [execution("auth-cookie")],
        "/authentication/flows/broker/executions": [execution("idp-review-profile")],
        "/authentication/config/otp": {"id": "otp", "alias": "otp", "config": {"secret.key": SECRETS[4], "site": "1"}},
        "/users": [],
    }
    for each in MANAGEMENT_ROLES:
        answers.update({f"{managing}/{each}/users": [], f"{managing}/{each}/groups": []})
    answers["/clients/id-Portal.One/roles/boss/users"] = [{"username": "ann"}]
    answers["/clients/id-Portal.One/roles/boss/groups"] = []
    answers[f"{managing}/manage-users/users"] = [{"username": "service-account-portal.one", "enabled": False}]
    answers[f"{managing}/manage-realm/groups"] = [{"id": "g-top", "path": "/top"}]
    answers["/groups/g-top/children"] = [{"id": "g-leaf", "path": "/top/leaf", "subGroupCount": 0}]
    answers["/groups/g-top/members"] = []
    answers["/groups/g-leaf/members"] = [{"username": "bob", "enabled": True}]
    if name == "master":
        answers["/roles"].append(role("admin", "admin"))
        answers.update({"/roles/admin/users": [{"username": "root"}], "/roles/admin/groups": []})
    return copy.deepcopy(answers)


# ---- snapshots of it

Take = Callable[..., Snapshot]
SECTIONS = {
    "client_policies",
    "client_profiles",
    "client_scope_mappings",
    "client_scopes",
    "clients",
    "components",
    "default_client_scopes",
    "default_groups",
    "events_config",
    "features",
    "flow_aliases",
    "flows",
    "identity_provider_mappers",
    "identity_providers",
    "keys",
    "organizations",
    "people_listed",
    "realm",
    "required_actions",
    "resource_servers",
    "role_holders",
    "roles",
    "scope_scope_mappings",
    "secret_traits",
    "server_version",
    "temporary_admins",
    "user_profile",
}


def take(reply: Reply, realm: str = "shop", tokens: Tokens | None = None) -> Snapshot:
    """The snapshot of what answers, without a network."""
    return gather("https://sso.example.com", realm, tokens or Tokens(), DirectTransport(reply))


def gaps(snapshot: Snapshot) -> dict[str, Unknown]:
    """What cannot be had of a snapshot."""
    found: dict[str, Unknown] = {}
    for name in SECTIONS:
        try:
            getattr(snapshot, name)
        except Unknown as unknown:
            found[name] = unknown
    return found


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a snapshot, names too."""
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from leaves(each)
    else:
        yield value
