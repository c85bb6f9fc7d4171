# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a token endpoint refused: from the status, the error code and descriptions that Keycloak 26 is known to use.

An error_description selects the class and is never shown (RFC 6749 section 5.2 lets servers write anything there).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from .._errors import (
    AudienceRefused,
    AuthkitError,
    ClientNotConfidential,
    EndpointNotFound,
    GrantRefused,
    HttpsRequired,
    ProxyFailed,
    RateLimited,
    RealmDisabled,
    ScopeRefused,
    ServerUnavailable,
    ServiceAccountsDisabled,
    TokenRequestRefused,
    UnknownRealm,
    rfc_code,
)
from .._http.model import HttpResponse, retry_after
from .._urls import host_and_port, safe_url, wire_url
from .._words import quoted
from .assertion_refusals import assertion_refusal, not_trusted
from .client_auth.refusals import KEYCLOAK as OF_CLIENTS
from .client_auth.refusals import not_authenticated
from .dpop_refusals import proof_refusal
from .grant_refusals import KEYCLOAK_GRANTS, grant_codes, refresh_refused
from .request_facts import RequestFacts, realm_of
from .vendor_refusals import vendor_refusal


def redirected(response: HttpResponse, *, what: str) -> str:
    """The sentence for an endpoint that redirects."""
    target = _target_of(response)
    upgrade = target.startswith("https:") and urlsplit(response.url).scheme == "http"
    step = "write it with https://" if upgrade else "set it to the address the server really has"
    leads = f" to {quoted(target)}" if target else ""
    return (
        f"{safe_url(response.url)} redirects{leads} (HTTP {response.status}) and credentials do not follow redirects: "
        f"{what} is not the server's own address, {step}."
    )


def _target_of(response: HttpResponse) -> str:
    """Scheme, host and path of the Location, or "" if it is no http or https URL.

    The server wrote it, so it is shown as it would go out: an ASCII host and a percent-encoded path.
    """
    location = response.headers.get("location", "")
    try:
        return safe_url(wire_url(urljoin(response.url, location))) if location else ""
    except (ValueError, AuthkitError):
        return ""


def unavailable(response: HttpResponse, url: str) -> AuthkitError | None:
    """RateLimited, ServerUnavailable or ProxyFailed if the status says so, else None."""
    wait = retry_after(response.headers)
    later = f"try again in {wait:.0f} s" if wait else "try again later"
    if response.status == 429:
        return RateLimited(
            f"{safe_url(url)} allows no more requests for now (HTTP 429): {later}, or have its limit raised.",
            retry_after=wait,
        )
    if response.status >= 500:
        return ServerUnavailable(
            f"{safe_url(url)} cannot answer now (HTTP {response.status}): {later}, and check the server's log.",
            retry_after=wait,
        )
    if response.status == 407:
        return ProxyFailed(
            f"The proxy in front of {host_and_port(url)} requires a user and password (HTTP 407): put them into proxy "
            "(or HTTP_PROXY, HTTPS_PROXY), or name the host in NO_PROXY."
        )
    return None


def refusal(response: HttpResponse, answer: Mapping[str, object], at: RequestFacts) -> AuthkitError:
    """The error for a response without a token.

    :param answer: its JSON object, empty if it has none.
    """
    busy = unavailable(response, at.endpoint)
    if busy is not None:
        return busy
    error = answer.get("error")
    if at.refresh is not None and error == "invalid_grant":
        return refresh_refused(at, at.refresh)
    known = proof_refusal(answer, at) or assertion_refusal(answer, at) or known_refusal(answer, at)
    known = known or vendor_refusal(response.status, answer, at)
    if known is not None:
        return known
    if response.status == 401 or error == "invalid_client":
        if at.assertion is not None:
            return not_trusted(at, at.assertion)
        return not_authenticated(response, at)
    by_code = (grant_codes(at).get(error) or _CODES.get(error)) if isinstance(error, str) else None
    if by_code is not None:
        return by_code(at)
    if response.status in (404, 405, 410):
        return _not_found(response.status, at)
    return _refused(response, error, at)


def known_refusal(answer: Mapping[str, object], at: RequestFacts) -> AuthkitError | None:
    """The error for a description that Keycloak is known to use, else None."""
    error, words = answer.get("error"), answer.get("error_description") or ""
    if not isinstance(error, str) or not isinstance(words, str):
        return None
    # What follows the first sentence, or a colon, names the client's settings.
    words = words.split(". ")[0]
    of_grants = KEYCLOAK_GRANTS.get((error, words.split(": ")[0]))
    known = _KEYCLOAK.get((error, words)) or OF_CLIENTS.get((error, words)) or of_grants
    return None if known is None else known(at)


def _no_service_account(at: RequestFacts) -> AuthkitError:
    return ServiceAccountsDisabled(
        f"The client {at.client} in {at.realm} may not log in by itself (client credentials grant): switch on 'Service "
        "account roles' in the admin console, Clients, this client, Settings, Capability config."
    )


def _public_client(at: RequestFacts) -> AuthkitError:
    return ClientNotConfidential(
        f"The client {at.client} in {at.realm} is public and has no secret to log in with: switch on 'Client "
        "authentication' and 'Service account roles' in the admin console, Clients, this client, Settings, Capability "
        "config."
    )


def _bearer_only(at: RequestFacts) -> AuthkitError:
    return ClientNotConfidential(
        f"The client {at.client} in {at.realm} is bearer-only and cannot log in: use another client, one with 'Client "
        "authentication' and 'Service account roles' switched on."
    )


def _unknown_realm(at: RequestFacts) -> AuthkitError:
    return UnknownRealm(
        f"The server {host_and_port(at.endpoint)} does not have {at.realm}: check {at.where_options}, "
        "upper and lower case included."
    )


def _realm_disabled(at: RequestFacts) -> AuthkitError:
    return RealmDisabled(
        f"{at.realm[0].upper()}{at.realm[1:]} at {at.url} is disabled: switch on 'Enabled' in the admin console, "
        "Realm settings."
    )


def _https_required(at: RequestFacts) -> AuthkitError:
    return HttpsRequired(
        f"{at.realm[0].upper()}{at.realm[1:]} requires https, and {at.url} is plain http: write "
        f"{at.address_option} with https://, or look at 'Require SSL' in the admin console, Realm settings, General."
    )


def _scope(at: RequestFacts) -> AuthkitError:
    asked = ", ".join(quoted(scope) for scope in at.scope)
    if not asked:
        return ScopeRefused(
            f"{at.url} requires a scope that was not requested: set scope to one that the client {at.client} may have."
        )
    return ScopeRefused(
        f"{at.url} does not grant the client {at.client} the requested scope ({asked}): check scope, and that it "
        "exists and is assigned to this client (in Keycloak: Clients, this client, tab Client scopes)."
    )


def _target(at: RequestFacts) -> AuthkitError:
    asked = ", ".join(quoted(target) for target in (*at.audience, *at.resource))
    return AudienceRefused(
        f"{at.url} does not issue the client {at.client} tokens for {asked or 'the requested target'}: check "
        "audience and resource, and that the client may use them."
    )


def _grant(at: RequestFacts, hint: str = "") -> AuthkitError:
    return GrantRefused(
        f"{at.url} does not let the client {at.client} use the grant {at.grant_type}: allow it for this client at "
        f"the server (in Keycloak: Settings, Capability config), or set grant_type to one that is allowed{hint}."
    )


def _invalid_grant(at: RequestFacts) -> AuthkitError:
    if at.username is None:
        # oidc-provider says no more than this when it requires DPoP.
        return _grant(at, "" if at.dpop else ", or dpop: true if the server requires DPoP")
    return GrantRefused(
        f"{at.url} refused the user {quoted(at.username)} or the grant {at.grant_type} for the client {at.client}: "
        "check username and password, and that the client may use this grant."
    )


def _unsupported_grant(at: RequestFacts) -> AuthkitError:
    return GrantRefused(
        f"{at.url} does not offer the grant {at.grant_type}: switch it on at the server, or check {at.where_options}."
    )


def _not_found(status: int, at: RequestFacts) -> AuthkitError:
    hint = ""
    if realm_of(at.endpoint) is not None:
        hint = " (Keycloak before version 17 has /auth in front of /realms, later ones only where it is set up so)"
    return EndpointNotFound(f"There is no token endpoint at {at.url} (HTTP {status}): check {at.where_options}{hint}.")


def _refused(response: HttpResponse, error: object, at: RequestFacts) -> AuthkitError:
    code = rfc_code(error)
    said = f"HTTP {response.status}" if code is None else f"HTTP {response.status}, {code}"
    return TokenRequestRefused(
        f"{at.url} refused the token request of the client {at.client} ({said}): look up the reason in the server's "
        "log, and check extra_parameters if you set them."
    )


#: (error, error_description up to its first full stop or colon), as observed with Keycloak 26.7.3.
_KEYCLOAK: Mapping[tuple[str, str], Callable[[RequestFacts], AuthkitError]] = MappingProxyType(
    {
        ("unauthorized_client", "Client not enabled to retrieve service account"): _no_service_account,
        ("unauthorized_client", "Public client not allowed to retrieve service account"): _public_client,
        ("invalid_client", "Bearer-only not allowed"): _bearer_only,
        ("Realm does not exist", ""): _unknown_realm,
        ("access_denied", "Realm not enabled"): _realm_disabled,
        ("invalid_request", "HTTPS required"): _https_required,
    }
)

#: Error codes of RFC 6749 section 5.2 and RFC 8707 section 2.
_CODES: Mapping[str, Callable[[RequestFacts], AuthkitError]] = MappingProxyType(
    {
        "invalid_scope": _scope,
        "invalid_target": _target,
        "unauthorized_client": _grant,
        "invalid_grant": _invalid_grant,
        "unsupported_grant_type": _unsupported_grant,
    }
)
