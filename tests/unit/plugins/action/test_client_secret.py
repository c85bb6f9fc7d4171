# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action refuses before it asks for a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.client_secret import ActionModule
from ansible_collections.authkit.oauth.tests.unit.support.actions import Tasks

TASKS = Tasks("authkit.oauth.client_secret", ActionModule)
CONNECTION = {
    "auth_server": "https://localhost:1",
    "realm": "erp",
    "client_id": "rotator",
    "client_secret": "a-secret-of-the-rotator",
    "retries": 0,
}


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({}, "arguments_refused", "path"),
        ({"path": "/tmp/"}, "invalid_option", "path must name a file"),
        ({"path": "/gone/secret"}, "secret_not_kept", "there is no directory '/gone'"),
        ({"path": "{folder}/s", "max_age": "a month"}, "invalid_option", "max_age must be"),
        ({"path": "{folder}/s", "state": "present"}, "arguments_refused", "state"),
        ({"path": "{folder}/s", "allowed_hosts": ["example.com"]}, "host_not_allowed", "allowed_hosts"),
        ({"path": "{folder}/s"}, "connection_failed", "localhost"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: dict[str, Any], error: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    given = dict(arguments)
    if "path" in given:
        given["path"] = str(given["path"]).replace("{folder}", str(tmp_path))
    result = TASKS.run({**CONNECTION, **given}, {})
    assert (result["failed"], result["changed"], result["error"]) == (True, False, error)
    assert str(sentence) in result["msg"]
    assert str(CONNECTION["client_secret"]) not in str(result)
