# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An earlier report.json, to compare an audit with.

Anybody may have changed the file, so nothing of it is believed before its form is checked, and only what a comparison
needs is kept. Names come from a realm as they are, in this file as in every report: what shows them escapes them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._errors import InvalidOption
from ..._http.json_size import DEEPEST, depth, too_many_values
from ..._words import quoted
from ..accepted.fingerprint import DIGITS
from ..audit import KNOWN, OPEN
from ..export.reading import MOST_REALMS
from ..model import SEVERITIES, STATUSES, TARGET_TYPES, WAIVED

#: The version of report.json.
VERSION = 1
#: Bytes; a finding takes about a thousand.
LARGEST_REPORT = 32 * 1024**2
_LONGEST_NAME = 4096
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_CHECK = re.compile(r"[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,9}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_ADVICE = "name a report.json that this collection wrote, or remove the file to compare nothing"


@dataclass(frozen=True)
class Seen:
    """A finding of the earlier report.

    :param check: the check's id.
    :param status: open, waived or known.
    """

    check: str
    target: str
    target_type: str
    severity: str
    status: str
    fingerprint: str


@dataclass(frozen=True)
class EarlierRealm:
    """A realm of the earlier report.

    :param checks: id -> whether the check had a full result.
    :param findings: by fingerprint.
    :param left_out: the severities of which the report left open findings out.
    """

    realm: str
    server: str
    failed: bool
    checks: Mapping[str, bool]
    findings: Mapping[str, Seen]
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Earlier:
    """An earlier report.

    :param time: when it was written, such as 2026-11-27T02:00:00Z.
    """

    time: str
    realms: tuple[EarlierRealm, ...]


class _Unlike(Exception):
    """A part of the file is not what a report has there. Its text names the part."""


def earlier_report(content: bytes, path: str) -> Earlier:
    """The report in a file.

    :param path: of the file, for the message.
    :raises InvalidOption: it is not a report of this version.
    """
    what = f"previous_report {quoted(path)}"
    report = _json(content)
    if not isinstance(report, dict) or "realms" not in report:
        raise InvalidOption(f"{what} is not a report of the realm check: {_ADVICE}.")
    version = report.get("schema_version")
    if isinstance(version, (bool, float)) or version != VERSION:
        raise InvalidOption(f"{what} has a schema_version other than {VERSION}: {_ADVICE}.")
    try:
        realms = _objects(report, "realms")
        if len(realms) > MOST_REALMS:
            raise _Unlike("realms")
        return Earlier(_text(report, "time", _TIME), tuple(map(_realm, realms)))
    except _Unlike as error:
        part = str(error)
    raise InvalidOption(f"{what} is damaged, its {part} is not what a report has there: {_ADVICE}.")


def _json(content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
        if too_many_values(text, LARGEST_REPORT):
            return None
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if depth(value) <= DEEPEST else None


def _realm(realm: Mapping[str, Any]) -> EarlierRealm:
    summary, checks = _object(realm, "summary"), _objects(realm, "checks")
    failed = summary.get("failed")
    if not isinstance(failed, bool):
        raise _Unlike("failed")
    findings = [finding for check in checks for finding in _findings(check)]
    return EarlierRealm(
        _text(realm, "realm"),
        _text(realm, "server"),
        failed,
        {_text(check, "id", _CHECK): _finished(check) for check in checks},
        {each.fingerprint: each for each in findings},
        frozenset(_left_out(_object(summary, "findings"), findings)),
    )


def _finished(check: Mapping[str, Any]) -> bool:
    _choice(check, "status", STATUSES)
    reason = check.get("reason")
    if not isinstance(reason, (str, type(None))):
        raise _Unlike("reason")
    return reason is None


def _findings(check: Mapping[str, Any]) -> Iterator[Seen]:
    name = _text(check, "id", _CHECK)
    for each in _objects(check, "findings"):
        yield Seen(
            name,
            _text(each, "target"),
            _choice(each, "target_type", TARGET_TYPES),
            _choice(each, "severity", SEVERITIES),
            _choice(each, "status", (OPEN, WAIVED, KNOWN)),
            _text(each, "fingerprint", _FINGERPRINT),
        )


def _left_out(counts: Mapping[str, Any], findings: list[Seen]) -> Iterator[str]:
    """The severities of which the summary counts more open findings than the report lists."""
    listed = Counter(each.severity for each in findings if each.status == OPEN)
    for severity in SEVERITIES:
        count = counts.get(severity)
        if not isinstance(count, int):
            raise _Unlike("findings")
        if count > listed[severity]:
            yield severity


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise _Unlike(name)
    return value


def _objects(parent: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = parent.get(name)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _Unlike(name)
    return value


def _text(parent: Mapping[str, Any], name: str, pattern: re.Pattern[str] | None = None) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or (pattern is not None and not pattern.fullmatch(value)):
        raise _Unlike(name)
    # json.loads lets lone surrogates pass, which no file and no terminal can take.
    return value[:_LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")


def _choice(parent: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or value not in choices:
        raise _Unlike(name)
    return value
