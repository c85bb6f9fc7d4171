# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several checks need to know about an identity provider. Its switches are text: "true" or "false"."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Finding, Severity
from ..snapshot.gaps import Json
from ..snapshot.snapshot import Flow
from .clients import severity_for
from .flow_paths import tagged, ways
from .flows import PASSWORD_FORMS
from .second_factor import with_proofs
from .settings import entry, mapping, switch, text, texts

OIDC = frozenset({"oidc", "keycloak-oidc"})
SAML = "saml"
_LINK, _PROOF = "link", "proof"
_TAGS = with_proofs(_PROOF, tagged({_LINK: ["idp-auto-link"], _PROOF: PASSWORD_FORMS | {"idp-email-verification"}}))


def setting(provider: Json, name: str) -> str:
    """A setting's value, empty when unset. Raises Unknown."""
    return entry(provider, "config", name)


def is_on(provider: Json, name: str) -> bool:
    """Whether a setting is on. Raises Unknown."""
    return switch(mapping(provider, "config"), name)


def logs_in(provider: Json) -> bool:
    """Whether users log in through it. Newer versions also have providers that only authenticate clients.

    Keycloak shows no types for social providers, which only log users in.

    :raises Unknown: the provider is malformed.
    """
    types = texts(provider, "types")
    return not types or "USER_AUTHENTICATION" in types


def on_provider(
    provider: Json,
    message: str,
    evidence: Mapping[str, object],
    *,
    severity: Severity | None = None,
    details: tuple[str, ...] = (),
) -> Finding:
    """A finding on the provider; "info" if the provider is disabled."""
    severity = severity_for(provider, severity)
    return Finding(text(provider, "alias"), "identity-provider", message, evidence, severity=severity, details=details)


def links_without_proof(flow: Flow) -> bool:
    """Whether the first login links an existing account without proof: its password, second factor or email."""
    return any(_LINK in way and _PROOF not in way for way in ways(flow.root, _TAGS))
