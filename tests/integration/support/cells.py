# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells of the matrix: which server takes which client authentication with which grant.

``test_matrix.py`` runs each of them, those that a server does not support, too; ``make catalogue`` writes the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KEYCLOAK, OIDC_PROVIDER, SPRING = "Keycloak", "oidc-provider", "Spring Authorization Server"
SERVERS = (KEYCLOAK, OIDC_PROVIDER, SPRING)
#: What the page calls a client authentication method, and the client of ``tests/servers/clients.py`` that uses it.
METHODS: Mapping[str, str] = {
    "client_secret_post": "post",
    "client_secret_basic": "basic",
    "client_secret_jwt": "secret_jwt",
    "private_key_jwt, RS256": "key_rs256",
    "private_key_jwt, PS256": "key_ps256",
    "private_key_jwt, ES256": "key_es256",
    "private_key_jwt, EdDSA": "key_eddsa",
    "tls_client_auth": "mtls",
    "tls_client_auth, self-signed": "self_signed",
    "none": "public",
}
GRANTS = ("client_credentials", "refresh_token", "password", "jwt_bearer", "token_exchange", "device_code")
#: Why a server does not support a grant, a method or both; the first that fits is the reason.
REASONS: tuple[tuple[str, str | None, str | None, str], ...] = (
    (KEYCLOAK, "tls_client_auth, self-signed", None, "it takes certificates of authorities that it trusts"),
    (KEYCLOAK, "none", "client_credentials", "a public client has no service account"),
    (KEYCLOAK, "none", "jwt_bearer", "a public client may not use this grant"),
    (KEYCLOAK, "none", "token_exchange", "a public client may not use this grant"),
    (SPRING, "private_key_jwt, EdDSA", None, "it verifies no EdDSA"),
    (SPRING, "none", None, "a public client can only redeem an authorization code with PKCE"),
    *((OIDC_PROVIDER, None, grant, "it has no such grant") for grant in ("password", "jwt_bearer", "token_exchange")),
    *((SPRING, None, grant, "it has no such grant") for grant in ("password", "jwt_bearer")),
)


@dataclass(frozen=True)
class Cell:
    """One server, one method and one grant."""

    server: str
    method: str
    grant: str

    @property
    def client(self) -> str:
        return METHODS[self.method]

    @property
    def host(self) -> str:
        """Its host in the inventory."""
        return f"{self.server}_{self.client}_{self.grant}".lower().replace(" ", "_").replace("-", "_")

    @property
    def reason(self) -> str | None:
        """Why the server does not support it; None if it does."""
        for server, method, grant, reason in REASONS:
            if server == self.server and method in (None, self.method) and grant in (None, self.grant):
                return reason
        return None


def cells() -> Iterator[Cell]:
    """The whole matrix, in the order of the page."""
    for server in SERVERS:
        for method in METHODS:
            for grant in GRANTS:
                yield Cell(server, method, grant)
