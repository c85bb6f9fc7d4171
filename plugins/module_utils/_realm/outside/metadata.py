# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An issuer's metadata document (RFC 8414 section 2): whether it is usable, and where its endpoints are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..._errors import AuthkitError, InvalidOption
from ..._urls import check_url, origin, safe_url
from ..._words import quoted
from ..model import Parameters
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing
from ..snapshot.observed import Answer

ORIGINS_CHECK, ORIGINS = "discovery-endpoint-foreign-host", "allowed_endpoint_origins"
ISSUER_CHECK, ISSUER = "discovery-issuer-mismatch", "expected_issuer"
_NEEDED = ("issuer", "token_endpoint", "jwks_uri")
_ALIASES = "mtls_endpoint_aliases"

Origin = tuple[str, str, int]


def issuer_url(server: str, realm: str) -> str:
    """A realm's URL, which is its issuer unless configured otherwise."""
    return f"{server[:-1] if server.endswith('/') else server}/realms/{quote(realm, safe='')}"


def problem(answer: Answer, realm: str) -> str | None:
    """Why an answer is not the metadata of a realm, as the end of a sentence; None if it is."""
    if answer.status == 404 and (answer.document or {}).get("error") == "Realm does not exist":
        return f"the server has no realm {quoted(realm)}"
    if 300 <= answer.status < 400:
        return f"it redirects (HTTP {answer.status})"
    if answer.status != 200:
        return f"it is answered with HTTP {answer.status}"
    if answer.document is None or "json" not in answer.content_type:
        return "the answer is not a JSON document"
    missing = [name for name in _NEEDED if not isinstance(answer.document.get(name), str)]
    return f"it has no {missing[0]}" if missing else None


def usable(answer: Answer | Gap, realm: str) -> Json | Gap:
    """The metadata, or a gap if the answer is not usable metadata."""
    if isinstance(answer, Gap):
        return answer
    found = problem(answer, realm)
    if found is None and answer.document is not None:
        return answer.document
    return Gap(f"There is no usable metadata at {safe_url(answer.url)}, {found}: see discovery-unreachable.")


def endpoints(metadata: Json, *, aliases: bool) -> Iterator[tuple[str, str]]:
    """Name and URL of each advertised endpoint.

    :param aliases: include those for mutual TLS (RFC 8705 section 5).
    """
    for name, value in metadata.items():
        if isinstance(value, str) and (name.endswith("_endpoint") or name in ("jwks_uri", "check_session_iframe")):
            yield name, value
    others = metadata.get(_ALIASES)
    if aliases and isinstance(others, Mapping):
        for name, value in others.items():
            if isinstance(value, str):
                yield f"{_ALIASES}.{name}", value


def origin_of(url: object) -> Origin | None:
    """A URL's origin; None for anything without one."""
    try:
        return origin(url) if isinstance(url, str) else None
    except InvalidOption:
        return None


def shown_origin(place: Origin | None) -> str:
    """An origin as text, without a default port."""
    if place is None:
        return "no http or https URL"
    scheme, host, port = place
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + ("" if port == {"http": 80, "https": 443}[scheme] else f":{port}")


@dataclass(frozen=True)
class Reach:
    """The origins that an audit may contact: the audited server's own, and those that the user allows.

    The metadata comes from the server, and must not make an audit contact any host that it names.
    """

    origins: frozenset[Origin]

    @classmethod
    def of(cls, server: str, parameters: Mapping[str, Parameters]) -> Reach:
        """The reach of an audit of this server.

        :param parameters: check id -> the check's parameters.
        """
        named: Iterable[Any] = (
            server,
            parameters.get(ISSUER_CHECK, {}).get(ISSUER),
            *parameters.get(ORIGINS_CHECK, {}).get(ORIGINS, ()),
        )
        return cls(frozenset(place for place in map(origin_of, named) if place is not None))

    def covers(self, url: str) -> bool:
        """Whether a URL may be contacted."""
        return origin_of(url) in self.origins and _clean(url)

    def endpoint(self, metadata: Json, name: str) -> str:
        """An endpoint's URL. Raises Missing if there is none, or it must not be contacted."""
        url = metadata.get(name)
        if not isinstance(url, str):
            raise Missing(Gap(f"The server's metadata names no {name}."))
        if not self.covers(url):
            elsewhere = shown_origin(origin_of(url))
            raise Missing(
                Gap(
                    f"{name} points to {elsewhere}, which is not the server that is checked, so it was not "
                    f"contacted: if that is intended, add this origin to {ORIGINS} of {ORIGINS_CHECK}."
                )
            )
        return url


def _clean(url: str) -> bool:
    try:
        check_url(url, allow_http=True, what="The URL")
    except AuthkitError:
        return False
    return True
