# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests with the client's credentials that a realm should refuse, and the revocation of a token made for this.

They are sent only if the user asks for them, since they leave error events: each once, for users that do not exist.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Union
from urllib.parse import urlencode

from ..._http.model import RETRY_STATUSES, BearerCredentials, HttpRequest
from ..._oauth.grants import form_fields
from ..snapshot.gaps import Gap, Json
from ..snapshot.missing import Missing, attempt
from ..snapshot.observed import Introspection, ProbeAnswer, Revocation
from .client_access import ClientAccess
from .metadata import Reach
from .public import Web, fault
from .public_probes import probe_answer, refused
from .token import Fresh, introspected, introspection

WRONG_SECRET, PASSWORD_GRANT = "wrong secret", "password grant"
UNKNOWN_GRANT, UNKNOWN_SCOPE = "unknown grant", "unknown scope"
OPEN_INTROSPECTION, GARBAGE, REVOCATION = "open introspection", "introspection of garbage", "revocation"
#: Probe -> the check that needs it.
CHECKS: Mapping[str, str] = MappingProxyType(
    {
        WRONG_SECRET: "probe-wrong-secret-accepted",
        PASSWORD_GRANT: "probe-password-grant-allowed",
        UNKNOWN_GRANT: "probe-unknown-grant-accepted",
        UNKNOWN_SCOPE: "probe-invalid-scope-accepted",
        OPEN_INTROSPECTION: "probe-introspection-unauthenticated",
        GARBAGE: "probe-introspection-unauthenticated",
        REVOCATION: "probe-revocation-ineffective",
    }
)

Found = Union[ProbeAnswer, Introspection, Revocation, Gap]


def client_probes(
    fresh: Fresh | Gap, metadata: Json, web: Web, reach: Reach, rules: Collection[str]
) -> dict[str, Found]:
    """Name of a probe -> its answer.

    :param fresh: a token that only this audit uses; without one nothing is sent.
    :param rules: the ids of the checks that run; nothing is sent for others.
    """
    wanted = [probe for probe, check in CHECKS.items() if check in rules]
    if isinstance(fresh, Gap):
        return dict.fromkeys(wanted, fresh)
    access, own = fresh.access, fresh
    name, word = f"authkit-probe-{secrets.token_hex(8)}", secrets.token_urlsafe(24)
    password = (("grant_type", "password"), ("username", name), ("password", word))
    probes: Mapping[str, Callable[[], ProbeAnswer | Introspection | Revocation]] = {
        WRONG_SECRET: lambda: _wrong_secret(access),
        PASSWORD_GRANT: lambda: refused(access.request_token(fields=password)),
        UNKNOWN_GRANT: lambda: _unknown_grant(access),
        UNKNOWN_SCOPE: lambda: refused(access.request_token(scope=(name,))),
        OPEN_INTROSPECTION: lambda: _open_introspection(own, metadata, web, reach),
        GARBAGE: lambda: introspected(own, name, metadata, reach),
        REVOCATION: lambda: _revocation(access, metadata, web, reach),
    }
    return {each: attempt(probes[each]) for each in wanted}


def _wrong_secret(access: ClientAccess) -> ProbeAnswer:
    options = access.options
    if not options.client_secret or not options.client_auth_method.startswith("client_secret"):
        raise Missing(Gap("The client does not authenticate with a secret, so there is no wrong one to try."))
    wrong = secrets.token_urlsafe(24)
    return refused(access.post(access.token_url, form_fields(options), secret=wrong))


def _unknown_grant(access: ClientAccess) -> ProbeAnswer:
    response = access.request_token(fields=(("grant_type", "urn:authkit:probe"),))
    if response.status in RETRY_STATUSES:
        raise fault(response)
    return probe_answer(response)  # this probe looks for a server that fails on such a request


def _open_introspection(fresh: Fresh, metadata: Json, web: Web, reach: Reach) -> Introspection:
    """What introspection says about a token without credentials."""
    url = fresh.access.own_place(reach.endpoint(metadata, "introspection_endpoint"))
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"token": fresh.token}).encode("ascii")
    return introspection(web.send(HttpRequest("POST", url, headers, body)))


def _revocation(access: ClientAccess, metadata: Json, web: Web, reach: Reach) -> Revocation:
    """Get a token only for this, and revoke it."""
    revocation, userinfo = (
        access.own_place(reach.endpoint(metadata, name)) for name in ("revocation_endpoint", "userinfo_endpoint")
    )
    token = access.request_token(scope=(*access.options.scope, "openid")).json_members().get("access_token")
    if not isinstance(token, str) or not token:
        raise Missing(
            Gap("The client got no token with the scope openid, without which userinfo cannot show whether it works.")
        )
    before = _userinfo(token, userinfo, web)
    if before != HTTPStatus.OK:
        raise Missing(
            Gap(
                f"Userinfo rejects a new token of the client (HTTP {before}), so it cannot show whether it was revoked."
            )
        )
    ended = access.post(revocation, (("token", token), ("token_type_hint", "access_token")))
    if ended.status >= 500:
        raise fault(ended)
    return Revocation(before, ended.status, _userinfo(token, userinfo, web))


def _userinfo(token: str, url: str, web: Web) -> int:
    response = web.send(HttpRequest("GET", url, {"Accept": "application/json"}, credentials=BearerCredentials(token)))
    if response.status >= 500:
        raise fault(response)
    return response.status
