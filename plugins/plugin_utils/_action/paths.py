# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task's relative paths are when the running Ansible process makes the call: as for ansible.builtin.uri."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase


def with_full_paths(action: ActionBase, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with full paths.

    A file to send is looked for where Ansible looks for the files of roles and plays. Others are relative to the
    playbook, which is where Ansible runs the modules of a local connection.
    """
    found = dict(parameters)
    for name in ("dest", "creates", "removes"):
        if found.get(name):
            found[name] = _beside_playbook(action, str(found[name]))
    if found.get("src"):
        found["src"] = _searched(action, str(found["src"]))
    body = found.get("body")
    if found.get("body_format") == "form-multipart" and isinstance(body, Mapping):
        found["body"] = {name: _field(action, value) for name, value in body.items()}
    return found


def _field(action: ActionBase, value: object) -> object:
    if isinstance(value, Mapping) and isinstance(value.get("filename"), str) and not value.get("content"):
        return {**value, "filename": _searched(action, value["filename"])}
    return value


def _searched(action: ActionBase, path: str) -> str:
    try:
        return str(action._find_needle("files", _expanded(path)))
    except AnsibleError:  # the call says that it is missing, unless creates or removes skips it
        return _beside_playbook(action, path)


def _beside_playbook(action: ActionBase, path: str) -> str:
    full = os.path.join(action._loader.get_basedir(), _expanded(path))
    return full if path != "" else path


def _expanded(path: str) -> str:
    return os.path.expanduser(os.path.expandvars(path))
