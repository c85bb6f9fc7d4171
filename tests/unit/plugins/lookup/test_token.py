# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup as templates call it: with Ansible's own templar, a real server, and as the short name in real Ansible."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError
from ansible.utils.display import Display

import ansible_collections.authkit.oauth as collection
from ansible_collections.authkit.oauth.plugins.lookup.token import LookupModule
from ansible_collections.authkit.oauth.plugins.plugin_utils import _lookup
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer
from ansible_collections.authkit.oauth.tests.servers.counting_model import Settings
from ansible_collections.authkit.oauth.tests.unit.support.variables import loaded, templar_of

ROOT = Path(next(iter(collection.__path__)))
SECRET = "s{{ 1 }}+e c%r"
CONNECTION = """
authkit_token_url: "{{ server }}/token"
authkit_client_id: app
authkit_client_secret: !unsafe "s{{ 1 }}+e c%r"
authkit_profiles:
  shop: {token_url: "{{ server }}/token", client_id: shop, client_secret: of-shop}
  bank: {token_url: "{{ server }}/token", client_id: bank, client_secret: of-bank}
  stranger: {token_url: "{{ server }}/token", client_id: shop, client_secret: not-of-shop}
"""


@pytest.fixture
def server() -> Iterator[CountingServer]:
    """An authorization server with three clients."""
    with CountingServer(clients={"app": SECRET, "shop": "of-shop", "bank": "of-bank"}) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def variables(server: CountingServer, tmp_path: Path) -> dict[str, Any]:
    return {**loaded(CONNECTION, tmp_path), "server": server.url}


def looked_up(variables: dict[str, Any], *terms: object, **kwargs: object) -> list[Any]:
    lookup = LookupModule(loader=None, templar=templar_of(variables))
    found: list[Any] = lookup.run(list(terms), variables=variables, **kwargs)
    return found


def asked_by(server: CountingServer) -> list[str | None]:
    return [record.client_id for record in server.records]


def test_without_terms_it_is_the_connection(server: CountingServer, variables: dict[str, Any]) -> None:
    assert looked_up(variables) == server.issued
    assert asked_by(server) == ["app"]


def test_terms_are_profiles(server: CountingServer, variables: dict[str, Any]) -> None:
    found = looked_up(variables, "shop", "bank", "shop")
    assert (found, asked_by(server)) == ([*server.issued, server.issued[0]], ["shop", "bank"])
    assert looked_up(variables, ["shop", ["bank"]]) == found[:2]


def test_outputs(server: CountingServer, variables: dict[str, Any]) -> None:
    (token,) = looked_up(variables)
    assert looked_up(variables, output="access_token") == looked_up(variables, output=None) == [token]
    assert looked_up(variables, output="header") == [f"Bearer {token}"]
    (whole,) = looked_up(variables, output="token")
    assert (whole["access_token"], whole["token_type"]) == (token, "Bearer")
    assert set(whole) == {"access_token", "token_type", "scope", "expires_at"}
    assert isinstance(whole["expires_at"], int)
    assert server.count("token") == 1


def test_what_ansible_passes_beside_the_options(variables: dict[str, Any]) -> None:
    """ansible-core 2.18 passes wantlist on from with_authkit.oauth.token."""
    assert looked_up(variables, wantlist=True) == looked_up(variables)


@pytest.mark.parametrize(
    ("terms", "kwargs", "sentence"),
    [
        ([], {"output": "everything"}, "output must be access_token, header or token."),
        (
            [],
            {"client_secrt": "hush-hush"},
            "'client_secrt' in the call is not a valid option: did you mean client_secret?",
        ),
        ([], {"profile": "shop"}, "profile is not an option of the lookup: write its name as a term"),
        (["shpo"], {}, "authkit_profiles has no profile 'shpo': did you mean shop?"),
        (["shop", "shpo"], {}, "authkit_profiles has no profile 'shpo'"),
        ([], {"client_id": "other"}, "client_secret from the variable authkit_client_secret is not used"),
        ([True], {}, "The name of a profile must be text."),
    ],
)
def test_refusals_come_before_any_network(
    terms: list[object], kwargs: dict[str, object], sentence: str, server: CountingServer, variables: dict[str, Any]
) -> None:
    with pytest.raises(AnsibleLookupError) as caught:
        looked_up(variables, *terms, **kwargs)
    assert str(caught.value).startswith(sentence)
    assert "hush-hush" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None, "Ansible would print its text"
    assert server.records == []


@pytest.mark.parametrize(
    ("terms", "kwargs", "says"),
    [
        ([SECRET], {}, "authkit_profiles has no profile '********'"),
        (["of-bank"], {}, "authkit_profiles has no profile '********'"),
        ([], {SECRET: 1}, "'********' in the call is not a valid option"),
        ([], {"ca_path": SECRET}, "ca_path '********' is not a file"),
        ([], {"allowed_hosts": "of-the-call/x", "client_secret": "of-the-call"}, "allowed_hosts: '********/x'"),
    ],
)
def test_a_secret_in_the_wrong_place_is_not_told(
    terms: list[object], kwargs: dict[str, object], says: str, variables: dict[str, Any]
) -> None:
    with pytest.raises(AnsibleLookupError) as caught:
        looked_up(variables, *terms, **kwargs)
    message = str(caught.value)
    assert says in message
    assert not [secret for secret in (SECRET, "of-bank", "of-the-call") if secret in message]
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_warning_tells_no_secret(
    server: CountingServer, variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text: told.append(text))
    server.settings = Settings(scope="other")
    looked_up(variables, "shop", scope="of-shop")
    assert len(told) == 2
    assert told[0].startswith("A secret in client_secret from the profile 'shop' has fewer than 8 characters")
    assert "without the scope '********'" in told[1]
    assert not [text for text in told if "of-shop" in text]


def test_a_server_that_refuses(server: CountingServer, variables: dict[str, Any]) -> None:
    with pytest.raises(AnsibleLookupError, match="client_id and client_secret from the profile 'stranger'") as caught:
        looked_up(variables, "stranger")
    assert caught.value.__context__ is None
    assert "not-of-shop" not in str(caught.value)


def test_nothing_of_our_own_faults_gets_out(variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_given: object, **_named: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(_lookup, "token_for", faulty)
    with pytest.raises(AnsibleLookupError) as caught:
        looked_up(variables)
    message = str(caught.value)
    assert "KeyError" in message
    assert "report it" in message
    assert SECRET not in message
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_the_short_name(server: CountingServer, tmp_path: Path) -> None:
    """ANSIBLE_LOOKUP_PLUGINS enables it: lookup, query, with_, errors=ignore, and the text of errors."""
    play = tmp_path / "play.yml"
    play.write_text(
        """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - lookup('authkit.token', 'shop') == lookup('authkit.oauth.token', 'shop')
          - query('authkit.token', 'shop', output='header') == ['Bearer ' ~ lookup('authkit.oauth.token', 'shop')]
          - lookup('authkit.token') | length > 20
          - not lookup('authkit.token', 'nobody', errors='ignore')
    - ansible.builtin.assert:
        that: item == lookup('authkit.oauth.token', 'bank')
        quiet: true
      with_authkit.token: [bank]
      loop_control: {label: one token}
    - ansible.builtin.assert:
        that: lookup('authkit.token', 'nobody')
""",
        encoding="utf-8",
    )
    (tmp_path / "connection.yml").write_text(f"{CONNECTION}server: {server.url}\n", encoding="utf-8")
    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
        "ANSIBLE_LOOKUP_PLUGINS": str(ROOT / "extensions" / "short_name"),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-e", "@connection.yml", str(play)]
    process = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    output = process.stdout + process.stderr
    assert process.returncode == 2, output
    assert "ok=2 " in output, output
    assert "authkit_profiles has no profile 'nobody': known are bank, shop and stranger." in output
    assert "unhandled exception" not in output
    assert sorted(str(client) for client in asked_by(server)) == ["app", "bank", "shop"]
    assert not [token for token in server.issued if token in output]
