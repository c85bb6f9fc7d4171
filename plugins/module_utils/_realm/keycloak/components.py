# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Components: providers of keys, user stores, registration policies."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import INFO, Severity
from ..snapshot.gaps import Json, Unknown
from ..snapshot.snapshot import Snapshot
from .clients import sure
from .settings import first_switch, text


def components_of(snapshot: Snapshot, kind: str, provider: str | None = None) -> Iterator[Json]:
    """The components of a type, or of one provider of it. Raises Unknown after the last, if one is malformed."""
    return sure(
        snapshot.components,
        lambda each: text(each, "providerType") == kind and provider in (None, text(each, "providerId")),
    )


def severity_unless_disabled(component: Json, severity: Severity | None = None) -> Severity | None:
    """A finding's severity: "info" if the component is certainly disabled."""
    try:
        return severity if first_switch(component, "enabled") else INFO
    except Unknown:
        return severity
