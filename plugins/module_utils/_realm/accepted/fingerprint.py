# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identifies a finding among all others, across audits."""

from __future__ import annotations

import hashlib

from ..model import Finding

DIGITS = 32


def fingerprint(check: str, realm: str, finding: Finding) -> str:
    """Stays the same as long as the same problem exists on the same target.

    It contains neither a measured value nor the server's address: a realm that moves keeps its waivers.
    """
    parts = (check, realm, finding.target_type, finding.target, *sorted(set(finding.details)))
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()[:DIGITS]
