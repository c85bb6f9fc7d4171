# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes secrets from what Keycloak returns or exports, and keeps what a check may know about a client's secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..snapshot.gaps import Gap, Json
from ..snapshot.references import Reference
from ..snapshot.snapshot import SecretTraits
from .clients import OIDC, protocol_of
from .settings import Malformed, switch, text

#: What Keycloak shows instead of a secret.
MASK = re.compile(r"\*{4,}")
#: In place of the traits of a secret that a file only refers to.
REFERENCE = Gap(
    "In the file, the client's secret is a reference such as ${NAME}, so its value is not known here: check the server "
    "itself."
)
_VAULT = re.compile(r"\$\{vault\.[^}]*\}")
#: Secrets that attackers try first.
WELL_KNOWN = frozenset(
    {
        "0123456789",
        "123456",
        "12345678",
        "123456789",
        "1234567890",
        "abc123",
        "admin",
        "adminadmin",
        "app",
        "change-me",
        "change_me",
        "changeit",
        "changeme",
        "client",
        "client-secret",
        "client_secret",
        "clientsecret",
        "default",
        "demo",
        "dev",
        "dummy",
        "example",
        "foobar",
        "hunter2",
        "insecure",
        "keycloak",
        "letmein",
        "master",
        "mysecret",
        "none",
        "oauth",
        "pass",
        "pass1234",
        "passw0rd",
        "password",
        "password1",
        "password123",
        "placeholder",
        "qwerty",
        "replaceme",
        "root",
        "s3cr3t",
        "sample",
        "secret",
        "secret123",
        "secretkey",
        "secretsecret",
        "supersecret",
        "test",
        "test123",
        "testsecret",
        "testtest",
        "todo",
        "topsecret",
        "verysecret",
        "welcome",
        "your-client-secret",
        "your-secret",
        "yoursecret",
    }
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: A key that ends with one of these names a secret: clientSecret, keystorePassword, bindCredential.
_LAST = frozenset({"secret", "password", "passwd", "passphrase", "credential", "credentials"})
_LAST_TWO = frozenset(
    {
        ("access", "token"),
        ("api", "key"),
        ("private", "key"),
        ("refresh", "token"),
        ("secret", "data"),
        ("secret", "key"),
        ("secret", "rotated"),
    }
)
#: Settings that only sound like secrets: requiredCredentials lists credential types, the other one is a lifespan.
_HARMLESS = frozenset({"requiredCredentials", "actionTokenGeneratedByUserLifespan.reset-credentials"})
_HASHES = frozenset({"hashedSaltedValue", "salt"})
_SWITCHES = frozenset({"true", "false", ""})
#: Objects whose keys are names of clients, which may look like the name of a secret.
_BY_NAME = frozenset({"client", "clientMappings", "clientRoles", "clientScopeMappings"})
_SECRET_AUTHENTICATORS = frozenset({"client-secret", "client-secret-jwt"})


def scrubbed(value: Any) -> Any:
    """A copy of JSON data without secrets and their keys. Raises RecursionError if it is nested too deeply."""
    if isinstance(value, Mapping):
        return {key: _below(key, part) for key, part in value.items() if not holds_secret(key, part)}
    if isinstance(value, (list, tuple)):
        return [scrubbed(part) for part in value]
    return value


def _below(key: object, part: Any) -> Any:
    if key in _BY_NAME and isinstance(part, Mapping):
        return {name: scrubbed(each) for name, each in part.items()}
    return scrubbed(part)


def secret_traits(clients: Iterable[Json], realm: str) -> dict[str, SecretTraits | Gap]:
    """clientId -> what may be known about its secret; a Gap if it has one that is not shown.

    :param clients: as Keycloak returns them, with their secrets.
    """
    found: dict[str, SecretTraits | Gap] = {}
    for client in clients:
        traits = _traits(client, realm)
        if traits is not None:
            found[str(client.get("clientId", ""))] = traits
    return found


def _traits(client: Json, realm: str) -> SecretTraits | Gap | None:
    secret = client.get("secret")
    if not isinstance(secret, str) or not secret:
        return Gap("The client's secret is missing from what was read.") if _may_have_secret(client) else None
    if MASK.fullmatch(secret):
        return Gap("The client's secret is masked with asterisks in what was read.")
    if _VAULT.fullmatch(secret):
        return Gap("The client's secret is stored in a vault and cannot be read from Keycloak.")
    if isinstance(secret, Reference):
        return _traits_of_default(secret, client, realm)
    return _measured(secret, client, realm)


def _traits_of_default(secret: Reference, client: Json, realm: str) -> SecretTraits | Gap:
    """What a reference falls back to. Without a default, nothing is known about the secret."""
    default = secret.default
    return REFERENCE if default is None else replace(_measured(default, client, realm), is_default=True)


def _measured(secret: str, client: Json, realm: str) -> SecretTraits:
    folded = secret.casefold()
    return SecretTraits(
        length=len(secret),
        distinct=len(set(secret)),
        is_client_id=folded == str(client.get("clientId", "")).casefold(),
        is_realm=folded == realm.casefold(),
        is_well_known=folded in WELL_KNOWN,
    )


def _may_have_secret(client: Json) -> bool:
    try:
        return _has_secret(client)
    except Malformed:
        return True


def _has_secret(client: Json) -> bool:
    """Whether a client authenticates with a secret: Keycloak generates one for every such client."""
    return (
        protocol_of(client) == OIDC
        and not switch(client, "publicClient")
        and not switch(client, "bearerOnly")
        and text(client, "clientAuthenticatorType") in _SECRET_AUTHENTICATORS
    )


def holds_secret(key: object, value: object) -> bool:
    """Whether a member with this key and value is a secret."""
    return isinstance(key, str) and _names_secret(key) and not _says_nothing(value)


def _says_nothing(value: object) -> bool:
    """Whether a value is empty or a switch, as in storeToken or client_credentials.use_refresh_token."""
    if isinstance(value, (list, tuple)) and value:
        return all(_says_nothing(each) for each in value)
    return value is None or isinstance(value, bool) or (isinstance(value, str) and value in _SWITCHES)


@lru_cache(maxsize=8192)
def _names_secret(key: str) -> bool:
    if key in _HARMLESS:
        return False
    words = tuple(word.lower() for word in _WORDS.findall(key))
    return key in _HASHES or words[-2:] in _LAST_TWO or (bool(words) and words[-1] in _LAST)
