# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to audit with the client that the role realm_auditor made."""

from __future__ import annotations

from collections.abc import Iterable

from .plan import Plan


def usage(plan: Plan, path: str | None, variable: str | None) -> list[str]:
    """Lines for a person: the play or the task to write, and the command to run.

    Ansible prints them as JSON, so none has a double quote, which would be escaped there.

    :param path: of the file with the secret, else the variable that holds it.
    """
    if path is None:
        return [
            f"The tasks that follow in this play can use the secret, as {variable}. To audit, add this one:",
            "  - name: Audit the realms",
            "    ansible.builtin.include_role:",
            "      name: authkit.oauth.realm_check",
            "    vars:",
            *_variables(plan, f"{{{{ {variable} }}}}"),
        ]
    return [
        "Write this to audit.yml:",
        "  - name: Audit the realms",
        "    hosts: localhost",
        "    gather_facts: false",
        "    roles: [authkit.oauth.realm_check]",
        "    vars:",
        *_variables(plan, f"{{{{ lookup('ansible.builtin.file', '{path}') }}}}"),
        "Then audit:",
        "  ansible-playbook audit.yml",
    ]


def _variables(plan: Plan, secret: str) -> Iterable[str]:
    name = _quoted(plan.client_id)
    return (
        "      authkit_profiles:",
        f"        {name}:",
        f"          auth_server: {_quoted(plan.server)}",
        f"          realm: {_quoted(plan.home)}",
        f"          client_id: {name}",
        "          client_secret: >-",
        f"            {secret}",
        f"      realm_check_connection: {name}",
        f"      realm_check_realms: [{', '.join(map(_quoted, plan.realms))}]",
    )


def _quoted(text: str) -> str:
    """A text in YAML's single quotes."""
    return "'" + text.replace("'", "''") + "'"
