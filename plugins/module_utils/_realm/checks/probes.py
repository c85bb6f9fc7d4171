# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pages and paths of the server expose, and how a realm answers requests that it should refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..keycloak.findings import on_realm
from ..model import INFO, Finding, Parameter, Parameters, check
from ..outside.metadata import origin_of
from ..outside.public import LOGIN_CLIENT, PROBE_HOST
from ..outside.public_probes import REDIRECT, REGISTRATION, UNSIGNED, WITHOUT_PKCE
from ..snapshot.gaps import Gap, NotEvaluated, known
from ..snapshot.observed import ProbeAnswer
from ..snapshot.snapshot import Snapshot

#: Errors that occur only after the registration policies allowed the request (RFC 7591 section 3.2.2).
_AFTER_POLICIES = frozenset({"invalid_redirect_uri", "invalid_client_metadata"})
_OWN = frozenset({"'self'", "'none'"})
_WANTS_A_PERSON = frozenset({"login_required", "interaction_required", "consent_required"})
_SESSION_COOKIES = ("AUTH_SESSION_ID", "KC_RESTART")


@check(
    id="probe-dcr-anonymous-open",
    area="protocol-probe",
    level="L1",
    severity="critical",
    tier="core",
    title="Anonymous dynamic client registration is open",
    rationale="Anyone on the network can create OAuth clients with redirect URIs of their choice.",
    remediation=(
        "Keep the Trusted Hosts policy in Clients > Client registration > Anonymous access policies, with exact hosts."
    ),
    reference="RFC 7591 section 5",
    active=True,
)
def probe_dcr_anonymous_open(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer | None = snapshot.probe(REGISTRATION)
    if answer is None or answer.status in (401, 403, 404, 405):
        return
    if not (200 <= answer.status < 300 or answer.error in _AFTER_POLICIES):
        raise NotEvaluated(f"Registration answered HTTP {answer.status}, so it is not known whether it is open.")
    how = "was accepted" if answer.error == "" else "was refused only because of its redirect URI"
    message = f"A registration without a token {how}."
    yield on_realm(snapshot, message, {"status": answer.status, "error": answer.error})


@check(
    id="probe-open-redirect",
    area="protocol-probe",
    level="L1",
    severity="critical",
    tier="core",
    title="Authorization endpoint redirects to an unregistered URI",
    rationale="An open redirector leaks codes and helps phishing.",
    remediation="Remove the wildcard from the client's redirect URIs.",
    reference="RFC 9700 section 4.11.2",
    active=True,
    parameters={
        "probe_client_ids": Parameter(
            ["account-console"],
            "clientIds to try besides the caller's own; users must be able to log in to these clients.",
        ),
    },
)
def probe_open_redirect(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answers = _for_clients(snapshot, REDIRECT)
    if not answers:
        raise NotEvaluated("The parameter probe_client_ids is empty, so there is no client to try.")
    for client, answer in answers.items():
        if isinstance(answer, ProbeAnswer) and (answer.redirect_host == PROBE_HOST or answer.status == 200):
            message = f"A login can redirect to {PROBE_HOST}, a redirect URI that cannot be registered."
            yield Finding(client, "client", message, {"status": answer.status})
    for answer in answers.values():
        known(answer)


@check(
    id="probe-pkce-not-enforced",
    area="protocol-probe",
    level="L1",
    severity="medium",
    tier="extended",
    title="Public client accepted without PKCE",
    rationale="A public client that may omit the challenge is open to code injection.",
    remediation="Client > Advanced > Proof Key for Code Exchange Code Challenge Method = S256.",
    reference="RFC 9700 section 2.1.1",
    active=True,
    parameters={
        "probe_public_clients": Parameter(
            {}, "clientIds of public clients to try, each with a redirect URI that is registered for it."
        ),
    },
)
def probe_pkce_not_enforced(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answers = _for_clients(snapshot, WITHOUT_PKCE)
    if not answers:
        raise NotEvaluated("The parameter probe_public_clients is empty, so there is no client to try.")
    for client, answer in answers.items():
        if isinstance(answer, ProbeAnswer) and _went_on(answer):
            message = "A login without code_challenge was not refused because of that."
            yield Finding(client, "client", message, {"status": answer.status, "error": answer.error})
    for client, answer in answers.items():
        if not _went_on(known(answer)) and "code_challenge" not in known(answer).description:
            raise NotEvaluated(
                f"The login of {client} was refused with HTTP {known(answer).status} for a reason other than PKCE: "
                "check its ID and redirect URI in probe_public_clients."
            )


@check(
    id="probe-unsigned-token-accepted",
    area="protocol-probe",
    level="L1",
    severity="critical",
    tier="core",
    title="Unsigned token accepted at userinfo",
    rationale="If alg none is accepted, anyone can forge tokens.",
    remediation="Upgrade or replace the server.",
    reference="RFC 8725 section 3.1",
    active=True,
)
def probe_unsigned_token_accepted(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    answer: ProbeAnswer | None = snapshot.probe(UNSIGNED)
    if answer is not None and 200 <= answer.status < 300:
        message = f"Userinfo answered a token with alg none with HTTP {answer.status}."
        yield on_realm(snapshot, message, {"status": answer.status})


@check(
    id="probe-login-page-framable",
    area="protocol-probe",
    level="L1",
    severity="medium",
    tier="core",
    title="Login page can be framed",
    rationale="An attacker who frames the page can trick users into clicking login and consent buttons.",
    remediation=("Realm settings > Security defenses > Headers: restore Content-Security-Policy and X-Frame-Options."),
    reference="RFC 9700 section 4.16",
)
def probe_login_page_framable(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    page = snapshot.login_page
    if 300 <= page.status < 400:
        raise NotEvaluated(
            "The login redirects straight to another site, so this server shows no login page to examine."
        )
    policies = [sources for policy in page.content_security_policy.split(",") for sources in _ancestors(policy)]
    evidence = {
        "content-security-policy": page.content_security_policy,
        "x-frame-options": page.x_frame_options,
    }
    if policies:
        # Browsers that support frame-ancestors then ignore X-Frame-Options.
        if not any(all(_named(source) for source in sources) for sources in policies):
            shown = " ".join(policies[0])
            message = f"The login page's frame-ancestors is {shown}, so other sites can frame it."
            yield on_realm(snapshot, message, evidence)
    elif page.x_frame_options.strip().upper() not in ("DENY", "SAMEORIGIN"):
        message = "The login page has neither frame-ancestors nor X-Frame-Options DENY or SAMEORIGIN."
        yield on_realm(snapshot, message, evidence)


@check(
    id="probe-management-endpoint-public",
    area="protocol-probe",
    level="L1",
    severity="medium",
    tier="core",
    title="Metrics or health exposed on the public port",
    rationale="Metrics reveal how many users and errors there are, and in which realms.",
    remediation=(
        "Keep http-management-port separate (no http-management-relative-path on the public port, no "
        "legacy-observability-interface), and block these paths in the proxy."
    ),
)
def probe_management_endpoint_public(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    paths = snapshot.management
    shown = {path: what for path, what in paths.items() if isinstance(what, str) and what}
    if shown:
        message = f"The public port exposes {' and '.join(sorted(set(shown.values())))} at {', '.join(sorted(shown))}."
        yield on_realm(snapshot, message, shown, details=tuple(shown))
    for what in paths.values():
        known(what)


@check(
    id="probe-admin-surface-public",
    area="protocol-probe",
    level="L1",
    severity="low",
    tier="extended",
    title="Admin console or master realm reachable from here",
    rationale="Administration should be reachable only from where it is needed.",
    remediation="Block /admin and /realms/master in the proxy, or set hostname-admin.",
    reference=("Keycloak Server Administration Guide, Mitigating security threats: Admin endpoints and Admin Console"),
    parameters={
        "expect_public_vantage": Parameter(
            False, "Whether the check runs from a public network; if not, findings are only info."
        ),
    },
)
def probe_admin_surface_public(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    paths = snapshot.admin_surface
    reached = sorted(path for path, answers in paths.items() if answers is True)
    if reached:
        severity = None if parameters["expect_public_vantage"] else INFO
        message = f"{' and '.join(reached)} can be reached from where this check runs."
        yield on_realm(snapshot, message, {"paths": reached}, severity=severity, details=tuple(reached))
    for answers in paths.values():
        known(answers)


@check(
    id="probe-cookie-flags",
    area="protocol-probe",
    level="L1",
    severity="medium",
    tier="core",
    title="Login session cookie without Secure or HttpOnly",
    rationale="A session cookie that scripts can read, or that travels in clear text, lets others hijack the session.",
    remediation="Do not rewrite cookies in the proxy; run the server over https.",
    parameters={"flags": Parameter(["httponly", "secure"], "Attributes that these cookies need, in lower case.")},
)
def probe_cookie_flags(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    page, base = snapshot.login_page, origin_of(snapshot.base_url)
    # Scripts read KC_AUTH_SESSION_HASH, so it has no HttpOnly.
    cookies = [cookie for cookie in page.cookies if cookie.name in _SESSION_COOKIES]
    if not cookies:
        raise NotEvaluated(f"The login page of {LOGIN_CLIENT} starts no session: this client may be disabled.")
    # Browsers refuse to send a cookie that is Secure over http.
    is_https = base is not None and base[0] == "https"
    needed = [name for name in parameters["flags"] if is_https or name != "secure"]
    lacking = {
        cookie.name: [name for name in needed if name not in cookie.attributes]
        for cookie in cookies
        if not cookie.attributes.issuperset(needed)
    }
    if lacking:
        shown = ", ".join(f"{name} without {' and '.join(names)}" for name, names in lacking.items())
        message = f"The login page sets unprotected session cookies: {shown}."
        yield on_realm(snapshot, message, lacking, details=tuple(lacking))


def _for_clients(snapshot: Snapshot, kind: str) -> Mapping[str, ProbeAnswer | Gap]:
    """clientId -> the answer to a kind of probe. Raises Unknown."""
    answers: Mapping[str, ProbeAnswer | Gap] = snapshot.section("probes")
    return {name[len(kind) :]: answer for name, answer in answers.items() if name.startswith(kind)}


def _went_on(answer: ProbeAnswer) -> bool:
    """Whether a login without a user was accepted, or refused only because there is no user."""
    return answer.status == 200 or answer.error in _WANTS_A_PERSON or "code" in answer.names


def _ancestors(policy: str) -> Iterator[list[str]]:
    """The sources that may frame the page; nothing if the policy has no frame-ancestors."""
    for directive in policy.split(";"):
        name, *sources = directive.split() or [""]
        if name.lower() == "frame-ancestors":
            yield [source.lower() for source in sources]
            return


def _named(source: str) -> bool:
    """Whether a source is this server, nobody, or a specific host."""
    if source in _OWN:
        return True
    host = source[len("https://") :] if source.startswith("https://") else ""
    return bool(host) and not host.startswith("*:") and host != "*"
