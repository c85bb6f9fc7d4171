# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak from a shell or a playbook: ``start``, ``stop``, ``import``, ``rotate``, ``revoke``, ``count``, ``delete``.

``start --state FILE`` leaves a server running, and writes its address and password to FILE, which only this user can
read; ``stop --state FILE`` ends it. Otherwise the server ends after ``--lifetime`` seconds.
With ``AUTHKIT_TEST_KEYCLOAK_URL`` set, ``start`` only records that server, and ``stop`` only deletes the realms that
were imported with this state file.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.tests.servers.keycloak import given, launch
from ansible_collections.authkit.oauth.tests.servers.keycloak_admin import AdminRefused, KeycloakAdmin
from ansible_collections.authkit.oauth.tests.servers.prepared import ServerUnavailable


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _read(state: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(state.read_text()))
    except (OSError, ValueError):
        raise ServerUnavailable(f"there is no Keycloak of the state file {state}; run start first.") from None


def _write(state: Path, content: dict[str, Any]) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=state.parent, prefix=f".{state.name}-")
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=2)
    os.replace(name, state)


def _admin(content: dict[str, Any]) -> KeycloakAdmin:
    return KeycloakAdmin(content["url"], content["username"], content["password"])


def start(state: Path, lifetime: float) -> None:
    """Start a server that outlives this process, or record the given one."""
    if state.exists():
        raise ServerUnavailable(f"the state file {state} exists; stop that Keycloak first.")
    server = given(_say)
    if server is not None:
        content = {"url": server.url, "username": server.username, "password": server.password, "folder": None}
    else:
        folder = Path(tempfile.mkdtemp(prefix="authkit-keycloak-"))
        control = folder / "control"
        os.mkfifo(control, 0o600)
        options = ("--control", str(control), "--lock", str(folder / "guard.lock"), "--lifetime", str(lifetime))
        try:
            server, _process = launch(folder, _say, *options, "--remove", str(folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        content = {"url": server.url, "username": server.username, "password": server.password, "folder": str(folder)}
    _write(state, {**content, "realms": []})
    print(server.url)


def stop(state: Path) -> None:
    """Stop the server of a state file and delete that file; a given server only loses our realms."""
    content = _read(state)
    if content["folder"] is None:
        admin = _admin(content)
        for realm in content["realms"]:
            with contextlib.suppress(AdminRefused):
                admin.delete_realm(realm)
    else:
        folder = Path(content["folder"])
        try:
            control = os.open(folder / "control", os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENXIO):
                raise
        else:
            # The lock file is opened before the guard is told to stop, because the guard removes the folder at its end.
            lock = os.open(folder / "guard.lock", os.O_RDWR)
            os.write(control, b"stop")
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)
    state.unlink(missing_ok=True)


def import_realm(state: Path, file: Path, name: str | None, secret_variables: list[str]) -> None:
    """Import a realm file; ``CLIENT=VARIABLE`` takes that client's secret from an environment variable."""
    content = _read(state)
    realm = json.loads(file.read_text())
    for pair in secret_variables:
        client_id, _equals, variable = pair.rpartition("=")
        clients = [client for client in realm.get("clients", []) if client.get("clientId") == client_id]
        if not clients or variable not in os.environ:
            raise ServerUnavailable(f"--secret {pair}: {file} needs that client and the environment that variable.")
        clients[0]["secret"] = os.environ[variable]
    wanted = name or f"{realm['realm']}-{secrets.token_hex(4)}"
    _write(state, {**content, "realms": [*content["realms"], wanted]})
    print(_admin(content).create_realm(realm, name=wanted))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("start", "stop", "import", "rotate", "revoke", "count", "delete"):
        command = commands.add_parser(name)
        command.add_argument("--state", type=Path, required=True, help="the state file of this server")
        if name == "start":
            command.add_argument("--lifetime", type=float, default=3600.0, help="seconds until it ends by itself")
        if name == "import":
            command.add_argument("--file", type=Path, required=True, help="a realm as JSON")
            command.add_argument("--name", help="the realm's name; by default the file's with a random ending")
            command.add_argument("--secret", action="append", default=[], metavar="CLIENT=VARIABLE")
        if name in ("rotate", "revoke", "count", "delete"):
            command.add_argument("--realm", required=True)
        if name in ("rotate", "count"):
            command.add_argument("--client", required=name == "rotate", help="a clientId")
        if name == "rotate":
            command.add_argument("--secret", metavar="VARIABLE", required=True, help="environment variable with it")
    return parser


def _run(options: argparse.Namespace) -> None:
    if options.command == "start":
        return start(options.state, options.lifetime)
    if options.command == "stop":
        return stop(options.state)
    if options.command == "import":
        return import_realm(options.state, options.file, options.name, options.secret)
    admin = _admin(_read(options.state))
    if options.command == "rotate":
        admin.rotate_secret(options.realm, options.client, os.environ[options.secret])
    elif options.command == "revoke":
        admin.revoke_tokens(options.realm)
    elif options.command == "count":
        print(admin.token_requests(options.realm, options.client))
    else:
        admin.delete_realm(options.realm)
    return None


def main(argv: list[str]) -> int:
    """Run one command; if it fails, 1 with one sentence on standard error."""
    try:
        _run(_parser().parse_args(argv))
    except (ServerUnavailable, AdminRefused) as error:
        _say(f"keycloak: {error}")
        return 1
    return 0
