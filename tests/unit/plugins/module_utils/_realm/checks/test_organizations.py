# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import organizations
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, NotEvaluated
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case


def domains(*verified: object, **more: Any) -> list[dict[str, Any]]:
    shown = [{"name": f"d{number}.example", "verified": each} for number, each in enumerate(verified)]
    return [{"name": "acme", "domains": shown, **more}]


ON: dict[str, Any] = {"realm": {"organizationsEnabled": True}}
UNVERIFIED = organizations.realm_organization_domain_unverified

CASES: list[Case] = [
    case(UNVERIFIED, [REALM], **ON, organizations=domains(True, False)),
    case(UNVERIFIED, [REALM], **ON, organizations=[{"name": "acme", "domains": [{"name": "acme.example"}]}]),
    case(UNVERIFIED, **ON, organizations=domains(True)),
    case(UNVERIFIED, **ON, organizations=[{"name": "acme"}]),
    case(UNVERIFIED, **ON, organizations=domains(False, enabled=False)),
    case(UNVERIFIED, realm={}, organizations=Gap("Not read.")),
    case(UNVERIFIED, unknown=NotEvaluated, **ON, organizations=Gap("Not read.", roles=("view-organizations",))),
    case(UNVERIFIED, unknown=NotEvaluated, **ON, organizations=domains("yes")),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
