# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugin authkit.oauth.realm_diff: reads two realms on the controller, and compares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from os.path import basename
from typing import Any, ClassVar

from ...module_utils._errors import (
    AuthkitError,
    HostNotAllowed,
    InvalidOption,
    NetworkError,
    RateLimited,
    ServerUnavailable,
)
from ...module_utils._masking import MASK
from ...module_utils._options.client import ClientOptions
from ...module_utils._options.secrets import SECRET_OPTIONS, secret_values, without_secret_values
from ...module_utils._options.table import HOW, OPTIONS, WHERE
from ...module_utils._options.where import read_realm
from ...module_utils._realm.admin.side_by_side import mapped
from ...module_utils._realm.diff import ARGUMENT_SPEC, MODULE, RESULT_KEYS, SENTENCES, RealmsDiffer
from ...module_utils._realm.export.reading import chosen_exports
from ...module_utils._realm.problems import Problems
from ...module_utils._realm.snapshot.gaps import Gap
from ...module_utils._realm.target import server_and_realm
from ...module_utils._urls import host_allowed, host_and_port
from ...module_utils._words import listed, quoted
from .._fetching import transport_for
from .._realm_diff import report as reports
from .._realm_diff.accepted import Accepted, accepted_from
from .._realm_diff.compare import LEFT, RIGHT
from .._realm_diff.from_file import side_of
from .._realm_diff.live import Live
from .._realm_diff.side import Side, unreadable_side
from .._secrets import warnings_for
from .._variables import options_for, plain
from .audit_tokens import StoreTokens
from .export_file import exported
from .task import Notes, Result, TaskAction, naming_allowed_hosts

#: Prefixes of the role's variables, internal ones included.
ROLE_VARIABLES = ("realm_diff_", "__realm_diff_")
_OWN = ("profile", "realm", "source")


@dataclass(frozen=True)
class Connection:
    """A side that is a realm on a server."""

    options: ClientOptions = field(repr=False)
    server: str
    realm: str


class RealmDiffAction(TaskAction):
    """Compares two realms, each on a server or in a file. Always runs on the controller."""

    MODULE: ClassVar[str] = MODULE
    SPEC: ClassVar[Mapping[str, Mapping[str, Any]]] = ARGUMENT_SPEC
    RESULT_KEYS: ClassVar[frozenset[str]] = RESULT_KEYS
    OUTCOME_KEY: ClassVar[str] = "report"
    SETTINGS: ClassVar[tuple[str, ...]] = ROLE_VARIABLES
    OWN_WORDS: ClassVar[frozenset[str]] = SENTENCES
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {"client_id": "-", "client_secret": "-"}
    _supports_async = False

    def failed(self, error: AuthkitError) -> Result:
        return {"changed": False, **error.result()}

    def work(self, variables: Mapping[str, Any], notes: Notes) -> Result:
        given = plain(self._task.args)
        if isinstance(given, Mapping):
            for name in (LEFT, RIGHT):
                notes.hide(*_secrets_of(given.get(name)))
        own = self._validated(given, variables, notes).parameters
        problems = Problems()
        found: list[Any] = []
        for name in (LEFT, RIGHT):
            with problems.noted(), self._discreetly(variables, notes):
                found.append(self._source(name, own, variables, notes))
        with problems.noted():
            accepted = _accepted(own.get("accepted") or ())
        problems.refuse()
        if own["validate_only"]:
            return {"changed": False}
        sides, complaints = self._read(found, notes)
        report = reports.compared(sides[0], sides[1], accepted)
        for each in report["stale"]:
            notes.warn(each)
        failures = reports.failures(report, sides, fail_on_difference=own["fail_on_difference"])
        return _result(report, [*failures, *complaints])

    def _source(self, name: str, own: Mapping[str, Any], variables: Mapping[str, Any], notes: Notes) -> Any:
        """What a side is: a file's side, or a connection. No network."""
        given: Mapping[str, Any] = own[name]
        realm = given.get("realm")
        wanted = None if realm in (None, "") else read_realm(realm, f"realm in {name}")
        if given.get("source") not in (None, ""):
            others = sorted(str(each) for each in given if each not in ("source", "realm"))
            if others:
                raise InvalidOption(
                    f"{name} has source and {listed(others)}, but a file needs no connection: leave out one of them."
                )
            return self._file(name, str(given["source"]), wanted)
        options = self._client_of(name, own, wanted, variables)
        notes.hide(*options.secrets)
        for warning in warnings_for(options):
            notes.warn(warning)
        server, of_client = server_and_realm(options)
        _refuse(name, options, server)
        return Connection(options, server, wanted or of_client)

    def _client_of(
        self, name: str, own: Mapping[str, Any], realm: str | None, variables: Mapping[str, Any]
    ) -> ClientOptions:
        """A side's connection: its own options, then those of the task.

        A side that names a profile or a server takes from the task only how to connect, so that no credential of the
        task goes to another server.
        """
        given = {option: value for option, value in own[name].items() if option not in _OWN}
        apart = own[name].get("profile") is not None or any(given.get(option) is not None for option in WHERE)
        call = {option: own[option] for option in (HOW if apart else OPTIONS) if option in own} | given
        if given.get("auth_server") is not None and realm is not None:
            call["realm"] = realm
        profile = own[name].get("profile") if apart else own.get("profile")
        return options_for(call, variables, self._templar, profile, place=name)

    def _file(self, name: str, source: str, realm: str | None) -> Side:
        path = self._loader.path_dwim(source)
        shown = basename(path)
        everything = exported(path)
        files = {id(each.realm): each.source for each in everything}
        found = chosen_exports([each.realm for each in everything], () if realm is None else (realm,), shown)
        if len(found) > 1:
            names = listed([quoted(str(each["realm"])) for each in found])
            raise InvalidOption(f"The source {shown} in {name} has the realms {names}: name one that it has once.")
        return side_of(found[0], files[id(found[0])])

    def _read(self, found: list[Any], notes: Notes) -> tuple[list[Side], list[str]]:
        """Both sides, read at the same time, and why a token was not valid to the end."""
        with ExitStack() as stack:
            readers: list[Callable[[], Side]] = []
            all_tokens = []
            for each in found:
                if isinstance(each, Side):
                    readers.append(partial(_itself, each))
                    continue
                tokens = StoreTokens(each.options, warn=notes.warn, hide=notes.hide)
                tokens.token()  # fail now: without a token no configuration can be read
                all_tokens.append(tokens)
                transport = stack.enter_context(closing(transport_for(each.options.transport_settings, notes.warn)))
                live = Live(each.server, each.realm, tokens, transport, each.options.retries)
                stack.callback(live.stop)
                readers.append(partial(_side, live))
            sides = mapped(lambda read: read(), readers, len(readers))
        return sides, [each.complaint for each in all_tokens if each.complaint is not None]

    def _hide_arguments(self, given: Any, notes: Notes) -> None:
        if isinstance(given, Mapping):
            given = {name: _discreet(value) if name in (LEFT, RIGHT) else value for name, value in given.items()}
        super()._hide_arguments(given, notes)


def _itself(side: Side) -> Side:
    return side


def _side(live: Live) -> Side:
    try:
        return live.side()
    except AuthkitError as error:
        fault = isinstance(error, (NetworkError, ServerUnavailable, RateLimited))
        return unreadable_side(live.realm, live.server, Gap(error.message, fault=fault))


def _refuse(name: str, options: ClientOptions, server: str) -> None:
    """Refuses a connection that cannot be used for this. Raises AuthkitError."""
    if options.dpop:
        raise InvalidOption(
            f"dpop is true in {name}, and a comparison sends requests that cannot be proven: give it a client without "
            "DPoP."
        )
    if options.allowed_hosts and not host_allowed(server, options.allowed_hosts):
        error = HostNotAllowed(
            f"The server of {name} is {host_and_port(server)}, which allowed_hosts does not name, so the client's "
            "token was not sent there: add the host to allowed_hosts if you trust it."
        )
        raise naming_allowed_hosts(error, options)


def _accepted(entries: Any) -> list[Accepted]:
    today = date.today()
    return [accepted_from(entry, place, today) for place, entry in enumerate(entries, 1)]


def _secrets_of(side: Any) -> list[str]:
    """The secrets among a side's options, valid or not."""
    if not isinstance(side, Mapping):
        return []
    return [secret for name in SECRET_OPTIONS for secret in secret_values(name, side.get(name))]


def _discreet(side: Any) -> Any:
    """A side as callback plugins may see it."""
    try:
        shown = plain(side)
    except AuthkitError:  # a vaulted value without its password
        return MASK
    if not isinstance(shown, Mapping):
        return MASK
    return {
        name: without_secret_values(name, value, MASK) if name in SECRET_OPTIONS else value
        for name, value in shown.items()
    }


def _result(report: dict[str, Any], failures: list[str]) -> Result:
    done = {"changed": False, "report": report, "failures": failures, "table": reports.table(report)}
    return {**done, **RealmsDiffer(" ".join(failures)).result()} if failures else done
