# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the files of a realm check go, on a real file system."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._report.files import Files, planned, preflight, write

BASELINE = '{"version": 1, "findings": []}'
WAIVERS = "realm_check_waivers: []\n"


def files(root: Path, **more: Any) -> Files:
    given: Mapping[str, Any] = {"directory": str(root / "reports"), "formats": ["json"], "baseline": "", "waivers": ""}
    return planned({**given, **{name: str(value) for name, value in more.items()}, "formats": ["json"]})


def test_what_is_planned_is_made_and_written_for_this_user_alone(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")  # a folder above is followed
    plan = files(tmp_path / "link" / "a", baseline=tmp_path / "b.json", waivers=tmp_path / "link" / "w.yml")
    assert preflight(plan) == preflight(plan) == []
    folder = tmp_path / "real" / "a" / "reports"
    old = os.umask(0o777)
    try:
        for target in (*plan.reports, *plan.extra):
            write(target, b'{"realms": []}' if target in plan.reports else b"")
    finally:
        os.umask(old)
    assert plan.directory == str(folder)
    assert [folder.stat().st_mode & 0o777, folder.parent.stat().st_mode & 0o777] == [0o700, 0o700]
    assert {path.name for path in folder.iterdir()} == {".gitignore", "report.json", "remediation.yml"}
    written = (*folder.iterdir(), tmp_path / "b.json", tmp_path / "real" / "w.yml")
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


@pytest.mark.parametrize(
    ("option", "name", "content"),
    [
        ("baseline", "b.json", BASELINE),
        ("baseline", "b.YML", ""),
        ("waivers", "w.yaml", WAIVERS),
        ("waivers", "w.yml", "\n"),
    ],
)
def test_a_file_of_its_kind_or_without_content_is_replaced(
    tmp_path: Path, option: str, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    plan = files(tmp_path, **{option: path})
    assert preflight(plan) == []
    write(plan.extra[0], b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("option", ["baseline", "waivers"])
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (".bashrc", None, "which end in"),
        (".bashrc", BASELINE, "files that end in .yml, .yaml, .json"),
        ("config.json", '{"auths": {}}', "the role replaces nothing else: move it away, or name another file in"),
        ("site.yml", "- hosts: all\n", "the role replaces nothing else"),
        ("folder.json", Path, "is not a regular file"),
        ("pipe.yml", os.mkfifo, "is not a regular file"),
    ],
)
def test_what_is_not_ours_is_refused_before_and_at_the_write(
    tmp_path: Path, option: str, name: str, content: Any, says: str
) -> None:
    path = tmp_path / name
    if content is Path:
        path.mkdir()
    elif content is os.mkfifo:
        os.mkfifo(path)
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    plan = files(tmp_path, **{option: path})
    (problem,) = preflight(plan)
    assert str(path) in problem
    assert f"realm_check_write_{option}" in problem
    assert says.replace("which", "files that") in problem
    if isinstance(content, str) and name != ".bashrc":
        with pytest.raises(InvalidOption, match="replaces nothing else"):
            write(plan.extra[0], b"new")
        assert path.read_text(encoding="utf-8") == content
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".realm-check.")] == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Not even to a file of the same kind, and not where it takes the place of a file after the preflight."""
    victim, path = tmp_path / "victim.json", tmp_path / "b.json"
    victim.write_text(BASELINE, encoding="utf-8")
    plan = files(tmp_path, baseline=path)
    assert preflight(plan) == []
    path.symlink_to(victim)
    (problem,) = preflight(plan)
    assert problem == (
        f"{path} is a link, and the role does not follow links: remove it, or name another file in "
        "realm_check_write_baseline."
    )
    with pytest.raises(InvalidOption, match="is a link"):
        write(plan.extra[0], b"new")
    path.unlink()
    path.symlink_to("nowhere")
    assert "is a link" in preflight(plan)[0]
    assert victim.read_text(encoding="utf-8") == BASELINE


def test_a_report_directory_that_is_a_link_is_refused(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o755)
    real.chmod(0o755)
    (tmp_path / "reports").symlink_to(real)
    for given in ("reports", "reports/", "reports//"):
        plan = planned({"directory": str(tmp_path / given), "formats": ["json"], "baseline": "", "waivers": ""})
        (problem,) = preflight(plan)
        assert f"{tmp_path}/reports is a link" in problem
        assert problem.endswith("name the directory that it leads to in realm_check_report_dir.")
        with pytest.raises(InvalidOption, match="cannot be written"):
            write(plan.reports[0], b"new")
    assert list(real.iterdir()) == []
    assert real.stat().st_mode & 0o777 == 0o755


def test_a_directory_that_was_swapped_for_a_link_is_not_written_to(tmp_path: Path) -> None:
    plan = files(tmp_path, baseline=tmp_path / "folder" / "b.json")
    (tmp_path / "folder").mkdir()
    assert preflight(plan) == []
    (tmp_path / "victim").mkdir()
    for name in ("folder", "reports"):
        (tmp_path / name).rename(tmp_path / f"{name}-away")
        (tmp_path / name).symlink_to("victim")
    for target in (*plan.reports, *plan.extra):
        with pytest.raises(InvalidOption, match="cannot be written"):
            write(target, b"new")
    assert list((tmp_path / "victim").iterdir()) == []


def test_a_report_of_another_tool_is_left_alone_and_its_directory_too(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "report.json").write_text('{"passed": true}', encoding="utf-8")
    (folder / "report.html").write_text("<html></html>", encoding="utf-8")  # no format of this run
    (problem,) = preflight(files(tmp_path))
    assert f"{folder}/report.json is not a report.json of the realm check" in problem
    assert problem.endswith("name another directory in realm_check_report_dir.")
    assert folder.stat().st_mode & 0o777 == 0o755
    assert not (folder / ".gitignore").exists()


def test_a_gitignore_that_is_a_link_makes_no_directory_ours(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (tmp_path / "hides").write_text("*\n", encoding="utf-8")
    (folder / ".gitignore").symlink_to("../hides")
    (folder / "notes").touch()
    (problem,) = preflight(files(tmp_path))
    assert "holds other files" in problem


def test_one_file_for_both_is_refused(tmp_path: Path) -> None:
    (problem,) = preflight(files(tmp_path, baseline=tmp_path / "x.json", waivers=tmp_path / "x.json"))
    assert "name the same file" in problem


@pytest.mark.parametrize(("option", "name"), [("baseline", "report.json"), ("waivers", "remediation.yml")])
def test_a_file_that_is_one_of_the_reports_is_refused(tmp_path: Path, option: str, name: str) -> None:
    (tmp_path / "link").symlink_to(".")
    problems = preflight(files(tmp_path, **{option: tmp_path / "link" / "reports" / name}))
    assert problems == [
        f"realm_check_write_{option} names {tmp_path}/reports/{name}, which is one of the reports in "
        f"realm_check_report_dir: name another file in realm_check_write_{option}."
    ]
    assert preflight(files(tmp_path, **{option: tmp_path / "reports" / f"own-{name}"})) == []


@pytest.mark.parametrize("bad", ["a\0b", "a\0b/c.json", "a\ud800b", "a\ud800b/c.json", "~\0/c.json", "~\ud800/c.json"])
@pytest.mark.parametrize(
    ("parameter", "option"),
    [
        ("directory", "realm_check_report_dir"),
        ("baseline", "realm_check_write_baseline"),
        ("waivers", "realm_check_write_waivers"),
    ],
)
def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path, parameter: str, option: str, bad: str) -> None:
    with pytest.raises(InvalidOption, match=f"^The path in {option} has a character that no file name may have"):
        files(tmp_path, **{parameter: bad if bad.startswith("~") else f"{tmp_path}/{bad}"})


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.yml"
    with path.open("wb") as file:
        file.truncate(5 * 1024**2)
    (problem,) = preflight(files(tmp_path, waivers=path))
    assert "is larger than 4 MiB" in problem


def test_the_working_directory_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for given in (".", "./", "~", str(tmp_path)):
        assert planned({"directory": given, "formats": [], "baseline": "~/b.json", "waivers": ""}).directory == str(
            tmp_path
        )
