# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, described once for modules and plugins."""

from __future__ import annotations

from typing import ClassVar

from ..module_utils._options.client import OPTIONS

_PLACES = (
    "  {0}: {{env: [{{name: AUTHKIT_{1}}}], ini: [{{section: authkit, key: {0}}}], vars: [{{name: authkit_{0}}}]{2}}}"
)
#: Ansible would reject JSON text for a dict.
_TYPES = dict.fromkeys(("extra_parameters", "require"), ", type: raw")


class ModuleDocFragment:
    """For modules: DOCUMENTATION. For plugins: PLUGINS (where an option is found besides the call), then CONNECTION.

    For inventory plugins: INVENTORY, then INVENTORY_CONNECTION.
    """

    # A literal, in a file without an underscore: the Ansible language server reads the text and runs no code.
    DOCUMENTATION = r"""
options:
  issuer:
    description:
      - Issuer whose metadata names the token endpoint (OpenID Connect Discovery 1.0 or RFC 8414).
      - Set exactly one of O(issuer), O(auth_server) with O(realm), and O(token_url), in one source. V(http) is only for
        loopback (V(localhost), V(127.0.0.0/8), V(::1)), unless O(allow_http) is set.
    type: str
  auth_server:
    description: Keycloak server as host, V(host:port) or URL. V(https) unless it has a scheme; a path is kept.
    type: str
  realm:
    description: Name of the realm at O(auth_server).
    type: str
  token_url:
    description: URL of the token endpoint.
    type: str
  client_id:
    description: The client's identifier.
    type: str
  client_secret:
    description: The client's secret. Best kept in a vaulted variable or the environment.
    type: str
  username:
    description:
      - Name of a service account that the token request names besides the client, for servers such as authentik whose
        client credentials grant asks for one; or the user of O(grant_type=password). Needs O(password).
      - For O(grant_type=jwt_bearer) with O(private_key), the subject of the assertion, without a password. Google's
        service accounts have none unless they act on behalf of a user.
    type: str
  password:
    description: The password of O(username). At authentik, its app password.
    type: str
  refresh_token:
    description:
      - The refresh token to begin with, for O(grant_type=refresh_token). Where the server replaces it, the token store
        keeps its successors, and goes on with them as long as this option does not change.
    type: str
  assertion:
    description:
      - The JWT for O(grant_type=jwt_bearer) that says on whose behalf the token is requested (RFC 7523). Each assertion
        has tokens of its own in the store. Unless set, the client signs one with O(private_key) for each request.
    type: str
  subject_token:
    description:
      - The token to exchange, for O(grant_type=token_exchange) (RFC 8693). Each has tokens of its own in the store.
    type: str
  client_auth_method:
    description:
      - How the client authenticates (RFC 6749 section 2.3). V(client_secret_post), V(client_secret_basic) and
        V(client_secret_jwt) need O(client_secret).
      - V(private_key_jwt) needs O(private_key) or O(private_key_path), and no secret. The Python library joserfc on the
        controller signs.
      - V(tls_client_auth) needs O(client_cert), whether a certificate authority signed it or the client itself.
      - V(none) is for public clients.
      - For O(grant_type=jwt_bearer) with O(private_key) and without O(client_secret), no client authentication is sent
        unless this is set.
    type: str
    default: client_secret_post
    choices: [client_secret_post, client_secret_basic, client_secret_jwt, private_key_jwt, tls_client_auth, none]
  private_key:
    description: Text of the private key for V(private_key_jwt) or V(jwt_bearer), as PEM. Best kept in Ansible Vault.
    type: str
  private_key_path:
    description: PEM file of the private key for V(private_key_jwt) or V(jwt_bearer), on the controller.
    type: path
  private_key_passphrase:
    description: The passphrase of O(private_key) or O(private_key_path).
    type: str
  key_id:
    description: The identifier (C(kid)) under which the server knows the public key. Needed where a client has several.
    type: str
  signing_algorithm:
    description:
      - The algorithm that signs the client's assertions. Unless set, V(RS256) for an RSA key, V(ES256), V(ES384) or
        V(ES512) for an EC key, V(EdDSA) for an Ed25519 key, and V(HS256) for V(client_secret_jwt).
      - Also V(RS384), V(RS512), V(PS256), V(PS384), V(PS512), V(HS384) and V(HS512).
    type: str
  client_assertion:
    description:
      - A JWT of another issuer that authenticates the client instead of a secret (RFC 7523 section 2.2), such as the ID
        token of a CI job. The server must trust that issuer.
      - Set at most one of O(client_assertion), O(client_assertion_path) and O(client_assertion_source), and none beside
        O(client_secret) in one source. They need no O(client_auth_method).
      - It expires. The other two options give each token request a new one.
    type: str
  client_assertion_path:
    description: File with such a JWT, which its platform replaces. Read at each token request.
    type: path
  client_assertion_source:
    description:
      - Platform whose job has an identity of its own. Each token request fetches or reads a new JWT.
      - V(github_actions) needs C(permissions) with C(id-token) V(write).
      - V(gitlab) reads the ID token C(GITLAB_OIDC_TOKEN), which C(id_tokens) of the job defines.
      - V(azure_devops) needs C(SYSTEM_ACCESSTOKEN) in the environment of the step.
      - V(kubernetes) reads the projected token in C(/var/run/secrets/authkit/token), else the file that
        C(AZURE_FEDERATED_TOKEN_FILE) names.
      - V(aap) reads C(AAP_WORKLOAD_IDENTITY_TOKEN), or the file that C(AAP_WORKLOAD_IDENTITY_TOKEN_FILE) names.
    type: str
    choices: [github_actions, gitlab, azure_devops, kubernetes, aap]
  client_assertion_audience:
    description:
      - The audience of the client's assertions, also of one that V(github_actions) issues. Unless set, the issuer in
        O(issuer), or that of O(auth_server) and O(realm), else O(token_url). Okta wants the token endpoint, and
        Microsoft Entra ID, too, or V(api://AzureADTokenExchange) for O(client_assertion_source).
    type: str
  client_cert:
    description: PEM file of a client certificate, for the token endpoint and the API. It may contain the key, too.
    type: path
  client_key:
    description: PEM file of the key of O(client_cert).
    type: path
  grant_type:
    description:
      - The grant type (RFC 6749 section 1.3).
      - V(refresh_token) needs O(refresh_token), V(password) needs O(username) and O(password), V(jwt_bearer) (RFC 7523)
        needs O(assertion) or O(private_key), and V(token_exchange) (RFC 8693) needs O(subject_token). Their URNs are
        accepted as well.
      - V(device_code) is for people (RFC 8628), who sign in with the module C(authkit.oauth.login).
      - A name that no standard has, such as V(account_credentials) of Zoom, is sent as it is; set the fields that it
        needs in O(extra_parameters). Other standard grants are not supported.
    type: str
    default: client_credentials
  subject_token_type:
    description:
      - The type of O(subject_token), such as V(id_token) or a URI (RFC 8693 section 3). Unless set, V(access_token).
      - Set C(requested_token_type) in O(extra_parameters) if the server needs it.
    type: str
  scope:
    description: Scopes to request. As text, separated by spaces or commas, or JSON.
    type: list
    elements: str
  audience:
    description: Audiences to request.
    type: list
    elements: str
  resource:
    description: Resources to request (RFC 8707).
    type: list
    elements: str
  extra_parameters:
    description: Additional form fields for the token request. As text, JSON.
    type: dict
  validate_certs:
    description: Whether to check certificates.
    type: bool
    default: true
  ca_path:
    description: PEM file of the certificate authorities to trust.
    type: path
  timeout:
    description: Seconds to wait for a connection and for each part of a response. An attempt may take 3
      times as long in total, a call of C(api), C(resource) or the inventory C(hosts) 10 times.
    type: float
    default: 30
  retries:
    description: How often to retry (0 to 10) after a failed connection, 429, 502, 503 and 504.
    type: int
    default: 2
  proxy:
    description:
      - URL of an http or https proxy, or V(none) for none. Unless set, the usual environment variables apply, except to
        loopback, which is never reached through a proxy of the environment. A password in it is masked.
    type: str
  http_agent:
    description: The C(User-Agent) header.
    type: str
    default: ansible-authkit-oauth
  allow_http:
    description: Whether secrets and tokens may travel in clear text to other machines.
    type: bool
    default: false
  cache:
    description:
      - Where tokens are kept. V(file) for all processes of this user, encrypted; V(memory) for one
        process; V(none) nowhere.
    type: str
    default: file
    choices: [file, memory, none]
  min_valid:
    description: Seconds that a token must remain valid, at most half of its lifetime. Unless set, the smaller of 30 and
      a fifth of its lifetime.
    type: float
  token_lifetime:
    description:
      - Seconds that a token lives if the server's response has no C(expires_in). Unless set, the token's own C(exp) if
        it is a JWT, else 60 seconds. A JWT never counts as valid beyond its C(exp).
    type: float
  require:
    description:
      - What a token must have, all of it. As text, JSON. The token is compared before it is used, so that a play
        whose token would get a 403 fails at its start.
      - V(scopes) and V(aud) are lists of scopes and audiences. V(roles) is a list of roles, at Keycloak a role of the
        realm as V(role), and a role of a client as V(client:role). V(azp) is the client that the token was issued to.
      - V(claims) is a mapping of a claim to its value, or to a list of values of which it must be one.
      - What an opaque token has is known from the response and, if that does not suffice, from introspection.
    type: dict
  dpop:
    description:
      - Whether to bind the token to a key (DPoP, RFC 9449), so that a stolen token is useless. Each request then has a
        proof made with the key, the first token request included. The key is kept encrypted beside the token.
      - Calls need the module C(api) or C(resource), or the inventory C(hosts), which make the proofs. C(resource), and
        C(requests) and C(paginate) of C(api), then need a task that runs on the controller.
      - The Python package joserfc must be installed on the controller.
      - A server that answers with a bearer token is refused.
    type: bool
    default: false
  allowed_hosts:
    description:
      - The hosts that modules may send this client's token to, as host, V(host:port) or V(*.domain). Any unless set.
    type: list
    elements: str
  profile:
    description:
      - The client to use, a name in the variable C(authkit_profiles), a mapping of names to mappings of these options.
      - A profile defines server and client completely. Other options that it does not set come from variables,
        environment and C(ansible.cfg).
    type: str
"""
    #: Annotated: ansible-test's yamllint takes every other assignment here for a literal.
    CONNECTION: ClassVar[str] = DOCUMENTATION.partition("  profile:\n")[0]
    PLUGINS: ClassVar[str] = "\n".join(
        ["options:", *(_PLACES.format(name, name.upper(), _TYPES.get(name, "")) for name in OPTIONS)]
    )
    #: The same for inventory files, where cache is Ansible's own.
    INVENTORY: ClassVar[str] = PLUGINS.replace("\n  cache: ", "\n  token_cache: ")
    INVENTORY_CONNECTION: ClassVar[str] = DOCUMENTATION.replace("\n  cache:\n", "\n  token_cache:\n")
