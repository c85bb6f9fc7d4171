# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak's distribution: downloaded with Maven and built once per user, and shared by all runs.

It is in ``$XDG_CACHE_HOME/authkit-tests`` (``~/.cache/authkit-tests``). The folder gets its final name by a rename, so
it is always complete; a lock prevents concurrent downloads.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
JAVA_NEEDED = 17
#: Increased when the result of :func:`_prepare` changes, so that older folders are not used.
RECIPE = 1
#: Build-time options of Keycloak; with ``--optimized`` a built server starts in half the time.
BUILD_OPTIONS = ("--db=dev-mem", "--health-enabled=false", "--metrics-enabled=false")
#: Seconds between two progress messages.
PROGRESS_EVERY = 10.0

Say = Callable[[str], None]


class ServerUnavailable(Exception):
    """There is no server for the tests; the message is one sentence that says what to do."""


def cache_folder() -> Path:
    """The user's folder that outlives checkouts and runs."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    root = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return root / "authkit-tests"


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
    folder = cache_folder()
    final = folder / f"keycloak-{VERSION}-{RECIPE}"
    if final.is_dir():
        return final
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{final.name}.lock", say):
        if not final.is_dir():
            for left_over in folder.glob(f".{final.name}-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=f".{final.name}-", dir=folder) as work:
                _prepare(Path(work), say).rename(final)
    return final


@contextlib.contextmanager
def _locked(path: Path, say: Say) -> Iterator[None]:
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another run is preparing Keycloak {VERSION}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _prepare(work: Path, say: Say) -> Path:
    archive = _download(work, say)
    say(f"unpacking Keycloak {VERSION}")
    home = unpack(archive, work)
    archive.unlink()
    say(f"building Keycloak {VERSION} for the tests (once, about 20 s)")
    log = work / "build.log"
    with _progress("still building", say):
        code = _logged([str(home / "bin" / "kc.sh"), "build", *BUILD_OPTIONS], log)
    if code != 0:
        raise ServerUnavailable(f"Keycloak {VERSION} could not be built: {_last_line(log)}")
    return home


def _download(work: Path, say: Say) -> Path:
    maven = shutil.which("mvn")
    if not maven:
        raise ServerUnavailable(
            f"Keycloak {VERSION} is fetched through Maven and there is no mvn on PATH; on Debian: apt install maven."
        )
    say(f"fetching Keycloak {VERSION} through Maven (about 150 MB, once for this user)")
    log = work / "maven.log"
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={work}"]
    with _progress("still fetching", say, Path.home() / ".m2" / "repository" / "org" / "keycloak"):
        code = _logged(command, log, cwd=work)
    archives = list(work.glob("*.zip"))
    if code != 0 or len(archives) != 1:
        raise ServerUnavailable(f"Maven could not fetch {ARTIFACT}: {_last_line(log)}")
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


def _logged(command: list[str], log: Path, cwd: Path | None = None) -> int:
    """Run a command with its output in a file; it ends with this process."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd)
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise


def _last_line(log: Path) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line]
    return (errors or lines or ["it said nothing"])[0][:300]


@contextlib.contextmanager
def _progress(words: str, say: Say, growing: Path | None = None) -> Iterator[None]:
    """Print progress every few seconds, with the size of a growing folder."""
    done = threading.Event()
    start = time.monotonic()

    def tell() -> None:
        while not done.wait(PROGRESS_EVERY):
            size = f", {_megabytes(growing)} MB so far" if growing else ""
            say(f"  {words} ({time.monotonic() - start:.0f} s{size})")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _megabytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total // 1_000_000
