# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make test`` runs what is asked for, tells what failed, and takes no skipped test for a passed one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import gates, sanity, suite, tree
from ansible_collections.authkit.oauth.tests.tools.gates import GATES, Gate, Workshop
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing

PASSES = Gate("fine", "group", "passes", lambda _shop, _log: "")


def fails(_shop: Workshop, log: Path) -> str:
    log.write_text("what the tool said\n")
    return "exit code 1"


def misses(_shop: Workshop, _log: Path) -> str:
    raise Missing("the tool is not installed; install it.")


FAILS = Gate("bad", "group", "fails", fails)
MISSES = Gate("gone", "other", "misses its tool", misses)


@pytest.fixture
def some(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(suite, "GATES", (PASSES, FAILS, MISSES))
    monkeypatch.setattr("ansible_collections.authkit.oauth.tests.tools.runs.BUILD", tmp_path)


@pytest.mark.usefixtures("some")
def test_a_failing_gate_is_told_with_its_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert suite.main([]) == 1
    said = capsys.readouterr().out
    assert "what the tool said\n== bad FAILED: exit code 1" in said
    assert "== gone FAILED: the tool is not installed; install it." in said
    assert said.endswith("1 passed, 2 failed\n")
    assert [log.read_text() for log in tmp_path.glob("logs/*/bad.log")] == ["what the tool said\n"]


@pytest.mark.usefixtures("some")
def test_passing_gates_end_with_the_plain_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert suite.main(["fine"]) == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("some")
def test_gates_are_named_singly_or_by_group() -> None:
    assert suite.choose(["group"]) == [PASSES, FAILS]
    assert suite.choose(["gone", "fine"]) == [PASSES, MISSES]
    with pytest.raises(Missing, match="there is no gate nosuch; there are bad, fine, gone, group, other"):
        suite.choose(["nosuch"])


def test_every_target_of_the_makefile_has_gates() -> None:
    makefile = (tree.ROOT / "Makefile").read_text()
    for group in {gate.group for gate in GATES}:
        assert f"exec $(TOOLS) test {group}\n" in makefile


NOT_FOUND = "because it could not be found."


@pytest.mark.parametrize(
    ("skipped", "gap"),
    [
        (f'"compile" on Python 3.9 {NOT_FOUND}', f"skipped: compile on Python 3.9 {NOT_FOUND}"),
        (f'"compile" on Python 3.14 {NOT_FOUND}', ""),
        ('"pylint" on Python 3.12 because it is unsupported. Supported Python versions: 3.11', ""),
        ('"yamllint" due to missing libyaml support.', "skipped: yamllint due to missing libyaml support."),
    ],
)
def test_a_sanity_test_that_was_skipped_is_a_gap(skipped: str, gap: str) -> None:
    assert sanity.gaps(f'Running sanity test "x"\nWARNING: Skipping sanity test {skipped}\n') == gap


def test_sanity_that_looked_at_nothing_is_a_gap() -> None:
    assert sanity.gaps('Running sanity test "compile" on Python 3.9\n') == ""
    assert sanity.gaps("WARNING: All targets skipped.\n") == "ansible-test ran no test"


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("def test_x():\n    pass\n", ""),
        ("def test_x():\n    assert False\n", "exit code 1"),
        ("import pytest\ndef test_x():\n    pytest.skip('no')\n", "tests were skipped"),
        ("import pytest\n@pytest.mark.xfail\ndef test_x():\n    assert False\n", "tests were skipped"),
        ("", "exit code 5"),
    ],
)
def test_pytest_gates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, test: str, problem: str) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "tests").mkdir(parents=True)
    (checkout / "tests" / "test_x.py").write_text(test)
    (checkout / "pyproject.toml").write_text((tree.ROOT / "pyproject.toml").read_text())
    (tmp_path / "tree" / tree.COLLECTION).parent.mkdir(parents=True)
    (tmp_path / "tree" / tree.COLLECTION).symlink_to(checkout)
    monkeypatch.setattr(gates, "ROOT", checkout)
    monkeypatch.setattr(gates, "TREE", tmp_path / "tree")
    shop = Workshop(tmp_path)
    (tmp_path / "logs").mkdir()
    gate = gates.pytest_gate("core-2.21", ["tests"])
    assert gate(shop, shop.log("x")) == problem
