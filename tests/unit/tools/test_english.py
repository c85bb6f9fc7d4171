# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The word list finds its phrases in all texts that people read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools.english import INSTEAD, PATTERN, findings, main

PLANTED = (
    "Not evaluated for want of a role.",
    "Whoever may write it",
    "'x' is no option",
    "An export will do.",
    "The owner sets his secret.",
    "He asks him.",
    "its behaviour",
    "unauthorised",
    "a second line of defence",
    "under the licence",
    "It was cancelled.",
)
FINE = (
    "There is no option",
    "It will do so",
    "the license",
    "authorization",
    "This is here",
    "hers or theirs",
    "behavior",
)


def found(folder: Path, name: str, text: str) -> list[tuple[int, str]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [(line, phrase) for line, phrase, _advice in findings(path)]


@pytest.mark.parametrize("text", PLANTED)
def test_what_is_planted_is_found(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "page.rst", f"First.\n{text}\n")[0][0] == 2


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_passes(tmp_path: Path, text: str) -> None:
    assert not found(tmp_path, "page.rst", text)


def test_a_phrase_may_run_over_lines_comment_signs_and_quotes(tmp_path: Path) -> None:
    assert found(tmp_path, "tasks.yml", "# not run for\n# want of a role\n") == [(1, "for want of")]
    code = '"""Doc."""\nname = 1\nmsg = f"{name} for "\\\n    "want of"\n# in the\n# place of\n'
    assert found(tmp_path, "code.py", code) == [(3, "for want of"), (5, "in the place of")]


def test_in_python_only_prose_counts(tmp_path: Path) -> None:
    assert not found(tmp_path, "code.py", 'his = him("for", "want of")\n')


def test_no_advice_is_on_the_list_itself() -> None:
    assert not [advice for advice in INSTEAD.values() if PATTERN.search(advice)]


def test_a_finding_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found(tmp_path, "page.md", "whoever")
    assert main([str(tmp_path)]) == 1
    assert f"{tmp_path.name}/page.md:1: whoever: write" in capsys.readouterr().out
    (tmp_path / "page.md").write_text("anyone")
    assert main([str(tmp_path)]) == 0
