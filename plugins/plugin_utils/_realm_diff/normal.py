# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as they are compared: without ids and order, with secrets replaced by what tells only whether they are equal.

No value that this returns has a secret in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._realm.keycloak.scrub import MASK, holds_secret
from ...module_utils._realm.snapshot.gaps import Gap
from ...module_utils._realm.snapshot.references import Reference
from .side import Side

REALM = "{realm}"
#: Members that Keycloak generates or counts, or that say the same as others.
_GENERATED = frozenset(
    {
        "_id",
        "access",
        "builtIn",
        "client.secret.creation.time",
        "client.secret.expiration.time",
        "client.secret.rotated.creation.time",
        "client.secret.rotated.expiration.time",
        "clientRole",
        "composite",
        "containerId",
        "id",
        "identityProviderAlias",
        "internalId",
        "lastSync",
        "organizationId",
        "otpSupportedApplications",
        "realm_client",
        "registeredNodes",
        "registrationAccessToken",
    }
)
#: The same among the entries of free maps, where _GENERATED may be names that somebody chose: a text "access".
_GENERATED_ENTRIES = frozenset(
    {
        "client.secret.creation.time",
        "client.secret.expiration.time",
        "client.secret.rotated.creation.time",
        "client.secret.rotated.expiration.time",
        "lastSync",
        "realm_client",
    }
)
#: Maps whose keys are the names of settings.
_SETTINGS = frozenset({"attributes", "config", "configuration"})
#: Maps whose keys are the names of roles or clients, such as a role "access" or a client "my-secret".
_BY_NAME = frozenset({"client", "clientRoles", "roles", "scopeMappings"})
#: The private members of a JSON Web Key (RFC 7518 section 6).
_PRIVATE_JWK = frozenset({"d", "dp", "dq", "k", "oth", "p", "q", "qi"})
#: The members that name an object in a list.
_NAMES = ("name", "alias", "clientId", "locale", "executor", "condition", "providerId")
_VAULT = re.compile(r"\$\{vault\.[^}]*\}")
#: A private key, or a URL with a password.
_SECRET_TEXT = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^/?#@\s:]*:[^/?#@\s]+@")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Longer text is compared as text, even if it is JSON.
_LONGEST_JSON = 1024 * 1024


@dataclass(frozen=True)
class Secret:
    """A secret, by which only equality can be told: an HMAC under a key of this run."""

    mark: bytes = field(repr=False)


@dataclass(frozen=True)
class Hidden:
    """A value that its side does not show.

    :param reason: one sentence.
    """

    reason: str


class Steps(dict[str, Any]):
    """Members whose order matters."""


class Marks:
    """Marks secrets under a key that this object makes and never shows."""

    def __init__(self) -> None:
        self._key = os.urandom(32)

    def of(self, value: str) -> Secret:
        """The mark of a secret: the same for equal secrets."""
        return Secret(hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).digest())


MASKED = Hidden("The server shows asterisks instead of the secret.")
MASKED_CLIENT = Hidden(
    "The server masks the secrets of clients: from Keycloak 26.8 on it shows them only with the role manage-clients."
)
MASKED_IN_FILE = Hidden("The file has asterisks instead of the secret.")
_REFERENCE = Hidden("The file only refers to the value there.")


class Normal:
    """Normalizes the values of one side.

    :param renamed: whether the other side's realm has another name, so that the name must not count.
    """

    def __init__(self, side: Side, marks: Marks, *, renamed: bool) -> None:
        self._side, self._marks = side, marks
        self._name = side.realm if renamed else ""

    def value(self, value: Any, key: str = "", *, secrets: bool = True) -> Any:
        """The value as it is compared; None, "", () or {} if it is empty.

        :param key: the name of the member that it is.
        :param secrets: whether names of members may say that their values are secrets.
        """
        if isinstance(value, str):  # most are: the check for a mapping is slow
            return self._scalar(value, key, secrets)
        if isinstance(value, (list, tuple)):
            return self._items(list(value), key, secrets)
        if isinstance(value, Gap):
            return value
        return self._members(value, key, secrets) if isinstance(value, Mapping) else self._scalar(value, key, secrets)

    def name(self, text: str) -> str:
        """A text in which the realm's name does not count."""
        if not self._name:
            return text
        if text == f"default-roles-{self._name.lower()}":
            return f"default-roles-{REALM}"
        return re.sub(rf"(/(?:realms|admin)/){re.escape(self._name)}(?=/|\Z)", rf"\1{REALM}", text)

    def steps(self, steps: Any) -> Any:
        """The steps of a flow, in their order."""
        found: dict[str, Any] = {}
        for step in steps:
            rest = {name: value for name, value in step.items() if name not in ("name", "provider", "steps")}
            shown = self.value(rest)
            below = self.steps(step["steps"])
            found[unique(str(step["name"]), found)] = {**shown, "steps": below} if below else shown
        return Steps(found)

    def _members(self, value: Mapping[str, Any], of: str, secrets: bool) -> dict[str, Any]:
        by_name = of in _BY_NAME
        generated = _GENERATED_ENTRIES if by_name or of in _SETTINGS or not secrets else _GENERATED
        private = _PRIVATE_JWK if "kty" in value else ()
        found: dict[str, Any] = {}
        for key, item in value.items():
            if key in generated:
                continue
            if key in private:
                shown = self._secret(json.dumps(item, sort_keys=True))
            else:
                shown = self.value(item, "" if by_name else key, secrets=secrets)
            if not is_empty(shown):
                found[self.name(str(key))] = shown
        return found

    def _items(self, items: list[Any], key: str, secrets: bool) -> Any:
        if not any(isinstance(each, (Mapping, list)) for each in items if not isinstance(each, str)):
            return self._scalars([each for each in items if each not in (None, "")], key, secrets)
        shown = [self.value(each, "" if isinstance(each, Mapping) else key, secrets=secrets) for each in items]
        found: dict[str, Any] = {}
        for raw, each in sorted(zip(items, shown, strict=True), key=lambda pair: order(pair[1])):
            found[unique(self.name(label(raw)) or "item", found)] = each
        return found

    def _scalars(self, items: list[Any], key: str, secrets: bool) -> Any:
        if secrets and items and is_secret(key, items):
            return self._secret(items[0] if len(items) == 1 else json.dumps(sorted(map(spelled, items))))
        shown = [self._scalar(each, "", secrets) for each in items]
        odd = next((each for each in shown if isinstance(each, (Secret, Hidden, dict))), None)
        if odd is not None:
            return odd if len(shown) == 1 else {str(number): each for number, each in enumerate(shown, 1)}
        found: dict[str, Any] = {}
        for each in shown:
            found.setdefault(spelled(each), each)
        return tuple(found[each] for each in sorted(found))

    def _scalar(self, value: Any, key: str, secrets: bool) -> Any:
        if isinstance(value, str) and key in ("browser", "direct_grant") and value in self._side.flow_ids:
            return self._side.flow_ids[value]
        if secrets and (is_secret(key, value) or (isinstance(value, str) and _SECRET_TEXT.search(value))):
            return self._secret(value)
        if not isinstance(value, str):
            return value
        if MASK.fullmatch(value):
            return self._masked()
        if isinstance(value, Reference):
            return _REFERENCE
        if value[:1] in ("{", "[") and len(value) <= _LONGEST_JSON:
            try:
                return self.value(_named_by_id(json.loads(value)), key, secrets=secrets)
            except (ValueError, RecursionError):
                pass
        return self.name(value)

    def _masked(self) -> Hidden:
        return MASKED_IN_FILE if self._side.is_file else MASKED

    def _secret(self, value: Any) -> Any:
        text = spelled(value)
        if MASK.fullmatch(text):
            return self._masked()
        if isinstance(value, Reference) and not _VAULT.fullmatch(text):
            return _REFERENCE
        return self._marks.of(text)


def _named_by_id(value: Any) -> Any:
    """A JSON text's value. In settings of policies, an id may be the name of a role, which counts."""
    if not isinstance(value, list):
        return value
    return [{**each, "name": each["id"]} if _is_named_by_id(each) else each for each in value]


def _is_named_by_id(item: Any) -> bool:
    found = item.get("id") if isinstance(item, Mapping) and "name" not in item else None
    return isinstance(found, str) and not _UUID.fullmatch(found)


def is_secret(key: str, value: Any) -> bool:
    """Whether a member's name says that its value is a secret."""
    return bool(key) and holds_secret(key, value)


def is_empty(value: Any) -> bool:
    """Whether a value says as much as none at all."""
    return value is None or value == "" or (isinstance(value, (tuple, dict)) and not value)


def spelled(value: Any) -> str:
    """A scalar as text: Keycloak writes "true" in attributes, and true elsewhere."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def label(item: Any) -> str:
    """The name of an object in a list, or ""."""
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(item.get(key), str) and item[key]:
                return str(item[key])
    return ""


def unique(name: str, taken: Mapping[str, Any]) -> str:
    """The name, with a number if there is already one."""
    if name not in taken:
        return name
    return next(each for each in _numbered(name) if each not in taken)


def _numbered(name: str) -> Iterator[str]:
    number = 2
    while True:
        yield f"{name} ({number})"
        number += 1


def order(value: Any) -> str:
    """A key for sorting objects that may have no name. It may show no secret: nothing else sees it."""
    return json.dumps(value, sort_keys=True, default=lambda each: each.mark.hex() if isinstance(each, Secret) else "")
