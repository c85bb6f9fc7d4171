# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as a SARIF 2.1.0 log: a run for each realm, a result for each finding.

Checks that passed are rules without results: consumers that ignore `kind` would show any result as an alert. Each
result has a physical location and a primaryLocationLineHash: GitHub refuses results without a location, and would merge
the results of a check, since they are all at one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ...module_utils._errors import InvalidOption
from ...module_utils._realm.model import INCONCLUSIVE, INFO, NOT_EVALUATED
from .place import Place
from .text import escaped, markdown, sarif, visible
from .version import collection_version
from .view import OPEN, realms_of, shown

Json = dict[str, Any]

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOOL = "authkit.oauth.realm_check"
HOME = "https://github.com/authkit/oauth"
#: SARIF's level by severity.
LEVELS: Mapping[str, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", INFO: "none"}
#: SARIF's baselineState by a finding's trend; others have changed. A result without an earlier one is new, whatever the
#: reason. Fixed findings are no results: services that ignore the state would show them as alerts.
STATES: Mapping[str, str] = {"new": "new", "not_compared": "new", "unchanged": "unchanged"}
#: A CVSS score by severity, with which code scanning services tell critical from high.
SECURITY_SEVERITY: Mapping[str, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", INFO: "0.0"}
FINGERPRINT = "authkitRealmCheck/v1"
#: The only fingerprint that GitHub uses.
GITHUB_FINGERPRINT = "primaryLocationLineHash"


def log(report: object, location: str | None = None, line: int = 1) -> Json:
    """The SARIF log of a report.

    :param location: the file to show results at, a relative URI reference. Without one it is realms/NAME.json.
    :raises InvalidOption: it is not a report, or the location is not one.
    """
    given = None if location in (None, "") else _given_place(location, line)
    return {"$schema": SCHEMA, "version": VERSION, "runs": [_run(realm, given) for realm in realms_of(report)]}


def _given_place(location: object, line: object) -> Place:
    absolute = not isinstance(location, str) or location.startswith("/") or ":" in location.partition("/")[0]
    if absolute or ".." in str(location).split("/") or not isinstance(line, int) or line < 1:
        raise InvalidOption(
            "location must be the path of a file relative to the top of its repository, and line a number from 1 on."
        )
    return Place(str(location), line)


def _run(realm: Mapping[str, Any], given: Place | None) -> Json:
    checks = realm["checks"]
    place = _place(realm, given)
    driver = {
        "name": TOOL,
        "version": collection_version(),
        "informationUri": HOME,
        "rules": [_rule(check) for check in checks],
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{TOOL}/{quote(realm['realm'], safe='')}/"},
        "invocations": [_invocation(checks, realm["summary"].get("version_note"))],
        "results": [
            _result(check, index, finding, _location(finding, realm["realm"], place))
            for index, check in enumerate(checks)
            for finding in check["findings"]
        ],
        "properties": {
            "server": realm["server"],
            "summary": realm["summary"],
            **{name: escaped(realm[name], visible) for name in ("standards", "trend") if name in realm},
        },
    }


def _place(realm: Mapping[str, Any], given: Place | None) -> Place:
    """Where a realm's results are shown. Of a directory of realm files, at the file that the realm is in."""
    if given is None:
        return Place(f"realms/{quote(realm['realm'], safe='')}.json")
    directory, _slash, name = realm["server"].partition("/")
    inside = name and given.uri.rpartition("/")[2] == quote(directory)
    return Place(f"{given.uri}/{quote(name, safe='')}", given.line) if inside else given


def _rule(check: Mapping[str, Any]) -> Json:
    reference = f" Reference: {check['reference']}." if check["reference"] else ""
    return {
        "id": check["id"],
        "shortDescription": {"text": sarif(check["title"])},
        "fullDescription": {"text": sarif(check["rationale"])},
        "help": {
            "text": sarif(f"{check['rationale']} {check['remediation']}{reference}"),
            "markdown": _help(check),
        },
        "defaultConfiguration": {"level": LEVELS[check["severity"]]},
        "properties": {
            "tags": list(dict.fromkeys(("security", check["area"], check["level"], check["tier"]))),
            "security-severity": SECURITY_SEVERITY[check["severity"]],
        },
    }


def _help(check: Mapping[str, Any]) -> str:
    parts = [("Why", check["rationale"]), ("What to do", check["remediation"]), ("Reference", check["reference"])]
    return "\n\n".join(f"**{name}:** {markdown(text)}" for name, text in parts if text)


def _invocation(checks: list[Mapping[str, Any]], note: str | None) -> Json:
    notes = [{"level": "warning", "message": {"text": sarif(note)}}] if note else []
    notifications = notes + [_notification(check, index) for index, check in enumerate(checks) if check["reason"]]
    return {
        "executionSuccessful": all(check["status"] != INCONCLUSIVE for check in checks),
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }


def _notification(check: Mapping[str, Any], index: int) -> Json:
    return {
        "level": "warning" if check["status"] == NOT_EVALUATED else "error",
        "message": {"text": sarif(f"{check['title']}: {check['reason']}")},
        "associatedRule": {"id": check["id"], "index": index},
    }


def _result(check: Mapping[str, Any], index: int, finding: Mapping[str, Any], location: Json) -> Json:
    severity = finding["severity"]
    result: Json = {
        "ruleId": check["id"],
        "ruleIndex": index,
        "kind": "informational" if severity == INFO else "fail",
        "level": LEVELS[severity],
        "message": {"text": sarif(finding["message"])},
        "locations": [location],
        "partialFingerprints": {
            FINGERPRINT: finding["fingerprint"],
            GITHUB_FINGERPRINT: f"{finding['fingerprint']}:1",
        },
        "properties": {
            "severity": severity,
            "security-severity": SECURITY_SEVERITY[severity],
            "remediation": visible(finding["remediation"]),
            "evidence": {visible(name): visible(shown(value)) for name, value in finding["evidence"].items()},
        },
    }
    if "trend" in finding:
        result["baselineState"] = STATES.get(finding["trend"], "updated")
    suppressions = list(_suppressions(finding))
    return {**result, "suppressions": suppressions} if suppressions else result


def _location(finding: Mapping[str, Any], realm: str, place: Place) -> Json:
    kind, target = finding["target_type"], finding["target"]
    parts = [realm] if kind == "realm" else [realm, kind, target]
    logical = {
        "name": visible(target),
        "fullyQualifiedName": "/".join(quote(part, safe=" :@.,()") for part in parts),
        "kind": kind,
    }
    region = {"startLine": place.line, "startColumn": 1, "endLine": place.line, "endColumn": 2}
    physical = {"artifactLocation": {"uri": place.uri}, "region": region}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _suppressions(finding: Mapping[str, Any]) -> Iterator[Json]:
    waiver = finding.get("waiver")
    if waiver:
        why = f"{waiver['reason']} ({waiver['owner']}, until {waiver['expires']})"
        yield {"kind": "external", "status": "accepted", "justification": visible(why)}
    elif finding["status"] != OPEN:
        yield {"kind": "external", "status": "accepted", "justification": "It is in the baseline file."}
