# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The copy that the collection is built from, and what `make test` runs and takes for passed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.authkit.oauth.tests.tools import collection
from ansible_collections.authkit.oauth.tests.tools.processes import Missing
from ansible_collections.authkit.oauth.tests.tools.run import choose, kind_of
from ansible_collections.authkit.oauth.tests.tools.sanity import gaps

pytest_plugins = ["pytester"]
STRICT = "ansible_collections.authkit.oauth.tests.conftest"

SESSIONS = {
    name: SimpleNamespace(tags=[tag], default=tag != "matrix")
    for name, tag in (("unit-2.21", "unit"), ("integration", "keycloak"), ("unit-2.16", "matrix"), ("mypy", "lint"))
}
OPTIONS = "tests/integration/test_options.py::test_x"


def test_the_copy_lies_where_ansible_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = tmp_path / "a checkout"
    for name in ("galaxy.yml", "plugins/lookup/token.py", "build/run-x/file", "plugins/__pycache__/token.pyc", ".git"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(name)
    monkeypatch.setattr(collection, "ROOT", checkout)
    copied = collection.copy(tmp_path / "copy")
    assert copied == tmp_path / "copy" / "ansible_collections" / "authkit" / "oauth"
    found = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert found == {"galaxy.yml", "plugins/lookup/token.py"}


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize(
    ("body", "code"), [("pass", 0), ("pytest.skip()", 1), ("pytest.xfail()", 1), ("raise ValueError", 1)]
)
def test_only_a_passed_test_passes(pytester: pytest.Pytester, body: str, code: int, workers: str) -> None:
    pytester.makepyfile(f"import pytest\ndef test_one():\n    {body}\ndef test_two():\n    pass\n")
    assert pytester.runpytest_subprocess("-p", STRICT, "-n", workers).ret == code


@pytest.mark.parametrize(
    ("words", "names", "tests"),
    [
        ([], ["unit-2.21", "integration", "mypy"], []),
        (["lint", "unit-2.16"], ["unit-2.16", "mypy"], []),
        ([OPTIONS], ["integration"], [OPTIONS]),
        (["unit-2.16", "tests/unit/tools"], ["unit-2.16"], ["tests/unit/tools"]),
    ],
)
def test_words_name_sessions_tags_and_tests(words: list[str], names: list[str], tests: list[str]) -> None:
    assert choose(words, SESSIONS) == (names, tests)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["unit-2.21", "mypy"], "test"),
        (["unit-2.16"], "matrix"),
        (["unit-alone", "integration-alone"], "alone"),
        (["bench"], None),
    ],
)
def test_each_run_has_its_budget(names: list[str], kind: str | None) -> None:
    known = {name: SimpleNamespace(tags=[], default=False) for name in ("unit-alone", "integration-alone", "bench")}
    found, at_a_time = kind_of(names, {**SESSIONS, **known})
    assert found == kind
    assert at_a_time == 1 or names == ["unit-2.21", "mypy"]


@pytest.mark.parametrize("word", ["myp", "tests/unit/nothing.py", "docs/docsite"])
def test_a_word_that_names_nothing_is_refused(word: str) -> None:
    with pytest.raises(Missing, match=word):
        choose([word], SESSIONS)


def test_a_sanity_test_that_is_left_out_is_a_gap() -> None:
    by_design = 'WARNING: Skipping sanity test "import" on Python 3.8 because it is unsupported by this.'
    missing = 'WARNING: Skipping sanity test "compile" on Python 3.{} because it could not be found.'
    ran = 'Running sanity test "pep8"'
    assert gaps("\n".join((ran, by_design, missing.format(14)))) == ""
    assert gaps(f"{ran}\n{missing.format(9)}") == "skipped: compile on Python 3.9 because it could not be found."
    assert gaps("") == "ansible-test ran no test"
