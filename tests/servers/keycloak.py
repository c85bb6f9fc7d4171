# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Keycloak for tests, benchmarks and the demo.

In Python: ``with keycloak() as server:``. From a shell or a playbook: ``keycloak_cli.py``.

``AUTHKIT_TEST_KEYCLOAK_URL`` names a running server, ``AUTHKIT_TEST_KEYCLOAK_ADMIN`` and
``AUTHKIT_TEST_KEYCLOAK_PASSWORD`` its admin; ``AUTHKIT_TEST_KEYCLOAK_TLS`` is its address over TLS, and
``AUTHKIT_TEST_KEYCLOAK_CLIENTS`` the folder of its clients' certificates, if it has these. Otherwise one is started: on
free loopback ports, in its own folder, with an in-memory database and a random admin password. It ends with this
process, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

from ansible_collections.authkit.oauth.tests.servers import guard
from ansible_collections.authkit.oauth.tests.servers.clients import register
from ansible_collections.authkit.oauth.tests.servers.guarded import stop_guard
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import AdminRefused, KeycloakAdmin
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import VERSION, distribution, with_features
from ansible_collections.authkit.oauth.tests.servers.prepared import PROGRESS_EVERY, Say, ServerUnavailable

START_TIMEOUT = 240.0
PORT_TRIES = 5
ADMIN = "authkit-admin"
LOG = "keycloak.log"
HEAP = "-Xms128m -Xmx768m"


@dataclass(frozen=True)
class Keycloak:
    """A running server: its base URL (without a trailing slash) and its admin."""

    url: str
    username: str
    password: str = field(repr=False)
    admin: KeycloakAdmin
    log: Path | None = None
    """Where a started server writes its log; None for one that was given."""
    tls_url: str | None = None
    """The same server over TLS, where it accepts client certificates; None for one that was given without it."""
    clients: Path | None = None
    """The folder of ``clients.py`` that has the certificates of server and clients."""

    def token_url(self, realm: str) -> str:
        """The token endpoint of a realm."""
        return f"{self.url}/realms/{realm}/protocol/openid-connect/token"


@contextlib.contextmanager
def keycloak(run_folder: Path | None = None, say: Say = print) -> Iterator[Keycloak]:
    """A Keycloak for a ``with`` block: the one that the environment names, else a new one.

    :param run_folder: a folder that nothing else uses; by default a temporary one.
    :raises ServerUnavailable: with one sentence that names what is missing.
    """
    server = given(say)
    if server is not None:
        with contextlib.closing(server.admin):
            yield server
        return
    folder = Path(tempfile.mkdtemp(prefix="keycloak-", dir=run_folder))
    try:
        with started(folder, say) as own:
            yield own
    except Exception:
        keep_log(folder / LOG, say)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def given(say: Say) -> Keycloak | None:
    """The server that the environment names, or None.

    :raises ServerUnavailable: it does not respond, or rejects the admin.
    """
    url = os.environ.get("AUTHKIT_TEST_KEYCLOAK_URL", "").rstrip("/")
    if not url:
        return None
    names = ("AUTHKIT_TEST_KEYCLOAK_ADMIN", "AUTHKIT_TEST_KEYCLOAK_PASSWORD")
    username, password = (os.environ.get(name, "") for name in names)
    if not username or not password:
        raise ServerUnavailable(f"AUTHKIT_TEST_KEYCLOAK_URL is set; {names[0]} and {names[1]} must be set with it.")
    admin = KeycloakAdmin(url, username, password)
    try:
        admin.login()
    except AdminRefused as error:
        raise ServerUnavailable(f"{error}; check {names[0]} and {names[1]}.") from None
    except (requests.RequestException, ValueError, KeyError) as error:
        raise ServerUnavailable(
            f"the Keycloak of AUTHKIT_TEST_KEYCLOAK_URL does not answer ({type(error).__name__}); start it or unset it."
        ) from None
    say("using the Keycloak of AUTHKIT_TEST_KEYCLOAK_URL")
    clients = os.environ.get("AUTHKIT_TEST_KEYCLOAK_CLIENTS")
    over_tls = os.environ.get("AUTHKIT_TEST_KEYCLOAK_TLS") or None
    return Keycloak(url, username, password, admin, None, over_tls, Path(clients) if clients else None)


@contextlib.contextmanager
def started(
    folder: Path, say: Say, features: Sequence[str] = (), *, database: Path | None = None
) -> Iterator[Keycloak]:
    """Start a Keycloak in ``folder``, and stop it with all its processes at the end.

    :param database: a file that keeps the database, so that ``keycloak_export.py`` can read it; else it is in memory.
    """
    with contextlib.ExitStack() as cleanup:
        server, process = launch(folder, say, features=features, database=database)
        cleanup.callback(stop_guard, process)
        cleanup.callback(server.admin.close)
        yield server


def launch(
    folder: Path, say: Say, *guard_options: str, features: Sequence[str] = (), database: Path | None = None
) -> tuple[Keycloak, subprocess.Popen[bytes]]:
    """Start Keycloak under a guard and wait until its admin can sign in.

    If another process takes the port in the meantime, the next one is tried.
    """
    home = _home(folder, with_features(features, say) if features else distribution(say))
    password = secrets.token_urlsafe(24)
    log, certificates = folder / LOG, folder / "clients"
    certificates.mkdir(mode=0o700)
    register(certificates)
    for turn in range(PORT_TRIES):
        url, tls_url = (f"{scheme}://127.0.0.1:{free_port()}" for scheme in ("http", "https"))
        say(f"starting Keycloak {VERSION}" + (" on another port" if turn else ""))
        process = _spawn(home, (url, tls_url), password, log, guard_options, database)
        try:
            admin = _wait(url, password, process, say)
        except BaseException:
            stop_guard(process)
            raise
        if admin is not None:
            say(f"Keycloak answers at {url}")
            return Keycloak(url, ADMIN, password, admin, log, tls_url, certificates), process
        stop_guard(process)
        if not _port_was_taken(log):
            break
    raise ServerUnavailable(f"Keycloak did not start; its log says: {_last_words(log)}")


def free_port() -> int:
    """A loopback port that is free now, but may be taken by the time a server binds it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _home(folder: Path, built: Path) -> Path:
    """A Keycloak home for this run, with its own scripts, configuration and data; large read-only parts are shared."""
    home = folder / "keycloak"
    home.mkdir()
    for own in ("bin", "conf", "providers"):
        shutil.copytree(built / own, home / own)
    for shared in ("lib", "themes"):
        (home / shared).symlink_to(built / shared, target_is_directory=True)
    (home / "data" / "tmp").mkdir(parents=True)
    return home


def _spawn(
    home: Path,
    urls: tuple[str, str],
    password: str,
    log: Path,
    guard_options: tuple[str, ...],
    database: Path | None,
) -> subprocess.Popen[bytes]:
    port, tls_port = (url.rsplit(":", 1)[1] for url in urls)
    certificates = log.parent / "clients"
    server = [
        str(home / "bin" / "kc.sh"),
        "start",
        "--optimized",
        "--cache=local",
        "--http-enabled=true",
        "--hostname-strict=false",
        "--http-host=127.0.0.1",
        f"--http-port={port}",
        f"--https-port={tls_port}",
        f"--https-certificate-file={certificates / 'server.pem'}",
        f"--https-certificate-key-file={certificates / 'server.key'}",
        f"--https-trust-store-file={certificates / 'ca.pem'}",
    ]
    environment = environment_of(database) | {
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": password,
    }
    command = [sys.executable, guard.__file__, "--log", str(log), *guard_options, "--", *server]
    stdin: IO[bytes] | int = subprocess.DEVNULL if "--control" in guard_options else subprocess.PIPE
    return subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.DEVNULL, env=environment, cwd=home, start_new_session=True
    )


def environment_of(database: Path | None) -> dict[str, str]:
    """The environment of Keycloak's processes: nothing that steers it, but how it runs Java and keeps its data."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KC_", "JAVA_OPTS"))}
    environment |= {
        "JAVA_OPTS_KC_HEAP": HEAP,
        # Test runs are short: the C1 compiler starts faster, and the serial collector needs less memory.
        "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC -XX:-UsePerfData",
    }
    if database is not None:
        # AUTO_SERVER: a second process may use the database at the same time.
        environment["KC_DB_URL"] = f"jdbc:h2:file:{database};NON_KEYWORDS=VALUE;AUTO_SERVER=TRUE"
    return environment


def _wait(url: str, password: str, process: subprocess.Popen[bytes], say: Say) -> KeycloakAdmin | None:
    """The admin, once the server responds; None if the server ended.

    A server that rejects our random password is not ours: another one may have taken the port.
    """
    admin = KeycloakAdmin(url, ADMIN, password)
    start = time.monotonic()
    told = start
    while time.monotonic() - start < START_TIMEOUT:
        if process.poll() is not None:
            return None
        with contextlib.suppress(AdminRefused, requests.RequestException, ValueError, KeyError):
            admin.login(timeout=10)
            return admin
        if time.monotonic() - told > PROGRESS_EVERY:
            told = time.monotonic()
            say(f"  still starting ({told - start:.0f} s)")
        time.sleep(0.25)
    return None


def _log_text(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""


def _port_was_taken(log: Path) -> bool:
    text = _log_text(log).lower()
    return "already bound" in text or "address already in use" in text


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in _log_text(log).splitlines() if line.strip()]
    errors = [line for line in lines if " ERROR " in line]
    return (errors or lines or ["nothing"])[-1][:300]


def keep_log(log: Path | None, say: Say) -> None:
    """After a failure, copy the log to a place that outlives the run, and print where it is."""
    if log is None or not log.exists():
        return
    handle, name = tempfile.mkstemp(prefix="authkit-keycloak-", suffix=".log")
    os.write(handle, log.read_bytes())
    os.close(handle)
    say(f"Keycloak's log is kept in {name}")
