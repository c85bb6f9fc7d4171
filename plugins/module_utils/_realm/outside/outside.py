# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm seen from outside: its public side and the caller's own token, as sections of a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._http.model import ONCE, Retries, Transport, TransportSettings
from ..model import Parameters
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import attempt
from ..snapshot.snapshot import Snapshot
from .client_access import Caller, ClientAccess
from .client_probes import client_probes
from .metadata import Reach
from .public import SECTIONS as PUBLIC_SECTIONS
from .public import Web, gather_public
from .public_probes import public_probes
from .tls import probe_tls
from .token import SECTIONS as TOKEN_SECTIONS
from .token import Fresh, gather_token

OUTSIDE, TOKEN = "L1", "L2"
#: All sections that are seen from outside.
SECTIONS = ("discovery", *PUBLIC_SECTIONS, "base_url", "tls", "own_client", *TOKEN_SECTIONS, "probes", "client_probes")
_SWITCHED_OFF = Gap(
    "This sends requests that must fail, or revokes a token, which leaves error events in the realm: to allow it, set "
    "active_probes: true (for the role, realm_check_active_probes: true)."
)
_NOT_ASKED = Gap("No check of the client's own token was selected.")
_CHECK_MODE = Gap("This sends requests that must fail, or revokes a token, which check mode does not allow.")


@dataclass(frozen=True)
class Outside:
    """How a realm is examined from outside.

    :param settings: the transport's settings, for TLS.
    :param rules: id -> parameters of the checks that run.
    :param active: whether to send requests that leave traces; in check mode none is sent in any case.
    :param retries: the most times that a request is repeated.
    """

    caller: Caller
    settings: TransportSettings
    rules: Mapping[str, Parameters]
    levels: Collection[str] = (OUTSIDE, TOKEN)
    active: bool = False
    check_mode: bool = False
    retries: int = 0


def gather_outside(server: str, realm: str, transport: Transport, outside: Outside) -> dict[str, Any]:
    """The sections of a snapshot that are seen from outside; none if no check of these levels runs.

    What cannot be read is a gap that says why.

    :param server: the base URL, with its path if it has one.
    """
    if not {OUTSIDE, TOKEN}.intersection(outside.levels):
        return {}
    web, reach = Web(transport, Retries(outside.retries)), Reach.of(server, outside.rules)
    public = gather_public(server, realm, web, reach, documents_only=OUTSIDE not in outside.levels)
    if OUTSIDE in outside.levels:
        public.update(base_url=server, tls=probe_tls(server, _settings(outside)))
    token, fresh = _token(realm, transport, outside, public, reach)
    options = outside.caller.options
    stranger = outside.caller.stranger_to(realm)
    own = options.client_id if options is not None and stranger is None else None
    known_by_token = Gap("Only the token itself says which client it belongs to.")
    return {
        **public,
        **token,
        **_probes(outside, public["metadata"], stranger or fresh, own, replace(web, retries=ONCE), reach),
        "own_client": own or known_by_token,
    }


def with_sections(snapshot: Snapshot, sections: Mapping[str, Any]) -> Snapshot:
    """The snapshot with these sections added to its own."""
    return replace(snapshot, sections=_Both(sections, snapshot.sections))


class _Both(Mapping[str, Any]):
    """Two mappings as one. The second may have values for names that it does not list."""

    def __init__(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
        self._first, self._second = first, second

    def __getitem__(self, name: str) -> Any:
        return self._first[name] if name in self._first else self._second[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._second, **self._first})

    def __len__(self) -> int:
        return len({**self._second, **self._first})


def _settings(outside: Outside) -> TransportSettings:
    """The transport's settings for validating the server's certificate, with the check's own ca_path if it is set."""
    ca_path = outside.rules.get("tls-certificate-invalid", {}).get("ca_path")
    return replace(outside.settings, ca_path=ca_path) if ca_path else outside.settings


def _token(
    realm: str, transport: Transport, outside: Outside, public: Mapping[str, Any], reach: Reach
) -> tuple[dict[str, Any], Fresh | Gap]:
    """The sections of the caller's own token, and a token that only this audit uses."""
    caller = outside.caller
    stranger = caller.stranger_to(realm)
    if stranger is not None or TOKEN not in outside.levels:
        gap = stranger or _NOT_ASKED
        return dict.fromkeys(TOKEN_SECTIONS, gap), gap
    access = attempt(lambda: ClientAccess.of(caller, transport, public["metadata"], reach))
    return gather_token(caller, access, public, reach, Retries(outside.retries))


def _probes(
    outside: Outside, metadata: Json | Gap, fresh: Fresh | Gap, own: str | None, web: Web, reach: Reach
) -> dict[str, Any]:
    """The answers to requests that should be refused, one attempt each.

    :param own: the caller's clientId.
    """
    gap: Gap | None = metadata if isinstance(metadata, Gap) else None
    if outside.check_mode or not outside.active:
        gap = _CHECK_MODE if outside.active else _SWITCHED_OFF
    if gap is not None or isinstance(metadata, Gap):
        # If the token says nothing about this realm, that is the better reason: enabling probes would not help.
        return {"probes": gap, "client_probes": fresh if isinstance(fresh, Gap) and fresh.expected else gap}
    return {
        "probes": public_probes(metadata, web, reach, outside.rules, own),
        "client_probes": client_probes(fresh, metadata, web, reach, outside.rules),
    }
