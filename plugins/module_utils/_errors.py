# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One class a cause.

A message is one sentence that names the cause and the next step. It is made from safe facts only: option names, client
and realm names, hosts and URLs without user and query, HTTP statuses, error codes of the RFCs. Secrets, tokens, bodies
of answers and the texts of foreign exceptions never enter one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_RFC_CODE = re.compile(r"[a-z_]{1,40}")


class AuthkitError(Exception):
    """Base of everything that this collection reports to its user.

    message: the sentence for the user. retry_after: seconds that the server asked to wait before another try, or None.
    sources: where the connection options came from (see name_sources).
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.sources = ""

    @property
    def message(self) -> str:
        sentence = str(self.args[0])
        if not self.sources:
            return sentence
        return f"{sentence[:-1] if sentence.endswith('.') else sentence} ({self.sources})."

    def __str__(self) -> str:
        return self.message

    def name_sources(self, sources: str) -> None:
        """Adds where the connection options came from. Naming them again replaces the earlier words."""
        self.sources = sources

    def to_data(self) -> dict[str, object]:
        """This error as plain JSON data: the store shares a failure with the other processes."""
        return {
            "class": type(self).__name__,
            "message": str(self.args[0]),
            "retry_after": self.retry_after,
            "sources": self.sources,
        }

    @staticmethod
    def from_data(data: Mapping[str, object]) -> AuthkitError:
        """The error that to_data() described; a class that this version does not know comes back as AuthkitError."""
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
    """An error code of RFC 6749 section 5.2 and its kin, or None when it is not one that may be shown."""
    return value if isinstance(value, str) and _RFC_CODE.fullmatch(value) else None


# ---- options: found before any network


class OptionError(AuthkitError):
    """The options given cannot be used."""


class ArgumentsRefused(OptionError):
    """Ansible's own validation refuses an argument. The words are Ansible's and may quote any value: mask them."""


class UnknownOption(OptionError):
    """An option that does not exist."""


class MissingOption(OptionError):
    """An option that is needed is not set."""


class ContradictoryOptions(OptionError):
    """Two options of one source exclude each other."""


class InvalidOption(OptionError):
    """An option has a value that cannot be used."""


class MixedSources(OptionError):
    """A credential would go to another server or client than the one it was written for."""


class FactVariable(OptionError):
    """A connection variable was defined by a node's facts."""


class UnknownProfile(OptionError):
    """A profile that authkit_profiles does not have."""


class InsecureUrl(OptionError):
    """Plain http to a host that is not this machine, without allow_http."""


class HostNotAllowed(OptionError):
    """A URL outside of allowed_hosts."""


# ---- the network: no answer


class NetworkError(AuthkitError):
    """No answer came back."""


class ConnectionFailed(NetworkError):
    """Refused, unreachable, or closed without a whole answer."""


class NameNotResolved(NetworkError):
    """The host's name has no address."""


class RequestTimedOut(NetworkError):
    """No answer in time."""


class CertificateNotTrusted(NetworkError):
    """The server's certificate is signed by an authority that is not trusted here."""


class CertificateHostMismatch(NetworkError):
    """The server's certificate is for another host."""


class CertificateExpired(NetworkError):
    """The server's certificate is out of its dates."""


class TlsFailed(NetworkError):
    """Any other failure of the TLS handshake."""


class ProxyFailed(NetworkError):
    """The proxy is down, unknown, or refuses."""


class AnswerTooLarge(NetworkError):
    """The answer is longer than the caller's limit."""


# ---- the token endpoint: an answer without a token


class TokenError(AuthkitError):
    """The token endpoint gave no usable token."""


class WrongClientSecret(TokenError):
    """The client exists, its secret is another one."""


class UnknownClient(TokenError):
    """The realm has no such enabled client."""


class ClientAuthenticationFailed(TokenError):
    """The server refused client_id and client_secret and does not say which."""


class ClientAuthMethodRefused(TokenError):
    """The client is set up for another client authentication method."""


class ClientNotConfidential(TokenError):
    """A public or bearer-only client has no credentials to log in with."""


class ServiceAccountsDisabled(TokenError):
    """The client may not use the client credentials grant."""


class UnknownRealm(TokenError):
    """The server has no such realm."""


class RealmDisabled(TokenError):
    """The realm is switched off."""


class HttpsRequired(TokenError):
    """The realm wants https."""


class EndpointNotFound(TokenError):
    """There is no token endpoint at this URL."""


class ScopeRefused(TokenError):
    """A scope that the server does not give this client."""


class AudienceRefused(TokenError):
    """An audience or resource that the server does not give this client."""


class GrantRefused(TokenError):
    """The server does not offer this grant, or not to this client."""


class TokenRequestRefused(TokenError):
    """Any other refusal."""


class NotJson(TokenError):
    """The answer is something other than a JSON object."""


class TruncatedAnswer(TokenError):
    """The answer begins as JSON and breaks off."""


class UnusableToken(TokenError):
    """The answer has no token that can be sent in an Authorization header."""


class RateLimited(TokenError):
    """Too many requests."""


class ServerUnavailable(TokenError):
    """The server says that it cannot answer now."""


class EndpointRedirects(TokenError):
    """The endpoint redirects; credentials do not follow."""


# ---- discovery, store, API


class DiscoveryFailed(AuthkitError):
    """The issuer has no usable metadata document."""


class IssuerMismatch(AuthkitError):
    """The metadata document is another issuer's."""


class StoreRefused(AuthkitError):
    """The token store's directory is not safe."""


class ApiError(AuthkitError):
    """The protected API gave no usable answer."""


class TokenRejected(ApiError):
    """401, and 401 again with a new token."""


class UnexpectedStatus(ApiError):
    """A status that the task does not expect."""


class RedirectRefused(ApiError):
    """A redirect that would carry the token or a body elsewhere."""
