# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: made known to ansible-core where it can mask them, and taken out of texts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils import _secrets
from ansible_collections.authkit.oauth.plugins.plugin_utils._secrets import MASK, masked, register


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What an ansible-core of 2.22 is told: the module and function that it has for this."""
    told: list[str] = []
    module = ModuleType("ansible.module_utils.secrets")
    module.register_secret = told.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(_secrets, "_REGISTER", _secrets._registrar())
    return iter([told])


def test_secrets_are_registered_where_the_core_can(registered: Iterator[list[str]]) -> None:
    told = next(registered)
    register("hush-hush", "", "token")
    assert told == ["hush-hush", "token"]


def test_an_older_core_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ansible.module_utils.secrets", None)
    assert _secrets._registrar() is None
    register("hush-hush")


def test_masked() -> None:
    text = "a hush-hush b hush%2Dhush%20c hush hush-hush-hush"
    assert masked(text, ["hush-hush"]) == f"a {MASK} b hush%2Dhush%20c hush {MASK}-hush"
    assert masked("x=s%2Be%20c%26 s+e c& s%2Be+c%26", ["s+e c&"]) == f"x={MASK} {MASK} {MASK}"
    assert masked("the longer one: hush-hush", ["hush", "hush-hush"]) == f"the longer one: {MASK}"
    assert masked("1 is no secret", ["1", ""]) == "1 is no secret"
