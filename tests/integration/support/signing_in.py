# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays that have a person sign in, and that person, who reads the play's output."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.authkit.oauth.tests.integration.support.plays import Hosts, Run, Workspace
from ansible_collections.authkit.oauth.tests.servers.person import approve
from ansible_collections.authkit.oauth.tests.tools.processes import end

CLIENT = "command-line"
#: Seconds until a play shows its prompt.
PATIENCE = 120.0
_ADDRESS = re.compile(r"Open:  (\S+)\n")
_CODE = re.compile(r"Code:  (\S+)\n")
_COMPLETE = re.compile(r"contains the code:  (\S+)\n")

Person = Callable[[str], object]


def realm_for_people(*, seconds: int = 120, lifespan: int | None = None) -> dict[str, Any]:
    """A realm with ada, and a public client that people sign in with.

    The device flow of Keycloak asks for consent anyway. A client that requires it is refused if it asks for its token
    after the consent and before Keycloak has stored it.

    :param seconds: how long a code is valid.
    :param lifespan: of access tokens, in seconds.
    """
    client = {
        "clientId": CLIENT,
        "enabled": True,
        "publicClient": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "attributes": {
            "oauth2.device.authorization.grant.enabled": "true",
            "pkce.code.challenge.method": "S256",  # refuses a login without it
            **({} if lifespan is None else {"access.token.lifespan": str(lifespan)}),
        },
    }
    ada = {
        "username": "ada",
        "enabled": True,
        "email": "ada@example.org",
        "emailVerified": True,
        "firstName": "Ada",
        "lastName": "Lovelace",
        "credentials": [{"type": "password", "value": "ada"}],
    }
    return {
        "realm": "people",
        "sslRequired": "none",
        "oauth2DevicePollingInterval": 1,
        "oauth2DeviceCodeLifespan": seconds,
        "clients": [client],
        "users": [ada],
    }


def connection_of_a_person(url: str, realm: str) -> dict[str, object]:
    """The inventory variables for that client of a server."""
    return {
        "authkit_auth_server": url,
        "authkit_realm": realm,
        "authkit_client_id": CLIENT,
        "authkit_client_auth_method": "none",
        "authkit_grant_type": "device_code",
        "authkit_scope": "openid",
    }


class Prompted:
    """A play that prompts a person; a context manager, which ends it."""

    def __init__(
        self, workspace: Workspace, playbook: str, hosts: Hosts, variables: Mapping[str, object], **how: Any
    ) -> None:
        self._workspace, self._output = workspace, workspace.cwd / "output.txt"
        with self._output.open("wb") as file:
            self.process = workspace.start(playbook, hosts, variables, output=file, **how)

    def __enter__(self) -> Prompted:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            end(self.process)

    def address(self) -> str:
        """The complete address in the prompt, once it is shown."""
        return self._shown(_COMPLETE)

    def address_and_code(self) -> tuple[str, str]:
        """The other address in the prompt, at which people enter the code, and the code."""
        return self._shown(_ADDRESS), self._shown(_CODE)

    def _shown(self, wanted: re.Pattern[str]) -> str:
        deadline = time.monotonic() + PATIENCE
        while not (found := wanted.search(text := self._output.read_text(encoding="utf-8"))):
            assert self.process.poll() is None, f"the play ended without a prompt:\n{text}"
            assert time.monotonic() < deadline, f"no prompt after {PATIENCE:g} s:\n{text}"
            time.sleep(0.05)
        return found[1]

    def addresses(self) -> list[str]:
        """The complete addresses that were shown so far."""
        return _COMPLETE.findall(self._output.read_text(encoding="utf-8"))

    def run(self) -> Run:
        """The run, once it has ended."""
        return self._workspace.ended(self.process, self._output)


def signed_in(
    workspace: Workspace,
    playbook: str,
    hosts: Hosts,
    variables: Mapping[str, object],
    person: Person = approve,
    **how: Any,
) -> Run:
    """Run a playbook, and have a person visit the complete address that it shows."""
    with Prompted(workspace, playbook, hosts, variables, **how) as play:
        person(play.address())
        return play.run()


def prompts(run: Run) -> list[str]:
    """The codes that a run showed."""
    assert len(_CODE.findall(run.output)) == len(_ADDRESS.findall(run.output))
    return _CODE.findall(run.output)
