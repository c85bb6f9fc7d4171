# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers for the tests of the reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.text import visible
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace
from ansible_collections.authkit.oauth.tests.unit.support.reports import hostile, ordinary

HERE = Path(__file__).resolve().parent
KINDS: Mapping[str, Callable[[], dict[str, Any]]] = {"hostile": hostile, "ordinary": ordinary}
#: The time in a report; everything else is the same in every run.
TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\dZ)?")


def as_stored(value: Any) -> Any:
    """The value as the module returns it, without lone surrogates."""
    if isinstance(value, dict):
        return {as_stored(key): as_stored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def as_read(text: str) -> str:
    """The text as a reader sees it, with normalized white space."""
    return " ".join(visible(text).split())


@dataclass(frozen=True)
class Written:
    """Reports in a folder, and the run that wrote them."""

    folder: Path
    run: Run = field(repr=False)
    machine: Path

    @property
    def html(self) -> Path:
        return self.folder / "report.html"

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def changes(self) -> list[str]:
        """The tasks that reported a change."""
        return [each.task for each in self.run.results if each.result.get("changed")]


def write_reports(machine: Workspace, kind: str, *arguments: str) -> Written:
    """Write the reports of a kind in KINDS with the role's templates, in a separate play."""
    found, folder = machine.root / "found.json", machine.root / "reports"
    found.write_text(json.dumps({"report": as_stored(KINDS[kind]())}), encoding="utf-8")
    folder.mkdir(mode=0o700)
    run = machine.play(
        str(HERE / "playbooks" / "render.yml"),
        {"localhost": {}},
        variables={"given_path": str(found), "realm_check_report_dir": str(folder)},
        arguments=arguments,
        env={"ANSIBLE_LIBRARY": str(HERE / "library")},
    )
    return Written(folder, run.expect(), machine.root)
