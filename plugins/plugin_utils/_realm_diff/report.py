# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a comparison: the report, a table of lines, and what fails the task."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._words import listed
from .accepted import Accepted, stale
from .compare import ORDER, SECRET, Comparison, Counts, Difference, Unknown
from .normal import Hidden, Marks, Normal, Secret
from .sections import SECTIONS, sections_of
from .side import Side

#: The most differences that a report shows. All count.
MOST_SHOWN = 5000
#: The most characters of a value that a report shows.
LONGEST = 400
#: The most objects that an unknown names.
_MOST_NAMES = 20
_CUT = "… ({} more characters)"


def compared(left: Side, right: Side, accepted: Sequence[Accepted]) -> dict[str, Any]:
    """The report of a comparison."""
    marks, renamed = Marks(), left.realm != right.realm
    comparison = Comparison(left, right)
    sections = [sections_of(side, Normal(side, marks, renamed=renamed)) for side in (left, right)]
    found = list(comparison.found(*sections))
    unknown = [each for each in found if isinstance(each, Unknown)]
    by_acceptance: list[tuple[Difference, Accepted | None]] = [
        (each, next((one for one in accepted if one.covers(each)), None))
        for each in found
        if isinstance(each, Difference)
    ]
    used = {entry for _difference, entry in by_acceptance if entry is not None}
    return {
        "left": _side(left),
        "right": _side(right),
        **_lists(by_acceptance),
        "unknown": list(_unknown(unknown)),
        "stale": stale(accepted, used, unknown),
        "summary": _summary(by_acceptance, unknown, comparison.counts),
    }


def _side(side: Side) -> dict[str, Any]:
    kind = "source" if side.is_file else "server"
    return {"realm": side.realm, kind: side.place, "version": side.version}


def _lists(found: Sequence[tuple[Difference, Accepted | None]]) -> dict[str, Any]:
    open_ones = [shown_difference(each) for each, entry in found if entry is None]
    waived = [{**shown_difference(each), "acceptance": entry.shown()} for each, entry in found if entry is not None]
    return {
        "differences": open_ones[:MOST_SHOWN],
        "accepted": waived[:MOST_SHOWN],
        "left_out": max(0, len(open_ones) - MOST_SHOWN) + max(0, len(waived) - MOST_SHOWN),
    }


def shown_difference(found: Difference) -> dict[str, Any]:
    """A difference for a report. Of a secret it says only that the sides differ."""
    shown: dict[str, Any] = {
        "section": found.section,
        "object": cut(found.object),
        "path": cut(found.path),
        "kind": found.kind,
    }
    if found.kind != SECRET:
        shown.update(left=shown_value(found.left), right=shown_value(found.right))
    return shown


def shown_value(value: Any) -> str | None:
    """A value as text, of bounded length."""
    if value is None:
        return None
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return cut(", ".join(value))
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_discreet))


def _discreet(value: Any) -> str:
    return "(secret)" if isinstance(value, (Secret, Hidden)) else "(not read)"


def cut(text: str) -> str:
    """The text, or its beginning with how much was left out."""
    return text if len(text) <= LONGEST else text[:LONGEST] + _CUT.format(len(text) - LONGEST)


def _unknown(unknown: Iterable[Unknown]) -> Iterable[dict[str, Any]]:
    """What is unknown; one entry for all objects of a section that lack the same for the same reason."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for each in unknown:
        groups.setdefault((each.section, each.path, each.side, each.reason, each.roles, each.fault), []).append(
            each.object
        )
    for (section, path, side, reason, roles, fault), names in groups.items():
        yield {
            "section": section,
            "objects": [cut(name) for name in names[:_MOST_NAMES] if name],
            "count": len(names),
            "path": cut(path),
            "side": side,
            "reason": reason,
            "roles": list(roles),
            "fault": fault,
        }


def _summary(
    found: Sequence[tuple[Difference, Accepted | None]], unknown: Sequence[Unknown], counts: Counts
) -> dict[str, Any]:
    open_ones = [each for each, entry in found if entry is None]
    return {
        "differences": len(open_ones),
        "accepted": len(found) - len(open_ones),
        "unknown": len(unknown),
        "objects": counts.objects,
        "secrets": counts.secrets,
        "sections": {
            section: sum(each.section == section for each in open_ones)
            for section in SECTIONS
            if any(each.section == section for each in open_ones)
        },
        "text": summary_text(open_ones, len(found) - len(open_ones), len(unknown)),
    }


def summary_text(found: Sequence[Difference], accepted: int, unknown: int) -> str:
    """The summary in one line: 3 differences in 2 clients and 1 realm role; 2 accepted; 1 unknown."""
    text = _counted(len(found), "difference") if found else "No differences"
    places = []
    for section, (one, several) in SECTIONS.items():
        objects = {each.object for each in found if each.section == section}
        if objects:
            places.append(
                one
                if one == several or section == "user_profile"
                else f"{len(objects)} {one if len(objects) == 1 else several}"
            )
    text += f" in {listed(places)}" if places else ""
    text += f"; {accepted} accepted" if accepted else ""
    return text + (f"; {unknown} unknown" if unknown else "")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def failures(report: Mapping[str, Any], sides: Sequence[Side], *, fail_on_difference: bool) -> list[str]:
    """A sentence for each reason why the task fails."""
    found = []
    if fail_on_difference and report["summary"]["differences"]:
        found.append(
            f"The realms differ: {report['summary']['text']}. Change one of them, or accept the differences with a "
            "reason in accepted."
        )
    for name, side in zip(("left", "right"), sides, strict=True):
        ours = [each for each in report["unknown"] if each["side"] == name]
        roles = list(dict.fromkeys(role for each in ours for role in each["roles"]))
        faults = [each["reason"] for each in ours if each["fault"]]
        nothing = side.parts and len({id(value) for value in side.parts.values()}) == 1
        if nothing and ours:
            found.append(f"The {name} realm could not be read: {ours[0]['reason']}")
        elif fail_on_difference and roles:
            found.append(f"The {name} side lacks {'the role' if len(roles) == 1 else 'the roles'} {listed(roles)}.")
        elif fail_on_difference and faults:
            found.append(f"The {name} side could not be read completely: {faults[0]}")
    return found


def table(report: Mapping[str, Any]) -> list[str]:
    """The differences as lines, grouped by section and object."""
    lines = [report["summary"]["text"]]
    before = None
    for each in report["differences"]:
        here = each["section"], each["object"]
        if here != before:
            lines.append(f"{SECTIONS[each['section']][0]} {each['object']}")
            before = here
        lines.append(f"  {line_of(each)}")
    lines += report["stale"]
    return lines


def line_of(each: Mapping[str, Any]) -> str:
    """One difference as a line."""
    path = each["path"] or "(whole)"
    if each["kind"] == SECRET:
        return f"~ {path}: the secrets differ"
    if each["kind"] == "only_left":
        return f"- {path}: {each['left']}"
    if each["kind"] == "only_right":
        return f"+ {path}: {each['right']}"
    word = "order: " if each["kind"] == ORDER else ""
    return f"~ {path}: {word}{each['left']} -> {each['right']}"
