# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options' documentation against the rule that the code follows, and as ansible-doc reads it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

import ansible_collections.authkit.oauth as collection
from ansible_collections.authkit.oauth.plugins.doc_fragments.client import ModuleDocFragment
from ansible_collections.authkit.oauth.plugins.module_utils._api import spec as api
from ansible_collections.authkit.oauth.plugins.module_utils._api.resource import spec as resource
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import OPTIONS
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import (
    CLIENT_SECRET_SPEC,
    CONNECTION_SPEC,
    DOCTOR_SPEC,
    LOGIN_SPEC,
    TOKEN_INFO_SPEC,
    TOKEN_REVOKE_SPEC,
    with_defaults,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm import auditor, diff, job
from ansible_collections.authkit.oauth.plugins.module_utils._realm.results import report_files
from ansible_collections.authkit.oauth.plugins.plugin_utils._ini import INI_SECTION
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import ENVIRONMENT, VARIABLES

TREE = Path(next(iter(collection.__path__))).parents[2]


def options_of(fragment: str) -> dict[str, Any]:
    return dict(DataLoader().load(fragment)["options"])


def test_modules_options_are_the_argument_spec() -> None:
    """Type, elements, choices and default: what validate-modules checks for each module."""
    described = options_of(ModuleDocFragment.DOCUMENTATION)
    keys = ("type", "elements", "choices", "default")
    assert {name: {key: each[key] for key in keys if key in each} for name, each in described.items()} == {
        name: {key: rules[key] for key in keys if key in rules}
        for name, rules in with_defaults(CONNECTION_SPEC).items()
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


# ---- as the Ansible language server reads them: text, of files without an underscore, and no code is run

#: Of packages/ansible-language-server/src/utils/docsParser.ts in github.com/ansible/vscode-ansible.
LITERAL = re.compile(
    r"[ \t]*(?P<name>[A-Z0-9_]+)\s*=\s*r?(?P<quotes>'''|\"\"\")(?:\n---)?\n?"
    r"(?P<doc>(?:(?!(?P=quotes))[\s\S])*)(?P=quotes)"
)
PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
MODULES = {
    "api": api.ARGUMENT_SPEC,
    "client_secret": CLIENT_SECRET_SPEC,
    "realm_auditor_step": auditor.ARGUMENT_SPEC,
    "doctor": DOCTOR_SPEC,
    "login": LOGIN_SPEC,
    "logout": CONNECTION_SPEC,
    "realm_check": job.ARGUMENT_SPEC,
    "realm_check_files": report_files.ARGUMENT_SPEC,
    "realm_diff": diff.ARGUMENT_SPEC,
    "realm_diff_files": diff.FILES_SPEC,
    "resource": resource.ARGUMENT_SPEC,
    "token_info": TOKEN_INFO_SPEC,
    "token_revoke": TOKEN_REVOKE_SPEC,
}


def literals(path: Path) -> dict[str, Any]:
    """The texts of a file that are YAML, by the name that they are assigned to."""
    return {found["name"]: DataLoader().load(found["doc"]) for found in LITERAL.finditer(path.read_text())}


def options_in_editors(path: Path) -> dict[str, Any]:
    """The options that an editor shows: those of the fragments that it finds, and those of the file."""
    documentation = literals(path)["DOCUMENTATION"]
    options: dict[str, Any] = {}
    for name in documentation.get("extends_documentation_fragment", ()):
        _namespace, _collection, file, *part = name.split(".")
        if file.startswith("_"):
            continue
        options.update(
            literals(PLUGINS / f"doc_fragments/{file}.py")[part[0].upper() if part else "DOCUMENTATION"]["options"]
        )
    return {**options, **documentation.get("options", {})}


@pytest.mark.parametrize("module", sorted(path.stem for path in (PLUGINS / "modules").glob("*.py")))
def test_editors_show_every_option_of_a_module_with_its_default(module: str) -> None:
    shown = options_in_editors(PLUGINS / f"modules/{module}.py")
    spec = with_defaults(MODULES[module])
    assert set(shown) == set(spec)
    assert all(each["description"] for each in shown.values())
    assert {name: each["default"] for name, each in shown.items() if "default" in each} == {
        name: rules["default"] for name, rules in spec.items() if "default" in rules
    }


@pytest.mark.parametrize(
    "path", sorted(path for kind in ("lookup", "filter", "inventory") for path in (PLUGINS / kind).glob("*.py"))
)
def test_the_documentation_of_other_plugins_is_a_literal(path: Path) -> None:
    assert set(literals(path)["DOCUMENTATION"]) >= {"name", "short_description", "options"}
