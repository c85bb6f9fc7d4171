# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells realms of one audit apart that have the same name, as in a file that holds a realm twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import count

from .snapshot import Snapshot


def labelled(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """The snapshots in their order. The second one of a name is called NAME (2) in reports."""
    every = list(snapshots)
    names, taken = {each.name for each in every}, set[str]()
    found = []
    for each in every:
        label = _free(each.name, names, taken) if each.name in taken else each.name
        taken.add(label)
        found.append(each if label == each.name else replace(each, label=label))
    return found


def _free(name: str, names: Collection[str], taken: Collection[str]) -> str:
    labels = (f"{name} ({number})" for number in count(2))
    return next(label for label in labels if label not in taken and label not in names)
