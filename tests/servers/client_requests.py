# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of the test servers' clients, made with ``requests`` and joserfc and nothing of this collection."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from joserfc import jwt
from joserfc.jwk import JWKRegistry, OctKey

from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def post(server: AuthorizationServer, name: str, where: str = "token_endpoint", **form: str) -> requests.Response:
    """The answer to a request of a client, which proves itself with nothing of this collection."""
    client = server.clients[name]
    found = server.metadata_over_tls() if client.certificate else server.metadata()
    how: dict[str, Any] = {}
    if client.method == "client_secret_basic":
        how["auth"] = (name, quote(str(client.secret), safe=""))
    elif client.method == "client_secret_post":
        form |= {"client_id": name, "client_secret": str(client.secret)}
    elif client.method.endswith("_jwt"):
        # Spring requires client_id, which RFC 7523 leaves out.
        form |= {"client_id": name, "client_assertion_type": ASSERTION, "client_assertion": assertion(server, name)}
    else:
        form |= {"client_id": name}
    if client.certificate:
        how |= {"cert": (client.certificate, client.certificate_key), "verify": str(server.ca_path)}
    return requests.post(found[where], data=form, timeout=30, **how)


def assertion(server: AuthorizationServer, name: str) -> str:
    client, now = server.clients[name], int(time.time())
    claims = {"iss": name, "sub": name, "aud": server.issuer, "exp": now + 60, "iat": now, "jti": os.urandom(8).hex()}
    if client.private_key:
        kind = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}[str(client.algorithm)]
        key: Any = JWKRegistry.import_key(Path(client.private_key).read_text(), kind)
    else:
        key = OctKey.import_key(str(client.secret))
    algorithm = client.algorithm or "HS256"
    return jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])
