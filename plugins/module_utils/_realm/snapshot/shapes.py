# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gaps for what a realm export lacks, or has in a form that Keycloak never writes: anybody may have edited the file."""

from __future__ import annotations

from .gaps import Gap


def missing(part: str) -> Gap:
    """A part that is missing from an export."""
    return Gap(
        f"The realm file lacks {part}: check the server itself, or export the whole realm (kc.sh export; up to "
        "Keycloak 16 standalone.sh with -Dkeycloak.migration.action=export)."
    )


def malformed(part: str) -> Gap:
    """A part that an export has in a form that Keycloak does not write."""
    return Gap(f"In the realm export {part} is not what Keycloak writes there: export the realm again.")


def major(version: object) -> int | None:
    """The major version of a version such as 26.7.3, or None."""
    first = str(version or "").partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 5 else None
