# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a client's settings that resolve a finding, as options of community.general.keycloak_client.

Redirect URIs, secrets and roles need a person's decision, and are not here. The module merges attributes with those
that the client has.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ..keycloak.clients import is_plain_http_in_browsers
from ..keycloak.redirects import redirect_uris, scheme
from ..keycloak.settings import texts
from ..model import Parameters
from ..snapshot.gaps import Json, Unknown
from .fixes import Fix, Settings

_OPTIONS = {
    "implicitFlowEnabled": "implicit_flow_enabled",
    "directAccessGrantsEnabled": "direct_access_grants_enabled",
    "fullScopeAllowed": "full_scope_allowed",
    "standardFlowEnabled": "standard_flow_enabled",
}
_S256 = {"pkce.code.challenge.method": "S256"}


def _off(*fields: str) -> Fix:
    return lambda _client, _parameters: {_OPTIONS[name]: False for name in fields}


def _attributes(values: Mapping[str, str]) -> Fix:
    return lambda _client, _parameters: {"attributes": dict(values)}


def _https_origins(client: Json, _parameters: Parameters) -> Settings | None:
    """The web origins, with https instead of http; None unless a redirect URI shows that each is served over https."""
    try:
        origins, redirects = texts(client, "webOrigins"), redirect_uris(client)
    except Unknown:
        return None
    served = {f"https://{urlsplit(uri).netloc.lower()}" for uri in redirects if scheme(uri) == "https"}
    secure = {each: f"https://{each[7:]}" for each in origins if is_plain_http_in_browsers(each)}
    if not all(each.rstrip("/").lower() in served for each in secure.values()):
        return None
    return {"web_origins": [secure.get(each, each) for each in origins]}


def _own_origins(client: Json, _parameters: Parameters) -> Settings | None:
    """The origins of the redirect URIs instead of every origin; None if a redirect URI is itself a wildcard."""
    redirects = client.get("redirectUris")
    if not isinstance(redirects, list) or any(not isinstance(each, str) or each.startswith("*") for each in redirects):
        return None
    return {"web_origins": ["+"]}


CLIENT_FIXES: Mapping[str, Fix] = {
    "client-implicit-flow": _off("implicitFlowEnabled"),
    "client-direct-grants-public": _off("directAccessGrantsEnabled"),
    "client-direct-grants-confidential": _off("directAccessGrantsEnabled"),
    "client-redirect-missing": _off("standardFlowEnabled", "implicitFlowEnabled"),
    "client-public-no-pkce": _attributes(_S256),
    "client-pkce-plain": _attributes(_S256),
    "client-confidential-no-pkce": _attributes(_S256),
    "client-device-grant": _attributes({"oauth2.device.authorization.grant.enabled": "false"}),
    "client-issuer-excluded": _attributes({"exclude.issuer.from.auth.response": "false"}),
    "client-token-lifespan-override": _attributes({"access.token.lifespan": ""}),
    "client-session-override-long": _attributes({"client.session.idle.timeout": "", "client.session.max.lifespan": ""}),
    "client-cc-refresh-token": _attributes({"client_credentials.use_refresh_token": "false"}),
    "client-token-exchange-refresh": _attributes({"standard.token.exchange.enableRefreshRequestedTokenType": ""}),
    "client-hmac-token-alg": _attributes({"access.token.signed.response.alg": "", "id.token.signed.response.alg": ""}),
    "client-saml-unsigned": _attributes({"saml.assertion.signature": "true"}),
    "client-saml-weak-signature": _attributes({"saml.signature.algorithm": "RSA_SHA256"}),
    "client-web-origins-http": _https_origins,
    "client-web-origins-wildcard": _own_origins,
}
