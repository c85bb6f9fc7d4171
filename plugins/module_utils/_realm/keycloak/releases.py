# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keycloak's releases and how long each was supported, as published; the table is from AS_OF.

The project fixes only the newest minor release. Sources: https://endoflife.date/keycloak, and the announcements at
https://www.keycloak.org/blog. Newer versions than the table's are not known to be unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

AS_OF = date(2026, 8, 22)
#: Minor release -> its last day of support; None if it was still supported.
ENDS: Mapping[tuple[int, int], date | None] = {
    (26, 7): None,
    (26, 6): date(2026, 7, 9),
    (26, 5): date(2026, 4, 8),
    (26, 4): date(2026, 1, 6),
    (26, 3): date(2025, 9, 30),
    (26, 2): date(2025, 7, 2),
    (26, 1): date(2025, 4, 11),
    (26, 0): date(2025, 1, 15),
    (25, 0): date(2024, 10, 4),
    (24, 0): date(2024, 6, 10),
    (23, 0): date(2024, 3, 4),
    (22, 0): date(2023, 11, 23),
    (21, 1): date(2023, 7, 11),
    (21, 0): date(2023, 4, 19),
    (20, 0): date(2023, 2, 23),
    (19, 0): date(2022, 11, 1),
    (18, 0): date(2022, 7, 27),
    (17, 0): date(2022, 4, 20),
    (16, 1): date(2022, 3, 11),
    (16, 0): date(2021, 12, 20),
    (15, 1): date(2021, 12, 17),
    (15, 0): date(2021, 12, 10),
    (14, 0): date(2021, 7, 15),
    (13, 0): date(2021, 6, 18),
    (12, 0): date(2021, 5, 6),
    (11, 0): date(2020, 12, 16),
    (10, 0): date(2020, 7, 22),
}
NEWEST, OLDEST = max(ENDS), min(ENDS)
#: The versions that the audit is written for: from the first one to the newest minor release of the table's major one.
AUDITED_SINCE = 22
_VERSION = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))?(?:[.+-].*)?", re.ASCII | re.DOTALL)
_VENDOR = re.compile(r"redhat", re.IGNORECASE)


def minor_release(version: str) -> tuple[int, int] | None:
    """The minor release of a version such as 26.7.3; None if it is not a version."""
    found = _VERSION.fullmatch(version.strip())
    return None if found is None else (int(found.group(1)), int(found.group(2) or 0))


def is_vendors(version: str) -> bool:
    """Whether a vendor supports this version for longer than the project does."""
    return _VENDOR.search(version) is not None


def ended(release: tuple[int, int]) -> date | None:
    """The last day of a minor release's support, or of a later one if the table lacks it; None if it is supported."""
    later = [each for each in ENDS if each >= release]
    return ENDS[min(later)] if later else None


def outside_range(version: str | None) -> str | None:
    """A sentence if the audit is not written for a version; else None."""
    release = None if version is None else minor_release(version)
    if release is None or (release[0] >= AUDITED_SINCE and release[0] <= NEWEST[0]):
        return None
    age = "older" if release[0] < AUDITED_SINCE else "newer"
    return (
        f"Keycloak {version} is {age} than the versions that this audit is written for "
        f"({AUDITED_SINCE} to {NEWEST[0]}): its defaults may differ, so review what passed."
    )
