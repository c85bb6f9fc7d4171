# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are registered with ansible-core if it can mask them, and masked in our texts."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _secrets
from ansible_collections.authkit.oauth.plugins.plugin_utils._secrets import (
    masked,
    register,
    register_secrets_of,
    warnings_for,
)

LONG = "3f9a-77c1-b0de"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an ansible-core of 2.22 is told: the module and function that it has for this."""
    told: list[str] = []
    module = ModuleType("ansible.module_utils.secrets")
    module.register_secret = told.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(_secrets, "_REGISTER", _secrets._registrar())
    return told


def test_secrets_are_registered_where_the_core_can(registered: list[str]) -> None:
    register(LONG, "", "token-2026")
    assert registered == [LONG, "token-2026"]


def test_what_would_mask_all_output_is_not_registered(registered: list[str]) -> None:
    """ansible-core masks a registered secret wherever it stands, in every task's output."""
    register("user", "1", "a1b2c3d", "certificate", "ansible.builtin.debug", "PLAY RECAP")
    assert registered == []


def test_all_secrets_of_a_client_are_registered(registered: list[str]) -> None:
    options = ClientOptions(
        "app", LONG, proxy="http://me:hush-h0sh@p.test:1", extra_parameters=(("api_key", "k3y-of-mine"),)
    )
    register_secrets_of(options)
    assert {LONG, "hush-h0sh", "k3y-of-mine"} < set(registered)
    assert set(registered) == set(options.secrets)


def test_an_older_core_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ansible.module_utils.secrets", None)
    assert _secrets._registrar() is None
    monkeypatch.setattr(_secrets, "_REGISTER", None)
    register(LONG)


def test_masked() -> None:
    assert masked(f"It is '{LONG}', {LONG}.", [LONG]) == "It is '********', ********."
    assert masked("'wrong' is wrong.", ["wrong"]) == "'********' is wrong."


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ({"client_secret": "1234567"}, ["client_secret from the variable authkit_client_secret"]),
        ({"client_secret": "12345678"}, []),
        ({"client_secret": LONG, "proxy": "http://u:short@p.test"}, ["proxy from AUTHKIT_PROXY"]),
        ({"client_secret": LONG, "proxy": "http://p.test"}, []),
        (
            {"client_secret": LONG, "extra_parameters": (("api_key", "1"), ("token", "2"), ("tenant", "3"))},
            ["extra_parameters from the call"],
        ),
    ],
)
def test_a_warning_names_the_place_of_a_short_secret(options: dict[str, Any], places: list[str]) -> None:
    origins = {"client_secret": "the variable authkit_client_secret", "proxy": "AUTHKIT_PROXY"}
    found = list(warnings_for(ClientOptions("app", origins=origins, **options)))
    assert found == [
        f"A secret in {place} has fewer than 8 characters, so it is masked only where it is a whole value, and it "
        "is easy to guess: replace it with a longer one."
        for place in places
    ]
