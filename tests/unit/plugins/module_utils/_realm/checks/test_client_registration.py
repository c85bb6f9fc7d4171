# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Anonymous client registration."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.checks import client_registration
from ansible_collections.authkit.oauth.tests.unit.support.checks import REALM, Case, case

TYPE = "org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy"


def component(provider: str, kind: str = "anonymous", **config: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value.split() for name, value in config.items()}
    return {"providerType": TYPE, "providerId": provider, "subType": kind, "config": named}


def trusting(hosts: str, sender: str = "true", uris: str = "true") -> dict[str, Any]:
    config = {"trusted_hosts": hosts, "host_sending_registration_request_must_match": sender}
    return component("trusted-hosts", **config, client_uris_must_match=uris)


CONSENT, SCOPE = component("consent-required"), component("scope")

CASES: list[Case] = [
    case(client_registration.dcr_anonymous_unrestricted, [REALM], components=[]),
    case(
        client_registration.dcr_anonymous_unrestricted,
        [REALM],
        components=[component("trusted-hosts", "authenticated")],
    ),
    *(
        case(client_registration.dcr_anonymous_unrestricted, [REALM], components=[trusting(hosts)])
        for hosts in ("*", "a.example 0.0.0.0/0", "::/0")
    ),
    *(
        case(client_registration.dcr_anonymous_unrestricted, [REALM], components=[trusting(hosts, sender="false")])
        for hosts in ("*.com", "*.co.uk", "a.example *.GitHub.io", "*.pages.dev", "*.edu.au", "*.or.jp")
    ),
    case(client_registration.dcr_anonymous_unrestricted, [REALM], components=[trusting("a.example", "false", "false")]),
    case(client_registration.dcr_anonymous_unrestricted, {REALM: "info"}, components=[component("client-disabled")]),
    case(
        client_registration.dcr_anonymous_unrestricted,
        {REALM: "info"},
        components=[component("max-clients", max_clients="0")],
    ),
    case(client_registration.dcr_anonymous_unrestricted, components=[trusting("")]),
    case(client_registration.dcr_anonymous_unrestricted, components=[trusting("*.example.com", sender="false")]),
    case(client_registration.dcr_anonymous_unrestricted, components=[trusting("*.shop.github.io", sender="false")]),
    case(client_registration.dcr_anonymous_unrestricted, components=[trusting("*.com")]),
    case(client_registration.dcr_anonymous_no_consent, [REALM], components=[CONSENT]),
    case(
        client_registration.dcr_anonymous_no_consent,
        [REALM],
        components=[SCOPE, component("consent-required", "authenticated")],
    ),
    case(client_registration.dcr_anonymous_no_consent, components=[CONSENT, SCOPE]),
]


@pytest.mark.parametrize("each", CASES, ids=str)
def test_cases(each: Case) -> None:
    each.verify()
