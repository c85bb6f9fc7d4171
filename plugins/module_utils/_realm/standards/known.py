# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The standards that a run can choose, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import asvs5, fapi2, nist, oauth21, rfc9700
from .model import Standard

STANDARDS: Mapping[str, Standard] = {
    each.name: each for module in (asvs5, rfc9700, fapi2, oauth21, nist) for each in module.STANDARDS
}


def needed_checks(names: Iterable[str]) -> frozenset[str]:
    """The checks that answer the requirements of these standards."""
    return frozenset(check for name in names for check in STANDARDS[name].checks)
