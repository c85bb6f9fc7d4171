# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor: examines one client's connection part by part, and gives one piece of advice for each problem.

After a problem it continues as far as that makes sense: it requests no token if the options are not valid.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from typing import Any

from ...module_utils._errors import AuthkitError, UnknownOption
from ...module_utils._oauth.discovery import issuer_of
from ...module_utils._options.client import ClientOptions
from .._fetching import transport_for
from .._login.login import status
from .._secrets import masked, warnings_for
from .._templating import placeholder, rendered
from .._tokens import RENEWED, token_for
from .._unknown_names import line_about_others, near_misses
from .._variables import options_for
from .parts import (
    LIBRARIES,
    ReportSection,
    interpreter_section,
    option_section,
    proxy_section,
    store_section,
    waiver_section,
)
from .server import discovery_section, token_section

WAIVERS = "realm_check_waivers"


def examination(
    call: Mapping[str, Any], profile: object, variables: Mapping[str, Any], templar: Any
) -> list[ReportSection]:
    """Examines the connection; the sections of the report, in order.

    :param call: connection options of the task.
    :param variables: Ansible's variables, not rendered.
    """
    sections: list[ReportSection] = []
    options: ClientOptions | None = None
    try:
        options = options_for(call, variables, templar, profile)
        sections.append(option_section(options))
        sections[-1].lines += warnings_for(options)
    except AuthkitError as error:
        sections.append(ReportSection("Options", problems=[error]))
    sections[-1].problems += map(UnknownOption, near_misses(variables))
    sections[-1].lines += line_about_others(variables)
    sections.append(interpreter_section())
    if options is not None:
        store = store_section(options)
        sections += [*proxy_section(options, os.environ), store, *_at_the_server(options, can_store=not store.problems)]
    sections += _waivers(variables, templar)
    return sections


def report(sections: list[dict[str, Any]]) -> list[str]:
    """The verdict, and one line for each part: a tick and what was found, or a cross and each problem."""
    count = len({problem for section in sections for problem in section["problems"]})
    lines = [f"{count} problem{'s' if count > 1 else ''} found." if count else "No problems found."]
    for section in sections:
        title, state = section["title"], section["ok"]
        if state is False:
            lines += [f"✗ {title}: {problem}" for problem in section["problems"]]
        else:
            lines.append(f"{'–' if state is None else '✓'} {title}: {section['summary']}")
    return lines


def problems_of(sections: list[ReportSection]) -> list[AuthkitError]:
    """The problems of all sections, in order, without repetitions."""
    return list({problem.message: problem for section in sections for problem in section.problems}.values())


def _at_the_server(options: ClientOptions, *, can_store: bool) -> list[ReportSection]:
    with closing(transport_for(options.transport_settings, lambda _warning: None)) as transport:
        server, document = discovery_section(options, transport)
        token = _token(options, document, transport) if can_store else ReportSection("Token")
    if token.problems and not document:
        # Both have the same cause. Why there is no token is the more useful message.
        server.lines, server.problems, server.examined = ["Its metadata could not be read"], [], False
    known = [server] if issuer_of(options) else []  # token_url alone has no metadata
    login = status(options) if can_store else []
    person = [ReportSection("Login", login, summary="; ".join(login))] if login else []
    return [*known, token, *person] if can_store else known


def _token(options: ClientOptions, document: Mapping[str, Any], transport: Any) -> ReportSection:
    warnings: list[str] = []
    try:
        # Stored ones may be out of date, but only the store has the refresh token of a login.
        asked = options if options.grant_type in RENEWED else options.replaced(cache="none")
        token = token_for(asked, warn=warnings.append)
    except AuthkitError as error:
        return ReportSection("Token", problems=[error])
    section = token_section(options, token, document, transport)
    for warning in warnings:
        if not _is_of_interpreter(warning):
            section.warn(warning)
    secrets = [*options.secrets, token.access_token]
    section.lines = [masked(line, secrets) for line in section.lines]
    return section


def _is_of_interpreter(warning: str) -> bool:
    """Whether the warning is about a missing library, which the interpreter section reports already."""
    return any(f"{name} is missing from" in warning for name in LIBRARIES)


def _waivers(variables: Mapping[str, Any], templar: Any) -> list[ReportSection]:
    if variables.get(WAIVERS) is None:
        return []
    try:
        value = rendered(variables[WAIVERS], templar, f"The variable {WAIVERS}", omit=placeholder(variables))
    except AuthkitError as error:
        return [ReportSection("Waivers", problems=[error])]
    return [] if value is None else [waiver_section(value, date.today)]
