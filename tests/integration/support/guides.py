# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides' examples need: the realms and clients that they name, and a reader's machine to run them on."""

from __future__ import annotations

import contextlib
import fcntl
import re
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.authkit.oauth.tests.integration.support.auditors import VIEW_ROLES, fixture_realm, grant
from ansible_collections.authkit.oauth.tests.integration.support.named_hosts import NamedHosts, proxy_to
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.certificates import PrivateAuthority
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import AdminRefused, KeycloakAdmin
from ansible_collections.authkit.oauth.tests.servers.prepared import cache_folder
from ansible_collections.authkit.oauth.tests.tools.examples import Block

#: How the pages name things in their examples.
REALM = re.compile(r"\brealm(?:: |=')(\w+)|/realms/(\w+)\b|realms: \[([\w, ]+)\]")
CLIENT = re.compile(r"\b(?:target_)?client_id(?:: |=')([a-z][\w-]*)")
TARGET = re.compile(r"\btarget: ([a-z][\w-]*)")
SCOPE = re.compile(r"\bscope: \[?([a-z][\w., ]*)\]?")
SECRET = re.compile(r"\b(vault(?:ed)?_\w+)")
HOST = re.compile(r"\b([\w.-]+\.example\.(?:com|net|org))\b")
#: Realms have the server's name in the guides, and a mark: these tests delete no others of that name.
OURS = "authkit-test-guides"
NAMED = {"frontendUrl": "https://auth.example.com", OURS: "true"}
#: The realm of most pages. It issues the tokens of all other authorization servers, too.
MAIN = "erp"
#: The realm that the quick start creates.
MADE = "warehouse"
#: The roles of realm-management that a client has, if others than VIEW_ROLES.
ROLES = {
    "crew-admin": ("manage-clients", "manage-identity-providers", "manage-realm", "manage-users"),
    "provisioner": ("manage-realm", "manage-users"),
    "rotator": ("manage-clients",),
    "trust-admin": ("manage-identity-providers", "manage-clients"),
}


def _named(pattern: re.Pattern[str], blocks: Sequence[Block]) -> set[str]:
    found = [text for block in blocks for match in pattern.finditer(block.text) for text in match.groups() if text]
    return {name.strip() for text in found for name in text.split(",")}


@dataclass(frozen=True)
class Readers:
    """Everything that readers have before they run an example."""

    server: Keycloak
    secret: str = field(repr=False)
    environment: dict[str, str] = field(repr=False)
    variables: dict[str, str] = field(repr=False)


@contextlib.contextmanager
def readers(server: Keycloak, folder: Path, blocks: Sequence[Block]) -> Iterator[Readers]:
    """The realms, clients and hosts that these blocks name. Names are fixed, so there is one such run at a time."""
    secret = secrets.token_urlsafe(24)
    realms = sorted(_named(REALM, blocks) - {"master"})
    hosts = sorted(_named(HOST, blocks))
    cache_folder().mkdir(parents=True, exist_ok=True)
    authority = PrivateAuthority(folder)
    tls = authority.server_context(authority.server(hosts, days=100))
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context((cache_folder() / "guides.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        forget(server.admin, MADE)
        stack.callback(forget, server.admin, MADE)
        for realm in realms:
            stack.enter_context(_realm(server.admin, realm, secret, blocks))
        stack.enter_context(_auditor(server.admin, realms, secret))
        named = stack.enter_context(NamedHosts(server.url, MAIN if MAIN in realms else realms[0], NAMED, tls))
        proxy = stack.enter_context(proxy_to(int(urlsplit(named.url).port or 0)))
        ca = str(authority.ca_path)
        environment = {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": ca, "AUTHKIT_CA_PATH": ca}
        administrator = {"keycloak_admin": server.username, "keycloak_password": server.password}
        yield Readers(server, secret, environment, dict.fromkeys(_named(SECRET, blocks), secret) | administrator)


@contextlib.contextmanager
def _realm(admin: KeycloakAdmin, name: str, secret: str, blocks: Sequence[Block]) -> Iterator[None]:
    """A realm of that very name, with the clients and scopes of the examples."""
    forget(admin, name)
    realm = fixture_realm("hardened")
    naming = {block.page for block in blocks if name in _named(REALM, [block])}
    blocks = [block for block in blocks if block.page in naming]
    scopes = sorted(_named(SCOPE, blocks))
    realm["clientScopes"] += [{"name": scope, "protocol": "openid-connect"} for scope in scopes]
    clients = sorted(_named(CLIENT, blocks) - {client["clientId"] for client in realm["clients"]})
    realm["clients"] += [_client(client_id, secret, scopes) for client_id in clients]
    realm["clients"] += [_client(target, secret, (), direct=True) for target in _named(TARGET, blocks)]
    realm["users"] += [
        {
            "username": f"service-account-{client_id}",
            "enabled": True,
            "serviceAccountClientId": client_id,
            "clientRoles": {"realm-management": list(ROLES.get(client_id, VIEW_ROLES))},
        }
        for client_id in clients
    ]
    # That policy would make the waived finding of the guide moot.
    for profile in realm["clientProfiles"]["profiles"]:
        profile["executors"] = [each for each in profile["executors"] if each["executor"] != "reject-ropc-grant"]
    realm["attributes"] |= NAMED
    with admin.temporary_realm(realm, name=name):
        yield


def forget(admin: KeycloakAdmin, realm: str) -> None:
    """Delete what an interrupted run has left."""
    try:
        found = admin.call("GET", f"/{realm}")
    except AdminRefused:
        return
    ours = found.get("attributes", {}).items() >= NAMED.items()
    assert ours, f"these tests need the name {realm}, and Keycloak has such a realm"
    admin.delete_realm(realm)


def _client(client_id: str, secret: str, scopes: Sequence[str], *, direct: bool = False) -> dict[str, Any]:
    """A client with a service account; the target of a waiver has direct grants instead."""
    return {
        "clientId": client_id,
        "secret": secret,
        "publicClient": False,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": direct,
        "serviceAccountsEnabled": not direct,
        "optionalClientScopes": list(scopes),
        "attributes": {"dpop.bound.access.tokens": "true"} if client_id.endswith("-dpop") else {},
    }


@contextlib.contextmanager
def _auditor(admin: KeycloakAdmin, realms: Sequence[str], secret: str) -> Iterator[None]:
    """The client ``auditor`` of master, with view roles on the realms."""
    for left in admin.call("GET", "/master/clients", query=[("clientId", "auditor")]):
        assert OURS in left["attributes"], "these tests need the name auditor, and master has such a client"
        admin.call("DELETE", f"/master/clients/{left['id']}")
    body = {**_client("auditor", secret, ()), "attributes": {OURS: "true"}}
    admin.call("POST", "/master/clients", body=body)
    made = admin.client("master", "auditor")["id"]
    try:
        account = admin.call("GET", f"/master/clients/{made}/service-account-user")["id"]
        for realm in realms:
            grant(admin, account, realm, VIEW_ROLES)
        yield
    finally:
        admin.call("DELETE", f"/master/clients/{made}")


def in_a_job(machine: Workspace, ready: Readers, commands: str, **secret: str) -> None:
    """Run a job's commands where Ansible is; what they install is already there."""
    for name in ("pip", "ansible-galaxy"):
        installer = machine.cwd / "bin" / name
        installer.write_text("#!/bin/sh\ntest $# -gt 1\n", encoding="utf-8")
        installer.chmod(0o755)
    environment = machine.environment({**ready.environment, **secret})
    environment["PATH"] = f"{machine.cwd / 'bin'}:{environment['PATH']}"
    commands = commands.replace("python3 -m pip", "pip")
    command = ["bash", "-eo", "pipefail", "-c", commands]
    done = subprocess.run(
        command, cwd=machine.cwd, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert ready.secret not in done.stdout + done.stderr
