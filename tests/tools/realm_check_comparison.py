# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make compare-realm-files``: audits realm files with the realm check and with kcwarden, and writes the page.

What is right is what the audit of a Keycloak finds that has imported the file.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.benchmarks.kcwarden import COUNTERPARTS, audit_of
from ansible_collections.authkit.oauth.tests.integration.support.auditors import auditor
from ansible_collections.authkit.oauth.tests.integration.support.realm_files import (
    FILES,
    ONLY_A_FILE,
    Verdicts,
    file_audit,
    imported,
    live_audit,
    realms_of,
    renamed,
)
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import VERSION
from ansible_collections.authkit.oauth.tests.tools.processes import program, say
from ansible_collections.authkit.oauth.tests.tools.tree import ROOT, run_folder

PAGE = ROOT / "docs" / "docsite" / "rst" / "realm_check_comparison.rst"
#: The top-level keys without which kcwarden ends with a traceback.
NEEDED: Mapping[str, Any] = {
    "roles": {"realm": [], "client": {}},
    "clients": [],
    "components": {},
    "attributes": {},
    "identityProviderMappers": [],
    "keycloakVersion": VERSION,
    "registrationAllowed": False,
    "verifyEmail": False,
    "bruteForceProtected": False,
    "revokeRefreshToken": False,
    "refreshTokenMaxReuse": 0,
    "accessTokenLifespan": 300,
    "offlineSessionMaxLifespanEnabled": False,
}
#: What depends on the version that a file states, which the server has overtaken.
_OF_THE_VERSION = "KeycloakVersionShouldBeUpToDate"
COLUMNS = (
    "File",
    "Faults",
    "Found",
    "Missed",
    "Wrong",
    "kcwarden: as given",
    "kcwarden: found",
    "Missed",
    "Wrong",
    "Others",
)


@dataclass(frozen=True)
class Score:
    """What a tool says of a file, compared with the server; ``crashed`` if it says nothing.

    :ivar others: findings of a kind that the realm check has no check for.
    """

    found: int = 0
    missed: int = 0
    wrong: int = 0
    others: int = 0
    crashed: bool = False


@dataclass(frozen=True)
class Row:
    """A realm of a file.

    :ivar faults: how many the server has.
    :ivar ours: the realm check's score.
    :ivar given: kcwarden's for the file as given.
    :ivar completed: kcwarden's for the file with NEEDED.
    :ivar unmatched: what only kcwarden finds, as sentences.
    """

    file: str
    faults: int
    ours: Score
    given: Score
    completed: Score
    unmatched: Sequence[str] = field(default=(), repr=False)


def main(words: list[str]) -> int:
    """Write the page; with the names of other realm files, print their rows and their sum instead."""
    paths = [Path(word) for word in words] or sorted(FILES.glob("*.json"))
    with run_folder("compare") as folder, keycloak(folder, say) as server:
        rows = list(_rows(server, folder, paths))
    if not words:
        PAGE.write_text(page(rows, version("kcwarden"), VERSION), encoding="utf-8")
        say(f"{PAGE.relative_to(ROOT)} is written")
    for row in rows:
        for line in row.unmatched:
            say(line)
    for line in _table([*rows, total(rows)]):
        say(line)
    return 0


def _rows(server: Keycloak, folder: Path, paths: Sequence[Path]) -> Iterator[Row]:
    for path in paths:
        realms = list(realms_of(path))
        for number, realm in enumerate(realms):
            if realm["realm"] == "master":  # no server takes a second one
                continue
            say(path.name)
            name = path.name if len(realms) == 1 else f"{path.name}, realm {number + 1}"
            yield _row(server, folder, name, renamed(realm))


def _row(server: Keycloak, folder: Path, name: str, realm: dict[str, Any]) -> Row:
    with imported(server.admin, realm) as there, auditor(server.admin, [there]) as who:
        truth = live_audit(who, there)
    given = _warden(folder, realm)
    completed = _warden(folder, {**NEEDED, **realm, "roles": {**NEEDED["roles"], **realm.get("roles", {})}})
    faults = {fault for fault in truth.severity if fault[0] not in ONLY_A_FILE}
    return Row(
        name,
        len(faults),
        _ours(file_audit(realm, name), faults),
        _theirs(given, faults),
        _theirs(completed, faults),
        tuple(f"{name}: {each}" for each in _unmatched(completed or [], faults)),
    )


def _ours(file: Verdicts, faults: set[tuple[str, str]]) -> Score:
    mine = {fault for fault in file.severity if fault[0] not in ONLY_A_FILE}
    return Score(len(mine & faults), len(faults - mine), len(mine - faults))


def _warden(folder: Path, realm: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    path = folder / "realm.json"
    path.write_text(json.dumps(realm), encoding="utf-8")
    try:
        findings = audit_of(path, folder)
        return [each for each in findings if each["reporting_auditor"] != _OF_THE_VERSION]
    except subprocess.CalledProcessError:
        return None


def _theirs(findings: list[dict[str, Any]] | None, faults: set[tuple[str, str]]) -> Score:
    if findings is None:
        return Score(missed=len(faults), crashed=True)
    found: set[tuple[str, str]] = set()
    for each in findings:
        found |= _meant(each) & faults
    unmatched = [each for each in findings if not _meant(each) & faults]
    judged = [each for each in unmatched if each["reporting_auditor"] in COUNTERPARTS and each["severity"] != "Info"]
    return Score(len(found), len(faults - found), len(judged), len(unmatched) - len(judged))


def _meant(finding: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(check, finding["entity"]) for check in COUNTERPARTS.get(finding["reporting_auditor"], ())}


def _unmatched(findings: Sequence[Mapping[str, Any]], faults: set[tuple[str, str]]) -> Iterator[str]:
    for each in findings:
        if not _meant(each) & faults:
            yield f"kcwarden only: {each['reporting_auditor']} on {each['entity']} ({each['severity']})"


def total(rows: Sequence[Row]) -> Row:
    """The sum of all rows."""

    def summed(scores: Sequence[Score]) -> Score:
        return Score(*(sum(getattr(each, name) for each in scores) for name in ("found", "missed", "wrong", "others")))

    return Row(
        f"All {len(rows)} realms",
        sum(row.faults for row in rows),
        summed([row.ours for row in rows]),
        summed([row.given for row in rows]),
        summed([row.completed for row in rows]),
    )


def page(rows: Sequence[Row], kcwarden: str, server: str) -> str:
    """The page's text."""
    crashes = sum(row.given.crashed for row in rows), sum(row.completed.crashed for row in rows)
    head = HEAD.format(kcwarden=kcwarden, server=server, crashed=crashes[0], completed=crashes[1], realms=len(rows))
    return "\n".join([head, *_table([*rows, total(rows)]), "", FOOT])


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield ".. list-table::"
    yield "   :header-rows: 1"
    yield "   :widths: 34 7 7 7 7 12 10 7 7 7"
    yield ""
    yield from _cells(COLUMNS)
    for row in rows:
        yield from _cells(cells(row))


def cells(row: Row) -> list[str]:
    """A row of the page's table."""
    ours, theirs = row.ours, row.completed
    given = "crashed" if row.given.crashed else f"{row.given.found} found, {row.given.wrong} wrong"
    found = "crashed" if theirs.crashed else str(theirs.found)
    numbers = [row.faults, ours.found, ours.missed, ours.wrong]
    return [row.file, *map(str, numbers), given, found, *map(str, (theirs.missed, theirs.wrong, theirs.others))]


def _cells(words: Sequence[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        yield f"   {'*' if number == 0 else ' '} - {word}"


HEAD = """\
..
  Copyright (c) 2026 authkit contributors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by make compare-realm-files.

.. _ansible_collections.authkit.oauth.docsite.realm_check_comparison:

Realm files, side by side with kcwarden
=======================================

.. contents::
   :local:
   :depth: 1

:ansplugin:`authkit.oauth.realm_check#module` and `kcwarden <https://pypi.org/project/kcwarden/>`_ {kcwarden} audited
the same realm files in one run. The files are those of ``tests/fixtures/realms/files``: realms as people write them by
hand, as old servers exported them, and as templates hold them. ``make compare-realm-files`` repeats the run and writes
this page.

How it is counted
-----------------

A fault is a finding, of any severity, of the realm check on a Keycloak {server} that imported the file, read over the
admin API. *Found* are the faults that the audit of the file reports, *missed* those that it does not report, and
*wrong* are findings that the server does not confirm. Faults of checks that the realm check reports as not evaluated
count as missed. What only a file can show, the version that wrote it and passwords in plain text, is left out on both
sides.

kcwarden is built for whole exports: a file that lacks ``roles``, ``clients``, ``components`` and some others ends it
with a traceback. So it audited each file as given, and once more with these keys added; it crashed on {crashed} and on
{completed} of {realms} realms. The last four columns are those of the second run. A finding of kcwarden counts as
found if it is of the same kind and on the same target. *Others* are findings that this table does not judge: of a kind
for which the realm check has no check, or of the severity info.

Results
-------
"""
FOOT = """\
Faults are those that the realm check has checks for, so this table cannot show what neither tool looks for.

Published files
---------------

In the same way, both tools audited 65 realms that people published in 19 repositories. That was an earlier run, which
lacked the eight checks for Keycloak 26.8 and fine-grained admin permissions. Among the repositories are
``adorsys/keycloak-config-cli`` (20), ``keycloak/keycloak-quickstarts`` (13), ``keycloak/keycloak-client`` (10),
``quarkusio/quarkus-quickstarts`` (5) and ``keycloak/keycloak-nodejs-connect`` (3). The files are not part of this
collection. Of 917 faults the realm check found 895; it reported the other 22 as not evaluated. The server confirmed all
of its findings. kcwarden crashed on 52 files as given, and on 28 with the keys added. On the other 37 it found 225 of
460 faults, where the realm check found 444, and reported 140 findings above info that the audit of the server does not
share.

What kcwarden finds and the realm check does not
------------------------------------------------

* SAML clients that do not encrypt assertions, or whose assertions lack the condition ``OneTimeUse``.
* Confidential clients that may ask for ``offline_access``, which the realm check reports only for public clients.
* Roles, groups and clients that reach privileged roles, as monitors that its user configures.
"""


if __name__ == "__main__":
    program(main)
