# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make test`` runs what is asked for, tells what failed, and takes no skipped test for a passed one."""

from __future__ import annotations

import dataclasses
import re
import sys
import threading
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.tools import gates, limits, main, sanity, suite, tree
from ansible_collections.authkit.oauth.tests.tools.gates import GATES, Gate, Need, Workshop
from ansible_collections.authkit.oauth.tests.tools.interpreters import Missing
from ansible_collections.authkit.oauth.tests.tools.processes import clean_environment, run

PASSES = Gate("fine", "group", "passes", lambda _shop, _log: "")


def fails(_shop: Workshop, log: Path) -> str:
    log.write_text("what the tool said\n")
    return "exit code 1"


def misses(_shop: Workshop, _log: Path) -> str:
    raise Missing("the tool is not installed; install it.")


def hangs(_shop: Workshop, log: Path) -> str:
    command = "import threading; print('working', flush=True); threading.Event().wait()"
    return str(run([sys.executable, "-c", command], env=clean_environment(), log=log))


def hangs_itself(_shop: Workshop, _log: Path) -> str:
    threading.Event().wait()
    return ""


def breaks(_shop: Workshop, _log: Path) -> str:
    raise ZeroDivisionError


FAILS = Gate("bad", "group", "fails", fails)
MISSES = Gate("gone", "other", "misses its tool", misses)
HANGS = Gate("stuck", "group", "hangs", hangs, limit=2)
HANGS_ITSELF = Gate("lost", "group", "hangs in the runner", hangs_itself, limit=1)
BREAKS = Gate("broken", "group", "is itself wrong", breaks)


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
def test_a_gate_that_hangs_is_stopped_at_its_limit_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "GATES", (HANGS, PASSES))
    start = time.monotonic()
    assert suite.main([]) == 1
    assert time.monotonic() - start < 40
    said = capsys.readouterr().out
    assert "working\nFatal Python error: Aborted" in said
    assert 'threading.py", line' in said
    assert "== stuck FAILED: stopped at its limit of 2 seconds; python" in said
    assert said.endswith("1 passed, 1 failed\n")


@pytest.mark.usefixtures("some")
def test_a_gate_that_cannot_be_stopped_is_left_to_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "GATES", (HANGS_ITSELF, PASSES))
    monkeypatch.setattr(suite, "STOPPING", 1)
    assert suite.main([]) == 1
    said = capsys.readouterr().out
    assert "== lost FAILED: stopped at its limit of 1 seconds, yet it goes on" in said
    assert said.endswith("1 passed, 1 failed\n")


@pytest.mark.usefixtures("some")
def test_a_run_ends_with_its_table_whatever_hangs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        suite, "GATES", (PASSES, dataclasses.replace(HANGS, limit=600), dataclasses.replace(FAILS, alone=True))
    )
    monkeypatch.setattr(suite, "WHOLE", 3)
    assert suite.main([]) == 1
    *_before, passed, stuck, bad, _empty, _logs, verdict = capsys.readouterr().out.splitlines()
    assert passed.startswith("fine   passed")
    assert "stopped: the run reached its limit of 3 seconds; python" in stuck
    assert bad.endswith("  not begun: the run reached its limit of 3 seconds")
    assert verdict == "1 passed, 2 failed"


class Meeting:
    """Gates that note who is at work, and stay until another one is there or a moment is over."""

    def __init__(self) -> None:
        self.at_work: set[str] = set()
        self.met: set[frozenset[str]] = set()
        self.order: list[str] = []

    def gate(self, name: str, need: Need = Need.NOTHING, *, alone: bool = False) -> Gate:
        def work(_shop: Workshop, _log: Path) -> str:
            self.order.append(name)
            self.at_work.add(name)
            end = time.monotonic() + 0.5
            while len(self.at_work) < 2 and time.monotonic() < end:
                time.sleep(0.01)
            self.met.add(frozenset(self.at_work))
            time.sleep(0.1)
            self.at_work.remove(name)
            return ""

        return Gate(name, "group", "meets", work, keycloak=need, alone=alone)


@pytest.mark.usefixtures("some")
def test_two_gates_run_beside_each_other_and_some_never_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "_provide", lambda *_all: None)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    meeting = Meeting()
    shared = [meeting.gate(name, Need.SERVER) for name in ("integration", "molecule")]
    quick = [meeting.gate(name) for name in ("lint", "unit", "sanity")]
    timed = [meeting.gate(name, alone=True) for name in ("timings", "others")]
    monkeypatch.setattr(suite, "GATES", (timed[0], *shared, *quick, timed[1]))
    assert suite.main([]) == 0
    said = capsys.readouterr().out
    assert said.endswith("7 passed, 0 failed\n")
    assert [line.split()[0] for line in said.splitlines() if " passed  " in line] == [
        *("timings", "integration", "molecule", "lint", "unit", "sanity", "others")
    ]
    assert {"timings"} in meeting.met
    assert {"others"} in meeting.met
    together = [each for each in meeting.met if len(each) > 1]
    assert together
    for each in together:
        assert len(each) == 2
        assert not {"timings", "others"} & each
        assert each != {"integration", "molecule"}


def test_one_core_has_room_for_one_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert suite.fits(PASSES, [])
    assert not suite.fits(PASSES, [FAILS])


@pytest.mark.usefixtures("some")
def test_a_fault_of_a_gate_is_its_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(suite, "GATES", (BREAKS, PASSES))
    assert suite.main([]) == 1
    said, traced = capsys.readouterr()
    assert "== broken FAILED: the runner failed with ZeroDivisionError" in said
    assert said.endswith("1 passed, 1 failed\n")
    assert "in breaks" in traced


def test_the_whole_run_ends_within_85_minutes_whatever_hangs() -> None:
    script = (tree.ROOT / ".ci" / "run").read_text()
    browser = sum(int(seconds) for seconds in re.findall(r"timeout (\d+) apt-get", script))
    assert browser > 0
    assert script.count("apt-get -qq") == script.count("timeout")
    assert browser + main.PATIENCE + suite.WHOLE + 2 * suite.STOPPING < 85 * 60
    assert all(0 < gate.limit < suite.WHOLE for gate in GATES)


@pytest.mark.usefixtures("some")
def test_gates_are_named_singly_or_by_group() -> None:
    assert suite.choose(["group"]) == [PASSES, FAILS]
    assert suite.choose(["gone", "fine"]) == [PASSES, MISSES]
    with pytest.raises(Missing, match="there is no gate nosuch; there are bad, fine, gone, group, other"):
        suite.choose(["nosuch"])


def test_tests_are_named_by_their_place() -> None:
    def names(*words: str, only: str) -> list[str]:
        return [gate.name for gate in suite.choose(words, [only])]

    assert names(only="tests/unit/tools/test_suite.py") == ["unit-2.21"]
    assert names(only="tests/unit/plugins/module_utils") == ["unit-node", "unit-2.16", "unit-2.21"]
    assert names(only="tests/integration/test_storms.py::test_wrong_secret") == ["integration", "timings"]
    assert names("unit-2.21", only="tests/unit/plugins/lookup") == ["unit-2.21"]
    for words, only in ((["lint"], "tests/unit"), ([], "tests/nosuch.py"), ([], "tests/servers"), ([], "plugins/x")):
        with pytest.raises(Missing, match=f"no gate runs {only}; name a file or folder of tests"):
            suite.choose(words, [only])


def test_a_gate_runs_the_named_tests_only(tmp_path: Path, checkout: Path) -> None:
    (checkout / "tests" / "test_x.py").write_text("def test_x():\n    pass\ndef test_y():\n    assert False\n")
    (checkout / "tests" / "test_z.py").write_text("def test_z():\n    assert False\n")
    shop = Workshop(tmp_path, ("tests/test_x.py::test_x",))
    assert gates.Tests("core-2.21", ("tests",))(shop, shop.log("x")) == ""
    assert "1 passed" in shop.log("x").read_text()
    assert gates.Tests("core-2.21", ("tests",), marks="alone")(shop, shop.log("none")) == ""
    assert gates.Tests("core-2.21", ("tests",), marks="alone")(Workshop(tmp_path), shop.log("all")) == "exit code 5"


def test_what_measures_time_is_the_last() -> None:
    alone = [gate.alone for gate in GATES]
    assert alone == sorted(alone)
    assert any(alone)


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


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without tests, and the tree that makes it importable."""
    checkout = tmp_path / "checkout"
    (checkout / "tests").mkdir(parents=True)
    (checkout / "pyproject.toml").write_text((tree.ROOT / "pyproject.toml").read_text())
    (tmp_path / "tree" / tree.COLLECTION).parent.mkdir(parents=True)
    (tmp_path / "tree" / tree.COLLECTION).symlink_to(checkout)
    monkeypatch.setattr(gates, "ROOT", checkout)
    monkeypatch.setattr(gates, "TREE", tmp_path / "tree")
    (tmp_path / "logs").mkdir()
    return checkout


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
def test_pytest_gates(tmp_path: Path, checkout: Path, test: str, problem: str) -> None:
    (checkout / "tests" / "test_x.py").write_text(test)
    shop = Workshop(tmp_path)
    gate = gates.Tests("core-2.21", ("tests",))
    assert gate(shop, shop.log("x")) == problem


#: As an audit hung once: the pool is joined for good. It sets SIGALRM itself, which must not disarm the limit.
HANGING_TEST = """
import signal, threading
from concurrent.futures import ThreadPoolExecutor

def waits_for_good():
    threading.Event().wait()

def test_joins_a_pool():
    signal.setitimer(signal.ITIMER_REAL, 0)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(waits_for_good)
"""


def test_a_test_that_hangs_is_stopped_at_its_limit_with_all_stacks(tmp_path: Path, checkout: Path) -> None:
    (checkout / "tests" / "test_x.py").write_text(HANGING_TEST)
    shop = Workshop(tmp_path)
    start = time.monotonic()
    assert gates.Tests("core-2.21", ("tests",), limit=2)(shop, shop.log("x")) == gates.STUCK
    assert time.monotonic() - start < 40
    said = shop.log("x").read_text()
    for function in ("waits_for_good", "test_joins_a_pool", "join"):
        assert f"in {function}\n" in said


def test_a_test_that_holds_the_interpreter_tells_where_and_ends_with_its_gate(tmp_path: Path, checkout: Path) -> None:
    holds = "import re\ndef test_x():\n    re.match(r'(a+)+$', 'a' * 60 + 'b')\n"
    (checkout / "tests" / "test_x.py").write_text(holds)
    shop = Workshop(tmp_path)
    with limits.limited(8), pytest.raises(limits.Overdue):
        gates.Tests("core-2.21", ("tests",), limit=2)(shop, shop.log("x"))
    assert "in test_x\n" in shop.log("x").read_text()
