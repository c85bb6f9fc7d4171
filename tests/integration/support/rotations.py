# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations of a secret: killed at each step, and beside a client that never stops calling."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ansible_collections.authkit.oauth.tests.integration.support.realms import Client, realm_of
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

ROTATOR, APP = "rotator", "app"
#: Seconds for which the policy keeps the old secret.
KEPT = 3600
POLICY = {
    "clientProfiles": {
        "profiles": [
            {
                "name": "rotation",
                "executors": [
                    {
                        "executor": "secret-rotation",
                        "configuration": {
                            "expiration-period": 2_592_000,
                            "rotated-expiration-period": KEPT,
                            "remaining-rotation-period": 864_000,
                        },
                    }
                ],
            }
        ]
    },
    "clientPolicies": {
        "policies": [
            {
                "name": "rotation",
                "enabled": True,
                "conditions": [{"condition": "any-client", "configuration": {}}],
                "profiles": ["rotation"],
            }
        ]
    },
}


def rotation_realm(*clients: Client, two_valid: bool = False) -> dict[str, Any]:
    """A realm with these clients, and if wanted with the policy that keeps the old secret valid."""
    return {**realm_of(*clients), **(POLICY if two_valid else {})}


def works(server: Keycloak, realm: str, client_id: str, secret: str) -> bool:
    """Whether the client gets a token with this secret."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return requests.post(server.token_url(realm), data=form, timeout=60).status_code == 200


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Does the work in a child, which kills itself at that step; returns whether there was one.

    Steps are before and after each request, and before and after what puts a file on the disk.
    """
    child = os.fork()
    if child == 0:
        try:
            _count_steps(step)
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the rotation failed in the child"
    return False


def _count_steps(last: int) -> None:
    """In this process, from now on: a kill -9 at the last step."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            step()
            result = function(*args, **named)
            step()
            return result

        return call

    for place, name in ((os, "fsync"), (os, "rename"), (HTTPAdapter, "send")):
        setattr(place, name, counted(getattr(place, name)))


@dataclass
class Caller:
    """A client that reads its secret from the file for each call and never pauses."""

    server: Keycloak
    realm: str
    client_id: str
    path: Path
    calls: int = 0
    failed: list[int] = field(default_factory=list)

    @contextlib.contextmanager
    def calling(self) -> Iterator[Caller]:
        """Calls in a thread while the block runs."""
        done = threading.Event()
        thread = threading.Thread(target=self._call_until, args=(done,))
        thread.start()
        try:
            yield self
        finally:
            done.set()
            thread.join()

    def _call_until(self, done: threading.Event) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.client_id}
        with requests.Session() as session:
            while not done.is_set():
                secret = self.path.read_text(encoding="utf-8")
                data = {**form, "client_secret": secret}
                answer = session.post(self.server.token_url(self.realm), data=data, timeout=60)
                self.calls += 1
                if answer.status_code != 200:
                    self.failed.append(answer.status_code)
