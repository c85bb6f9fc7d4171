# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check declares, and what it finds."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Finding, Parameter, check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

DECLARED: dict[str, Any] = {
    "id": "realm-example",
    "area": "realm",
    "level": "L3",
    "severity": "high",
    "tier": "core",
    "title": "A title",
    "rationale": "A reason.",
    "remediation": "A remedy.",
}


def example(_snapshot: Snapshot, _parameters: object) -> list[Finding]:
    return []


def test_a_check_is_its_function_beside_what_it_declares() -> None:
    made = check(**DECLARED, parameters={"limit": Parameter(3, "Days.")}, active=True)(example)
    assert {name: getattr(made, name) for name in DECLARED} == DECLARED
    assert (made.run, made.defaults(), made.active) == (example, {"limit": 3}, True)
    assert check(**DECLARED)(example).defaults() == {}


def test_what_a_check_does_not_know_is_refused() -> None:
    positional: Any = check
    with pytest.raises(TypeError, match="titel"):
        check(**DECLARED, titel="A title")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        positional("realm-example", **DECLARED)


def test_severity_and_details_of_a_finding_are_given_by_name() -> None:
    with pytest.raises(TypeError, match="positional"):
        Finding("app", "client", "It is wrong.", {}, "high")  # type: ignore[call-arg]
    finding = Finding("app", "client", "It is wrong.")
    assert (finding.evidence, finding.severity, finding.details) == ({}, None, ())


def test_a_finding_stays_as_it_was_found() -> None:
    finding = Finding("app", "client", "It is wrong.")
    with pytest.raises(FrozenInstanceError):
        finding.severity = "low"  # type: ignore[misc]
    assert finding == Finding("app", "client", "It is wrong.", evidence={}, severity=None)
