# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a token endpoint refused how the client authenticates: its secret, key, assertion or certificate."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType

from ... import _errors
from ..._http.model import HttpResponse
from ..._words import quoted
from ..request_facts import RequestFacts

#: The methods that send the secret itself, and those that sign an assertion.
_SENDS_SECRET = ("client_secret_post", "client_secret_basic")
_ASSERTS = ("client_secret_jwt", "private_key_jwt")
#: Seconds: an assertion is backdated by 10, and servers allow a few more.
_LARGEST_DRIFT = 8.0


def not_authenticated(response: HttpResponse, at: RequestFacts) -> _errors.AuthkitError:
    """The error for a server that does not say what is wrong with the client's authentication."""
    refused = f"{at.url} refused the client {at.client} (HTTP {response.status})"
    if at.auth_method in _ASSERTS:
        drift = _drift(response)
        if drift is not None and abs(drift) > _LARGEST_DRIFT:
            return _errors.ClocksDiffer(
                f"{refused}, and its clock is {abs(drift):.0f} s {'behind' if drift > 0 else 'ahead of'} this "
                "machine's, so it cannot accept an assertion made here: set both clocks by NTP."
            )
        secret = at.auth_method == "client_secret_jwt"
        proof = "client_secret" if secret else "that it has the public key of private_key for this client (and key_id)"
        return _errors.ClientAuthenticationFailed(
            f"{refused}: check client_id, {proof}, signing_algorithm, and client_assertion_audience, which some "
            f"servers want to be their token endpoint (sent: {quoted(at.assertion_audience)})."
        )
    if at.auth_method == "tls_client_auth":
        return _certificate(at)
    if at.auth_method == "none":
        return _errors.ClientAuthenticationFailed(
            f"{refused}: check client_id, and whether the client must authenticate (client_auth_method is none)."
        )
    hint = ""
    if at.auth_method == "client_secret_basic":
        why = "they hold characters that some servers do not decode" if at.reserved_characters else "some want it"
        hint = f"; if both are right, try client_auth_method client_secret_post ({why})"
    return _errors.ClientAuthenticationFailed(f"{refused}: check client_id and client_secret{hint}.")


def _drift(response: HttpResponse) -> float | None:
    """Seconds by which this machine's clock is ahead of the server's, if the response has its time."""
    try:
        return time.time() - parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _wrong_secret(at: RequestFacts) -> _errors.AuthkitError:
    return _wrong_known_secret(at) if at.auth_method in _SENDS_SECRET else _other_method(at)


def _wrong_known_secret(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.WrongClientSecret(
        f"The client_secret of the client {at.client} is wrong in {at.realm} at {at.url}: copy it from the admin "
        "console, Clients, this client, tab Credentials."
    )


def _wrong_mac(at: RequestFacts) -> _errors.AuthkitError:
    return _wrong_known_secret(at) if at.auth_method == "client_secret_jwt" else _other_method(at)


def _unknown_client(at: RequestFacts) -> _errors.AuthkitError:
    if at.auth_method == "tls_client_auth":
        return _certificate(at)
    return _errors.UnknownClient(
        f"{at.url} knows no enabled client {at.client} in {at.realm}: check client_id, and in the admin console "
        "under Clients that it exists and is enabled."
    )


def _other_method(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.ClientAuthMethodRefused(
        f"The client {at.client} in {at.realm} does not accept client_auth_method {at.auth_method}: set "
        "client_auth_method to what the admin console shows for it under Clients, this client, tab Credentials, "
        "Client Authenticator."
    )


def _other_secret_method(at: RequestFacts) -> _errors.AuthkitError:
    wanted = "client_secret_post" if at.auth_method == "client_secret_basic" else "client_secret_basic"
    return _errors.ClientAuthMethodRefused(
        f"The client {at.client} in {at.realm} does not accept client_auth_method {at.auth_method}: set "
        f"client_auth_method to {wanted} (in the admin console: Clients, this client, tab Credentials, Allowed "
        "authentication method)."
    )


def _certificate(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.ClientCertificateRefused(
        f"{at.url} knows no client {at.client} with the certificate of client_cert: check client_id, the subject and "
        "authority in the client's settings, and that no proxy in front of the server drops the certificate."
    )


def _no_public_key(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.WrongPrivateKey(
        f"The client {at.client} in {at.realm} has no public key for this key_id and signing_algorithm: register the "
        "public key of private_key with both in the admin console, Clients, this client, tab Keys."
    )


def _wrong_key(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.WrongPrivateKey(
        f"The private key of the client {at.client} is not the one whose public key {at.realm} at {at.url} has: set "
        "private_key to that one, or register its public key in the admin console, Clients, this client, tab Keys."
    )


def _algorithm(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.AssertionRefused(
        f"The client {at.client} in {at.realm} may not sign assertions with this algorithm: set signing_algorithm to "
        "what the admin console shows under Clients, this client, tab Credentials, Signature algorithm, and "
        "client_auth_method to its Client Authenticator."
    )


def _audience(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.AssertionRefused(
        f"{at.url} does not accept an assertion for the audience {quoted(at.assertion_audience)}: set "
        "client_assertion_audience to the issuer in the server's metadata, or to its token endpoint."
    )


def _behind(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.ClocksDiffer(
        f"By the clock of {at.url} the client's assertion has expired, although it was made for this request: this "
        "machine's clock is behind, or the server's is ahead, so set both by NTP."
    )


def _ahead(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.ClocksDiffer(
        f"By the clock of {at.url} the client's assertion was made in the future: this machine's clock is ahead, or "
        "the server's is behind, so set both by NTP."
    )


def _replayed(at: RequestFacts) -> _errors.AuthkitError:
    return _errors.AssertionRefused(
        f"{at.url} has received this assertion before, although each request has its own: look for a proxy in between "
        "that sends requests twice."
    )


_Row = Callable[[RequestFacts], _errors.AuthkitError]
_SIGNED = "Client authentication with signed JWT failed: Signature on JWT token failed validation"
_MACED = "Client authentication with client secret signed JWT failed: Signature on JWT token by client secret"
#: (error, error_description up to its first full stop), as observed with Keycloak 26.7.3.
KEYCLOAK: Mapping[tuple[str, str], _Row] = MappingProxyType(
    {
        ("unauthorized_client", "Invalid client or Invalid client credentials"): _wrong_secret,
        ("invalid_client", "Invalid client or Invalid client credentials"): _unknown_client,
        ("invalid_client", "Parameter client_assertion_type is missing"): _other_method,
        ("unauthorized_client", "Invalid method used to get client secret"): _other_secret_method,
        ("invalid_client", "Unable to load public key"): _no_public_key,
        ("invalid_client", _SIGNED): _wrong_key,
        # With one space if the algorithm is asymmetric, which only another method signs with.
        ("unauthorized_client", f"{_MACED}  failed validation"): _wrong_mac,
        ("unauthorized_client", f"{_MACED} failed validation"): _wrong_mac,
        ("invalid_client", "Invalid signature algorithm"): _algorithm,
        ("invalid_client", "Invalid token audience"): _audience,
        ("invalid_client", "Multiple audiences not allowed"): _audience,
        ("invalid_client", "Token is not active"): _behind,
        ("invalid_client", "Token was issued in the future"): _ahead,
        ("invalid_client", "Token reuse detected"): _replayed,
    }
)
