# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public side of a realm: its metadata, its keys, the headers and cookies of its pages. Anybody may read them.

They leave no error events, unless the realm has disabled account-console, whose login page is requested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from ..._errors import CertificateExpired, CertificateHostMismatch, CertificateNotTrusted, NetworkError, TlsFailed
from ..._http.model import ONCE, RETRY_STATUSES, HttpRequest, HttpResponse, Retries, Transport
from ..._urls import safe_url
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing, attempt
from ..snapshot.observed import Answer, Cookie, LoginPage
from .metadata import Reach, issuer_url, usable

#: The sections that need the server's metadata.
SECTIONS = ("metadata", "jwks", "jwks_keys", "reflected_hosts", "login_page", "management", "admin_surface")
#: A host that never exists (RFC 2606 section 2).
PROBE_HOST = "authkit-probe.invalid"
PROBE_HEADERS = ("Host", "X-Forwarded-Host")
MANAGEMENT_PATHS = ("/metrics", "/health", "/q/metrics")
ADMIN_PATHS = ("/admin/master/console/", "/realms/master")
#: The members of a JWK that only its owner may have (RFC 7518 section 6).
PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
PAGE_LIMIT = 1024 * 1024
LOGIN_CLIENT = "account-console"
#: From RFC 7636 appendix B. The code that it would protect is never used.
_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#: Transports join the cookies of an answer with commas, which also occur in their dates.
_NEXT_COOKIE = re.compile(r",\s*(?=[!#$%&'*+\-.^_`|~0-9A-Za-z]+=)")
_PROMETHEUS = re.compile(rb"^# (HELP|TYPE) ", re.MULTILINE)
_NO_TRUST = (CertificateExpired, CertificateHostMismatch, CertificateNotTrusted, TlsFailed)


@dataclass(frozen=True)
class Web:
    """Sends requests without a client's credentials."""

    transport: Transport
    retries: Retries

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer, whatever its status. Raises Missing if there is none."""
        try:
            return self.transport.send(replace(request, limit=PAGE_LIMIT), self.retries)
        except NetworkError as error:
            raise unreached(error) from None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """The answer to a GET. Raises Missing."""
        return self.send(HttpRequest("GET", url, headers={"Accept": "*/*", **(headers or {})}))

    def document(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET, with its JSON object, if it is one. Raises Missing."""
        response = self.get(url, {"Accept": "application/json", **(headers or {})})
        return Answer(url, response.status, response.headers, response.json_members() or None)


def gather_public(server: str, realm: str, web: Web, reach: Reach, *, documents_only: bool = False) -> dict[str, Any]:
    """The sections of a realm's public side.

    :param documents_only: read only metadata and keys.
    """
    where = f"{issuer_url(server, realm)}/.well-known/openid-configuration"
    discovery = attempt(lambda: _able(web.document(where)))
    metadata = usable(discovery, realm)
    if isinstance(metadata, Gap):
        return {"discovery": discovery, **dict.fromkeys(SECTIONS, metadata)}
    known: Json = metadata
    jwks = attempt(lambda: _key_set(_able(web.document(reach.endpoint(known, "jwks_uri")))))
    documents = {"discovery": discovery, "metadata": metadata, "jwks": jwks, "jwks_keys": _keys(jwks)}
    if documents_only:
        return documents
    base = server.rstrip("/")
    # A router's answer for an unknown path may look like a busy server's, so do not retry.
    once = replace(web, retries=ONCE)
    return {
        **documents,
        "reflected_hosts": {name: attempt(partial(_reflected, once, where, name)) for name in PROBE_HEADERS},
        "login_page": attempt(lambda: _login_page(web, reach, known)),
        "management": {path: attempt(partial(_shows, once, base + path)) for path in MANAGEMENT_PATHS},
        "admin_surface": {path: attempt(partial(_reached, once, base + path)) for path in ADMIN_PATHS},
    }


def unreached(error: NetworkError) -> Missing:
    """No answer came: a fault of the server, unless this side did not trust it."""
    return Missing(Gap(error.message, fault=not isinstance(error, _NO_TRUST)))


def fault(response: HttpResponse | Answer) -> Missing:
    """The server failed to answer."""
    return Missing(Gap(f"{safe_url(response.url)} was answered with HTTP {response.status}.", fault=True))


def _able(answer: Answer) -> Answer:
    """The answer. Raises Missing if it says that the server is busy."""
    if answer.status in RETRY_STATUSES:
        raise fault(answer)
    return answer


def _key_set(answer: Answer) -> Answer:
    """The answer without the values of private members: for the checks it is enough that these are present."""
    keys = (answer.document or {}).get("keys")
    if not isinstance(keys, list):
        return replace(answer, document=None)
    public = [
        {name: None if name in PRIVATE_MEMBERS else value for name, value in key.items()}
        for key in keys
        if isinstance(key, dict)
    ]
    return replace(answer, document={"keys": public})


def _keys(jwks: Answer | Gap) -> list[Json] | Gap:
    if isinstance(jwks, Gap):
        return jwks
    if jwks.status != 200 or jwks.document is None:
        return Gap(f"There is no key set at {safe_url(jwks.url)}: see keys-jwks-no-signing-key.")
    keys: list[Json] = jwks.document["keys"]
    return keys


def _reflected(web: Web, where: str, header: str) -> str | None:
    """The issuer in the answer to a request that names another host; None if the request is refused."""
    answer = web.document(where, {header: PROBE_HOST})
    # Routers answer 503 for a host that they do not know.
    if answer.status >= 500 and answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
        raise fault(answer)
    issuer = (answer.document or {}).get("issuer")
    return issuer if answer.status == 200 and isinstance(issuer, str) else None


def _login_page(web: Web, reach: Reach, metadata: Json) -> LoginPage:
    url = reach.endpoint(metadata, "authorization_endpoint")
    query = {
        "client_id": LOGIN_CLIENT,
        "redirect_uri": f"{metadata['issuer']}/account/",
        "response_type": "code",
        "scope": "openid",
        "state": "authkit",
        "code_challenge": _CHALLENGE,
        "code_challenge_method": "S256",
    }
    response = web.get(f"{url}?{urlencode(query)}", {"Accept": "text/html"})
    if response.status >= 500:
        raise fault(response)
    return LoginPage(
        response.status,
        response.headers.get("content-security-policy", ""),
        response.headers.get("x-frame-options", ""),
        tuple(_cookies(response.headers.get("set-cookie", ""))),
    )


def _cookies(header: str) -> list[Cookie]:
    found = []
    for text in _NEXT_COOKIE.split(header) if header else []:
        pair, *attributes = text.split(";")
        names = frozenset(each.partition("=")[0].strip().lower() for each in attributes)
        found.append(Cookie(pair.partition("=")[0].strip(), names))
    return found


def _shows(web: Web, url: str) -> str:
    """What a path of the management interface exposes: metrics, health, or ""."""
    response = web.get(url)
    # An unhealthy server answers 503.
    if response.json_members().get("status") in ("UP", "DOWN"):
        return "health"
    if response.status >= 500:
        raise fault(response)
    return "metrics" if response.status == 200 and _PROMETHEUS.search(response.body) else ""


def _reached(web: Web, url: str) -> bool:
    """Whether a path that only administrators need can be reached."""
    response = web.get(url)
    if response.status >= 500:
        raise fault(response)
    kind = response.headers.get("content-type", "").lower()
    return response.status == 200 and ("html" in kind or "json" in kind)
