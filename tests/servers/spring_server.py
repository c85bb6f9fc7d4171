# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spring Authorization Server for tests: ``with spring() as server:``; see ``spring/``.

``AUTHKIT_TEST_SPRING`` names the folder of a running one. Otherwise one is started, on free loopback ports and with
clients of its own (``clients.py``). It ends with this process, however that ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer, running
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import java
from ansible_collections.authkit.oauth.tests.servers.prepared import (
    Say,
    ServerUnavailable,
    last_line,
    logged,
    of_sources,
    prepared,
    progress,
)

SOURCES = Path(__file__).resolve().parent / "spring"
GIVEN = "AUTHKIT_TEST_SPRING"
TITLE = "Spring Authorization Server"
#: Test runs are short: the C1 compiler starts faster, and the serial collector needs less memory.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto", "-Xmx256m")


@contextmanager
def spring(run_folder: Path | None = None, say: Say = print) -> Iterator[AuthorizationServer]:
    """The Spring Authorization Server that the environment names, else a new one.

    :raises ServerUnavailable: with one sentence that names what is missing.
    """

    def command(folder: Path) -> list[str]:
        program, classes = java(), built(say)
        return [program, *JVM, "-cp", f"{classes / 'classes'}:{classes / 'libs'}/*", "authkit.Server", str(folder)]

    with running(TITLE, GIVEN, command, run_folder, say) as server:
        yield server


def built(say: Say) -> Path:
    """The folder with the compiled server and its libraries, which Maven fetches and builds first if it is missing."""

    def make(work: Path) -> Path:
        maven = shutil.which("mvn")
        if not maven or not shutil.which("javac"):
            raise ServerUnavailable(f"{TITLE} needs mvn and javac on PATH; on Debian: apt install maven default-jdk.")
        shutil.copytree(SOURCES, work / "source")
        say(f"building {TITLE} with Maven (about 30 MB, once for this user)")
        log = work / "maven.log"
        libraries = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=target/libs"]
        with progress("still building", say):
            code = logged([maven, "-q", "-B", "compile", *libraries], log, cwd=work / "source")
        if code != 0:
            raise ServerUnavailable(f"Maven could not build {TITLE}: {last_line(log)}")
        return work / "source" / "target"

    return prepared(f"spring-{of_sources(SOURCES)}", TITLE, make, say)
