# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests without credentials that a realm should refuse. Sent only if the user asks for them: they leave events.

Each is sent once. None can create, change or end anything, even if the server accepts it.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..._http.model import BearerCredentials, HttpRequest, HttpResponse
from ..model import Parameters
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import attempt
from ..snapshot.observed import ProbeAnswer
from .metadata import Reach
from .public import PROBE_HOST, Web, fault

REGISTRATION, UNSIGNED = "registration", "unsigned token"
REGISTRATION_CHECK, UNSIGNED_CHECK = "probe-dcr-anonymous-open", "probe-unsigned-token-accepted"
REDIRECT_CHECK, PKCE_CHECK = "probe-open-redirect", "probe-pkce-not-enforced"
#: Prefixes of the names of probes for a client, before the clientId.
REDIRECT, WITHOUT_PKCE = "redirect of ", "without PKCE: "
#: A redirect URI that no client has registered.
PROBE_REDIRECT = f"https://{PROBE_HOST}/cb"
_SECONDS = 60


def public_probes(
    metadata: Json, web: Web, reach: Reach, rules: Mapping[str, Parameters], own: str | None
) -> dict[str, ProbeAnswer | Gap | None]:
    """Name of a probe -> its answer; None if the realm has no such endpoint.

    :param rules: id -> parameters of the checks that run; nothing is sent for others.
    :param own: the caller's clientId.
    """
    probes: dict[str, Callable[[], ProbeAnswer | None]] = {}
    if REGISTRATION_CHECK in rules:
        probes[REGISTRATION] = partial(_registration, metadata, web, reach)
    if UNSIGNED_CHECK in rules:
        probes[UNSIGNED] = partial(_unsigned, metadata, web, reach)
    for client, query in _logins(rules, own):
        probes[client] = partial(_authorization, metadata, web, reach, query)
    return {name: attempt(probe) for name, probe in probes.items()}


def _logins(rules: Mapping[str, Parameters], own: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    if REDIRECT_CHECK in rules:
        for client in dict.fromkeys([*rules[REDIRECT_CHECK]["probe_client_ids"], *([own] if own else [])]):
            yield REDIRECT + client, {"client_id": client, "redirect_uri": PROBE_REDIRECT}
    if PKCE_CHECK in rules:
        for client, uri in rules[PKCE_CHECK]["probe_public_clients"].items():
            yield WITHOUT_PKCE + client, {"client_id": client, "redirect_uri": uri, "prompt": "none"}


def refused(response: HttpResponse) -> ProbeAnswer:
    """What an answer's body or redirect says. Raises Missing if the server failed."""
    if response.status >= 500:
        raise fault(response)
    return probe_answer(response)


def probe_answer(response: HttpResponse) -> ProbeAnswer:
    """What an answer's body or redirect says."""
    location = response.headers.get("location", "") if 300 <= response.status < 400 else ""
    try:
        parts = urlsplit(location)
        host, query = parts.hostname or "", parse_qsl(f"{parts.query}&{parts.fragment}")
    except ValueError:
        host, query = "", []
    members: Mapping[str, object] = dict(query) if location else response.json_members()
    error, description = members.get("error"), members.get("error_description")
    return ProbeAnswer(
        response.status,
        error if isinstance(error, str) else "",
        description if isinstance(description, str) else "",
        host,
        frozenset(name for name, _value in query),
    )


def _registration(metadata: Json, web: Web, reach: Reach) -> ProbeAnswer | None:
    """Try to register a client. Its redirect URI is invalid, so this must fail; the error shows how far it got."""
    if "registration_endpoint" not in metadata:
        return None
    body = json.dumps({"redirect_uris": ["not a uri"]}).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    return refused(web.send(HttpRequest("POST", reach.endpoint(metadata, "registration_endpoint"), headers, body)))


def _authorization(metadata: Json, web: Web, reach: Reach, query: Mapping[str, str]) -> ProbeAnswer:
    """A login request. Nobody is logged in, so no code can be issued."""
    url = reach.endpoint(metadata, "authorization_endpoint")
    whole = {"response_type": "code", "scope": "openid", "state": "authkit", **query}
    return refused(web.get(f"{url}?{urlencode(whole)}", {"Accept": "text/html"}))


def _unsigned(metadata: Json, web: Web, reach: Reach) -> ProbeAnswer | None:
    """Call userinfo with an unsigned token of a user that does not exist."""
    if "userinfo_endpoint" not in metadata:
        return None
    claims = {
        "iss": metadata["issuer"],
        "sub": "authkit-probe",
        "exp": int(time.time()) + _SECONDS,
        "scope": "openid",
        "typ": "Bearer",
    }
    parts = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims))
    credentials = BearerCredentials(f"{'.'.join(parts)}.")
    url = reach.endpoint(metadata, "userinfo_endpoint")
    return refused(web.send(HttpRequest("GET", url, {"Accept": "application/json"}, credentials=credentials)))
