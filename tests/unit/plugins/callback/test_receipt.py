# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback, as Ansible's queue manager calls it."""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.authkit.oauth.plugins.callback import receipt as module
from ansible_collections.authkit.oauth.plugins.callback.receipt import CallbackModule
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils import _events
from ansible_collections.authkit.oauth.plugins.plugin_utils._events import HIT, count

ORDERS = ClientOptions("orders", "s3cret", token_url="https://login.example.org/token")


class Display:
    """What was shown, and on which stream."""

    verbosity = 0

    def __init__(self) -> None:
        self.shown: list[tuple[str, bool]] = []
        self.warnings: list[str] = []

    def display(self, line: str, *_more: object, stderr: bool = False) -> None:
        self.shown.append((line, stderr))

    def warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def display() -> Display:
    return Display()


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is registered to run when the process ends."""
    registered: list[Any] = []
    monkeypatch.setattr(atexit, "register", registered.append)
    return registered


@pytest.fixture
def callback(display: Display, exits: list[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(_events, "_DESCRIPTORS", [])
    monkeypatch.setattr(module, "preload", lambda: None)
    _events._EARLY.clear()
    made = CallbackModule(display=display)
    made.get_option = {"receipt_path": None}.get
    yield made
    _events._EARLY.clear()


def run(callback: Any, hits: int) -> None:
    callback.v2_playbook_on_start(None)
    for _each in range(hits):
        count(ORDERS, HIT)
    callback.v2_playbook_on_stats(None)


def test_nothing_is_shown_without_a_client(callback: Any, display: Display) -> None:
    run(callback, 0)
    assert (display.shown, display.warnings) == ([], [])


def test_a_second_playbook_adds_to_the_first(callback: Any, display: Display) -> None:
    run(callback, 2)
    run(callback, 3)
    lines = [line for line, _stderr in display.shown if "orders" in line]
    assert [" hits=2 " in lines[0], " hits=5 " in lines[1], len(lines)] == [True, True, 2]


@pytest.mark.parametrize(
    ("name", "stderr"),
    [("default", False), ("ansible.posix.json", True), ("json", True), ("community.general.yaml", False)],
)
def test_json_on_stdout_stays_json(
    callback: Any, display: Display, monkeypatch: pytest.MonkeyPatch, name: str, stderr: bool
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", name)
    run(callback, 1)
    assert {on_stderr for _line, on_stderr in display.shown} == {stderr}


def test_a_file_on_request(callback: Any, display: Display, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    callback.get_option = {"receipt_path": str(path)}.get
    run(callback, 2)
    assert json.loads(path.read_text())["clients"][0]["hits"] == 2
    assert display.warnings == []


def test_a_file_that_cannot_be_written_is_a_warning(callback: Any, display: Display, tmp_path: Path) -> None:
    callback.get_option = {"receipt_path": str(tmp_path / "missing" / "receipt.json")}.get
    run(callback, 2)
    assert len(display.warnings) == 1
    assert "receipt_path" in display.warnings[0]


def test_stats_without_a_start_show_nothing(callback: Any, display: Display) -> None:
    callback.v2_playbook_on_stats(None)
    assert display.shown == []


def test_a_run_that_ansible_ends_itself_has_a_receipt(callback: Any, display: Display, exits: list[Any]) -> None:
    callback.v2_playbook_on_start(None)
    callback.v2_playbook_on_start(None)
    count(ORDERS, HIT)
    (at_exit,) = exits
    at_exit()
    at_exit()
    assert sum("orders" in line for line, _stderr in display.shown) == 1


def test_a_worker_shows_no_receipt(
    callback: Any, display: Display, exits: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    callback.v2_playbook_on_start(None)
    count(ORDERS, HIT)
    monkeypatch.setattr(os, "getpid", lambda: -7)
    exits[0]()
    assert display.shown == []


def test_it_runs_only_if_it_is_enabled() -> None:
    assert CallbackModule.CALLBACK_NEEDS_ENABLED
    assert CallbackModule.CALLBACK_TYPE == "aggregate"
