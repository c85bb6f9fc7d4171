# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the arguments of finished tasks, rendered, as callback plugins get them."""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record_arguments
type: aggregate
short_description: Writes tasks' arguments for the integration tests
description:
  - Appends to the file that E(AUTHKIT_TEST_ARGUMENTS) names.
author: authkit contributors
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Appends arguments to $AUTHKIT_TEST_ARGUMENTS."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record_arguments"

    def _write(self, result: Any) -> None:
        task = getattr(result, "task", None) or result._task
        with open(os.environ["AUTHKIT_TEST_ARGUMENTS"], "a", encoding="utf-8") as record:
            record.write(f"{task.get_name()}: {task.args}\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result)
