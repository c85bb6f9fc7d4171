# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: one class for each cause.

Results contain the short name of the class, and a page of the docs lists all of them: the docstring of a class that is
raised names the cause in one sentence, and the next step in another. Renaming a class breaks playbooks.

A message is one sentence that names the cause and the next step. It contains safe facts only: names of options, clients
and realms, hosts, URLs without user and query, HTTP statuses, error codes of the RFCs. It never contains a secret, a
token, a response body or the text of a third-party exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_RFC_CODE = re.compile(r"[a-z_]{1,40}")


class AuthkitError(Exception):
    """Base class of all errors that this collection reports.

    :param message: the sentence for the user.
    :param retry_after: seconds that the server asks to wait before a retry (RFC 9110 section 10.2.3), or None.
    :ivar sources: where the connection options came from (see name_sources).
    :ivar shared: whether another worker made the attempt, and this one waited for it.
    :ivar tried: how often a call was tried, and why not more often.
    :ivar costs: the same as keys of a task's result.
    :cvar refresh_token: what the error means for a refresh token in the request: kept, ended, or unsure if the server
        may have replaced it by one that did not arrive.
    """

    refresh_token = "kept"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.sources, self.shared, self.tried = "", False, ""
        self.costs: Mapping[str, object] = {}

    @classmethod
    def short_name(cls) -> str:
        """The name of this error in results and documentation, such as wrong_client_secret."""
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__)[1:]

    @property
    def message(self) -> str:
        """The sentence, with where the connection options came from if that is known."""
        sentence = str(self.args[0])
        shared = "another worker made this attempt" if self.shared else ""
        notes = "; ".join(filter(None, (self.tried, self.sources, shared)))
        return f"{sentence[:-1] if sentence.endswith('.') else sentence} ({notes})." if notes else sentence

    def __str__(self) -> str:
        return self.message

    def result(self) -> dict[str, object]:
        """What this error adds to the result of the failed task."""
        return {"failed": True, "msg": self.message, "error": self.short_name(), **self.costs}

    def name_sources(self, sources: str) -> None:
        """Adds to the message where the connection options came from. A second call replaces the first."""
        self.sources = sources

    def to_data(self) -> dict[str, object]:
        """This error as JSON data, in which the store shares a failure with other processes."""
        return {
            "class": type(self).__name__,
            "message": str(self.args[0]),
            "retry_after": self.retry_after,
            "sources": self.sources,
        }

    @staticmethod
    def from_data(data: Mapping[str, object]) -> AuthkitError:
        """The error that to_data() described; an AuthkitError if this version does not know its class."""
        kind = _subclasses(AuthkitError).get(str(data.get("class")), AuthkitError)
        wait = data.get("retry_after")
        seconds = float(wait) if isinstance(wait, (int, float)) and not isinstance(wait, bool) else None
        error = kind(str(data.get("message", "")), retry_after=seconds)
        error.name_sources(str(data.get("sources") or ""))
        return error


def _subclasses(base: type[AuthkitError]) -> dict[str, type[AuthkitError]]:
    found = {base.__name__: base}
    for child in base.__subclasses__():
        found.update(_subclasses(child))
    return found


def rfc_code(value: object) -> str | None:
    """The value if it has the form of an OAuth error code (RFC 6749 section 5.2) and is safe to show, else None."""
    return value if isinstance(value, str) and _RFC_CODE.fullmatch(value) else None


class CollectionBug(AuthkitError):
    """The collection raised an unexpected exception. Report it with the task and the message."""


# ---- options: refused before any request


class OptionError(AuthkitError):
    """Options and arguments of a task that are refused before any request."""


class ArgumentsRefused(OptionError):
    """Ansible's own validation rejects an argument of the task. Correct that argument."""


class UnknownOption(OptionError):
    """An option does not exist. Correct its spelling; the message suggests the nearest one."""


class MissingOption(OptionError):
    """A required option is not set. Set it in one of the places that the message names."""


class ContradictoryOptions(OptionError):
    """Two options of one source are mutually exclusive. Keep one of them."""


class InvalidOption(OptionError):
    """An option has an invalid value. Correct it as the message says."""


class MixedSources(OptionError):
    """A credential would be used with a server or client that it does not belong to. Set both in one source."""


class FactVariable(OptionError):
    """A variable of the collection comes from a node's facts. Set it in the inventory or play instead."""


class UnknownProfile(OptionError):
    """The variable authkit_profiles has no profile with this name. Add it there, or correct the name."""


class InsecureUrl(OptionError):
    """Secrets would travel over plain http to another machine. Use https, or set allow_http."""


class HostNotAllowed(OptionError):
    """A URL points to a host that is not in allowed_hosts. Add the host if you trust it."""


# ---- network: no response


class NetworkError(AuthkitError):
    """No response from a server."""

    refresh_token = "unsure"


class ConnectionFailed(NetworkError):
    """The connection was refused, or closed before the response was complete. Check address, server and network."""


class NameNotResolved(NetworkError):
    """The host name cannot be resolved. Check its spelling, and DNS."""


class RequestTimedOut(NetworkError):
    """The server did not respond in time. Check server and network, or raise timeout."""


class CertificateNotTrusted(NetworkError):
    """The server's certificate is signed by an authority that this machine does not trust. Set ca_path."""


class CertificateHostMismatch(NetworkError):
    """The server's certificate is for another host. Use the host name in the certificate."""


class CertificateExpired(NetworkError):
    """The server's certificate has expired or is not valid yet. Renew it, and check this machine's clock."""


class TlsFailed(NetworkError):
    """The TLS handshake failed for another reason. Check the port, the TLS versions and client_cert."""


class ProxyFailed(NetworkError):
    """The proxy cannot be reached, or refuses to connect. Check what the message names, or switch it off."""


class AnswerTooLarge(NetworkError):
    """The response is longer than the limit. Check that the URL is the one you mean."""


# ---- the token endpoint: a response without a token


class TokenError(AuthkitError):
    """No usable token from the token endpoint."""


class WrongClientSecret(TokenError):
    """The client exists, but client_secret is wrong. Copy it again from the server's admin console."""


class UnknownClient(TokenError):
    """The realm has no enabled client with this client_id. Check client_id, and enable the client."""


class ClientAuthenticationFailed(TokenError):
    """The server rejects client_id or client_secret and does not say which. Check both."""


class AssertionUnavailable(TokenError):
    """There is no federated assertion to authenticate the client with. Give the job what the message names."""


class ClientAuthMethodRefused(TokenError):
    """The client must authenticate with another method. Set client_auth_method to that method."""


class WrongPrivateKey(TokenError):
    """The server has no public key that fits the client's private key. Register it there, or correct key_id."""


class AssertionRefused(TokenError):
    """The server does not accept the client's signed assertion. Correct what the message names."""


class ClocksDiffer(TokenError):
    """The client's assertion is not valid at the server's time. Set both clocks by NTP."""


class ClientCertificateRefused(TokenError):
    """The server does not accept client_cert for this client. Check the certificate, and the server's settings."""


class ClientNotConfidential(TokenError):
    """A public or bearer-only client cannot authenticate. Switch on 'Client authentication' for the client."""


class ServiceAccountsDisabled(TokenError):
    """The client may not use the client credentials grant. Switch on 'Service account roles'."""


class UnknownRealm(TokenError):
    """The server has no realm with this name. Check realm or issuer; the name is case-sensitive."""


class RealmDisabled(TokenError):
    """The realm is disabled. Enable it in the realm's settings."""


class HttpsRequired(TokenError):
    """The realm requires https. Use https in the server's address."""


class EndpointNotFound(TokenError):
    """There is no token endpoint at this URL. Check the options that say where the token comes from."""


class ScopeRefused(TokenError):
    """The server does not grant this client a requested scope. Check scope and the client's scopes."""


class AudienceRefused(TokenError):
    """The server does not issue this client tokens for an audience or resource. Check audience and resource."""


class GrantRefused(TokenError):
    """The server does not support this grant type, or not for this client. Allow it there, or set grant_type."""


class UserRefused(TokenError):
    """The server does not accept the user. Check username and password, and that the account is complete."""


class GrantAssertionRefused(TokenError):
    """The server does not accept the assertion of the grant. Check its issuer, subject, audience and lifetime."""


class SubjectTokenRefused(TokenError):
    """The server does not exchange the subject token. Check subject_token and subject_token_type."""


class RefreshTokenRefused(TokenError):
    """The refresh token has expired, was revoked or was used before. Log in again, or set a new refresh_token."""

    refresh_token = "ended"


class RevocationFailed(TokenError):
    """The server has no revocation endpoint that is known. Set issuer, or end the session at the server."""


class NotLoggedIn(TokenError):
    """Nobody is logged in for a connection with grant_type device_code. Log in with authkit.oauth.login."""


class ProofRefused(TokenError):
    """The server requires DPoP or refuses the proof. Set dpop: true, or check this machine's clock."""


class TokenRequestRefused(TokenError):
    """The token request was refused for another reason. Look up the reason in the server's log."""


class NotJson(TokenError):
    """The response is not a JSON object. Check the address, and proxies in between."""

    refresh_token = "unsure"


class TruncatedAnswer(TokenError):
    """The JSON of the response is incomplete or damaged. Try again, and check proxies and the server's log."""

    refresh_token = "unsure"


class UnusableToken(TokenError):
    """The response has no token that an Authorization header can carry. Correct the token's format at the server."""

    refresh_token = "unsure"


class RateLimited(TokenError):
    """The server received too many requests. Try again later, or have the limit raised."""


class ServerUnavailable(TokenError):
    """The server cannot process requests at the moment. Try again later, and check its log."""

    refresh_token = "unsure"


class EndpointRedirects(TokenError):
    """The endpoint redirects, and credentials are not sent to another address. Set the server's real address."""


# ---- what a token is


class RequirementNotMet(AuthkitError):
    """The token lacks a scope, role, audience or claim that require names. Correct it at the server, or require."""


class TokenNotActive(AuthkitError):
    """The server does not regard the token as active. Get a new one."""


class TokenNotVerifiable(AuthkitError):
    """It is not known which server can tell whether the token is genuine. Set issuer, and client_id for opaque ones."""


class IntrospectionFailed(AuthkitError):
    """The server does not tell this client whether the token is active. Allow it for the client at the server."""


# ---- discovery, store, API


class DiscoveryFailed(AuthkitError):
    """The issuer has no usable metadata document. Check issuer, or set token_url instead."""


class IssuerMismatch(AuthkitError):
    """The metadata document belongs to another issuer. Set issuer exactly as the server spells it."""


class StoreRefused(AuthkitError):
    """The token store's directory is not safe. Correct its owner and mode as the message says."""


class StoreNotWritable(AuthkitError):
    """A new refresh token could not be written to the token store. Free space on the disk, or make it writable."""


class StoreBusy(AuthkitError):
    """Another process holds the refresh token and does not end. End that process, and try again."""


class ApiError(AuthkitError):
    """No usable response from the protected API."""


class TokenRejected(ApiError):
    """The API answered 401 to a token that should be valid. Check its audience, scope and roles."""


class FileNotWritten(ApiError):
    """The response cannot be written to the file that the task names. Free space, or correct dest."""


class UnexpectedStatus(ApiError):
    """The API answered with a status that the task does not expect. See json, content and status."""


class RedirectRefused(ApiError):
    """A redirect would send the token or a body elsewhere, or never ends. Set url to the final address."""
