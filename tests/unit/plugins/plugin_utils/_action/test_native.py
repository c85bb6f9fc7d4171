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

from ansible_collections.authkit.oauth.plugins.plugin_utils._action.native import with_quoted_text
from ansible_collections.authkit.oauth.tests.unit.support.variables import loaded, templar_of

WRITTEN = '{client_secret: "{{ secret }}", scope: "{{ number }}", timeout: "{{ number }}", client_id: 5}'
RENDERED = {"client_secret": 31, "scope": 31, "timeout": 31, "client_id": 5, "url": 31}
VARIABLES = {"secret": "0x1F", "number": 31}


@pytest.mark.parametrize("key", ["authkit.oauth.api", "action", "local_action", "args"])
def test_the_text_of_connection_options_is_restored(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_JINJA2_NATIVE", True, raising=False)
    source = loaded(f"{{{key}: {WRITTEN}}}", tmp_path)
    task = SimpleNamespace(action="authkit.oauth.api", get_ds=lambda: source)
    found = with_quoted_text(RENDERED, task, templar_of(dict(VARIABLES)))
    assert found == {**RENDERED, "client_secret": "0x1F"}


@pytest.mark.parametrize(
    "source", [None, {"authkit.oauth.api": "client_secret={{ secret }}"}, {"args": {"client_secret": 31}}]
)
def test_what_cannot_be_restored_stays(source: Any) -> None:
    task = SimpleNamespace(action="authkit.oauth.api", get_ds=lambda: source)
    assert with_quoted_text(RENDERED, task, templar_of({})) == RENDERED
