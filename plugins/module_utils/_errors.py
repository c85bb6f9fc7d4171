# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One class for each cause.

Results name the class (see short_name), and a docs page lists them all: the docstring of a class that is raised is the
cause in one sentence, and the next step in another. Renaming a class breaks playbooks.

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

    @classmethod
    def short_name(cls) -> str:
        """The name of this kind of error in results and in the documentation, such as wrong_client_secret."""
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__)[1:]

    @property
    def message(self) -> str:
        sentence = str(self.args[0])
        if not self.sources:
            return sentence
        return f"{sentence[:-1] if sentence.endswith('.') else sentence} ({self.sources})."

    def __str__(self) -> str:
        return self.message

    def result(self) -> dict[str, object]:
        """What a task that failed with this error returns of it."""
        return {"failed": True, "msg": self.message, "error": self.short_name()}

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


class CollectionBug(AuthkitError):
    """The collection met an exception that nobody foresaw. Report it with the task and the sentence."""


# ---- options: found before any network


class OptionError(AuthkitError):
    """Options and arguments of a task that are refused before any request."""


class ArgumentsRefused(OptionError):
    """Ansible's own validation refuses an argument of the task. Correct that argument."""


class UnknownOption(OptionError):
    """An option does not exist. Correct its spelling; the sentence names the nearest one."""


class MissingOption(OptionError):
    """An option that is needed is not set. Set it in one of the places that the sentence names."""


class ContradictoryOptions(OptionError):
    """Two options of one source exclude each other. Keep one of them."""


class InvalidOption(OptionError):
    """An option has a value that cannot be used. Correct it as the sentence says."""


class MixedSources(OptionError):
    """A credential would go to another server or client than it was written for. Set both in one source."""


class FactVariable(OptionError):
    """A variable of the collection comes from a node's facts. Set it in the inventory or play instead."""


class UnknownProfile(OptionError):
    """The variable authkit_profiles has no profile of that name. Add it there, or correct the name."""


class InsecureUrl(OptionError):
    """Secrets would travel over plain http to another machine. Use https, or set allow_http."""


class HostNotAllowed(OptionError):
    """A URL leads to a host that allowed_hosts does not name. Add the host if you trust it."""


# ---- the network: no answer


class NetworkError(AuthkitError):
    """No answer from a server."""


class ConnectionFailed(NetworkError):
    """The connection was refused, or broke before the whole answer came. Check address, server and network."""


class NameNotResolved(NetworkError):
    """The host's name has no address. Check its spelling, and the DNS."""


class RequestTimedOut(NetworkError):
    """The server did not answer in time. Check server and network, or raise timeout."""


class CertificateNotTrusted(NetworkError):
    """An authority that is not trusted here signed the server's certificate. Set ca_path."""


class CertificateHostMismatch(NetworkError):
    """The server's certificate is for another host. Use the host name that it is for."""


class CertificateExpired(NetworkError):
    """The server's certificate has expired or is not valid yet. Renew it, and check this machine's clock."""


class TlsFailed(NetworkError):
    """The TLS handshake failed for another reason. Check the port, TLS versions and client_cert."""


class ProxyFailed(NetworkError):
    """The proxy is down, unknown, or refuses. Check proxy, HTTP_PROXY, HTTPS_PROXY and NO_PROXY."""


class AnswerTooLarge(NetworkError):
    """The answer is longer than is read of such an answer. Check that the URL is the one you mean."""


# ---- the token endpoint: an answer without a token


class TokenError(AuthkitError):
    """No usable token from the token endpoint."""


class WrongClientSecret(TokenError):
    """The client exists, but its secret is a different one. Copy it from the server's console again."""


class UnknownClient(TokenError):
    """The realm has no enabled client of that name. Check client_id, and enable the client."""


class ClientAuthenticationFailed(TokenError):
    """The server refused client_id or client_secret and does not say which. Check both."""


class ClientAuthMethodRefused(TokenError):
    """The client is set up for another client authentication. Set client_auth_method to that."""


class ClientNotConfidential(TokenError):
    """A public or bearer-only client cannot log in. Switch on 'Client authentication' for the client."""


class ServiceAccountsDisabled(TokenError):
    """The client may not use the client credentials grant. Switch on 'Service account roles'."""


class UnknownRealm(TokenError):
    """The server has no realm of that name. Check realm or issuer, upper and lower case included."""


class RealmDisabled(TokenError):
    """The realm is disabled. Enable it in the realm's settings."""


class HttpsRequired(TokenError):
    """The realm requires https. Write the server's address with https."""


class EndpointNotFound(TokenError):
    """There is no token endpoint at this URL. Check the options that say where the token comes from."""


class ScopeRefused(TokenError):
    """The server does not give this client a scope that was asked for. Check scope and the client's scopes."""


class AudienceRefused(TokenError):
    """The server does not give this client an audience or resource. Check audience and resource."""


class GrantRefused(TokenError):
    """The server does not offer this grant, or not to this client. Allow it there, or set grant_type."""


class TokenRequestRefused(TokenError):
    """The token request was refused for another reason. Look up the reason in the server's log."""


class NotJson(TokenError):
    """The answer is something other than a JSON object. Check the address, and proxies in between."""


class TruncatedAnswer(TokenError):
    """The answer begins as JSON and breaks off. Try again, and check proxies and the server's log."""


class UnusableToken(TokenError):
    """The answer has no token that an Authorization header can carry. Correct the token's format at the server."""


class RateLimited(TokenError):
    """The server received too many requests. Try again later, or have its limit raised."""


class ServerUnavailable(TokenError):
    """The server says that it cannot answer now. Try again later, and check its log."""


class EndpointRedirects(TokenError):
    """The endpoint redirects, and credentials do not follow. Set the server's real address."""


# ---- discovery, store, API


class DiscoveryFailed(AuthkitError):
    """The issuer has no usable metadata document. Check issuer, or set token_url instead."""


class IssuerMismatch(AuthkitError):
    """The metadata document is another issuer's. Set issuer exactly as the server spells it."""


class StoreRefused(AuthkitError):
    """The token store's directory is not safe. Correct its owner and mode as the sentence says."""


class ApiError(AuthkitError):
    """No usable answer from the protected API."""


class TokenRejected(ApiError):
    """The API answered 401 to a token that should be valid. Check its audience, scope and roles."""


class UnexpectedStatus(ApiError):
    """The API answered with a status that the task does not expect. See json, content and status."""


class RedirectRefused(ApiError):
    """A redirect would carry the token or a body elsewhere, or never ends. Write the final address as url."""
