# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor examines on the controller: the options, the interpreter, the token store and the waivers."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from ansible.release import __version__ as core_version

from ...module_utils._errors import AuthkitError, InvalidOption, StoreRefused
from ...module_utils._http.settings import proxy_for
from ...module_utils._oauth.client_auth.assertions import audience
from ...module_utils._oauth.client_auth.keys import secret_algorithm, signing_key
from ...module_utils._oauth.jwt import LibraryMissing
from ...module_utils._options.client import ClientOptions
from ...module_utils._options.table import OPTIONS, PASSWORD, TABLE
from ...module_utils._realm.accepted.waivers import waiver_from
from ...module_utils._urls import safe_url
from ...module_utils._words import quoted
from .._store.directory import Skipped, candidates
from .._store.held import opened
from .._store.store import FileStore, open_store

#: Libraries that the collection uses on a controller, and the consequence where one is missing.
LIBRARIES = {
    "requests": "calls are slower without it",
    "cryptography": "without it tokens are kept in each process's memory only",
    "joserfc": "without it no token can be verified, and no client assertion signed",
}
#: The first version of each library without known vulnerabilities. Older ones still work.
FLOORS = {"requests": "2.33.0", "urllib3": "2.6.3", "joserfc": "1.7.3"}
DEFAULT = "the default"
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class SetupWarning(AuthkitError):
    """The client gets tokens, but with fewer scopes than requested, or they cannot be stored. Follow the message."""


@dataclass
class ReportSection:
    """One part of the doctor's report: what was found, and the problems with the advice for each.

    :ivar summary: what was found, in one line; empty if it is the first of the lines.
    :ivar examined: whether there is a result.
    """

    title: str
    lines: list[str] = field(default_factory=list)
    problems: list[AuthkitError] = field(default_factory=list)
    summary: str = ""
    examined: bool = True

    def warn(self, text: str) -> None:
        """Adds a warning as a problem."""
        self.problems.append(SetupWarning(text))

    def to_data(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "ok": not self.problems if self.examined else None,
            "summary": self.summary or next(iter(self.lines), ""),
            "lines": self.lines,
            "problems": [each.message for each in self.problems],
        }


def option_section(options: ClientOptions) -> ReportSection:
    """Every option that is set, with its source. Secret values are not shown."""
    server = safe_url(options.token_endpoint or options.issuer or "")
    section = ReportSection("Options", summary=f"client {quoted(options.client_id)} at {server}")
    for name in OPTIONS:
        value = getattr(options, name)
        if name in options.origins:
            section.lines.append(f"{name}: {_shown(name, value)} (from {options.origins[name]})")
        elif value not in (None, (), ""):
            section.lines.append(f"{name}: {_shown(name, value)} ({DEFAULT})")
    section.lines += _assertions(options)
    return section


def _assertions(options: ClientOptions) -> Iterator[str]:
    """How a client signs its assertions; nothing if it signs none."""
    with suppress(AuthkitError):  # the token request reports it
        if options.client_auth_method == "private_key_jwt":
            yield f"The private key signs assertions with {signing_key(options).algorithm} {_for(options)}"
        elif options.client_auth_method == "client_secret_jwt":
            yield f"client_secret signs assertions with {secret_algorithm(options)} {_for(options)}"


def _for(options: ClientOptions) -> str:
    return f"for the audience {quoted(audience(options))}"


def proxy_section(options: ClientOptions, environment: Mapping[str, str]) -> list[ReportSection]:
    """The proxies that the environment names, and the one for the token request; nothing if there are none."""
    lines = []
    for name in sorted(environment):
        if name.lower() in PROXY_VARIABLES and environment[name]:
            lines.append(f"{name}: {_without_user(name, environment[name])}")
    if not lines:
        return []
    used = None
    with suppress(AuthkitError):  # the token request reports it
        used = proxy_for(options.token_endpoint or options.issuer or "", options.transport_settings)
    way = f"through {safe_url(used.url)} (from {used.source})" if used else "without a proxy"
    summary = f"the environment sets {', '.join(line.partition(':')[0] for line in lines)}; token requests go {way}"
    return [ReportSection("Proxy", [*lines, f"Token requests go {way}"], summary=summary)]


def _without_user(name: str, value: str) -> str:
    """A proxy as it may be shown: its user and password are masked."""
    if name.lower() == "no_proxy":
        return quoted(value)[1:-1]
    whole = value if "://" in value else f"http://{value}"
    shown = safe_url(whole)
    return shown.replace("://", "://***@", 1) if "@" in value else shown


def _shown(name: str, value: Any) -> str:
    secret = TABLE[name].secret
    if secret == PASSWORD:  # a URL, which may contain one
        return safe_url(str(value))
    if secret:
        return "set, not shown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join("=".join(each) if isinstance(each, tuple) else str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def interpreter_section() -> ReportSection:
    """The Python that runs Ansible, and which of our libraries it has."""
    section = ReportSection("Interpreter")
    section.lines.append(f"Python {platform.python_version()} at {sys.executable}, ansible-core {core_version}")
    for name, loss in LIBRARIES.items():
        found = library_version(name)
        section.lines.append(f"{name} {found or 'is missing'}")
        if found is None:
            section.problems.append(
                LibraryMissing(
                    f"The Python library {name} is missing from {sys.executable}, and {loss}: install it with "
                    f"{sys.executable} -m pip install {name}."
                )
            )
    section.lines.extend(old_libraries())
    serving = (
        "requests" if library_version("requests") else "ansible-core's own HTTP client (ansible.module_utils.urls)"
    )
    section.lines.append(f"The controller sends HTTP requests with {serving}")
    return section


def old_libraries() -> Iterator[str]:
    """Advice for each library with known vulnerabilities."""
    for name, floor in FLOORS.items():
        found = library_version(name)
        if found is not None and _numbers(found) < _numbers(floor):
            yield (
                f"{name} {found} works, but has vulnerabilities that {floor} fixes: update it from your distribution, "
                f"or with {sys.executable} -m pip install -U {name}"
            )


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version, to compare it; an unknown version counts as the newest, so it gets no advice."""
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else (sys.maxsize,)


def library_version(name: str) -> str | None:
    """The version of an installed library; None if it is not installed."""
    if find_spec(name) is None:
        return None
    try:
        return version(name)
    except PackageNotFoundError:
        return "of an unknown version"


def store_section(options: ClientOptions) -> ReportSection:
    """Whether tokens are stored, and where."""
    section = ReportSection("Token store")
    try:
        store = open_store(options.cache, section.warn)
    except AuthkitError as error:
        section.problems.append(error)
        return section
    if isinstance(store, FileStore):
        store.close()
        section.lines.append(f"Tokens are kept, encrypted, in {store.location.path}")
    elif options.cache == "none":
        section.lines.append("Tokens are not kept (cache is none): every use requests one")
    else:
        section.lines.append("Tokens are kept in the memory of each process")
    section.problems.extend(_skipped_stores() if options.cache == "file" and not section.problems else ())
    return section


def _skipped_stores() -> Iterator[StoreRefused]:
    """A problem for each directory that was skipped before a usable one: allowed, but rarely intended."""
    for each in candidates():
        try:
            with opened(each):
                return
        except Skipped:
            yield StoreRefused(
                f"The directory {each.base} belongs to another user or is not writable, so the token store is not "
                "there: give it to the user who runs Ansible, or unset XDG_RUNTIME_DIR if another user left it behind."
            )


def waiver_section(waivers: object, today: Callable[[], Any]) -> ReportSection:
    """Whether the waivers of the realm check are valid and not expired.

    :param waivers: the variable realm_check_waivers, rendered.
    """
    section = ReportSection("Waivers")
    if not isinstance(waivers, list) or not all(isinstance(each, Mapping) for each in waivers):
        section.problems.append(InvalidOption("realm_check_waivers is not a list of waivers: write each as a mapping."))
        return section
    section.lines.append(f"{len(waivers)} in realm_check_waivers")
    for place, entry in enumerate(waivers, 1):
        try:
            waiver_from(entry, place, today())
        except InvalidOption as error:
            section.problems.append(error)
    return section
