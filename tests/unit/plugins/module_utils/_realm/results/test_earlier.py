# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An earlier report.json: what is read from it, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import MOST_REALMS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results import earlier
from ansible_collections.authkit.oauth.tests.unit.support.reports import HOSTILE, check, finding, realm, waived

Json = dict[str, Any]
MARK = "a" * 32


def report(**changes: Any) -> Json:
    checks = [
        check("client-implicit-flow", "fail", findings=[finding(fingerprint=MARK), waived()]),
        check("realm-ssl-required-none", "not_evaluated", reason="The client lacks the role view-realm."),
    ]
    return {
        "schema_version": 1,
        "tool": {"name": "authkit.oauth.realm_check", "version": "1.0.0"},
        "time": "2026-11-27T02:00:00Z",
        "realms": [realm("acme", checks)],
        **changes,
    }


def read(content: object) -> earlier.Earlier:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return earlier.earlier_report(text, "/reports/report.json")


def test_what_a_comparison_needs_is_read() -> None:
    found = read(report())
    assert found.time == "2026-11-27T02:00:00Z"
    (acme,) = found.realms
    assert (acme.realm, acme.server, acme.failed) == ("acme", "https://sso.example.com", True)
    assert acme.checks == {"client-implicit-flow": True, "realm-ssl-required-none": False}
    assert acme.findings[MARK] == earlier.Seen("client-implicit-flow", "shop", "client", "high", "open", MARK)
    assert len(acme.findings) == 2
    assert acme.left_out == frozenset()


def test_a_severity_that_the_report_left_out_is_known() -> None:
    short = report()
    short["realms"][0]["summary"]["findings"]["low"] = 2
    assert read(short).realms[0].left_out == {"low"}


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_names_are_kept_as_every_report_has_them(place: int) -> None:
    named = report(realms=[realm("acme", [check("a-check", "fail", findings=[finding(HOSTILE[place])])])])
    (seen,) = read(named).realms[0].findings.values()
    assert seen.target == HOSTILE[place].encode("utf-8", "replace").decode()


def test_an_endless_name_is_cut_and_half_a_surrogate_replaced() -> None:
    named = report(realms=[realm("acme", [check("a-check", "fail", findings=[finding("\ud800" + "x" * 9999)])])])
    (seen,) = read(named).realms[0].findings.values()
    assert seen.target == "?" + "x" * 4095


def changed(change: Callable[[Json], object]) -> Json:
    made = report()
    change(made)
    return made


def first_finding(made: Json) -> Json:
    found: Json = made["realms"][0]["checks"][0]["findings"][0]
    return found


DAMAGED: dict[str, Callable[[Json], object]] = {
    "time": lambda made: made.update(time="{{ now() }}"),
    "time of a sort": lambda made: made.update(time="yesterday"),
    "realms": lambda made: made.update(realms={}),
    "realm": lambda made: made["realms"][0].update(realm=None),
    "server": lambda made: made["realms"][0].update(server=["a"]),
    "summary": lambda made: made["realms"][0].update(summary=None),
    "failed": lambda made: made["realms"][0]["summary"].update(failed="no"),
    "findings": lambda made: made["realms"][0]["summary"].update(findings={"high": "1"}),
    "checks": lambda made: made["realms"][0].update(checks=[1]),
    "id": lambda made: made["realms"][0]["checks"][0].update(id="\x1b[31m{{ 7 * 191 }}"),
    "status": lambda made: made["realms"][0]["checks"][0].update(status=["pass"]),
    "realms, too many": lambda made: made.update(realms=[{}] * (MOST_REALMS + 1)),
    "reason": lambda made: made["realms"][0]["checks"][0].update(reason=7),
    "target": lambda made: first_finding(made).update(target={}),
    "target_type": lambda made: first_finding(made).update(target_type="{{ 1 }}"),
    "severity": lambda made: first_finding(made).update(severity="awful"),
    "status of a finding": lambda made: first_finding(made).update(status="\x07"),
    "fingerprint": lambda made: first_finding(made).update(fingerprint="zz"),
}


@pytest.mark.parametrize("part", DAMAGED)
def test_a_damaged_report_is_refused_by_its_part(part: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        read(changed(DAMAGED[part]))
    (sentence,) = caught.value.args
    assert f"is damaged, its {part.split(' ', maxsplit=1)[0].rstrip(',')} is not what a report has there" in sentence
    assert sentence.isprintable()
    assert "{{" not in sentence


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b"{}", b"null", b"[" * 100_000, b'{"realms":' * 101 + b"1" + b"}" * 101],
    ids=["empty", "torn", "list", "no-utf8", "another-object", "null", "deep-list", "deep-object"],
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidOption, match="is not a report of the realm check: name a report.json"):
        read(content)


def test_what_would_take_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "LARGEST_REPORT", 1024 * 1024)
    with pytest.raises(InvalidOption, match="is not a report"):
        read(b'{"realms":[' + b"[]," * 700_000 + b"[]]}")


@pytest.mark.parametrize("version", [2, 0, None, "1", True, 1.0])
def test_another_version_is_refused(version: object) -> None:
    with pytest.raises(InvalidOption, match="has a schema_version other than 1: name a report.json"):
        read(report(schema_version=version))
