# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm file audited twice, as a file and in the server that imported it, and how the two audits differ."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import TransportSettings
from ansible_collections.authkit.oauth.plugins.module_utils._http.transports import requests_transport
from ansible_collections.authkit.oauth.plugins.module_utils._realm.admin.gather import gather
from ansible_collections.authkit.oauth.plugins.module_utils._realm.audit import Result, audit
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.defaults import SETTINGS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import read_export
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import NOT_EVALUATED, PASS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.policy import policy_from
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.benchmarks.realm_audit import STRICT, Tokens
from ansible_collections.authkit.oauth.tests.integration.support.auditors import FIXTURES, Auditor
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import KeycloakAdmin

FILES = FIXTURES / "realms" / "files"
#: A reference to a value outside the file, with its default. The admin API imports it as text; `kc.sh import` and
#: keycloak-config-cli put a value there. Keycloak's own variables (`${authBaseUrl}`) have lower case.
_REFERENCE = re.compile(r"\$\{[A-Z][A-Z0-9_.]*(?::(?P<default>[^}]*))?\}|\$\(env:[^)]*\)|\{\{[^}]*\}\}|\?UUID\?")
_SECRETS = {"secret", "clientSecret", "bindCredential", "password", "value"}
#: Why a file and a server may differ on a check.
ONLY_A_FILE = {
    "server-version-unsupported": "The file states the version that wrote it; the server that imported it is newer.",
    "users-plain-text-passwords": "A server stores no passwords in plain text.",
}


@dataclass(frozen=True)
class Verdicts:
    """An audit: the status of each check, and the severity of each finding by check and target."""

    status: Mapping[str, str]
    severity: Mapping[tuple[str, str], str]
    reason: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_evaluated(self) -> list[str]:
        return [check for check, status in self.status.items() if status == NOT_EVALUATED]


@dataclass(frozen=True)
class Comparison:
    """What the audit of a file says that the audit of the server does not, and the other way round, as sentences.

    :ivar wrong_passes: a check passes the file, and the server has a finding.
    :ivar false_alarms: a finding that the server does not have.
    :ivar others: a target that the file's findings lack, or another severity.
    """

    source: str
    wrong_passes: list[str]
    false_alarms: list[str]
    others: list[str]
    checks: int
    not_evaluated: list[str]

    @property
    def differences(self) -> list[str]:
        return [*self.wrong_passes, *self.false_alarms, *self.others]

    @property
    def share_not_evaluated(self) -> float:
        return len(self.not_evaluated) / self.checks


def verdicts(results: Sequence[Result]) -> Verdicts:
    """The verdicts of an audit's results."""
    severity = {
        (result.check.id, judged.finding.target): judged.severity for result in results for judged in result.findings
    }
    reasons = {result.check.id: result.unknown.reason for result in results if result.unknown is not None}
    return Verdicts({result.check.id: result.status for result in results}, severity, reasons)


def audited(snapshot: Snapshot) -> Verdicts:
    """All checks of the configuration, on a snapshot."""
    return verdicts(audit(snapshot, policy_from(STRICT)))


def file_audit(realm: Mapping[str, Any], source: str) -> Verdicts:
    """The audit of a realm from its file."""
    (read,) = read_export(json.dumps(realm).encode(), source)
    return audited(snapshot_of(read, source))


def live_audit(who: Auditor, realm: str) -> Verdicts:
    """The audit of a realm of a server."""
    with contextlib.closing(requests_transport(TransportSettings())) as transport:
        return audited(gather(who.server, realm, Tokens(who, transport), transport))


def compared(source: str, file: Verdicts, live: Verdicts, allowed: Mapping[str, str] | None = None) -> Comparison:
    """How both audits differ.

    :param allowed: checks that may differ, with the reason.
    """
    skipped = ONLY_A_FILE if allowed is None else allowed
    found = Comparison(source, [], [], [], len(file.status), file.not_evaluated)
    for check, target in sorted({*file.severity, *live.severity}):
        mine, theirs = file.severity.get((check, target)), live.severity.get((check, target))
        if mine == theirs or check in skipped or NOT_EVALUATED in (live.status[check] if theirs is None else "",):
            continue
        what = f"{source}: {check} on {target}: the file says {mine or file.status[check]}, the server "
        if mine is None and file.status[check] != NOT_EVALUATED:
            passes = file.status[check] == PASS
            (found.wrong_passes if passes else found.others).append(f"{what}has a finding ({theirs})")
        elif mine is not None:
            (found.false_alarms if theirs is None else found.others).append(f"{what}{theirs or live.status[check]}")
    return found


def realms_of(path: Path) -> Iterator[dict[str, Any]]:
    """The realms in a file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    yield from content if isinstance(content, list) else [content]


def renamed(realm: Mapping[str, Any]) -> dict[str, Any]:
    """The realm under a name that no server has."""
    name = f"{realm['realm']}-{secrets.token_hex(4)}"
    return {**{key: value for key, value in realm.items() if key != "id"}, "realm": name}


def resolved(value: Any, key: str = "") -> Any:
    """The realm, or a part of it, with a value for each reference, as those who import it provide them."""
    if isinstance(value, dict):
        return {name: resolved(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [resolved(part, key) for part in value]

    def provided(found: re.Match[str]) -> str:
        if found["default"] is not None:
            return found["default"]
        return secrets.token_hex(16) if key in _SECRETS else found[0]

    return _REFERENCE.sub(provided, value) if isinstance(value, str) else value


@contextlib.contextmanager
def imported(admin: KeycloakAdmin, realm: Mapping[str, Any]) -> Iterator[str]:
    """The realm in a server, exactly as its file has it, deleted afterwards."""
    name = admin.import_realm(resolved(realm))
    try:
        yield name
    finally:
        admin.delete_realm(name)


def parts_of(realm: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What an import sets, by its path, in an order that does not depend on ids."""
    for name in SETTINGS:
        yield name, realm.get(name)
    for client in realm["clients"]:
        for name, value in client.items():
            if name not in _OF_ITS_OWN:
                yield f"clients/{client['clientId']}/{name}", sorted(value) if isinstance(value, list) else value
        for name in _SET:
            yield f"clients/{client['clientId']}/attributes/{name}", client["attributes"].get(name)
    yield "clientScopes", sorted((scope["name"], scope["protocol"]) for scope in realm["clientScopes"])
    for flow in realm["authenticationFlows"]:
        for step in flow["authenticationExecutions"]:
            what = step.get("flowAlias") or step["authenticator"]
            yield f"authenticationFlows/{flow['alias']}/{what}", (step["requirement"], step["priority"])
    for action in realm["requiredActions"]:
        yield f"requiredActions/{action['alias']}", (action["enabled"], action["defaultAction"])
    for kind, found in realm["components"].items():
        shown = ((each["providerId"], each.get("subType"), str(sorted(each["config"]))) for each in found)
        yield f"components/{kind}", sorted(shown, key=str)
    for client, roles in realm["roles"]["client"].items():
        for role in roles:
            inner = role.get("composites", {}).get("client", {})
            yield f"roles/{client}/{role['name']}", {name: sorted(held) for name, held in inner.items()}
    for kind in ("defaultDefaultClientScopes", "defaultOptionalClientScopes"):
        yield kind, sorted(realm[kind])


#: What a server adds to each client and what no default of an import is.
_OF_ITS_OWN = {
    "alwaysDisplayInConsole",
    "attributes",
    "authenticationFlowBindingOverrides",
    "authorizationServicesEnabled",
    "authorizationSettings",
    "directGrantsOnly",
    "id",
    "name",
    "nodeReRegistrationTimeout",
    "notBefore",
    "protocolMappers",
    "secret",
    "surrogateAuthRequired",
}


#: Attributes of clients that an import sets.
_SET = ("pkce.code.challenge.method", "client.use.lightweight.access.token.enabled")


def differing_parts(table: Mapping[str, Any], shown: Mapping[str, Any], without: tuple[str, ...] = ()) -> list[str]:
    """What a completed file has otherwise than a server that imported the file, as sentences.

    :param without: the beginnings of paths that are not compared.
    """
    version, ours, theirs = shown["keycloakVersion"], dict(parts_of(table)), dict(parts_of(shown))
    return [
        f"Keycloak {version} sets {path} to {theirs.get(path)!r}, the table says {ours.get(path)!r}."
        for path in sorted({*ours, *theirs})
        if ours.get(path) != theirs.get(path) and not path.startswith(without)
    ]
