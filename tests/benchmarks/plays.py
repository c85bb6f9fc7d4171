# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timed plays: runs of ansible-playbook with the installed collection against a counting server."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from ansible_collections.authkit.oauth.tests.servers.counting_process import RemoteCounting
from ansible_collections.authkit.oauth.tests.servers.keycloak import free_port
from ansible_collections.authkit.oauth.tests.tools.processes import Missing, clean_environment, run

PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"
CLIENT = "bench"
#: The number of calls in a play with a loop.
LOOPED = 40


@dataclass(frozen=True)
class Play:
    """A playbook to time; ``calls`` is the number of requests that the API must get.

    ``warm`` starts with a token in the store; with ``down`` nothing listens at the token endpoint, and the play fails.
    ``variables`` and ``environment`` are the play's own, and replace those that all plays have.
    """

    name: str
    playbook: str
    what: str
    calls: int
    hosts: int
    forks: int
    warm: bool = False
    down: bool = False
    variables: Mapping[str, object] = field(default_factory=dict, hash=False)
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")


@dataclass(frozen=True)
class Sample:
    """One run of a play: seconds, token requests, and seconds of CPU time of all its processes."""

    seconds: float
    token_requests: int
    processor: float = 0.0


Samples = dict[Play, list[Sample]]


class Bench:
    """Runs plays in a run folder, against a counting server."""

    def __init__(self, folder: Path, collections: Path, server: RemoteCounting, secret: str) -> None:
        self.folder = folder
        self.server = server
        self._collections = collections
        self._secret = secret
        self._runs = 0

    @property
    def client(self) -> dict[str, str]:
        """The variables of a client that the server knows."""
        return {"authkit_client_id": CLIENT, "authkit_client_secret": self._secret}

    def run(self, plays: Sequence[Play], turns: int) -> Samples:
        """Run all plays in turn, several times, so that a busy minute affects all of them."""
        given = self._token()
        for play in plays:
            self._inventory(play).write_text(json.dumps(self._hosts(play, given)))
        for play in plays:
            if play.warm:
                self.time(play)
                break
        samples: Samples = {play: [] for play in plays}
        for _turn in range(turns):
            for play, taken in samples.items():
                taken.append(self.time(play))
                if play.warm and taken[-1].token_requests:
                    raise Missing(f"the play {play.playbook} found no token in the store")
        return samples

    def time(self, play: Play) -> Sample:
        """Run a play once.

        :raises Missing: it failed, or did not make all its calls.
        """
        self.server.clear()
        log = self.folder / "play.log"
        log.unlink(missing_ok=True)
        command = [Path(sys.prefix) / "bin" / "ansible-playbook", "-i", self._inventory(play), "-f", str(play.forks)]
        env = self.environment(self._runtime(play)) | dict(play.environment)
        begin, spent = time.perf_counter(), _processor_seconds()
        code = run([*command, PLAYBOOKS / play.playbook], env=env, cwd=self.folder, log=log)
        seconds, spent = time.perf_counter() - begin, _processor_seconds() - spent
        if code != (2 if play.down else 0) or self.server.count("api", 200) != play.calls:
            tail = " ".join(log.read_text(errors="replace").split())[-800:]
            raise Missing(
                f"the play {play.playbook} made {self.server.count('api', 200)} of {play.calls} calls: {tail}"
            )
        return Sample(seconds, self.server.token_requests, spent)

    def _token(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": self._secret}
        answer = requests.post(self.server.token_url, data=form, timeout=30)
        return str(answer.json()["access_token"])

    def _hosts(self, play: Play, given: str) -> dict[str, object]:
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "api_url": f"{self.server.url}/api",
            "authkit_token_url": f"http://127.0.0.1:{free_port()}/token" if play.down else self.server.token_url,
            **self.client,
            "calls": LOOPED,
            "given_token": given,
            **play.variables,
        }
        hosts: dict[str, dict[str, str]] = {f"host{number:02}": {} for number in range(play.hosts)}
        return {"all": {"hosts": hosts, "vars": variables}}

    def _inventory(self, play: Play) -> Path:
        return self.folder / f"{play.slug}.json"

    def _runtime(self, play: Play) -> Path:
        """A runtime directory: shared by the warm plays, empty for every other run."""
        self._runs += 1
        folder = self.folder / ("warm" if play.warm else f"runtime {self._runs}")
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def environment(self, runtime: Path) -> dict[str, str]:
        """The environment of a play whose token store is below ``runtime``."""
        env = clean_environment(
            ANSIBLE_COLLECTIONS_PATH=str(self._collections),
            ANSIBLE_HOME=str(self.folder / "ansible"),
            XDG_RUNTIME_DIR=str(runtime),
            PYTHONDONTWRITEBYTECODE="",  # the tests' runner sets it, users do not
        )
        env["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{env.get('PATH', '')}"
        return env


def _processor_seconds() -> float:
    """User and system time of all child processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
