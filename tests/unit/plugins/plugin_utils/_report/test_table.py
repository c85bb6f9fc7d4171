# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as lines for a terminal."""

from __future__ import annotations

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.table import lines
from ansible_collections.authkit.oauth.tests.unit.support.reports import (
    ALL_AT_ONCE,
    check,
    compared,
    finding,
    hostile,
    ordinary,
    realm,
    standard,
)


def test_a_few_lines_for_each_realm() -> None:
    assert lines(ordinary()) == [
        "Realm shop-realm (https://sso.example.com, Keycloak 26.7.3): failed",
        "  Checks:   2 passed, 2 failed, 1 waived, 1 not evaluated, 1 inconclusive",
        "  Findings: 1 critical, 1 high, 1 low, 1 info",
        "  Missing roles: view-events",
        "  critical  worse",
        "  high      broken  client shop, intranet",
        "  Inconclusive:",
        "    The server answered 503.",
        "      server-down",
        "  Not evaluated:",
        "    The client lacks the role view-events of realm-management.",
        "      no-right",
        "",
        "Realm empty (https://sso.example.com, Keycloak 26.7.3): passed",
        "  Checks:   1 passed",
        "  Findings: none",
    ]


def test_a_line_for_each_check_the_worst_first() -> None:
    many = [finding(f"client-{number}", severity="low") for number in range(30)]
    checks = [
        check("many", "fail", findings=many),
        check("two", "fail", findings=[finding("a", severity="medium"), finding("b", "group", "low")]),
        check("one", "fail", findings=[finding(), finding("r", "realm")]),
        check("for-information", findings=[finding(severity="info")]),
    ]
    shown = lines({"realms": [realm("r", checks)]}, 2)
    assert shown[3:] == ["  high      one  client shop", "  medium    two  client a, group b", "  and 1 more"]
    every = lines({"realms": [realm("r", checks)]})
    assert every[5] == "  low       many  client client-0, client-1, client-2 and 27 more"


def test_checks_without_result_are_named_by_reason() -> None:
    names = [f"check-number-{number}" for number in range(12)]
    checks = [check(name, "not_evaluated", reason="One role." if name in names[:2] else "No role.") for name in names]
    shown = lines({"realms": [realm("r", checks)]})[3:]
    assert shown[:2] == ["  Not evaluated:", "    No role."]
    assert ", ".join(line.strip().rstrip(",") for line in shown[2:4]) == ", ".join(names[2:])
    assert shown[4:] == ["    One role.", "      check-number-0, check-number-1"]
    assert max(map(len, shown)) <= 110


def test_a_version_that_the_audit_is_not_written_for_is_noted() -> None:
    old = realm("r", [])
    old["summary"]["version_note"] = "Keycloak 12.0.4 is older."
    assert lines({"realms": [old]})[3] == "  Note: Keycloak 12.0.4 is older."


def test_long_and_wide_names_are_cut() -> None:
    findings = [finding("n" * 500), finding("検" * 500)]
    shown = lines({"realms": [realm("r", [check("c", "fail", findings=findings)])]})
    assert shown[3] == f"  high      c  client {'n' * 48}…, {'検' * 24}…"


def test_nothing_steers_a_terminal() -> None:
    shown = "".join(lines(hostile(), 1000))
    assert shown.replace("\u200d", "").isprintable()
    assert all(escape in ALL_AT_ONCE and escape not in shown for escape in ("\x1b", "\u202e", "\x9b", "\r"))


def test_a_comparison_comes_first_in_a_line_for_each_realm() -> None:
    assert lines(compared())[:5] == [
        "shop-realm: 1 new, 1 fixed, 1 more severe, 1 unchanged, 1 not evaluated this time since 2026-11-27 02:00 UTC "
        "(was passed, now failed, then at gone)",
        "partners: not in the report of 2026-11-27 02:00 UTC",
        "old: only in the report of 2026-11-27 02:00 UTC",
        "",
        "Realm shop-realm (https://sso.example.com, Keycloak 26.7.3): failed",
    ]


def test_a_standard_is_a_line() -> None:
    shown = lines({"realms": [realm("r", [check("a")], standards=[standard("x")])]})
    assert shown[-1] == "  Requirements of x: 1 failed, 1 waived, 1 not evaluated, 1 passed, 1 not covered"
