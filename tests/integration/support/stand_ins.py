# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins for collections that PyPI's `ansible` does not have: modules with their names, options and action group.

A module of a stand-in calls the API once with the token that it got, and returns its arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MODULE = """
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import open_url

module = AnsibleModule(argument_spec={spec}, supports_check_mode=True)
given = module.params
open_url({url!r}.format(**given), headers={{"Authorization": "Bearer " + given[{token!r}]}})
module.exit_json(changed=True, given=given)
"""


@dataclass(frozen=True)
class StandIn:
    """A collection, with those options of its modules that the guides use.

    :ivar group: the action group of all its modules.
    :ivar url: what a module calls, in which options stand for their values.
    :ivar token: the option with the token, which is declared as secret.
    :ivar options: the further options of each module.
    """

    name: str
    version: str
    group: str
    url: str
    token: str
    options: Mapping[str, Sequence[str]]

    def install(self, folder: Path) -> Path:
        """Write it below ``folder/ansible_collections``, and return ``folder``."""
        root = folder.joinpath("ansible_collections", *self.name.split("."))
        modules = root / "plugins" / "modules"
        modules.mkdir(parents=True)
        (root / "meta").mkdir()
        namespace, name = self.name.split(".")
        info = {"collection_info": {"namespace": namespace, "name": name, "version": self.version}}
        (root / "MANIFEST.json").write_text(json.dumps(info), encoding="utf-8")
        runtime = {"requires_ansible": ">=2.16.0", "action_groups": {self.group: list(self.options)}}
        (root / "meta" / "runtime.yml").write_text(json.dumps(runtime), encoding="utf-8")
        for module, options in self.options.items():
            spec = {option: {"type": "raw", "no_log": option == self.token} for option in (self.token, *options)}
            text = MODULE.format(spec=spec, url=self.url, token=self.token)
            (modules / f"{module}.py").write_text(text, encoding="utf-8")
        return folder


#: Options and group as in its repository, ansible-middleware/keycloak, at version 3.0.11.
KEYCLOAK = StandIn(
    "middleware_automation.keycloak",
    "3.0.11",
    "keycloak",
    "{auth_keycloak_url}/admin/realms/{realm}",
    "token",
    {
        "keycloak_role": ("auth_keycloak_url", "realm", "name", "state"),
        "keycloak_client": ("auth_keycloak_url", "realm", "client_id", "service_accounts_enabled", "state"),
        "keycloak_user": ("auth_keycloak_url", "realm", "username", "enabled", "state"),
    },
)
#: As in PyPI's `ansible` 11, the last version with it. `make matrix` runs the modules themselves.
AWX = StandIn(
    "awx.awx",
    "24.6.1",
    "controller",
    "{controller_host}/api/v2/organizations/",
    "controller_oauthtoken",
    {
        "organization": ("controller_host", "name", "state"),
        "inventory": ("controller_host", "name", "organization", "state"),
        "host": ("controller_host", "name", "inventory", "state"),
    },
)


def install(folder: Path) -> None:
    """Write all of them, for ansible-lint."""
    for stand_in in (KEYCLOAK, AWX):
        stand_in.install(folder)
