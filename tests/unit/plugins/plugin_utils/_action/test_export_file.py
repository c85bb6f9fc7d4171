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
from ansible_collections.authkit.oauth.plugins.plugin_utils._action import export_file
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.export_file import export_content, exported
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.yaml_documents import LARGEST_YAML

HARDENED = Path(__file__).resolve().parents[4] / "fixtures" / "exports" / "hardened-26.json"
#: MiB that the audit of an export of 50 MB may take at its peak, Python itself included.
MOST_MEMORY = 600
AUDIT = """
import sys
from ansible_collections.authkit.oauth.plugins.module_utils._realm.job import perform_offline
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.export_file import exported
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils.hostile_answers import peak
policy = {"check_profile": "strict", "levels": ["L3"], "fail_on": "none", "report_level": "info"}
(row,) = perform_offline(policy, exported(sys.argv[1]), "large.json")["table"]
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


def realms(path: Path) -> dict[str, str]:
    """Source -> realm of each that is found."""
    return {each.source: each.realm["realm"] for each in exported(str(path))}


def written(directory: Path, **files: str) -> Path:
    """The directory, with files whose names have __ for a dot."""
    for name, content in files.items():
        (directory / name.replace("__", ".").replace("_", "-")).write_text(content, encoding="utf-8")
    return directory


def test_the_users_of_a_directory_join_their_realm(tmp_path: Path) -> None:
    written(
        tmp_path,
        a_realm__json='{"realm": "a", "users": [{"username": "zero"}]}',
        a_users_0__json='{"realm": "a", "users": [{"username": "one"}]}',
        a_users_1__json='{"realm": "a", "users": [{"username": "two"}]}',
        a_federated_users_0__json='{"realm": "a", "federatedUsers": [{"id": "f"}]}',
        b_realm__json='{"realm": "b"}',
        README__md="not read",
    )
    first, second = exported(str(tmp_path))
    assert [user["username"] for user in first.realm["users"]] == ["zero", "one", "two"]
    assert (first.realm["federatedUsers"], second.realm) == ([{"id": "f"}], {"realm": "b"})
    assert (first.source, second.source) == (f"{tmp_path.name}/a-realm.json", f"{tmp_path.name}/b-realm.json")


def test_a_directory_of_files_of_several_kinds(tmp_path: Path) -> None:
    written(tmp_path, a__yaml="realm: a\n---\nrealm: a2\n", b__yml="realm: b", c__json='{"realm": "c"}')
    assert [each.realm["realm"] for each in exported(str(tmp_path))] == ["a", "a2", "b", "c"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a_users_0__json": '{"realm": "a", "users": []}'}, "has 'a-users-0.json', but no 'a-realm.json'"),
        ({"notes__txt": "x"}, "has no file whose name ends with .json, .yaml or .yml"),
        ({"a__json": '{"clients": []}'}, "a.json is not a realm export"),
        ({"a__json": '{"realm": "a", "x": ['}, "a.json begins like a realm export but is not valid JSON"),
        ({"a_realm__json": '{"realm": "a"}', "a_users_0__json": "[]"}, "a-users-0.json is not a file with users"),
    ],
)
def test_a_directory_without_a_whole_realm_is_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        exported(str(written(tmp_path, **files)))


def test_users_alone_name_what_to_give_instead(tmp_path: Path) -> None:
    written(tmp_path, a_users_0__json='{"realm": "a", "users": []}')
    with pytest.raises(InvalidOption, match=r"has only users of a realm: give the directory .* NAME-realm.json"):
        exported(str(tmp_path / "a-users-0.json"))


@pytest.mark.parametrize("target", ["outside.json", "missing.json"])
def test_a_link_in_a_directory_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside.json").write_text('{"realm": "a"}', encoding="utf-8")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.json").symlink_to(tmp_path / target)
    with pytest.raises(InvalidOption, match=r"has the link 'a.json', and links are not followed"):
        exported(str(tmp_path / "source"))


def test_a_pipe_in_a_directory_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(InvalidOption, match="is not a file that can be read"):
        exported(str(tmp_path))


def test_the_files_of_a_directory_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, a__json='{"realm": "a"}', b__json='{"realm": "b"}')
    monkeypatch.setattr(export_file, "MOST_FILES", 1)
    with pytest.raises(InvalidOption, match="has more than 1 files"):
        exported(str(tmp_path))
    monkeypatch.setattr(export_file, "MOST_FILES", 2)
    monkeypatch.setattr(export_file, "LARGEST_EXPORT", 20)  # each file fits, but not both
    with pytest.raises(InvalidOption, match=r"b.json' is larger than"):
        exported(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps([{"realm": "a"}] * 3)),
        ("a.yaml", "realm: a\n---\nrealm: a\n---\nrealm: a\n"),
        (".", "realm: a\n---\nrealm: a\n---\nrealm: a\n"),
    ],
)
def test_the_realms_of_a_source_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str
) -> None:
    (tmp_path / ("b.yaml" if name == "." else name)).write_text(content, encoding="utf-8")
    monkeypatch.setattr(export_file, "MOST_REALMS", 3)
    assert len(exported(str(tmp_path / name))) == 3
    monkeypatch.setattr(export_file, "MOST_REALMS", 2)
    with pytest.raises(InvalidOption, match="holds more than 2 realms: split it"):
        exported(str(tmp_path / name))


@pytest.mark.parametrize("whole", [True, False], ids=["directory", "file"])
def test_names_of_files_reach_no_terminal_as_they_are(tmp_path: Path, whole: bool) -> None:
    path = tmp_path / "\x1b[31mred\n.json"
    path.write_text('{"realm": "a"}', encoding="utf-8")
    (found,) = exported(str(tmp_path if whole else path))
    assert found.source.endswith("?[31mred?.json")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InvalidOption) as refused:
        exported(str(tmp_path if whole else path))
    assert str(refused.value).isprintable()


def test_yaml_is_read_by_its_name_or_its_content(tmp_path: Path) -> None:
    written(tmp_path, a__yaml="realm: a\naccessTokenLifespan: 300\n", b__txt="# by hand\nrealm: b\n")
    assert exported(str(tmp_path / "a.yaml"))[0].realm == {"realm": "a", "accessTokenLifespan": 300}
    assert realms(tmp_path / "b.txt") == {"b.txt": "b"}


def test_json_may_have_variables_outside_of_strings(tmp_path: Path) -> None:
    written(tmp_path, a__json='{"realm": "a", "enabled": $(env:ENABLED:-true), "clients": []}')
    assert exported(str(tmp_path / "a.json"))[0].realm["enabled"] == "$(env:ENABLED:-true)"
    written(tmp_path, b__json='{"realm": "a", "enabled": $(env:ENABLED), "clients": [')
    with pytest.raises(InvalidOption, match="is truncated or damaged"):
        exported(str(tmp_path / "b.json"))


def test_a_large_yaml_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"# " + b"x" * LARGEST_YAML)
    with pytest.raises(InvalidOption, match="a.yaml is larger than 8 MiB: split it"):
        exported(str(tmp_path / "a.yaml"))
