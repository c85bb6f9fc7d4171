# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What well-known authorization servers mean by a refusal: one table, keyed by the kind of server and its code.

The host of the token endpoint says what kind of server it is. The server's text selects a row and is never shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from .. import _errors
from .._words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .request_facts import RequestFacts

#: Hosts of each kind of server, and domains (with a dot in front) whose hosts all are. Own domains are not known here.
_HOSTS: dict[str, tuple[str, ...]] = {
    # https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
    "entra": (
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        ".ciamlogin.com",
    ),
    "okta": (".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com"),
    "auth0": (".auth0.com",),
    "cognito": (".amazoncognito.com",),
    "google": ("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"),
    "gitlab": ("gitlab.com",),
    "zitadel": (".zitadel.cloud",),
}
_AADSTS = re.compile(r"AADSTS([0-9]{5,7})(?![0-9])")
#: Hydra runs under any host, but these words are its own: https://github.com/ory/hydra/issues/3420
_HYDRA = re.compile(
    r"supports client authentication method '(client_secret_basic|client_secret_post|private_key_jwt|none)', "
    r"but method '[a-z_]+' was requested"
)


class _Row(NamedTuple):
    kind: type[_errors.AuthkitError]
    sentence: str
    #: A word that the description must hold as well.
    word: str = ""
    #: The scope that must not have been requested; "*" for any.
    without: str = ""


_APP = "Microsoft Entra admin center, App registrations"
#: By kind of server, HTTP status (0: any but 429 and 5xx) and code: AADSTS…, else the member "error".
_ROWS: dict[tuple[str, int, str], _Row] = {
    # https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    ("entra", 0, "AADSTS7000215"): _Row(
        _errors.WrongClientSecret,
        "The client_secret of the client {client} is wrong at {url} (AADSTS7000215): often it is the secret's ID, copy "
        f"the column Value instead ({_APP}, this app, Certificates & secrets).",
    ),
    ("entra", 0, "AADSTS7000222"): _Row(
        _errors.WrongClientSecret,
        "The client_secret of the client {client} has expired at {url} (AADSTS7000222): make a new one and set "
        f"client_secret to its Value ({_APP}, this app, Certificates & secrets).",
    ),
    ("entra", 0, "AADSTS700016"): _Row(
        _errors.UnknownClient,
        "The tenant in {url} knows no application {client} (AADSTS700016): check client_id (the Application ID, not an "
        "Object ID) and the tenant in {where}.",
    ),
    ("entra", 0, "AADSTS90002"): _Row(
        _errors.UnknownRealm,
        "There is no tenant as written in {url} (AADSTS90002): check the tenant's ID or domain in {where}, and that "
        "the host is the one of its cloud.",
    ),
    ("entra", 0, "AADSTS700024"): _Row(
        _errors.ClientAuthenticationFailed,
        "The client assertion of the client {client} is too old or not valid yet at {url} (AADSTS700024): make a new "
        "one for this request, and check the clock of the machine that makes it.",
    ),
    # https://developer.okta.com/docs/guides/implement-grant-type/clientcreds/main/
    ("okta", 0, "invalid_scope"): _Row(
        _errors.ScopeRefused,
        "{url} requires a scope that was not requested: set scope to a scope of this authorization server (Okta admin "
        "console, Security, API, this server, Scopes).",
        without="*",
    ),
    # https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
    ("okta", 0, "invalid_client"): _Row(
        _errors.ClientAuthMethodRefused,
        "{url} takes only private_key_jwt from the client {client}, which cannot be used here: set {where} to a "
        "custom authorization server, such as https://YOUR-ORG.okta.com/oauth2/default.",
        word="private_key_jwt",
    ),
    # https://github.com/auth0/ruby-auth0/issues/610; with 401 the same code means a wrong secret
    ("auth0", 403, "access_denied"): _Row(
        _errors.AudienceRefused,
        "{url} has not authorized the client {client} for {audience}: authorize it in the Auth0 dashboard, "
        "Applications, APIs, this API, Machine to Machine Applications, and check that audience is its Identifier.",
    ),
    # https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
    ("cognito", 0, "unauthorized_client"): _Row(
        _errors.GrantRefused,
        "{url} does not let the client {client} use the client credentials grant: switch on 'Client credentials' for "
        "this app client in the Amazon Cognito console (Login pages, OAuth 2.0 grant types).",
    ),
    ("cognito", 0, "invalid_scope"): _Row(
        _errors.ScopeRefused,
        "{url} does not grant the client {client} the requested scope: write scope as RESOURCE-SERVER/SCOPE, and allow "
        "it for this app client in the Amazon Cognito console (Login pages, Custom scopes).",
    ),
    # https://developers.google.com/identity/protocols/oauth2/service-account
    ("google", 0, "unsupported_grant_type"): _Row(
        _errors.GrantRefused,
        "{url} has no client credentials grant, as Google logs machines in by the key of a service account: set "
        "grant_type to jwt_bearer, client_id to the service account's email, and private_key to its key.",
    ),
    # https://docs.gitlab.com/api/oauth2/ lists the grants
    ("gitlab", 0, "unsupported_grant_type"): _Row(
        _errors.GrantRefused,
        "{url} has no client credentials grant: make a project or group access token at GitLab and give it to "
        "authkit.oauth.api as access_token.",
    ),
    # https://zitadel.com/docs/guides/integrate/service-accounts/client-credentials
    ("zitadel", 0, "invalid_scope"): _Row(
        _errors.ScopeRefused, "{url} requires the scope openid, which was not requested: add it to scope.", "", "openid"
    ),
    ("zitadel", 0, "invalid_request"): _Row(
        _errors.ScopeRefused, "{url} requires the scope openid, which was not requested: add it to scope.", "", "openid"
    ),
}


def vendor_refusal(status: int, answer: Mapping[str, object], at: RequestFacts) -> _errors.AuthkitError | None:
    """The error for a refusal whose meaning at this kind of server is known, else None."""
    if status == 429 or status >= 500:
        return None
    error, words = answer.get("error"), answer.get("error_description")
    words = words if isinstance(words, str) else ""
    server = _server(at.endpoint)
    code = _entra_code(answer, words) if server == "entra" else error
    if server and isinstance(code, str):
        row = _ROWS.get((server, status, code)) or _ROWS.get((server, 0, code))
        if row is not None and row.word in words and not _requested(row.without, at):
            return row.kind(_filled(row.sentence, at))
    return _hydra(words, at) if error == "invalid_client" else None


def _server(endpoint: str) -> str:
    host = (urlsplit(endpoint).hostname or "").rstrip(".")
    return next(
        (
            kind
            for kind, names in _HOSTS.items()
            if any(host.endswith(name) if name.startswith(".") else host == name for name in names)
        ),
        "",
    )


def _entra_code(answer: Mapping[str, object], words: str) -> str | None:
    """AADSTS and the digits of the first code that has a row: from error_codes, else from the description."""
    codes = answer.get("error_codes")
    listed = [f"AADSTS{code}" for code in codes if isinstance(code, int)] if isinstance(codes, list) else []
    found = [*listed, *(f"AADSTS{digits}" for digits in _AADSTS.findall(words))]
    return next((code for code in found if ("entra", 0, code) in _ROWS), None)


def _requested(scope: str, at: RequestFacts) -> bool:
    return bool(at.scope) if scope == "*" else scope in at.scope


def _filled(sentence: str, at: RequestFacts) -> str:
    audience = ", ".join(map(quoted, at.audience)) or "the tenant's default audience (audience is not set)"
    return sentence.format(client=at.client, url=at.url, where=at.where_options, audience=audience)


def _hydra(words: str, at: RequestFacts) -> _errors.AuthkitError | None:
    found = _HYDRA.search(words)
    if found is None:
        return None
    method = found[1]
    if method in ("client_secret_basic", "client_secret_post"):
        step = f"set client_auth_method to {method}"
    else:
        step = "set its token_endpoint_auth_method to client_secret_basic at the server, and client_auth_method as well"
    return _errors.ClientAuthMethodRefused(
        f"{at.url} registered the client {at.client} with client authentication method {method}, not "
        f"{at.auth_method}: {step}."
    )
