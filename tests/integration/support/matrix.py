# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cell of the matrix needs: Keycloak with the clients of the other servers, and what a grant is made from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.integration.support.cells import KEYCLOAK, OIDC_PROVIDER, Cell
from ansible_collections.authkit.oauth.tests.integration.support.granting import SUBJECT, Granting
from ansible_collections.authkit.oauth.tests.integration.support.plays import Hosts, Run, Workspace
from ansible_collections.authkit.oauth.tests.integration.support.signing_in import Prompted
from ansible_collections.authkit.oauth.tests.servers import clients
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.client_requests import DEVICE_CODE, post
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, started
from ansible_collections.authkit.oauth.tests.servers.person import approve

PERSON = {"username": "ada", "password": "ada"}
#: What a request that the server refuses anyway is made from.
PLACEHOLDERS = {
    "refresh_token": {"refresh_token": "none"},
    "token_exchange": {"subject_token": "none"},
}
AUTHENTICATORS = {
    "client_secret_basic": "client-secret",
    "client_secret_post": "client-secret",
    "client_secret_jwt": "client-secret-jwt",
    "private_key_jwt": "client-jwt",
    "tls_client_auth": "client-x509",
    "self_signed_tls_client_auth": "client-x509",
}


@cache
def granting() -> Granting:
    """Who signs the assertions that Keycloak trusts."""
    return Granting()


@contextmanager
def realm_with_clients(server: Keycloak, folder: Path, *, over_tls: bool) -> Iterator[AuthorizationServer]:
    """A realm with the clients of ``clients.py`` and a person, as one more authorization server."""
    with ExitStack() as stack:
        if over_tls and server.tls_url is None:
            # One that was given without TLS is not enough.
            server = stack.enter_context(started(folder, print))
        known = server.clients or folder
        registered = clients.read(known) if server.clients else clients.register(known)
        realm = {
            "realm": "matrix",
            "sslRequired": "none",
            "accessTokenLifespan": 600,  # the play may come late to a token that it exchanges
            "clients": [_representation(client) for client in registered.values()],
            "users": [_person()],
            "identityProviders": granting().realm()["identityProviders"],
        }
        name = stack.enter_context(server.admin.temporary_realm(realm))
        tls_url = server.tls_url or server.url
        issuers = (f"{server.url}/realms/{name}", f"{tls_url}/realms/{name}")
        yield AuthorizationServer(issuers[0], tls_url, issuers[1], known, registered)


def _person() -> dict[str, Any]:
    password = {"type": "password", "value": PERSON["password"], "temporary": False}
    names = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "emailVerified": True}
    found = {"username": PERSON["username"], "enabled": True, "credentials": [password], **names}
    return {**found, "federatedIdentities": [{"identityProvider": "ci", "userId": SUBJECT, "userName": SUBJECT}]}


def _representation(client: clients.Client) -> dict[str, Any]:
    public = client.method == "none"
    attributes = {
        "oauth2.device.authorization.grant.enabled": "true",
        "standard.token.exchange.enabled": str(not public).lower(),
        "oauth2.jwt.authorization.grant.enabled": str(not public).lower(),
        "oauth2.jwt.authorization.grant.idp": "ci",
    }
    if client.jwk:
        attributes |= {"use.jwks.string": "true", "jwks.string": json.dumps({"keys": [client.jwk]})}
    if client.algorithm:
        attributes["token.endpoint.auth.signing.alg"] = client.algorithm
    if client.certificate:
        attributes["x509.subjectdn"] = f"CN={client.client_id}"
    found: dict[str, Any] = {
        "clientId": client.client_id,
        "enabled": True,
        "publicClient": public,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": True,
        "serviceAccountsEnabled": not public,
        "attributes": attributes,
    }
    if not public:
        found["clientAuthenticatorType"] = AUTHENTICATORS[client.method]
    return {**found, "secret": client.secret} if client.secret else found


def run_with_people(workspace: Workspace, hosts: Hosts, authorities: Iterable[Path], folder: Path) -> Run:
    """Run the playbook; people approve each code that it shows, one after the other."""
    trusted = folder / "authorities.pem"
    trusted.write_bytes(b"".join(path.read_bytes() for path in authorities))
    approved: set[str] = set()
    with Prompted(workspace, "matrix.yml", hosts, {}) as play:
        while play.process.poll() is None:
            for address in set(play.addresses()) - approved:
                approve(address, ca_path=trusted)
                approved.add(address)
            time.sleep(0.2)
        return play.run()


def variables(server: AuthorizationServer, cell: Cell) -> dict[str, object]:
    """The inventory variables of a cell's host."""
    placeholder = PLACEHOLDERS.get(cell.grant) if cell.reason else None
    made = made_from(server, cell) if placeholder is None else placeholder
    options = {**server.options(cell.client), "grant_type": cell.grant, **made}
    return {f"authkit_{name}": value for name, value in options.items()}


def made_from(server: AuthorizationServer, cell: Cell) -> Mapping[str, object]:
    """The options that a grant is made from."""
    if cell.grant == "device_code":
        return {"scope": {KEYCLOAK: "openid", OIDC_PROVIDER: "openid offline_access"}.get(cell.server, "read")}
    if cell.grant == "password":
        return PERSON
    if cell.grant == "jwt_bearer":
        issuer = str(server.options(cell.client)["issuer"])
        return {"assertion": granting().assertion_for(issuer, exp=int(time.time()) + 250)}
    if cell.grant == "refresh_token":
        return {"refresh_token": tokens_of_a_person(server, cell)["refresh_token"]}
    if cell.grant == "token_exchange":
        return {"subject_token": tokens_of_a_person(server, cell)["access_token"]}
    return {}


def tokens_of_a_person(server: AuthorizationServer, cell: Cell) -> dict[str, Any]:
    """What a client got for a person who approved it."""
    if cell.server == KEYCLOAK:
        answer = post(server, cell.client, grant_type="password", scope="openid", **PERSON)
    else:
        scope = "openid offline_access read" if cell.server == OIDC_PROVIDER else "read"
        started = post(server, cell.client, "device_authorization_endpoint", scope=scope).json()
        approve(started["verification_uri_complete"], ca_path=server.ca_path)
        answer = post(server, cell.client, grant_type=DEVICE_CODE, device_code=started["device_code"])
    assert answer.status_code == 200, f"{cell}: {answer.status_code}"
    return dict(answer.json())
