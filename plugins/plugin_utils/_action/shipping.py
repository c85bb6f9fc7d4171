# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a shipped module gets, and what is taken from its answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...module_utils._options.client import OPTIONS, ClientOptions

# The connection options that the call itself needs. None of them says who the client is.
SHIPPED_OPTIONS = (
    "validate_certs",
    "ca_path",
    "client_cert",
    "client_key",
    "timeout",
    "retries",
    "proxy",
    "http_agent",
    "allow_http",
    "allowed_hosts",
)
# What Ansible itself says about a module that did not get to answer, or that runs on without us.
_CORE_KEYS = frozenset(
    {
        "ansible_job_id",
        "changed",
        "deprecations",
        "exception",
        "failed",
        "finished",
        "module_stderr",
        "module_stdout",
        "msg",
        "rc",
        "results_file",
        "skipped",
        "started",
        "unreachable",
        "warnings",
        "_ansible_parsed",
    }
)


class SealedArguments(dict[str, object]):
    """A module's arguments, whose repr shows none of them: ANSIBLE_DEBUG prints it."""

    def __repr__(self) -> str:
        return "SealedArguments(...)"

    __str__ = __repr__


def call_parameters(own: Mapping[str, object], options: ClientOptions) -> dict[str, object]:
    """The parameters of the call: the task's own, and how to connect. Nothing that a token could be asked for with."""
    parameters = {name: value for name, value in own.items() if name not in OPTIONS and name != "profile"}
    parameters.update((name, getattr(options, name)) for name in SHIPPED_OPTIONS)
    parameters["allowed_hosts"] = list(options.allowed_hosts)
    return {name: value for name, value in parameters.items() if value is not None}


def is_outcome(data: Mapping[str, object], outcome_key: str) -> bool:
    """Whether this is what a module of ours returned, not what Ansible says of one that did not get that far.

    outcome_key: a key of every result that is no error.
    """
    return outcome_key in data or "error" in data


def returned(data: Mapping[str, object], result_keys: Collection[str] | None) -> dict[str, object]:
    """The part of a module's answer that a task may return.

    result_keys: all that the module's results may hold; None for what Ansible says of a module. Facts are left out:
    the owner of the node could return any, and so direct later tasks.
    """
    keys = _CORE_KEYS if result_keys is None else {*result_keys, "deprecations"}
    return {key: value for key, value in data.items() if key in keys}
