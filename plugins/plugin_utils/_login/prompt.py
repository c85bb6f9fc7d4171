# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees who has to sign in: the address, the code, and a QR code in a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ansible.utils.display import Display

from ...module_utils._words import quoted

if TYPE_CHECKING:
    from ...module_utils._oauth.device import DeviceCode


def show(text: str) -> None:
    """Shows the prompt, but not in the log file (ANSIBLE_LOG_PATH): until it expires, the code lets someone sign in.

    On standard error, which is not buffered when it is no terminal, such as the log of a CI job.
    """
    Display().display(text, stderr=True, screen_only=True)


def prompt(code: DeviceCode, client_id: str, *, terminal: bool) -> str:
    """The text for a person.

    :param terminal: whether it goes to a terminal, where a QR code can be scanned.
    """
    lines = [
        "",
        f"authkit.oauth: sign in with a browser, for the client {quoted(client_id)}.",
        "",
        f"    Open:  {code.address}",
        f"    Code:  {code.user_code}",
        "",
    ]
    if code.complete_address is not None:
        picture = qr_code(code.complete_address) if terminal else None
        lines += [f"Or open this address, which contains the code:  {code.complete_address}", *(picture or []), ""]
    lines += [f"The code is valid for {_duration(code.seconds)}. The task waits until then; Ctrl-C ends it.", ""]
    return "\n".join(lines)


def qr_code(text: str) -> list[str] | None:
    """The lines of a QR code; None if the Python package segno is missing, or the text is too long for a terminal."""
    try:
        import segno
    except ImportError:
        return None
    picture = io.StringIO()
    try:
        segno.make_qr(text, error="l", boost_error=False).terminal(picture, border=2, compact=True)
    except ValueError:
        return None
    return ["", *picture.getvalue().splitlines()]


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds // 60:.0f} minutes"
