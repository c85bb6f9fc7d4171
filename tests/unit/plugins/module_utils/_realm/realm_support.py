# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of checks: a small realm, and what a check finds in it.

A test file of checks holds CASES; a test of the registry sees to it that every check has one that finds something and
one that finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import (
    INFO,
    SEVERITIES,
    TARGET_TYPES,
    Check,
    Finding,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

REALM = "shop"
SERVER = "https://sso.example.com"


def found(
    check: Check, sections: Mapping[str, Any], parameters: Mapping[str, Any] | None = None, name: str = REALM
) -> list[Finding]:
    """What a check finds in a realm of these sections. Raises Unknown."""
    return list(check.run(Snapshot(name, SERVER, sections), {**check.defaults(), **(parameters or {})}))


@dataclass(frozen=True)
class Case:
    """A realm, and what a check must find there: target -> severity. unknown: the Unknown that it ends with instead."""

    check: Check
    sections: Mapping[str, Any] = field(repr=False)
    finds: Mapping[str, str] = field(default_factory=dict)
    unknown: type[Unknown] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = REALM

    def __str__(self) -> str:
        return f"{self.check.id}-{','.join(self.finds) or (self.unknown.__name__ if self.unknown else 'nothing')}"

    def verify(self) -> None:
        if self.unknown is not None:
            with pytest.raises(self.unknown):
                found(self.check, self.sections, self.parameters, self.name)
            return
        findings = found(self.check, self.sections, self.parameters, self.name)
        assert {each.target: each.severity or self.check.severity for each in findings} == dict(self.finds)
        assert len({(each.target_type, each.target) for each in findings}) == len(findings), "one finding a target"
        for each in findings:
            assert each.target_type in TARGET_TYPES
            assert each.severity is None or each.severity in SEVERITIES
            assert each.message.endswith(".")
            assert all(isinstance(detail, str) for detail in each.details)

    @property
    def fails(self) -> bool:
        return any(self.check.severity == INFO or severity != INFO for severity in self.finds.values())

    @property
    def passes(self) -> bool:
        return not self.finds and self.unknown is None


def case(
    check: Check,
    finds: Mapping[str, str] | Sequence[str] = (),
    *,
    unknown: type[Unknown] | None = None,
    parameters: Mapping[str, Any] | None = None,
    name: str = REALM,
    **sections: Any,
) -> Case:
    """A case; targets that are only named are found with the check's own severity."""
    wanted = dict(finds) if isinstance(finds, Mapping) else dict.fromkeys(finds, check.severity)
    return Case(check, sections, wanted, unknown, parameters or {}, name)
