# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the result of every task on every host, one JSON line each, for tests to read."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: aggregate
short_description: Writes task results as JSON lines for the integration tests
description:
  - Appends one line for each task result to the file that E(AUTHKIT_TEST_RECORD) names.
author: authkit contributors
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Appends results to $AUTHKIT_TEST_RECORD."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"

    def _write(self, result: Any, state: str) -> None:
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        outcome = getattr(result, "result", None)
        line = {
            "host": str(host.get_name()),
            "task": str(task.get_name()),
            "state": state,
            "result": outcome if outcome is not None else result._result,
        }
        with open(os.environ["AUTHKIT_TEST_RECORD"], "a", encoding="utf-8") as record:
            record.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result, "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write(result, "unreachable")
