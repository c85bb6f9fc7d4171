# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a module that runs on a node, and what is taken from its result."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...module_utils._options.client import OPTIONS, ClientOptions

#: The connection options that the call itself needs. None of them identifies the client.
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
#: What Ansible itself returns for a module that returned nothing, or that still runs (async).
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
    """A module's arguments with a repr that hides them: ANSIBLE_DEBUG prints it."""

    def __repr__(self) -> str:
        return "SealedArguments(...)"

    __str__ = __repr__


def call_parameters(own: Mapping[str, object], options: ClientOptions) -> dict[str, object]:
    """The parameters of the call: the task's own and the connection, but nothing that a token is requested with."""
    parameters = {name: value for name, value in own.items() if name not in OPTIONS and name != "profile"}
    parameters.update((name, getattr(options, name)) for name in SHIPPED_OPTIONS)
    parameters["allowed_hosts"] = list(options.allowed_hosts)
    return {name: value for name, value in parameters.items() if value is not None}


def is_outcome(data: Mapping[str, object], outcome_key: str) -> bool:
    """Whether one of our modules returned this result, not Ansible for a module that never finished.

    :param outcome_key: a key that every result of the module has unless it is an error.
    """
    return outcome_key in data or "error" in data


def returned(data: Mapping[str, object], result_keys: Collection[str] | None) -> dict[str, object]:
    """The part of a module's result that the task may return.

    Facts are left out: the owner of the node could return any facts, and so steer later tasks.

    :param result_keys: every key that the module's results may have; None for a result of Ansible's own.
    """
    keys = _CORE_KEYS if result_keys is None else {*result_keys, "deprecations"}
    return {key: value for key, value in data.items() if key in keys}
