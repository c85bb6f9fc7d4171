# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins of users with a certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..keycloak.flow_uses import Limit, broker_logins, client_logins, found_in_flows, limited, realm_logins
from ..keycloak.flows import steps
from ..keycloak.settings import mapping, scalar
from ..keycloak.versions import is_since
from ..model import Finding, Parameters, check
from ..snapshot.gaps import NotEvaluated, known
from ..snapshot.snapshot import Execution, Flow, Snapshot

_BY_CERTIFICATE = frozenset({"auth-x509-client-username-form", "direct-grant-auth-x509-username"})
#: The option of 26.8, in Keycloak's source CERTIFICATE_CA_SUBJECT_DN. Its value was not at hand, and the options beside
#: it are spelled in several ways: CERTIFICATE_KEY_USAGE is keyusage, and CERTIFICATE_POLICY is certificate-policy.
_CA_SUBJECT = re.compile(r"x509-cert-auth[-.](certificate[-_.]?)?ca[-_.]?subject.*", re.IGNORECASE)
_SINCE = (26, 8)


@check(
    id="flows-x509-ca-missing",
    area="flows",
    level="L3",
    severity="low",
    tier="extended",
    title="Login with a certificate of any trusted authority",
    rationale=(
        "The trust store is shared by all realms: an authority that it has for another purpose can issue certificates "
        "for the users of this realm."
    ),
    remediation="Set Certificate Authority subject DN in the configuration of the X509 step (Keycloak 26.8 and newer).",
    reference="Keycloak Upgrading Guide, X509 user authentication requires CA Subject DN",
)
def flows_x509_ca_missing(snapshot: Snapshot, parameters: Parameters) -> Iterator[Finding]:
    since = is_since(snapshot, _SINCE)

    def find(flow: Flow, limit: Limit) -> Iterator[Finding]:
        by_certificate = [each for each in steps(flow) if each.provider in _BY_CERTIFICATE]
        if not any(map(_takes_any_authority, by_certificate)):
            return
        if since is False:
            raise NotEvaluated(
                "Logins with a certificate can be limited to authorities from Keycloak 26.8 on, so this waits for an "
                "upgrade.",
                expected=True,
            )
        note = "" if since else " (an option of Keycloak 26.8 and newer; the server's version is not known)"
        message = f"The flow {flow.alias} accepts certificates of every authority in the server's trust store{note}."
        evidence = {"providers": sorted({str(each.provider) for each in by_certificate})}
        yield Finding(flow.alias, "flow", message, evidence, severity=limited("low", limit))

    yield from found_in_flows(snapshot, (realm_logins, client_logins, broker_logins), find)


def _takes_any_authority(step: Execution) -> bool:
    """Whether the step names no authority. Without a configuration, Keycloak lets nobody log in with the step."""
    if step.config is None:
        return False
    config = mapping(known(step.config), "config")
    return not any(scalar(config, name).strip("# ") for name in config if _CA_SUBJECT.fullmatch(name))
