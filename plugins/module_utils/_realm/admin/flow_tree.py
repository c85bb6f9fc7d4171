# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the tree of an authentication flow's steps from the admin API's flat list and its levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..keycloak.settings import Malformed, choice, switch, text
from ..snapshot.gaps import Gap, Json
from ..snapshot.snapshot import Execution


def configuration_ids(executions: Sequence[Json]) -> list[str]:
    """Ids of the authenticator configurations that the steps have. Raises Malformed."""
    return [text(each, "authenticationConfig") for each in executions if each.get("authenticationConfig")]


def flow_tree(executions: Sequence[Json], configs: Mapping[str, Json | Gap]) -> tuple[Execution, ...]:
    """The steps of a flow.

    :param executions: AuthenticationExecutionInfoRepresentations, in order.
    :param configs: id -> authenticator configuration, or why it could not be read.
    :raises Malformed: an execution is not what Keycloak writes.
    """
    # From the last step to the first: each takes those that follow it on deeper levels. Not recursive, since a server
    # may return more levels than Python's recursion limit.
    waiting: list[tuple[int, Execution]] = []
    for step in reversed(executions):
        level = _level(step) if len(executions) > 1 else 0
        below: list[Execution] = []
        while waiting and waiting[-1][0] > level:
            below.append(waiting.pop()[1])
        waiting.append((level, _execution(step, tuple(below), configs)))
    return tuple(execution for _depth, execution in reversed(waiting))


def _execution(step: Json, children: tuple[Execution, ...], configs: Mapping[str, Json | Gap]) -> Execution:
    requirement = choice(step, "requirement")
    if switch(step, "authenticationFlow", default=False):
        # Form sub-flows name a provider, too.
        return Execution(None, requirement, text(step, "displayName"), None, children)
    provider, config = text(step, "providerId"), text(step, "authenticationConfig")
    return Execution(provider, requirement, provider, configs[config] if config else None, children)


def _level(step: Json) -> int:
    level = step.get("level")
    if not isinstance(level, int):
        raise Malformed("level")
    return level
