# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells realms of one audit apart that have the same name, as in a file that holds a realm twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from .snapshot import Snapshot


def labelled(snapshots: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """The snapshots in their order. The second one of a name is called NAME (2) in reports."""
    every = list(snapshots)
    taken: set[str] = set()
    names = {each.name for each in every}
    for each in every:
        label = each.name
        if label in taken:
            labels = (f"{each.name} ({number})" for number in count(2))
            label = next(found for found in labels if found not in taken and found not in names)
        taken.add(label)
        yield each if label == each.name else replace(each, label=label)
