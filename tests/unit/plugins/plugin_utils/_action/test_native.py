# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's text, which jinja2_native makes a number of up to ansible-core 2.18."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants

from ansible_collections.authkit.oauth.plugins.plugin_utils._action.native import as_written
from ansible_collections.authkit.oauth.tests.unit.support.variables import TAGGED, loaded, templar_of

WRITTEN = '{client_secret: "{{ secret }}", scope: "{{ number }}", timeout: "{{ number }}", client_id: 5}'
RENDERED = {"client_secret": 31, "scope": 31, "timeout": 31, "client_id": 5, "url": 31}
VARIABLES = {"secret": "0x1F", "number": 31}


@pytest.mark.parametrize("key", ["authkit.oauth.api", "action", "local_action", "args"])
def test_the_text_of_connection_options_is_restored(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_JINJA2_NATIVE", True, raising=False)
    source = loaded(f"{{{key}: {WRITTEN}}}", tmp_path)
    task = SimpleNamespace(action="authkit.oauth.api", get_ds=lambda: source)
    found = as_written(RENDERED, task, templar_of(dict(VARIABLES)))
    assert found == {**RENDERED, "client_secret": "0x1F"}


def test_a_number_is_not_made_text(tmp_path: Path) -> None:
    """From 2.19 on it is a number already."""
    source = loaded(
        '{args: {client_secret: "{{ a }}", client_id: "{{ secret }}", realm: "{{ a | string }}"}}', tmp_path
    )
    task = SimpleNamespace(action="authkit.oauth.api", get_ds=lambda: source)
    rendered = {"client_secret": "31", "client_id": "0x1F", "realm": "31"}
    variables = loaded('{a: "{{ number }}", number: 0x1F, secret: "0x1F"}', tmp_path)
    found = as_written(rendered, task, templar_of(variables))
    assert found == {**rendered, "client_secret": "31" if TAGGED else 31}


@pytest.mark.parametrize(
    "source", [None, {"authkit.oauth.api": "client_secret={{ secret }}"}, {"args": {"client_secret": 31}}]
)
def test_what_cannot_be_restored_stays(source: Any) -> None:
    task = SimpleNamespace(action="authkit.oauth.api", get_ds=lambda: source)
    assert as_written(RENDERED, task, templar_of({})) == RENDERED
