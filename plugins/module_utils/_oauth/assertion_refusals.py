# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a server rejects a federated assertion: from its answer, and from what the assertion that was sent says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from .._errors import AssertionRefused, AuthkitError
from .._words import listed, quoted
from .jwt_parts import unverified_claims
from .request_facts import AssertionFacts, RequestFacts

if TYPE_CHECKING:
    from .._http.model import HttpRequest

_AADSTS = re.compile(r"AADSTS([0-9]{5,7})(?![0-9])")
#: What to do about an assertion that is too old, by its source. The others make a new one for each token request.
_FRESHER: Mapping[str, str] = MappingProxyType(
    {
        "client_assertion": "set client_assertion_path or client_assertion_source, which read a new one for each token "
        "request",
        "client_assertion_path": "have the file replaced more often",
        "client_assertion_source kubernetes": "lower expirationSeconds of the projected volume",
        "client_assertion_source gitlab": "raise the timeout of the job, for which GitLab issues it, or request the "
        "token early in it",
        "client_assertion_source aap": "have the credential inject a file that is renewed, or request the token early "
        "in the job",
    }
)
#: Where an assertion's audience is set, by its source.
_AUDIENCE: Mapping[str, str] = MappingProxyType(
    {
        "client_assertion_source github_actions": "set client_assertion_audience to it",
        "client_assertion_source gitlab": "correct aud below id_tokens of the job",
        "client_assertion_source kubernetes": "correct audience of the projected volume",
        "client_assertion_source azure_devops": "in Keycloak, set it as Client ID of the identity provider, and switch "
        "on 'Allows Client ID as audience for assertions'",
    }
)


def assertion_facts(option: str, source: str | None, request: HttpRequest) -> AssertionFacts:
    """The facts about the assertion in a request that errors may name."""
    sent = parse_qs((request.body or b"").decode("ascii")).get("client_assertion", [""])[0]
    claims = unverified_claims(sent) or {}
    audience = claims.get("aud")
    expires = claims.get("exp")
    return AssertionFacts(
        source=f"{option} {source}" if source else option,
        issuer=_text(claims.get("iss")),
        subject=_text(claims.get("sub")),
        audience=tuple(map(_text, audience if isinstance(audience, list) else [audience])),
        expires_at=expires if isinstance(expires, (int, float)) and not isinstance(expires, bool) else None,
    )


def assertion_refusal(answer: Mapping[str, object], at: RequestFacts) -> AuthkitError | None:
    """The error for a rejected assertion; None where the answer gives another reason."""
    error, words = answer.get("error"), answer.get("error_description") or ""
    if at.assertion is None or not isinstance(words, str):
        return None
    code = _AADSTS.match(words)
    reason = _REASONS.get(code[0] if code else words)
    if reason is None or error not in ("invalid_client", "unauthorized_client", "invalid_request", "invalid_grant"):
        return None
    return reason(at, at.assertion)


def not_trusted(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    """The error for a server that only says no."""
    return _refused(
        at,
        sent,
        f"the server does not say why; it must trust the issuer {quoted(sent.issuer)}, with the subject "
        f"{quoted(sent.subject)} and the audience {_audiences(sent)}, for this client (in Keycloak: an identity "
        "provider with that issuer and 'Supports client assertions', and for the client, tab Credentials, 'Signed JWT "
        "- Federated' with that provider and subject; in Entra: a federated credential of the app)",
    )


def _expired(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    past = 0.0 if sent.expires_at is None else time.time() - sent.expires_at
    if past <= 0:
        return _refused(
            at,
            sent,
            "it is not valid at this time: compare the clocks of the server, of the issuer and of this machine",
        )
    return _refused(at, sent, f"it expired {past:.0f} s ago: {_fresher(sent)}")


def _too_old(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    return _refused(
        at,
        sent,
        f"it was issued too long ago: {_fresher(sent)}, or raise 'Max expiration for Client Assertions' of Keycloak's "
        "identity provider",
    )


def _from_the_future(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    return _refused(at, sent, "it was issued in the future by the server's clock: correct its clock or the issuer's")


def _used(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    return _refused(
        at,
        sent,
        f"it was used before: {_fresher(sent)}, or switch on 'Allows client assertions to be re-used' at Keycloak's "
        "identity provider",
    )


def _audience(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    step = _AUDIENCE.get(sent.source, "have it issued for that audience")
    return _refused(
        at,
        sent,
        f"its audience is {_audiences(sent)}, and the server expects another one, alone (Keycloak: the realm's issuer, "
        f"ending in /realms/NAME): {step}",
    )


def _incomplete(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    return _refused(
        at,
        sent,
        "it lacks the claim jti, sub, iat or exp, or is signed with an algorithm that the server does not accept: have "
        "it issued with these claims and an asymmetric algorithm such as RS256",
    )


def _not_supported(at: RequestFacts, sent: AssertionFacts) -> AuthkitError:
    return _refused(
        at,
        sent,
        f"the identity provider of the issuer {quoted(sent.issuer)} is for people only: switch on 'Supports client "
        "assertions' there",
    )


def _refused(at: RequestFacts, sent: AssertionFacts, why: str) -> AuthkitError:
    return AssertionRefused(f"{at.url} refused the assertion from {sent.source} for the client {at.client}: {why}.")


def _fresher(sent: AssertionFacts) -> str:
    return _FRESHER.get(sent.source, "it is fetched for each token request, so compare the clocks and try again")


def _audiences(sent: AssertionFacts) -> str:
    return listed([quoted(audience) for audience in sent.audience])


def _text(claim: object) -> str:
    return claim if isinstance(claim, str) else ""


#: By Keycloak 26.7.3's error_description, or the code at the beginning of Entra's.
_REASONS: Mapping[str, Callable[[RequestFacts, AssertionFacts], AuthkitError]] = MappingProxyType(
    {
        "Invalid client or Invalid client credentials": not_trusted,
        "Token is not active": _expired,
        "Token was issued too far in the past to be used now": _too_old,
        "Token expiration is too far in the future and iat claim not present in token": _incomplete,
        "Token was issued in the future": _from_the_future,
        "Token reuse detected": _used,
        "Invalid token audience": _audience,
        "Multiple audiences not allowed": _audience,
        "Token exp claim is required": _incomplete,
        "Token jti claim is required": _incomplete,
        "Token sub claim is required": _incomplete,
        "Invalid signature algorithm": _incomplete,
        "Issuer does not support client assertions": _not_supported,
        "AADSTS700024": _expired,
        "AADSTS70021": not_trusted,
        "AADSTS700211": not_trusted,
        "AADSTS700212": _audience,
        "AADSTS700213": not_trusted,
    }
)
