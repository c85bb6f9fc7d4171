# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a realm check as a SARIF 2.1.0 log: a run for each realm, a result for each finding.

Checks that passed are rules without results: consumers that ignore `kind` would show any result as an alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ...module_utils._realm.model import INCONCLUSIVE, INFO, NOT_EVALUATED
from .text import markdown, sarif, visible
from .view import OPEN, realms_of, shown

Json = dict[str, Any]

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOOL = "authkit.oauth.realm_check"
HOME = "https://github.com/authkit/oauth"
#: SARIF's level by severity.
LEVELS: Mapping[str, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", INFO: "none"}
#: A CVSS score by severity, with which code scanning services tell critical from high.
SECURITY_SEVERITY: Mapping[str, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", INFO: "0.0"}
FINGERPRINT = "authkitRealmCheck/v1"


def log(report: object) -> Json:
    """The SARIF log of a report.

    :raises InvalidOption: it is not a report.
    """
    return {"$schema": SCHEMA, "version": VERSION, "runs": [_run(realm) for realm in realms_of(report)]}


def _run(realm: Mapping[str, Any]) -> Json:
    checks = realm["checks"]
    return {
        "tool": {"driver": {"name": TOOL, "informationUri": HOME, "rules": [_rule(check) for check in checks]}},
        "automationDetails": {"id": f"{TOOL}/{quote(realm['realm'], safe='')}/"},
        "invocations": [_invocation(checks)],
        "results": [
            _result(check, index, finding, realm["realm"])
            for index, check in enumerate(checks)
            for finding in check["findings"]
        ],
        "properties": {"server": realm["server"], "summary": realm["summary"]},
    }


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


def _invocation(checks: list[Mapping[str, Any]]) -> Json:
    notifications = [_notification(check, index) for index, check in enumerate(checks) if check["reason"]]
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


def _result(check: Mapping[str, Any], index: int, finding: Mapping[str, Any], realm: str) -> Json:
    severity = finding["severity"]
    result: Json = {
        "ruleId": check["id"],
        "ruleIndex": index,
        "kind": "informational" if severity == INFO else "fail",
        "level": LEVELS[severity],
        "message": {"text": sarif(finding["message"])},
        "locations": [{"logicalLocations": [_location(finding, realm)]}],
        "partialFingerprints": {FINGERPRINT: finding["fingerprint"]},
        "properties": {
            "severity": severity,
            "security-severity": SECURITY_SEVERITY[severity],
            "remediation": visible(finding["remediation"]),
            "evidence": {visible(name): visible(shown(value)) for name, value in finding["evidence"].items()},
        },
    }
    suppressions = list(_suppressions(finding))
    return {**result, "suppressions": suppressions} if suppressions else result


def _location(finding: Mapping[str, Any], realm: str) -> Json:
    kind, target = finding["target_type"], finding["target"]
    parts = [realm] if kind == "realm" else [realm, kind, target]
    return {
        "name": visible(target),
        "fullyQualifiedName": "/".join(quote(part, safe=" :@.,()") for part in parts),
        "kind": kind,
    }


def _suppressions(finding: Mapping[str, Any]) -> Iterator[Json]:
    waiver = finding.get("waiver")
    if waiver:
        why = f"{waiver['reason']} ({waiver['owner']}, until {waiver['expires']})"
        yield {"kind": "external", "status": "accepted", "justification": visible(why)}
    elif finding["status"] != OPEN:
        yield {"kind": "external", "status": "accepted", "justification": "It is in the baseline file."}
