# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The baseline file: known findings, so that only new ones fail a run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..._errors import InvalidOption
from .fingerprint import DIGITS

VERSION = 1
# Bytes; a finding takes some 200.
LARGEST_BASELINE = 32 * 1024**2
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


def known_fingerprints(content: object) -> frozenset[str]:
    """The fingerprints in a baseline: {"version": 1, "findings": [{"fingerprint": …}]}.

    Other members of an entry are for readers and ignored.

    :raises InvalidOption: the content is not a baseline.
    """
    if not isinstance(content, Mapping) or "findings" not in content:
        raise InvalidOption(
            'baseline is not a valid baseline file: it must be a JSON object with "version" and "findings".'
        )
    if content.get("version") != VERSION:
        raise InvalidOption(f"baseline has a version other than {VERSION}: create it again with this collection.")
    entries = content["findings"]
    if not isinstance(entries, (list, tuple)):
        raise InvalidOption('baseline is not a valid baseline file: its "findings" must be a list.')
    return frozenset(_fingerprint(entry, place) for place, entry in enumerate(entries, 1))


def _fingerprint(entry: object, place: int) -> str:
    value = entry.get("fingerprint") if isinstance(entry, Mapping) else None
    if not isinstance(value, str) or not _FINGERPRINT.fullmatch(value):
        raise InvalidOption(
            f"baseline: finding {place} has no fingerprint of {DIGITS} hexadecimal digits: create the file again."
        )
    return value
