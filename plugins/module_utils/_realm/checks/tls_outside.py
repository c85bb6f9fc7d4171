# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the server is reached: https, its certificate, old versions of TLS, and the issuer's own URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from ..._urls import is_loopback
from ..keycloak.clients import is_plain_http
from ..keycloak.findings import on_realm
from ..model import INFO, Finding, Parameter, Parameters, check
from ..outside.metadata import endpoints, origin_of, shown_origin
from ..snapshot.gaps import NotEvaluated, known
from ..snapshot.snapshot import Snapshot

_HSTS = "strict-transport-security"
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d{1,18})"?\s*(?=;|$)', re.IGNORECASE)
_LOOPBACK = Parameter(
    True, "Whether plain http is only an info finding if the host is the machine that runs the check."
)


@check(
    id="discovery-issuer-not-https",
    area="tls",
    level="L1",
    severity="critical",
    tier="core",
    title="Issuer is not an https URL",
    rationale="Tokens and secrets are sent in clear text, and an issuer must be an https URL.",
    remediation="Serve Keycloak over TLS, and set hostname to the https URL.",
    reference="RFC 8414 section 2",
    parameters={"allow_loopback_http": _LOOPBACK},
)
def discovery_issuer_not_https(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    issuer = snapshot.metadata["issuer"]
    place = origin_of(issuer)
    if place is None or place[0] != "https":
        severity = INFO if _tolerated(issuer, parameters) else None
        yield on_realm(snapshot, f"The issuer {issuer} is not an https URL.", {"issuer": issuer}, severity=severity)


@check(
    id="discovery-endpoint-not-https",
    area="tls",
    level="L1",
    severity="high",
    tier="core",
    title="An advertised endpoint uses http",
    rationale="One endpoint without TLS is enough to leak the client's secret or a token, even with an https issuer.",
    remediation="Set the server option proxy-headers to what the proxy sends, or hostname to the https URL.",
    reference="RFC 9700 section 2.6",
)
def discovery_endpoint_not_https(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    plain = {name: url for name, url in endpoints(snapshot.metadata, aliases=True) if is_plain_http(url)}
    if plain:
        message = f"The metadata has plain http URLs in {', '.join(sorted(plain))}."
        yield on_realm(snapshot, message, plain, details=tuple(plain))


@check(
    id="tls-plain-http",
    area="tls",
    level="L1",
    severity="critical",
    tier="core",
    title="The server's address is http",
    rationale="Client secrets and bearer tokens are sent in clear text.",
    remediation="Use https, and close the http port or let it redirect.",
    reference="RFC 9700 section 2.6",
    parameters={"allow_loopback_http": _LOOPBACK},
)
def tls_plain_http(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    url = snapshot.base_url
    place = origin_of(url)
    if place is not None and place[0] == "http":
        severity = INFO if _tolerated(url, parameters) else None
        message = f"The server is reached at {shown_origin(place)}, in clear text."
        yield on_realm(snapshot, message, {"server": shown_origin(place)}, severity=severity)


@check(
    id="tls-certificate-invalid",
    area="tls",
    level="L1",
    severity="high",
    tier="core",
    title="Server certificate does not validate",
    rationale="Clients that do not validate the certificate expose their secrets to any man in the middle.",
    remediation="Install a trusted authority's certificate for the server's name, or set ca_path. Set validate_certs.",
    reference="RFC 6749 section 10.9",
    parameters={
        "ca_path": Parameter(
            None, "File with the authority's PEM certificate, if it differs from the connection's.", str
        ),
    },
)
def tls_certificate_invalid(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    tls = snapshot.tls
    problem = tls.problem
    if isinstance(problem, str):
        yield on_realm(snapshot, problem, {"validate_certs": tls.validated})
    elif not tls.validated:
        message = "validate_certs is false, so the connection accepts any certificate."
        yield on_realm(snapshot, message, {"validate_certs": False})
    known(problem)


@check(
    id="tls-certificate-expiring",
    area="tls",
    level="L1",
    severity="medium",
    tier="core",
    title="Server certificate expires soon",
    rationale="An expired certificate stops all automation at once.",
    remediation="Renew the certificate.",
    parameters={"cert_warn_days": Parameter(21, "Minimum time until the certificate expires, in days.")},
)
def tls_certificate_expiring(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    expires: datetime = known(snapshot.tls.expires)
    now = datetime.now(timezone.utc)
    if expires < now + timedelta(days=parameters["cert_warn_days"]):
        message = f"The server's certificate {'expires' if expires > now else 'expired'} on {expires:%Y-%m-%d}."
        yield on_realm(snapshot, message, {"not_after": expires.isoformat()})


@check(
    id="tls-legacy-protocol",
    area="tls",
    level="L1",
    severity="medium",
    tier="core",
    title="Server accepts TLS 1.0 or 1.1",
    rationale="With obsolete versions, attackers can downgrade and read a connection.",
    remediation="Set https-protocols to TLSv1.3,TLSv1.2 on the server, or the equivalent on the proxy.",
)
def tls_legacy_protocol(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    accepts = snapshot.tls.accepts
    old = sorted(name for name, accepted in accepts.items() if accepted is True)
    if old:
        message = f"The server accepts {' and '.join(old)}."
        yield on_realm(snapshot, message, {"versions": old}, details=tuple(old))
    for accepted in accepts.values():
        known(accepted)


@check(
    id="tls-hsts-missing",
    area="tls",
    level="L1",
    severity="low",
    tier="extended",
    title="No or short Strict-Transport-Security header",
    rationale="Without HSTS, attackers can keep a browser's first request on http.",
    remediation=(
        "Realm settings > Security defenses > HTTP Strict Transport Security "
        "(browserSecurityHeaders.strictTransportSecurity)."
    ),
    reference="RFC 6797 section 6.1",
    parameters={"hsts_min_age": Parameter(15552000, "Minimum max-age, in seconds.")},
)
def tls_hsts_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    header = snapshot.discovery.headers.get(_HSTS, "") if snapshot.metadata else ""
    place = origin_of(snapshot.base_url)
    if place is None or place[0] != "https":
        # Keycloak also sends the header over http, where browsers ignore it.
        raise NotEvaluated("The server's address is plain http, where browsers ignore this header.")
    age = _MAX_AGE.search(header)
    if age is None or int(age.group(1)) < parameters["hsts_min_age"]:
        message = f"Strict-Transport-Security is {header or 'missing'}."
        yield on_realm(snapshot, message, {_HSTS: header})


def _tolerated(url: str, parameters: Parameters) -> bool:
    """Whether a URL without https points to this machine, where http is accepted."""
    place = origin_of(url)
    return place is not None and is_loopback(place[1]) and parameters["allow_loopback_http"] is True
