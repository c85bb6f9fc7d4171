# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users in a realm file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..keycloak.findings import on_realm
from ..keycloak.settings import some
from ..model import Finding, Parameters, check
from ..partial_findings import gathered
from ..snapshot.gaps import NotEvaluated, Unknown
from ..snapshot.snapshot import PlainPassword, Snapshot


@check(
    id="users-plain-text-passwords",
    area="passwords",
    level="L3",
    severity="critical",
    tier="core",
    title="Realm file holds passwords of users in plain text",
    rationale="Everybody who can read the file, its history or its backups can log in as these users.",
    remediation=(
        "Change these passwords, and remove them from the file and its history. Let the import set temporary ones "
        "from a vault, or let users set their own."
    ),
    reference="CWE-256",
)
def users_plain_text_passwords(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if snapshot.sections.get("plain_passwords") is None:
        raise NotEvaluated("Keycloak shows no passwords: only a realm file can hold them in plain text.", expected=True)
    users = snapshot.plain_passwords
    if not users:
        return
    administrators, unknown = _administrators(snapshot)
    admins = [each for each in users if each.enabled and (each.administers or each.username in administrators)]
    for each in admins:
        message = "The file holds the password of this administrator in plain text."
        yield Finding(each.username, "user", message, {"temporary": each.temporary})
    others = [each for each in users if each not in admins]
    if others:
        yield _on_others(snapshot, others)
        if unknown is not None:
            raise unknown


def _administrators(snapshot: Snapshot) -> tuple[set[str], Unknown | None]:
    """The names of users with a role that administers, and why they may not be all."""
    found, unknown = gathered(_names(snapshot))
    return set(found), unknown


def _names(snapshot: Snapshot) -> Iterator[str]:
    for holder in snapshot.role_holders:
        yield holder.username


def _on_others(snapshot: Snapshot, users: Sequence[PlainPassword]) -> Finding:
    message = f"The file holds passwords in plain text. Number of users who do not administer the realm: {len(users)}."
    evidence = {"users": some(each.username for each in users), "temporary": all(each.temporary for each in users)}
    return on_realm(snapshot, message, evidence, severity="high")
