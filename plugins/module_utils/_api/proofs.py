# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DPoP on a node (RFC 9449): the controller keeps the key, and sends proofs for the call beside the token.

A proof is for one method and URL, and is used once, so the node can make this one call with the token and no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from .._errors import RedirectRefused
from .._http.dpop import DPOP, with_proof_header
from .._http.model import ONCE, BearerCredentials, HttpRequest, HttpResponse, Retries, Transport
from .._urls import safe_url, wire_url

#: Proofs for redirects of a URL to itself, which set a cookie or change the query.
SPARE = 2


class Target(Protocol):
    """What a proof is for."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def url(self) -> str:
        """The URL."""


def proven(transport: Transport, call: Target, params: Mapping[str, Any]) -> Transport:
    """The transport of a call: with the proofs among the task's parameters, if it has any."""
    proofs = params.get("dpop_proofs")
    return _ProvenTransport(transport, call, proofs) if proofs else transport


class _ProvenTransport:
    """A Transport that sends requests with the token and one of the proofs. Others pass unchanged."""

    def __init__(self, transport: Transport, call: Target, proofs: Sequence[str]) -> None:
        self._transport, self._call, self._proofs = transport, call, list(proofs)

    def __repr__(self) -> str:
        return "ProvenTransport()"

    def send(self, request: HttpRequest, retries: Retries = ONCE) -> HttpResponse:
        if not isinstance(request.credentials, BearerCredentials):
            return self._transport.send(request, retries)
        bound = replace(request, credentials=BearerCredentials(request.credentials.token, DPOP))
        return self._transport.send(self._proven(bound), retries)

    def close(self) -> None:
        self._transport.close()

    def _proven(self, request: HttpRequest) -> HttpRequest:
        if request.method != self._call.method or _target(request.url) != _target(self._call.url):
            raise RedirectRefused(
                f"{self._call.method} {safe_url(self._call.url)} is redirected to {request.method} "
                f"{safe_url(request.url)}, and only the controller can make the DPoP proof for that: set url and "
                "method to those, or delegate the task to localhost."
            )
        if not self._proofs:
            raise RedirectRefused(
                f"{self._call.method} {safe_url(self._call.url)} is redirected to itself and has used up its DPoP "
                "proofs, which only the controller can make: delegate the task to localhost."
            )
        bound = replace(request, renew=lambda: self._proven(request))
        return with_proof_header(bound, self._proofs.pop(0))


def _target(url: str) -> str:
    """What a proof says of a URL (RFC 9449 section 4.2)."""
    return wire_url(url).partition("?")[0]
