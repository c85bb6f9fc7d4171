# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks. A file of checks is registered by its name in the one import below.

That import is static, because Ansible reads imports to find what to ship with a module.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from .checks import (  # noqa: F401  # pylint: disable=unused-import
    admin_permissions,
    brute_force,
    certificate_logins,
    client_credentials,
    client_endpoints,
    client_policies,
    client_registration,
    client_requests,
    client_tokens,
    discovery,
    email,
    events,
    federation,
    flows,
    grants,
    headers,
    identity_provider_trust,
    identity_providers,
    keys,
    login_steps,
    mappers,
    mfa,
    organizations,
    own_token,
    own_token_claims,
    passwords,
    probes,
    public_keys,
    realm,
    redirects,
    registration,
    roles,
    saml_clients,
    scopes,
    service_accounts,
    sessions,
    strong_clients,
    tls_outside,
    tokens,
    users,
)
from .model import Check

#: All checks, in the order of the files and their content.
CHECKS: tuple[Check, ...] = tuple(
    each
    for module in list(globals().values())
    if isinstance(module, ModuleType)
    for each in vars(module).values()
    if isinstance(each, Check)
)
BY_ID: Mapping[str, Check] = {each.id: each for each in CHECKS}
