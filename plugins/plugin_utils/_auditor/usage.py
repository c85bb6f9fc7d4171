# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to audit with the client that the role realm_auditor made."""

from __future__ import annotations

import json

from .plan import Plan


def usage(plan: Plan, path: str | None, variable: str | None) -> list[str]:
    """Lines for a person: the profile to write, and the command to run.

    :param path: of the file with the secret, else the variable that holds it.
    """
    secret = "{{ " + (f"lookup('ansible.builtin.file', '{path}')" if path else str(variable)) + " }}"
    return [
        "Write this to auditor.yml, or to your group_vars:",
        "  authkit_profiles:",
        f"    {plan.client_id}:",
        f"      auth_server: {json.dumps(plan.server)}",
        f"      realm: {json.dumps(plan.home)}",
        f"      client_id: {plan.client_id}",
        f'      client_secret: "{secret}"',
        f"  realm_check_connection: {plan.client_id}",
        f"  realm_check_realms: {json.dumps(list(plan.realms))}",
        "Then audit:",
        "  ansible localhost -m ansible.builtin.include_role -a name=authkit.oauth.realm_check -e @auditor.yml",
    ]
