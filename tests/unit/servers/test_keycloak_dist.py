# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak's distribution: one-sentence errors, no incomplete folder is used, nothing is built twice."""

from __future__ import annotations

import os
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.servers import keycloak_dist
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable

JAVA = "#!/bin/sh\necho 'openjdk version \"{version}.0.1\" 2025-01-01' >&2\n"
#: A fake Maven: records the call, and copies the archive beside it to the requested folder.
MAVEN = """#!/bin/sh
echo called >> "{folder}/calls"
for word in "$@"; do case "$word" in -DoutputDirectory=*) out="${{word#*=}}";; esac; done
[ -f "{folder}/archive.zip" ] || {{ echo '[ERROR] no route to the repository'; exit 1; }}
sleep 0.3
cp "{folder}/archive.zip" "$out/keycloak.zip"
"""
KC = '#!/bin/sh\n[ "$1" = build ] || exit 9\ntouch "$(dirname "$0")/../built"\n'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Java 17 and a Maven that finds an archive; its programs lie in ``bin``."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs / "java", JAVA.format(version=17))
    program(programs / "mvn", MAVEN.format(folder=tmp_path))
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        entry = zipfile.ZipInfo("keycloak-x/bin/kc.sh")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, KC)
        archive.writestr("keycloak-x/lib/x.jar", "x" * 1000)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def only(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the real machine's programs, except those of a shell."""
    monkeypatch.setenv("PATH", str(machine / "bin"))


def test_is_fetched_and_built_once(machine: Path) -> None:
    said: list[str] = []
    folder = keycloak_dist.distribution(said.append)
    assert keycloak_dist.distribution(said.append) == folder
    assert (folder / "built").exists()
    assert stat.S_IMODE((folder / "bin" / "kc.sh").stat().st_mode) == 0o755
    assert (machine / "calls").read_text() == "called\n"
    assert any("fetching Keycloak" in line for line in said)
    assert not list(folder.parent.glob("*.zip"))
    assert not list(folder.parent.glob(".keycloak*"))


def test_features_are_built_once_beside_the_usual_one(machine: Path) -> None:
    usual = keycloak_dist.distribution(lambda _line: None)
    for large in ("themes", "lib/lib", "lib/quarkus"):
        (usual / large).mkdir(parents=True)
    (usual / "built").unlink()
    folder = keycloak_dist.with_features(["client-secret-rotation"], lambda _line: None)
    assert (folder.name, folder.parent) == (f"{usual.name}-client-secret-rotation", usual.parent)
    assert (folder / "built").exists()
    assert not (usual / "built").exists(), "the build changed the usual one"
    assert [each for each in ("themes", "lib/lib", "lib/quarkus") if (folder / each).is_symlink()] == [
        "themes",
        "lib/lib",
    ]
    (folder / "built").unlink()
    assert keycloak_dist.with_features(["client-secret-rotation"], lambda _line: None) == folder
    assert not (folder / "built").exists()


def test_runs_beside_each_other_fetch_it_once(machine: Path) -> None:
    said: list[str] = []
    threads = [threading.Thread(target=keycloak_dist.distribution, args=(said.append,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (machine / "calls").read_text() == "called\n"
    assert sum("waiting" in line for line in said) >= 1


def test_left_overs_of_a_killed_run_are_swept(machine: Path) -> None:
    cache = machine / "cache" / "authkit-tests"
    left_over = cache / f".keycloak-{keycloak_dist.VERSION}-{keycloak_dist.RECIPE}-killed"
    left_over.mkdir(parents=True)
    keycloak_dist.distribution(lambda _line: None)
    assert not left_over.exists()


def test_a_torn_archive_is_not_used(machine: Path) -> None:
    archive = machine / "archive.zip"
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(ServerUnavailable, match="torn"):
        keycloak_dist.distribution(lambda _line: None)
    assert not list((machine / "cache" / "authkit-tests").glob("keycloak-*[0-9]"))


def test_a_failed_download_says_what_maven_said(machine: Path) -> None:
    (machine / "archive.zip").unlink()
    with pytest.raises(ServerUnavailable, match="no route to the repository"):
        keycloak_dist.distribution(lambda _line: None)


def test_no_java_names_the_package(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "bin" / "java").unlink()
    only(machine, monkeypatch)
    with pytest.raises(ServerUnavailable, match="apt install openjdk-17-jre-headless"):
        keycloak_dist.distribution(lambda _line: None)


def test_an_old_java_names_the_package(machine: Path) -> None:
    program(machine / "bin" / "java", JAVA.format(version=11))
    with pytest.raises(ServerUnavailable, match=r"is 11; .*openjdk-17-jre-headless"):
        keycloak_dist.distribution(lambda _line: None)


def test_java_home_goes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = machine / "jdk" / "bin"
    home.mkdir(parents=True)
    program(home / "java", JAVA.format(version=21))
    monkeypatch.setenv("JAVA_HOME", str(home.parent))
    assert keycloak_dist.java() == str(home / "java")


def test_no_maven_names_the_package(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "bin" / "mvn").unlink()
    only(machine, monkeypatch)
    (machine / "bin" / "sh").symlink_to("/bin/sh")
    with pytest.raises(ServerUnavailable, match="apt install maven"):
        keycloak_dist.distribution(lambda _line: None)
