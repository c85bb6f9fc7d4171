# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An option is declared once: a secret one is hidden everywhere, and tells tokens and clients apart."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.authkit.oauth.plugins.doc_fragments.client import ModuleDocFragment
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.methods import METHODS
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.grants import GRANTS
from ansible_collections.authkit.oauth.plugins.module_utils._options.grant_names import GRANT_NAMES
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC, with_defaults
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import TABLE

PLUGINS = Path(__file__).resolve().parents[5] / "plugins"
#: The line that stands after the one of client_secret.
LINE = "    session_token: str | None = _option(WHO_GROUP, secret=ALL, credential=True)\n"
PROGRAM = """
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.authkit.oauth.plugins.module_utils._errors import AuthkitError, MixedSources
from ansible_collections.authkit.oauth.plugins.module_utils._masking import Masker
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import Layer, client_options
from ansible_collections.authkit.oauth.plugins.module_utils._options.secrets import without_secret_values
from ansible_collections.authkit.oauth.plugins.module_utils._options.spec import CONNECTION_SPEC, with_defaults
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.arguments import known_secrets, secret_arguments
from ansible_collections.authkit.oauth.plugins.plugin_utils._doctor.parts import option_section
from ansible_collections.authkit.oauth.plugins.plugin_utils._store.key import store_key
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import options_for

HIDDEN = "r3fresh-t0ken-of-app"
templar = Templar(loader=DataLoader())
names = {"token_url": "https://a.example/t", "client_id": "app", "client_secret": "s3cret-of-app"}

def made(**more):
    return options_for({**names, **more}, {}, templar)

options = made(session_token=HIDDEN)
assert options.session_token == HIDDEN and made().session_token is None
shown = {
    "repr": repr(options),
    "doctor": str(option_section(options).to_data()),
    "invocation": str(without_secret_values("session_token", HIDDEN, "*")),
    "errors": Masker(options.secrets).sentence(f"It is '{HIDDEN}'."),
    "sources": options.sources(AuthkitError),
    "parts of the key": str(store_key(options).parts),
}
assert [name for name, text in shown.items() if HIDDEN in text] == []
assert "session_token: set, not shown" in shown["doctor"]
assert CONNECTION_SPEC["session_token"] == {"type": "str", "no_log": True}
assert HIDDEN in options.secrets
assert secret_arguments(CONNECTION_SPEC, {"session_token": HIDDEN}) == [HIDDEN]
assert known_secrets(CONNECTION_SPEC, {"authkit_session_token": HIDDEN}, templar) == [HIDDEN]
assert list(made(session_token="short").short_secrets(8)) == ["session_token from the call"]
assert len({store_key(made()), store_key(options), store_key(made(session_token=HIDDEN + "2"))}) == 3
upper = Layer("call", names, dict.fromkeys(names, "the call"))
lower = {"token_url": "https://b.example/t", "session_token": HIDDEN}
try:
    client_options([upper, Layer("variables", lower, dict.fromkeys(lower, "the variable x"))])
except MixedSources as error:
    assert "session_token" in str(error) and HIDDEN not in str(error)
else:
    raise AssertionError("a credential went to another server")
"""


def test_a_new_secret_option_is_hidden_everywhere(tmp_path: Path) -> None:
    copy = tmp_path / "ansible_collections" / "authkit" / "oauth" / "plugins"
    shutil.copytree(PLUGINS, copy)
    table = copy / "module_utils" / "_options" / "table.py"
    before, secret, after = table.read_text().partition("    client_auth_method: str =")
    table.write_text(f"{before}{LINE}{secret}{after}")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]


def test_grants_and_methods_are_those_of_the_options() -> None:
    assert tuple(GRANTS) == tuple(GRANT_NAMES)
    assert tuple(METHODS) == TABLE["client_auth_method"].choices


@pytest.mark.parametrize("name", CONNECTION_SPEC)
def test_the_documentation_has_each_option_with_its_type_and_choices(name: str) -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"][name]
    rules = {rule: value for rule, value in with_defaults(CONNECTION_SPEC)[name].items() if rule != "no_log"}
    assert {rule: value for rule, value in documented.items() if rule != "description"} == rules
