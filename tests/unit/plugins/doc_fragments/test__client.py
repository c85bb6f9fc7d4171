# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options' documentation against the rule that the code follows, and as ansible-doc reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

import ansible_collections.authkit.oauth as collection
from ansible_collections.authkit.oauth.plugins.doc_fragments._client import ModuleDocFragment
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import OPTIONS
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC
from ansible_collections.authkit.oauth.plugins.plugin_utils._ini import INI_SECTION
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import ENVIRONMENT, VARIABLES

TREE = Path(next(iter(collection.__path__))).parents[2]


def options_of(fragment: str) -> dict[str, Any]:
    return dict(DataLoader().load(fragment)["options"])


def test_modules_options_are_the_argument_spec() -> None:
    """Type, elements and choices: what validate-modules checks for each module."""
    described = options_of(ModuleDocFragment.DOCUMENTATION)
    keys = ("type", "elements", "choices")
    assert {name: {key: each[key] for key in keys if key in each} for name, each in described.items()} == {
        name: {key: rules[key] for key in keys if key in rules} for name, rules in CONNECTION_SPEC.items()
    }
    assert all(each["description"] for each in described.values())


@pytest.mark.parametrize("option", OPTIONS)
def test_plugins_are_told_where_the_code_looks(option: str) -> None:
    places = options_of(ModuleDocFragment.PLUGINS)[option]
    assert places["env"] == [{"name": ENVIRONMENT[option]}]
    assert places["vars"] == [{"name": VARIABLES[option]}]
    assert places["ini"] == [{"section": INI_SECTION, "key": option}]
    assert option in options_of(ModuleDocFragment.CONNECTION)


def test_the_names_follow_from_the_options() -> None:
    assert (ENVIRONMENT["client_id"], VARIABLES["client_id"]) == ("AUTHKIT_CLIENT_ID", "authkit_client_id")
    assert set(options_of(ModuleDocFragment.PLUGINS)) == set(OPTIONS) == set(ENVIRONMENT) == set(VARIABLES)


def test_ansible_doc_shows_them_all(tmp_path: Path) -> None:
    """The lookup hides its documentation from Ansible's loader, but not from ansible-doc."""
    env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(TREE), "HOME": str(tmp_path), "ANSIBLE_NOCOLOR": "1"}
    command = [str(Path(sys.executable).with_name("ansible-doc")), "-t", "lookup", "--json", "authkit.oauth.token"]
    process = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    shown = json.loads(process.stdout)["authkit.oauth.token"]["doc"]["options"]
    assert set(shown) == {*OPTIONS, "_terms", "output"}
    assert shown["extra_parameters"]["type"] == "raw", "Ansible would refuse JSON text for a dict"
    assert [name for name in OPTIONS if not {"env", "ini", "vars", "description"} <= set(shown[name])] == []
