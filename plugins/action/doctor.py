# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of authkit.oauth.doctor."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._api.results import bug
from ..module_utils._errors import ArgumentsRefused, AuthkitError
from ..module_utils._masking import Masker
from ..module_utils._options.spec import DOCTOR_SPEC
from ..plugin_utils._action.arguments import known_secrets, secret_arguments, validated
from ..plugin_utils._doctor.doctor import examination, problems_of, report
from ..plugin_utils._variables import plain, refuse_facts

#: Prefixes of the variables of its playbook, and of the role whose waivers it examines.
SETTINGS = ("doctor_", "realm_check_")


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core has no hints
    """Examines one client's connection. Always runs on the controller."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The task's result. A failure is returned, never raised."""
        super().run(tmp, task_vars)
        secrets: list[str] = []
        try:
            refuse_facts(task_vars or {}, SETTINGS)
            given = plain(self._task.args)
            secrets += secret_arguments(DOCTOR_SPEC, given)
            secrets += known_secrets(DOCTOR_SPEC, task_vars or {}, self._templar)
            return _discreet(self._examined(given, task_vars or {}), Masker(secrets))
        except AuthkitError as error:
            masker = Masker(secrets)
            words = masker.foreign_words if isinstance(error, ArgumentsRefused) else masker.sentence
            return {**error.result(), "msg": words(error.message)}
        except Exception as error:  # a traceback would show values
            return bug(error)

    def _examined(self, given: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        call = validated("authkit.oauth.doctor", DOCTOR_SPEC, given).parameters
        profile, details = call.pop("profile", None), call.pop("details", False)
        sections = examination(call, profile, variables, self._templar)
        problems = problems_of(sections)
        return {
            "changed": False,
            "failed": bool(problems),
            **({"error": problems[0].short_name()} if problems else {}),
            "problems": [problem.message for problem in problems],
            "sections": [section.to_data() for section in sections],
            "details": details,
        }


def _discreet(result: dict[str, Any], masker: Masker) -> dict[str, Any]:
    """The result with masked secrets. A line is the name of an option or claim, a colon, and its value."""
    sections = []
    for section in result["sections"]:
        named = [line.partition(": ") for line in section["lines"]]
        lines = [
            f"{name}{colon}{masker.value(value)}" if colon else masker.sentence(name) for name, colon, value in named
        ]
        found = {"lines": lines, "problems": list(map(masker.sentence, section["problems"]))}
        sections.append({**section, **found, "summary": masker.sentence(section["summary"])})
    problems = list(map(masker.sentence, result["problems"]))
    lines = report(sections)
    shown = {**result, "msg": lines[0], "problems": problems, "report": lines, "sections": sections}
    if not shown.pop("details"):
        del shown["sections"]
    return shown
