# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the token lookup loads while the store is warm.

Each forked worker loads these files, and compiles them where no bytecode can be kept: every line costs time on every
host and task. A new name in the list HIT needs a reason; code that only a miss, an error or an unusual option needs is
imported inside functions.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible import errors

from ansible_collections.authkit.oauth.plugins.plugin_utils._hit import HIT
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

SECRET = "s{{ 1 }}+e c%r"
#: The files of ours that a hit loads, below plugins; the first two load the others.
LOADED = {"lookup.token", "plugin_utils._bytecode", *HIT}
#: ansible-core 2.22 and newer masks registered secrets in all output.
REGISTERED = {"module_utils._options.secrets"} if find_spec("ansible.module_utils.secrets") else set()
#: ansible-core up to 2.18 makes text of a number in a template.
OLD = set() if hasattr(errors, "AnsibleValueOmittedError") else {"plugin_utils._old_templates"}
#: The most lines of what every core loads; some cores need one file more.
MOST_LINES = 1980
#: Definitions of classes and patterns that are expensive in each worker.
COSTLY = ("@dataclass", "NamedTuple)", "(Protocol", "(Enum", "re.compile(")
#: A separate worker, in which Ansible is loaded first.
WORKER = """
import json, sys
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible.template import Templar
from ansible.utils.display import Display
given = json.load(sys.stdin)
loader = DataLoader()
templar = Templar(loader=loader, variables=given)
others = set(sys.modules)
{planted}
from ansible_collections.authkit.oauth.plugins.lookup.token import LookupModule
(token,) = LookupModule(loader=loader, templar=templar).run([], given)
own = "ansible_collections.authkit.oauth.plugins."
files = {{name[len(own):]: module.__file__ for name, module in sys.modules.items()
         if name.startswith(own) and getattr(module, "__file__", None)}}
slow = ("requests", "urllib3", "joserfc", "ansible.module_utils.urls", "http.client", "ssl", "dataclasses", "difflib")
print(json.dumps([token, files, [name for name in slow if name in sys.modules and name not in others]]))
"""


class Loaded(NamedTuple):
    """What one worker has loaded."""

    token: str
    files: dict[str, Path]
    slow: list[str]


@pytest.fixture
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A client's variables, and an empty store."""
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("ANSIBLE_CONFIG", str(tmp_path / "none.cfg"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "bytecode"))
    return {"authkit_client_id": "app", "authkit_client_secret": "s3cret+of the app"}


def worker(variables: dict[str, str], planted: str = "") -> Loaded:
    done = subprocess.run(
        [sys.executable, "-c", WORKER.format(planted=planted)],
        input=json.dumps(variables),
        capture_output=True,
        text=True,
        check=True,
    )
    token, files, slow = json.loads(done.stdout.splitlines()[-1])
    return Loaded(token, {name: Path(file) for name, file in files.items()}, slow)


def test_a_hit_loads_these_files_and_no_more(variables: dict[str, str]) -> None:
    with CountingServer(clients={"app": variables["authkit_client_secret"]}) as server:
        given = {**variables, "authkit_token_url": server.token_url}
        first, second = worker(given), worker(given)
        assert server.count("token") == 1
        assert "module_utils._oauth.grants" in worker(given, f"from {GRANTS} import GRANTS").files
    assert second.token == first.token
    assert set(second.files) == LOADED | REGISTERED | OLD
    assert second.slow == []
    assert sum(len(second.files[name].read_text().splitlines()) for name in LOADED) <= MOST_LINES


GRANTS = "ansible_collections.authkit.oauth.plugins.module_utils._oauth.grants"


@pytest.mark.parametrize("name", sorted(LOADED))
def test_nothing_on_the_way_makes_costly_classes(name: str) -> None:
    path = Path(__file__).resolve().parents[4] / "plugins" / f"{name.replace('.', '/')}.py"
    assert [word for word in COSTLY if word in path.read_text()] == []
