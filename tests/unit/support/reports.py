# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of a realm check to write: an ordinary one, and one with hostile text wherever there is text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

Json = dict[str, Any]

#: What somebody may call a client or a group to harm people who write or read a report.
HOSTILE = (
    'x{{ lookup("pipe", "touch planted; id") }}',
    "{% raw %}{{ 7 * 191 }}{# no comment #}",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></style><svg/onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x='",
    "<!--<!-- ]]> <![CDATA[",
    "&lt;b&gt; &#60;i&#62;",
    "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "invoice\u202egnp.exe \u2066\u200b\ufeff",
    "a line\nanother\r\n# heading\n- list",
    "a | b | c",
    "`code` *bold* _it_ ~~no~~ [link](javascript:alert(1)) ![i](https://evil.example/i.png)",
    "https://evil.example/x www.evil.example @everyone #1",
    "NUL \x00 and \x08 and \x7f",
    "\ufffe\uffff\U0001fffe",
    "../../../../tmp/planted",
    "C:\\planted\\",
    "{0} {1} [here](0)",
    "= 1 + 1",
    "Überprüfung 検査 👩\u200d💻",
    "long" * 500,
)
ALL_AT_ONCE = " ".join(HOSTILE)


def finding(target: str = "shop", kind: str = "client", severity: str = "high", **changes: Any) -> Json:
    return {
        "target": target,
        "target_type": kind,
        "severity": severity,
        "message": f"redirectUris of {target} holds '*'.",
        "remediation": "Register exact URIs.",
        "evidence": {"redirectUris": ["*"], "enabled": True},
        "fingerprint": sha256(f"{kind} {target}".encode("utf-8", "replace")).hexdigest()[:32],
        "status": "open",
        "waiver": None,
        **changes,
    }


def waived(target: str = "portal", reason: str = "The vendor is late.", owner: str = "ops@example.com") -> Json:
    waiver = {"reason": reason, "owner": owner, "expires": "2030-05-31"}
    return finding(target, status="waived", waiver=waiver)


def check(
    name: str, status: str = "pass", severity: str = "high", findings: Sequence[Json] = (), **changes: Any
) -> Json:
    return {
        "id": name,
        "status": status,
        "level": "L3",
        "area": "clients",
        "severity": severity,
        "tier": "core",
        "title": f"Title of {name}",
        "rationale": "Codes can be sent to any site.",
        "remediation": "Register exact URIs.",
        "reference": "RFC 9700 section 2.1",
        "reason": None,
        "findings": list(findings),
        **changes,
    }


def realm(name: str, checks: Iterable[Json], *, missing_roles: Sequence[str] = (), **changes: Any) -> Json:
    """A realm with its checks, counted as the module counts."""
    listed = list(checks)
    statuses = Counter(each["status"] for each in listed)
    severities = Counter(each["severity"] for one in listed for each in one["findings"] if each["status"] == "open")
    return {
        "realm": name,
        "server": "https://sso.example.com",
        "summary": {
            "failed": statuses["fail"] > 0,
            "checks": {
                status: statuses[status] for status in ("pass", "fail", "waived", "not_evaluated", "inconclusive")
            },
            "findings": {severity: severities[severity] for severity in ("critical", "high", "medium", "low", "info")},
            "missing_roles": list(missing_roles),
            "server_version": "26.7.3",
        },
        "checks": listed,
        "remediation": [],
        **changes,
    }


def ordinary() -> Json:
    """A realm with a check of every status, and one where all is well."""
    low = finding("intranet", severity="low", fingerprint="1" * 32, remediation="Do this to intranet.")
    checks = [
        check("all-is-well"),
        check("for-information", findings=[finding("old", severity="info", fingerprint="2" * 32)]),
        check("accepted", "waived", findings=[waived(), finding("known", status="known", fingerprint="3" * 32)]),
        check("broken", "fail", findings=[finding(fingerprint="4" * 32), low]),
        check("worse", "fail", "critical", [finding("shop-realm", "realm", "critical", fingerprint="5" * 32)]),
        check("no-right", "not_evaluated", reason="The client lacks the role view-events of realm-management."),
        check("server-down", "inconclusive", reason="The server answered 503."),
    ]
    return {"realms": [realm("shop-realm", checks, missing_roles=["view-events"]), realm("empty", [check("fine")])]}


def compared() -> Json:
    """A realm that was compared with an earlier report, and one that was not in it."""
    was = {"severity": "medium", "status": "waived"}
    findings = [
        finding("a", trend="new", previous=None, fingerprint="6" * 32),
        finding("b", trend="worse", previous=was, fingerprint="7" * 32),
        finding("c", trend="unchanged", previous={"severity": "high", "status": "open"}, fingerprint="8" * 32),
    ]
    return {
        "realms": [
            realm("shop-realm", [check("broken", "fail", findings=findings)], trend=trend("gone")),
            realm("partners", [check("fine")]),
        ],
        "trend": {"since": "2026-11-27T02:00:00Z", "only_now": ["partners"], "only_before": ["old"]},
    }


def trend(text: str) -> Json:
    """A realm's trend, with this text for each name."""
    gone = {
        "check": "gone",
        "target": text,
        "target_type": "client",
        "severity": "high",
        "status": "open",
        "fingerprint": "9" * 32,
    }
    return {
        **dict.fromkeys(("new", "worse", "unchanged", "fixed", "not_evaluated"), 1),
        **dict.fromkeys(("milder", "reopened", "accepted", "not_compared"), 0),
        "failed_before": False,
        "other_server": text,
        "fixed_findings": [gone],
        "not_evaluated_findings": [{**gone, "reason": text}],
    }


def standard(text: str) -> Json:
    """A standard's table, with this text for each name."""
    row = {"id": text, "level": text, "title": text, "reason": text, "checks": [text]}
    statuses = ("failed", "waived", "not_evaluated", "passed", "not_covered")
    return {
        "name": text,
        "title": text,
        "edition": text,
        "scope": text,
        "url": text,
        "summary": dict.fromkeys(statuses, 1),
        "requirements": [{**row, "status": status} for status in reversed(statuses)],
    }


def hostile(texts: Sequence[str] = HOSTILE) -> Json:
    """Two realms with every text of a report hostile: each of the texts as a target, all of them everywhere else."""
    everything = " ".join(texts)
    fields = ("level", "area", "tier", "title", "rationale", "remediation", "reference")
    planted = dict.fromkeys(fields, everything)
    found = [
        finding(
            text,
            kind=text,
            message=everything,
            remediation=text,
            evidence={text: everything, everything: [text], "deep": {text: [text]}},
            fingerprint=f"{number:032x}",
        )
        for number, text in enumerate(texts)
    ]
    accepted = waived(everything, everything, everything) | {"target_type": everything, "fingerprint": everything}
    parts: list[tuple[str, list[Json]]] = [
        ("fail", found),
        ("waived", [accepted]),
        ("not_evaluated", []),
        ("inconclusive", []),
        ("pass", []),
    ]
    checks = [
        check(f"{everything} {status}", status, findings=findings, reason=everything) | planted
        for status, findings in parts
    ]
    made = realm(everything, checks, missing_roles=[everything], server=everything)
    made["summary"]["server_version"] = everything
    made["remediation"] = [
        {
            "check": "x",
            "title": "Title of x",
            "target": everything,
            "fingerprint": "0" * 32,
            "module": "keycloak_client",
            "settings": {"redirect_uris": list(texts), "attributes": {everything: everything}},
        }
    ]
    made["standards"] = [standard(everything)]
    made["trend"] = trend(everything)
    whole = {"since": "2026-11-27T02:00:00Z", "only_now": [texts[0]], "only_before": list(texts)}
    return {"realms": [made, realm(texts[0], [check("fine")])], "trend": whole}
