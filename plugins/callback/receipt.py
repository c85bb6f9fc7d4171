# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tokens of a run cost, at its end."""

from __future__ import annotations

DOCUMENTATION = r"""
name: receipt
type: aggregate
short_description: Shows how many tokens a run requested
version_added: 0.1.0
author: authkit contributors (@authkit)
description:
  - At the end of a run, shows one line for each C(client_id) and host that the collection's
    lookup, modules and inventory plugin used. Nothing if there was none.
  - A line names the client and the host of its token endpoint, then the requests to that endpoint (C(token_requests)),
    the tokens from the store (C(hits)), the requests that renewed a token (C(refreshes)), the responses with status 401
    from APIs (C(401)), and the waits after responses with status 429 and how long they took (C(429_waits)).
  - It also makes lookups faster. Ansible loads a lookup in the process of each host and task; this callback loads it
    once, before these processes start.
options:
  receipt_path:
    description:
      - A file for the receipt as JSON. It is replaced at the end of each run and only this user can read it. A link is
        not followed.
    type: path
    env:
      - name: AUTHKIT_RECEIPT_PATH
    ini:
      - section: authkit_receipt
        key: receipt_path
requirements:
  - C(authkit.oauth.receipt) in C(callbacks_enabled), in the section C([defaults]) of C(ansible.cfg), or in the
    environment variable E(ANSIBLE_CALLBACKS_ENABLED).
notes:
  - With several playbooks in one command, it is shown after each, and the counts add up.
  - With a stdout callback that writes JSON, the receipt is shown on stderr.
  - The command C(ansible-console) has no receipt.
  - Calls of a task with C(async) and calls with O(authkit.oauth.api#module:access_token) are not counted.
seealso:
  - plugin: authkit.oauth.token
    plugin_type: lookup
  - module: authkit.oauth.api
"""

import atexit
import os
from typing import Any

from ansible import constants
from ansible.plugins.callback import CallbackBase

from ..plugin_utils import _bytecode  # noqa: F401  # pylint: disable=unused-import  # before the next imports, which it speeds up
from ..plugin_utils._receipt.file import problem_writing
from ..plugin_utils._receipt.ledger import Ledger
from ..plugin_utils._receipt.preload import preload
from ..plugin_utils._receipt.receipt import document_of, lines_of


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core has no hints
    """Counts in all processes of the run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "authkit.oauth.receipt"
    CALLBACK_NEEDS_ENABLED = True

    _ledger: Ledger | None = None
    _shown, _process = True, -1

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Before the first fork; once for each playbook of the command."""
        if self._ledger is None:
            self._ledger, self._process = Ledger(), os.getpid()
            preload()
            atexit.register(self._at_exit)
        self._shown = False

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._show()

    def _at_exit(self) -> None:
        """Ansible has no stats of a run that it ended itself, as when a worker has died."""
        if not self._shown and self._process == os.getpid():
            self._show()

    def _show(self) -> None:
        self._shown = True
        accounts = [] if self._ledger is None else self._ledger.accounts()
        to_stderr = "json" in constants.DEFAULT_STDOUT_CALLBACK
        lines = lines_of(accounts)
        for line in ["", *lines] if lines else []:
            self._display.display(line, stderr=to_stderr)
        path = self.get_option("receipt_path")
        problem = problem_writing(path, document_of(accounts)) if path else None
        if problem:
            self._display.warning(problem)
