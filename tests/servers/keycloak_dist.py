# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak's distribution: downloaded with Maven and built once per user, and shared by all runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers.prepared import (
    Say,
    ServerUnavailable,
    last_line,
    logged,
    prepared,
    progress,
)

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
JAVA_NEEDED = 17
#: Increased when the result of :func:`_prepare` changes, so that older folders are not used.
RECIPE = 2
#: Build-time options of Keycloak; with ``--optimized`` a built server starts in half the time.
BUILD_OPTIONS = ("--db=dev-mem", "--health-enabled=false", "--metrics-enabled=false", "--https-client-auth=request")


def java() -> str:
    """The Java that Keycloak will use (``JAVA_HOME`` first, as ``kc.sh`` does), 17 or newer.

    :raises ServerUnavailable: Java is missing or too old.
    """
    home = os.environ.get("JAVA_HOME")
    program = os.path.join(home, "bin", "java") if home else shutil.which("java")
    advice = "install a Java runtime, on Debian: apt install openjdk-17-jre-headless."
    if not program:
        raise ServerUnavailable(f"Keycloak needs Java {JAVA_NEEDED} or newer and there is no java on PATH; {advice}")
    try:
        answer = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        raise ServerUnavailable(
            f"Keycloak needs Java {JAVA_NEEDED} or newer and {program} does not run; {advice}"
        ) from None
    found = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    if not found or int(found.group(1)) < JAVA_NEEDED:
        version = found.group(1) if found else "unknown"
        raise ServerUnavailable(f"Keycloak needs Java {JAVA_NEEDED} or newer, {program} is {version}; {advice}")
    return program


def distribution(say: Say) -> Path:
    """The folder of the built distribution, which is downloaded and built first if it is missing.

    :raises ServerUnavailable: Java or Maven is missing, or the download failed.
    """
    java()
    return prepared(f"keycloak-{VERSION}-{RECIPE}", f"Keycloak {VERSION}", lambda work: _prepare(work, say), say)


def with_features(features: Sequence[str], say: Say) -> Path:
    """The folder of a distribution with features that are off by default; it shares the large parts of the usual one.

    :raises ServerUnavailable: as distribution().
    """
    base = distribution(say)
    name = "-".join([base.name, *features])

    def make(work: Path) -> Path:
        _share(base, work / "home")
        _build(work / "home", work / "build.log", say, f"--features={','.join(features)}")
        return work / "home"

    return prepared(name, f"Keycloak {VERSION} with {', '.join(features)}", make, say)


def _share(base: Path, home: Path) -> None:
    """A copy of a distribution; what a build leaves as it is, is linked."""
    shared = [base / "themes", *(each for each in (base / "lib").iterdir() if each.is_dir() and each.name != "quarkus")]
    shutil.copytree(base, home, ignore=lambda folder, names: {each for each in names if Path(folder, each) in shared})
    for each in filter(Path.is_dir, shared):
        (home / each.relative_to(base)).symlink_to(each, target_is_directory=True)


def _prepare(work: Path, say: Say) -> Path:
    archive = _download(work, say)
    say(f"unpacking Keycloak {VERSION}")
    home = unpack(archive, work)
    archive.unlink()
    _build(home, work / "build.log", say)
    return home


def _build(home: Path, log: Path, say: Say, *options: str) -> None:
    say(f"building Keycloak {VERSION} for the tests (once, about 20 s)")
    with progress("still building", say):
        code = logged([str(home / "bin" / "kc.sh"), "build", *BUILD_OPTIONS, *options], log)
    if code != 0:
        raise ServerUnavailable(f"Keycloak {VERSION} could not be built: {last_line(log)}")


def _download(work: Path, say: Say) -> Path:
    maven = shutil.which("mvn")
    if not maven:
        raise ServerUnavailable(
            f"Keycloak {VERSION} is fetched through Maven and there is no mvn on PATH; on Debian: apt install maven."
        )
    say(f"fetching Keycloak {VERSION} through Maven (about 150 MB, once for this user)")
    log = work / "maven.log"
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={work}"]
    with progress("still fetching", say, Path.home() / ".m2" / "repository" / "org" / "keycloak"):
        code = logged(command, log, cwd=work)
    archives = list(work.glob("*.zip"))
    if code != 0 or len(archives) != 1:
        raise ServerUnavailable(f"Maven could not fetch {ARTIFACT}: {last_line(log)}")
    return archives[0]


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a zip with one folder, with the executable bits that ``zipfile`` ignores; returns that folder.

    :raises ServerUnavailable: the archive is damaged.
    """
    try:
        with zipfile.ZipFile(archive) as files:
            files.extractall(folder)  # checks each file's CRC
            for entry in files.infolist():
                mode = (entry.external_attr >> 16) & 0o777
                if mode and not entry.is_dir():
                    (folder / entry.filename).chmod(mode | 0o600)
            tops = {entry.filename.split("/", 1)[0] for entry in files.infolist()}
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise ServerUnavailable(f"the archive {archive.name} is torn ({type(error).__name__}); run it again.") from None
    if len(tops) != 1:
        raise ServerUnavailable(f"the archive {archive.name} holds {len(tops)} folders instead of one.")
    return folder / tops.pop()
