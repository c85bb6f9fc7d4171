# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realm export files: what is read, what is refused, and what a large one costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import LARGEST_EXPORT
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.export_file import export_content

HARDENED = Path(__file__).resolve().parents[4] / "fixtures" / "exports" / "hardened-26.json"
#: MiB that the audit of an export of 50 MB may take at its peak, Python itself included.
MOST_MEMORY = 600
AUDIT = """
import sys
from ansible_collections.authkit.oauth.plugins.module_utils._realm.job import perform_offline
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.export_file import export_content
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.hostile_answers import peak
policy = {"check_profile": "strict", "levels": ["L3"], "fail_on": "none", "report_level": "info"}
(row,) = perform_offline(policy, export_content(sys.argv[1]), "large.json")["table"]
print(row["pass"], row["fail"], peak())
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "realm.json").write_bytes(b'{"realm": "a"}')
    assert export_content(str(tmp_path / "realm.json")) == b'{"realm": "a"}'


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "realm.json").open("wb") as file:
        file.truncate(LARGEST_EXPORT + 1)
    with pytest.raises(InvalidOption, match=r"is larger than 128 MiB.*--users skip"):
        export_content(str(tmp_path / "realm.json"))


@pytest.mark.alone
def test_an_export_of_50_megabytes_is_audited_in_bounded_memory(tmp_path: Path) -> None:
    realm = json.loads(HARDENED.read_text(encoding="utf-8"))
    secrets = {"secretData": "x" * 80, "credentialData": "y" * 60}
    realm["users"] += [
        {"username": f"user-{number}", "enabled": True, "email": f"user-{number}@example.com", "credentials": [secrets]}
        for number in range(200_000)
    ]
    large = tmp_path / "large.json"
    large.write_text(json.dumps(realm), encoding="utf-8")
    assert large.stat().st_size > 50_000_000
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", AUDIT, str(large)], capture_output=True, text=True, env=environment, check=True
    )
    passed, failed, memory = map(int, done.stdout.split())
    assert (passed > 130, failed) == (True, 0)
    assert memory < MOST_MEMORY
