# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running authorization server beside Keycloak, with the clients of ``clients.py``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from ansible_collections.authkit.oauth.tests.servers import clients
from ansible_collections.authkit.oauth.tests.servers.guarded import LOG, READY, guarded
from ansible_collections.authkit.oauth.tests.servers.prepared import Say, ServerUnavailable


@dataclass(frozen=True)
class AuthorizationServer:
    """A running server; ``folder`` holds its clients' keys, its log and ``ca.pem``, which issued its certificate."""

    issuer: str
    tls_url: str
    """The same server over TLS, where it accepts client certificates."""
    tls_issuer: str
    """The issuer for clients with a certificate: oidc-provider has ``mtls_endpoint_aliases``, Spring another issuer."""
    folder: Path
    clients: Mapping[str, clients.Client] = field(repr=False)

    @property
    def ca_path(self) -> Path:
        return self.folder / "ca.pem"

    def options(self, client_id: str) -> dict[str, object]:
        """The connection options of a client: a profile for ``authkit_profiles``."""
        found = self.clients[client_id].options()
        if "client_cert" in found:
            return {"issuer": self.tls_issuer, **found, "ca_path": str(self.ca_path)}
        return {"issuer": self.issuer, **found}

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        answer = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=30)
        return dict(answer.json())

    def metadata_over_tls(self) -> dict[str, Any]:
        """The addresses for clients with a certificate."""
        found = self.metadata()
        if self.tls_issuer == self.issuer:
            return {**found, **found["mtls_endpoint_aliases"]}
        answer = requests.get(
            f"{self.tls_issuer}/.well-known/openid-configuration", timeout=30, verify=str(self.ca_path)
        )
        return dict(answer.json())

    def events(self) -> list[dict[str, Any]]:
        """What happened, without secrets: ``event``, ``client``, ``grant`` and ``error`` of each token request."""
        lines = (self.folder / LOG).read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"event"')]


@contextmanager
def running(
    title: str, given: str, command: Callable[[Path], Sequence[str]], run_folder: Path | None, say: Say
) -> Iterator[AuthorizationServer]:
    """The server whose folder the variable ``given`` names, else a new one, in a folder that is removed at the end.

    :raises ServerUnavailable: with one sentence that names what is missing.
    """
    if os.environ.get(given):
        server = _of(Path(os.environ[given]), f"the server of {given}")
        say(f"using the server of {given}")
        yield server
        return
    folder = Path(tempfile.mkdtemp(prefix="server-", dir=run_folder))
    try:
        clients.register(folder)
        with guarded(title, command(folder), folder, say):
            server = _of(folder, title)
            say(f"{title} answers at {server.issuer}")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of(folder: Path, title: str) -> AuthorizationServer:
    try:
        urls = json.loads((folder / READY).read_text())
        server = AuthorizationServer(**urls, folder=folder, clients=clients.read(folder))
        if server.metadata()["issuer"] != server.issuer:
            raise ValueError(server.issuer)
    except (OSError, ValueError, KeyError) as error:
        raise ServerUnavailable(f"{title} does not answer ({type(error).__name__}); start it or unset it.") from None
    return server
