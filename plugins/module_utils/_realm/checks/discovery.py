# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata document of a realm: whether it is the realm's, where it points, and what it offers."""

from __future__ import annotations

from collections.abc import Iterator

from ..._urls import is_loopback, safe_url
from ..keycloak.findings import on_realm
from ..keycloak.settings import texts
from ..model import INFO, Finding, Parameter, Parameters, check
from ..outside.metadata import endpoints, issuer_url, origin_of, problem, shown_origin
from ..outside.public import PROBE_HOST
from ..snapshot.gaps import NotEvaluated, known
from ..snapshot.snapshot import Snapshot

_PKCE = "code_challenge_methods_supported"
_GRANTS = "grant_types_supported"
_METHODS = "token_endpoint_auth_methods_supported"
_ISS = "authorization_response_iss_parameter_supported"
_DEVICE = "device_authorization_endpoint"
#: Without request_object_ and userinfo_signing_alg_values_supported, where Keycloak lists none by default.
_SIGNED = (
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
)


@check(
    id="discovery-unreachable",
    area="discovery",
    level="L1",
    severity="critical",
    tier="core",
    title="Metadata document cannot be read",
    rationale=(
        "Clients read the URLs for tokens and keys from this document. Without it they have to guess, and may "
        "trust the wrong server."
    ),
    remediation=(
        "Correct the server's address (no /auth since Keycloak 17, unless http-relative-path is set) and the realm's "
        "name, and enable the realm."
    ),
    reference="RFC 8414 section 2",
)
def discovery_unreachable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer = snapshot.discovery
    found = problem(answer, snapshot.name)
    if found is not None:
        message = f"There is no metadata document at {safe_url(answer.url)}: {found}."
        yield on_realm(snapshot, message, {"status": answer.status, "content_type": answer.content_type})


@check(
    id="discovery-issuer-mismatch",
    area="discovery",
    level="L1",
    severity="critical",
    tier="core",
    title="Issuer differs from the URL of the metadata",
    rationale=(
        "A client that accepts metadata of an issuer other than the one it requested can be sent to an "
        "attacker's server."
    ),
    remediation="Set hostname (server) or Frontend URL (realm) so that the issuer equals the public URL.",
    reference="RFC 8414 section 3.3",
    parameters={
        "expected_issuer": Parameter(
            None,
            "The issuer, if it is not the server's address followed by /realms/ and the realm's name, because the "
            "audit uses a name other than the public one.",
            str,
        ),
    },
)
def discovery_issuer_mismatch(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    issuer = snapshot.metadata["issuer"]
    expected = parameters["expected_issuer"] or issuer_url(snapshot.base_url, snapshot.name)
    if issuer != expected:
        message = f"The metadata's issuer is {issuer}, but {expected} was expected."
        yield on_realm(snapshot, message, {"issuer": issuer, "expected": expected})


@check(
    id="discovery-endpoint-foreign-host",
    area="discovery",
    level="L1",
    severity="high",
    tier="core",
    title="An endpoint is on a host other than the issuer",
    rationale="A token endpoint or keys at an unexpected origin mean a broken proxy setup or a hijacked server.",
    remediation=(
        "Align the server options hostname and hostname-backchannel-dynamic, or add the origin to "
        "allowed_endpoint_origins."
    ),
    reference="RFC 8414 section 6.2",
    parameters={
        "allowed_endpoint_origins": Parameter(
            [], "Origins (scheme, host, port) that endpoints may have besides the issuer's, such as a back channel."
        ),
    },
)
def discovery_endpoint_foreign_host(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    metadata = snapshot.metadata
    allowed = {origin_of(url) for url in (metadata["issuer"], *parameters["allowed_endpoint_origins"])}
    # Aliases for mutual TLS are meant to be on another host or port (RFC 8705 section 5).
    places = {name: origin_of(url) for name, url in endpoints(metadata, aliases=False)}
    foreign = {name: shown_origin(place) for name, place in places.items() if place is None or place not in allowed}
    if foreign:
        where = ", ".join(sorted(set(foreign.values())))
        message = (
            f"{', '.join(sorted(foreign))} in the metadata point to {where}, but the issuer is {metadata['issuer']}."
        )
        yield on_realm(snapshot, message, foreign, details=tuple(foreign.values()))


@check(
    id="discovery-host-header-controls-issuer",
    area="discovery",
    level="L1",
    severity="high",
    tier="core",
    title="Host header rewrites the issuer",
    rationale=(
        "If the server takes its name from the request, an attacker can make password reset emails and metadata "
        "point to their own host."
    ),
    remediation=(
        "Set the server option hostname to the fixed public URL, and proxy-headers only if the proxy overwrites "
        "these headers."
    ),
    reference="Keycloak Server Administration Guide, Mitigating security threats: Host",
)
def discovery_host_header_controls_issuer(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answers, base = snapshot.reflected_hosts, origin_of(snapshot.base_url)
    reflected = sorted(name for name, issuer in answers.items() if isinstance(issuer, str) and PROBE_HOST in issuer)
    if reflected:
        # A development server on this machine has no other name.
        severity = INFO if base is not None and is_loopback(base[1]) else None
        message = f"If the {' or '.join(reflected)} header of a request names another host, the issuer is on that host."
        yield on_realm(snapshot, message, {"headers": reflected}, severity=severity, details=tuple(reflected))
    for issuer in answers.values():
        known(issuer)


@check(
    id="discovery-pkce-s256-missing",
    area="discovery",
    level="L1",
    severity="high",
    tier="core",
    title="S256 PKCE not advertised",
    rationale="Clients use PKCE if the metadata offers it; without S256 they omit it or send the plain verifier.",
    remediation="Do not filter the metadata in the proxy, or upgrade the server.",
    reference="RFC 9700 section 2.1.1",
)
def discovery_pkce_s256_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    methods = texts(snapshot.metadata, _PKCE)
    if "S256" not in methods:
        message = f"{_PKCE} does not contain S256."
        yield on_realm(snapshot, message, {_PKCE: methods})


@check(
    id="discovery-iss-parameter-missing",
    area="discovery",
    level="L1",
    severity="medium",
    tier="extended",
    title="Authorization response has no iss parameter",
    rationale="The iss parameter is the standard defense against mix-up attacks on clients that use several issuers.",
    remediation="Upgrade to a version that supports RFC 9207; do not filter the metadata in the proxy.",
    reference="RFC 9207 section 3",
)
def discovery_iss_parameter_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    value = snapshot.metadata.get(_ISS)
    if value is not True:
        message = f"{_ISS} is not true, so clients cannot rely on the issuer in an authorization response."
        yield on_realm(snapshot, message, {_ISS: value})


@check(
    id="discovery-client-credentials-missing",
    area="discovery",
    level="L1",
    severity="high",
    tier="core",
    title="client_credentials grant not advertised",
    rationale="Automation authenticates with this grant, including this collection's token lookup and modules.",
    remediation="Do not filter the metadata in the proxy; Keycloak has no server-wide setting for this grant.",
    reference="RFC 6749 section 4.4",
)
def discovery_client_credentials_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    if _GRANTS not in snapshot.metadata:
        raise NotEvaluated(f"The metadata has no {_GRANTS}, so it does not say which grants are supported.")
    grants = texts(snapshot.metadata, _GRANTS)
    if "client_credentials" not in grants:
        message = f"{_GRANTS} does not contain client_credentials."
        yield on_realm(snapshot, message, {_GRANTS: grants})


@check(
    id="discovery-alg-none-signing",
    area="discovery",
    level="L1",
    severity="critical",
    tier="core",
    title="alg none offered for ID tokens or client assertions",
    rationale="Unsigned ID tokens and assertions let the sender impersonate any user or client.",
    remediation="Remove the provider that registers the algorithm none.",
    reference="RFC 8725 section 3.1",
)
def discovery_alg_none_signing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    offering = [name for name in _SIGNED if any(each.lower() == "none" for each in texts(snapshot.metadata, name))]
    if offering:
        message = f"{', '.join(offering)} offer none, which is no signature at all."
        yield on_realm(snapshot, message, {"members": offering}, details=tuple(offering))


@check(
    id="discovery-asymmetric-client-auth-missing",
    area="discovery",
    level="L1",
    severity="info",
    tier="extended",
    title="No asymmetric client authentication offered",
    rationale="With signed JWTs or mutual TLS, client and server share no secret.",
    remediation="Enable Signed JWT or X509 Certificate in the realm's client authentication flow.",
    reference="RFC 9700 section 2.5",
)
def discovery_asymmetric_client_auth_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    methods = texts(snapshot.metadata, _METHODS)
    if not {"private_key_jwt", "tls_client_auth"}.intersection(methods):
        message = f"{_METHODS} contains neither private_key_jwt nor tls_client_auth."
        yield on_realm(snapshot, message, {_METHODS: methods})


@check(
    id="discovery-device-endpoint-missing",
    area="discovery",
    level="L1",
    severity="info",
    tier="extended",
    title="Device authorization endpoint not advertised",
    rationale="Where the device flow is required, users log in to automation with it.",
    remediation="Enable the server feature device-flow.",
    parameters={
        "require_device_flow": Parameter(False, "Whether the device flow is required; if not, nothing is checked."),
    },
)
def discovery_device_endpoint_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    missing = _DEVICE not in snapshot.metadata
    if not parameters["require_device_flow"]:
        raise NotEvaluated("The parameter require_device_flow is not set, so the device flow is not required.")
    if missing:
        yield on_realm(snapshot, f"The metadata has no {_DEVICE}.", {_DEVICE: None})
