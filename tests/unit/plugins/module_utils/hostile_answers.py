# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A separate process that calls a hostile API: `hostile_answers.py TRANSPORT BASE CASE...`.

It prints a line of JSON for each case: what became of the call, and the most memory (MiB) that the process had so far.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ansible_collections.authkit.oauth.plugins.module_utils._api.call import call_on_node
from ansible_collections.authkit.oauth.plugins.module_utils._http import transports as _http


def peak() -> int:
    """The most memory that this process has had, in MiB. getrusage would count the parent's before the exec, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main(transport: str, base: str, *cases: str) -> None:
    """Calls each case."""
    for case in cases:
        params: dict[str, Any] = {
            "url": f"{base}/{case}",
            "method": "GET",
            "follow_redirects": "none",
            "access_token": "some-token",
            "retries": 1,
            "timeout": 20.0,
        }
        result = call_on_node(params, transport_for=getattr(_http, f"{transport}_transport"))
        told = {key: result.get(key) for key in ("status", "msg", "warnings")}
        print(json.dumps({**told, "json": "json" in result, "peak": peak()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
