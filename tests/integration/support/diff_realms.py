# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm with something in every section that a diff compares, and what to change in a copy of it."""

from __future__ import annotations

import contextlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.authkit.oauth.tests.integration.support import auditors
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import KEY_PROVIDERS, KeycloakAdmin

Realm = dict[str, Any]
#: The roles that show everything.
ROLES = (*auditors.VIEW_ROLES, "view-authorization", "manage-authorization", "view-organizations")
#: Every secret of the realms. None of them may be in any output.
SECRETS = (
    "portal-s3cret-one",
    "portal-s3cret-two",
    "batch-s3cret-same",
    "mailpw-test",
    "broker-s3cret-one",
    "bind-s3cret",
)
_POLICY = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"
_LDAP = "org.keycloak.storage.UserStorageProvider"
_MAPPER = "org.keycloak.storage.ldap.mappers.LDAPStorageMapper"


def base() -> Realm:
    """The realm. Its keys are of kinds that Keycloak generates fast."""
    realm = auditors.fixture_realm("hardened")
    realm.update(realm="diff", displayName="Shop", internationalizationEnabled=True, supportedLocales=["de", "en"])
    realm["localizationTexts"] = {"en": {"greeting": "Hello", "loginPassword": "Your password"}}
    realm["defaultSignatureAlgorithm"] = "ES256"
    realm["roles"]["realm"] += [
        {"name": "reader", "description": "Reads", "attributes": {"level": ["1"]}},
        {"name": "chief", "composite": True, "composites": {"realm": ["reader"], "client": {"portal": ["editor"]}}},
    ]
    realm["roles"]["client"] = {"portal": [{"name": "editor", "description": "Edits"}]}
    leads = {"name": "leads", "clientRoles": {"portal": ["editor"]}}
    realm["groups"] = [{"name": "staff", "attributes": {"site": ["a"]}, "realmRoles": ["reader"], "subGroups": [leads]}]
    realm["clientScopes"].append(
        {"name": "orders", "protocol": "openid-connect", "protocolMappers": [_mapper("total")]}
    )
    realm["clients"] += [_portal(), _batch(), _api()]
    realm["users"].append(
        {
            "username": "service-account-batch",
            "serviceAccountClientId": "batch",
            "enabled": True,
            "realmRoles": ["reader"],
        }
    )
    realm["identityProviders"][0]["config"]["clientSecret"] = "broker-s3cret-one"
    realm["identityProviderMappers"] = [
        {
            "name": "site",
            "identityProviderAlias": "corp",
            "identityProviderMapper": "hardcoded-attribute-idp-mapper",
            "config": {"attribute": "site", "attribute.value": "a", "syncMode": "INHERIT"},
        }
    ]
    realm["authenticatorConfig"] = [{"alias": "redirect", "config": {"defaultProvider": "corp"}}]
    step = {"authenticator": "identity-provider-redirector", "requirement": "ALTERNATIVE", "priority": 15}
    _flow(realm, 0).append({**step, "authenticatorConfig": "redirect", "authenticatorFlow": False})
    realm["organizationsEnabled"] = True
    realm["organizations"] = [{"name": "acme", "alias": "acme", "enabled": True, "domains": [{"name": "acme.example"}]}]
    _components(realm["components"])
    return realm


def _components(components: Realm) -> None:
    components[KEY_PROVIDERS] = [
        {"name": name, "providerId": name, "config": {"priority": ["100"]}}
        for name in ("hmac-generated", "aes-generated", "ecdsa-generated")
    ]
    components[_LDAP] = [
        {
            "name": "directory",
            "providerId": "ldap",
            "config": {
                "enabled": ["false"],
                "connectionUrl": ["ldaps://ldap.example.org"],
                "bindDn": ["cn=kc"],
                "bindCredential": ["bind-s3cret"],
                "usersDn": ["ou=people"],
                "vendor": ["other"],
                "usernameLDAPAttribute": ["uid"],
                "rdnLDAPAttribute": ["uid"],
                "uuidLDAPAttribute": ["entryUUID"],
                "userObjectClasses": ["inetOrgPerson"],
                "editMode": ["READ_ONLY"],
            },
            "subComponents": {
                _MAPPER: [
                    {
                        "name": "mail",
                        "providerId": "user-attribute-ldap-mapper",
                        "config": {"ldap.attribute": ["mail"], "user.model.attribute": ["email"]},
                    }
                ]
            },
        }
    ]


def _mapper(name: str) -> Realm:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": {"claim.name": name, "claim.value": "1", "access.token.claim": "true"},
    }


def _portal() -> Realm:
    return {
        "clientId": "portal",
        "secret": "portal-s3cret-one",
        "redirectUris": ["https://portal.example.org/a", "https://portal.example.org/b"],
        "webOrigins": ["https://portal.example.org"],
        "fullScopeAllowed": False,
        "protocolMappers": [_mapper("seller")],
        "defaultClientScopes": ["profile", "email"],
        "attributes": {"access.token.lifespan": "120"},
    }


def _batch() -> Realm:
    return {
        "clientId": "batch",
        "secret": "batch-s3cret-same",
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
    }


def _api() -> Realm:
    resources = [{"name": "order", "uris": ["/orders/*"], "scopes": [{"name": "read"}]}]
    policies = [
        {
            "name": "readers",
            "type": "role",
            "logic": "POSITIVE",
            "decisionStrategy": "UNANIMOUS",
            "config": {"roles": '[{"id":"reader","required":true}]'},
        },
        {
            "name": "may read",
            "type": "scope",
            "logic": "POSITIVE",
            "decisionStrategy": "UNANIMOUS",
            "config": {"scopes": '["read"]', "applyPolicies": '["readers"]'},
        },
    ]
    settings = {
        "resources": resources,
        "policies": policies,
        "scopes": [{"name": "read"}],
        "allowRemoteResourceManagement": False,
    }
    return {
        "clientId": "api",
        "secret": "api-s3cret-same-on-both",
        "serviceAccountsEnabled": True,
        "authorizationServicesEnabled": True,
        "authorizationSettings": settings,
    }


def _named(objects: list[Realm], name: str, key: str = "name") -> Realm:
    return next(each for each in objects if each[key] == name)


def _client(realm: Realm, name: str) -> Realm:
    return _named(realm["clients"], name, "clientId")


def _role(realm: Realm, name: str) -> Realm:
    return _named(realm["roles"]["realm"], name)


def _flow(realm: Realm, number: int) -> list[Realm]:
    steps: list[Realm] = realm["authenticationFlows"][number]["authenticationExecutions"]
    return steps


def _swap_steps(realm: Realm) -> None:
    first, second = _flow(realm, 2)
    first["priority"], second["priority"] = second["priority"], first["priority"]


def _user_profile(realm: Realm) -> None:
    config = realm["components"]["org.keycloak.userprofile.UserProfileProvider"][0]["config"]
    profile = json.loads(config["kc.user.profile.config"][0])
    profile["attributes"].append({"name": "badge", "permissions": {"view": ["admin"], "edit": ["admin"]}})
    config["kc.user.profile.config"] = [json.dumps(profile)]


#: (section, object, path) of a difference -> the change in the copy.
PLANTED: Mapping[tuple[str, str, str], Callable[[Realm], Any]] = {
    ("realm", "realm", "accessTokenLifespan"): lambda r: r.update(accessTokenLifespan=61),
    ("realm", "realm", "displayName"): lambda r: r.update(displayName="Shop two"),
    ("realm", "realm", "passwordPolicy"): lambda r: r.update(passwordPolicy="length(20)"),
    ("realm", "realm", "supportedLocales"): lambda r: r.update(supportedLocales=["en"]),
    ("realm", "realm", "attributes.frontendUrl"): lambda r: r["attributes"].update(
        frontendUrl="https://two.example.org"
    ),
    ("realm", "realm", "browserSecurityHeaders.xRobotsTag"): lambda r: r["browserSecurityHeaders"].update(
        xRobotsTag="all"
    ),
    ("realm", "realm", "defaultOptionalClientScopes"): lambda r: r.update(defaultOptionalClientScopes=["phone"]),
    ("smtp", "realm", "host"): lambda r: r["smtpServer"].update(host="two.example.org"),
    ("events", "realm", "eventsExpiration"): lambda r: r.update(eventsExpiration=99),
    ("events", "realm", "eventsListeners"): lambda r: r.update(eventsListeners=["jboss-logging", "email"]),
    ("localization", "en", "greeting"): lambda r: r["localizationTexts"]["en"].update(greeting="Hi"),
    ("clients", "portal", "redirectUris"): lambda r: _client(r, "portal")["redirectUris"].append(
        "https://evil.example.org/*"
    ),
    ("clients", "portal", "secret"): lambda r: _client(r, "portal").update(secret="portal-s3cret-two"),
    ("clients", "portal", "attributes.access.token.lifespan"): lambda r: _client(r, "portal")["attributes"].update(
        {"access.token.lifespan": "240"}
    ),
    ("clients", "portal", "directAccessGrantsEnabled"): lambda r: _client(r, "portal").update(
        directAccessGrantsEnabled=True
    ),
    ("clients", "portal", "protocolMappers.seller.config.claim.value"): lambda r: _client(r, "portal")[
        "protocolMappers"
    ][0]["config"].update({"claim.value": "2"}),
    ("clients", "portal", "protocolMappers.buyer"): lambda r: _client(r, "portal")["protocolMappers"].append(
        _mapper("buyer")
    ),
    ("clients", "portal", "defaultClientScopes"): lambda r: _client(r, "portal")["defaultClientScopes"].append(
        "orders"
    ),
    ("clients", "portal", "roles.editor.description"): lambda r: r["roles"]["client"]["portal"][0].update(
        description="E"
    ),
    ("clients", "portal", "roles.owner"): lambda r: r["roles"]["client"]["portal"].append({"name": "owner"}),
    ("clients", "portal", "scopeMappings."): lambda r: r.setdefault("scopeMappings", []).append(
        {"client": "portal", "roles": ["reader"]}
    ),
    ("clients", "batch", "serviceAccount.roles."): lambda r: r["users"][-1]["realmRoles"].append("chief"),
    ("clients", "extra", ""): lambda r: r["clients"].append({"clientId": "extra", "publicClient": True}),
    ("clients", "api", "authorizationSettings.resources.order.uris"): lambda r: _client(r, "api")[
        "authorizationSettings"
    ]["resources"][0].update(uris=["/all/*"]),
    ("clients", "api", "authorizationSettings.policies.readers.logic"): lambda r: _client(r, "api")[
        "authorizationSettings"
    ]["policies"][0].update(logic="NEGATIVE"),
    ("client_scopes", "orders", "protocolMappers.total.config.claim.value"): lambda r: _named(
        r["clientScopes"], "orders"
    )["protocolMappers"][0]["config"].update({"claim.value": "2"}),
    ("roles", "reader", "attributes.level"): lambda r: _role(r, "reader").update(attributes={"level": ["2"]}),
    ("roles", "chief", "composites.realm"): lambda r: _role(r, "chief")["composites"]["realm"].append("orders-read"),
    ("roles", "ghost", ""): lambda r: r["roles"]["realm"].append({"name": "ghost"}),
    ("groups", "/staff", "attributes.site"): lambda r: r["groups"][0].update(attributes={"site": ["b"]}),
    ("groups", "/staff/leads", "realmRoles"): lambda r: r["groups"][0]["subGroups"][0].update(realmRoles=["chief"]),
    (
        "flows",
        "hardened browser",
        "steps.identity-provider-redirector.configuration.config.defaultProvider",
    ): lambda r: r["authenticatorConfig"][0]["config"].update(defaultProvider="x"),
    ("flows", "hardened browser", "steps.hardened forms.steps.hardened 2fa.steps.order"): _swap_steps,
    ("flows", "hardened browser", "steps.auth-cookie.requirement"): lambda r: _flow(r, 0)[0].update(
        requirement="REQUIRED"
    ),
    ("required_actions", "TERMS_AND_CONDITIONS", "enabled"): lambda r: r["requiredActions"][0].update(enabled=True),
    ("identity_providers", "corp", "trustEmail"): lambda r: r["identityProviders"][0].update(trustEmail=True),
    ("identity_providers", "corp", "mappers.site.config.attribute.value"): lambda r: r["identityProviderMappers"][0][
        "config"
    ].update({"attribute.value": "b"}),
    ("components", "UserStorageProvider directory", "config.connectionUrl"): lambda r: r["components"][_LDAP][0][
        "config"
    ].update(connectionUrl=["ldap://two.example.org"]),
    ("components", "LDAPStorageMapper mail (directory)", "config.ldap.attribute"): lambda r: r["components"][_LDAP][0][
        "subComponents"
    ][_MAPPER][0]["config"].update({"ldap.attribute": ["rfc822"]}),
    ("components", "KeyProvider hmac-generated", "config.priority"): lambda r: r["components"][KEY_PROVIDERS][0][
        "config"
    ].update(priority=["7"]),
    ("user_profile", "realm", "attributes.badge"): _user_profile,
    ("client_policies", "baseline", "enabled"): lambda r: r["clientPolicies"]["policies"][0].update(enabled=False),
    ("client_profiles", "web-baseline", "executors.pkce-enforcer.configuration.auto-configure"): lambda r: r[
        "clientProfiles"
    ]["profiles"][0]["executors"][0]["configuration"].update({"auto-configure": "false"}),
    ("organizations", "acme", "enabled"): lambda r: r["organizations"][0].update(enabled=False),
}


def changed() -> Realm:
    """The realm with all changes."""
    realm = base()
    for change in PLANTED.values():
        change(realm)
    return realm


@contextlib.contextmanager
def imported(admin: KeycloakAdmin, realm: Realm, name: str = "") -> Iterator[str]:
    """The realm, under a unique name unless one is given, with keys that Keycloak generates; deleted afterwards."""
    name = admin.create_realm(realm, name=name or f"diff-{secrets.token_hex(4)}")
    try:
        yield name
    finally:
        admin.delete_realm(name)


def exported(admin: KeycloakAdmin, realm: str) -> Realm:
    """The realm's partial export, with what Keycloak leaves out there: its organizations, and the clients' secrets."""
    found: Realm = admin.partial_export(realm)
    for client in found["clients"]:
        if client.get("secret"):
            client["secret"] = admin.client(realm, client["clientId"])["secret"]
    found["organizations"] = base()["organizations"]
    return found


def _with_below(components: Realm) -> Iterator[Realm]:
    for each in (one for kind in components.values() for one in kind):
        yield each
        yield from _with_below(each.get("subComponents", {}))


def copied(export: Realm, name: str) -> Realm:
    """The export as a realm of another name: with other ids, and without the keys, which it has masked."""
    fresh: dict[str, str] = {}
    text = json.dumps(export).replace(export["realm"], name)
    realm: Realm = json.loads(auditors._UUID.sub(lambda old: fresh.setdefault(old.group(), str(uuid.uuid4())), text))
    for each in _with_below(realm["components"]):
        each.pop("id", None)  # some are no UUIDs
    for provider in realm["components"][KEY_PROVIDERS]:
        for key in ("privateKey", "certificate", "secret", "kid", "ecdsaPrivateKey", "ecdsaPublicKey"):
            provider["config"].pop(key, None)
    return realm
