# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees who has to sign in."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.utils import display

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.device import DeviceCode
from ansible_collections.authkit.oauth.plugins.plugin_utils._login.prompt import prompt, show

ADDRESS = "https://login.example.org/device"
CODE = DeviceCode("secret", "WDJB-MJHT", ADDRESS, f"{ADDRESS}?user_code=WDJB-MJHT", 5.0, 600.0, 700.0)
PICTURE = "▀▄█"


def _segno(text: str, **_how: Any) -> Any:
    assert text == CODE.complete_address
    return SimpleNamespace(terminal=lambda out, **_options: out.write(f"{PICTURE}\n"))


@pytest.mark.parametrize("terminal", [True, False])
def test_the_picture_is_for_terminals(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", SimpleNamespace(make_qr=_segno))
    text = prompt(CODE, "cli", terminal=terminal)
    assert (PICTURE in text) is terminal
    assert f"Open:  {ADDRESS}\n" in text
    assert "Code:  WDJB-MJHT\n" in text
    assert "secret" not in text


def test_without_segno(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    text = prompt(CODE, "cli", terminal=True)
    assert "The code is valid for 10 minutes." in text
    assert PICTURE not in text


def test_the_log_file_does_not_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Standard error gets it at once, also where a CI job buffers standard output."""
    monkeypatch.setattr(display, "logger", logging.getLogger("ansible"))
    caplog.set_level(logging.DEBUG)
    display.Display().display("for the log")
    show(prompt(CODE, "cli", terminal=False))
    assert "for the log" in caplog.text
    assert "WDJB-MJHT" not in caplog.text
    printed = capsys.readouterr()
    assert "WDJB-MJHT" in printed.err
    assert "WDJB-MJHT" not in printed.out
