# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A realm check from end to end: a task's parameters in, its result out. Runs on the controller and on nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from .._api.node import result_on_node, token_of, transport_settings
from .._errors import AuthkitError, HostNotAllowed, MissingOption, NetworkError, RateLimited, ServerUnavailable
from .._http.model import Transport, TransportSettings
from .._http.transports import urls_transport
from .._masking import SENTENCES as OWN_SENTENCES
from .._options.spec import CONNECTION_SPEC
from .._options.where import read_auth_server
from .._unforeseen import unforeseen
from .._urls import host_allowed, host_and_port
from .admin.audit_token import TokenSource
from .admin.gather import gather
from .admin.given_token import GivenToken
from .audit import audit
from .export.export import snapshot_of
from .export.reading import Exported, chosen_exports
from .model import CONFIGURATION
from .outside.client_access import Caller
from .outside.outside import SECTIONS, Outside, gather_outside, with_sections
from .policy import NONE, POLICY_SPEC, Policy, policy_from
from .results.report import baseline, realm_report, table
from .results.verdict import Audited, realm_failure, stale_waivers
from .snapshot.gaps import Gap
from .snapshot.labels import labelled
from .snapshot.snapshot import Snapshot
from .snapshot.unreadable import unreadable
from .target import checked_realms

MODULE = "authkit.oauth.realm_check"
CHECK_SPEC: dict[str, dict[str, Any]] = {
    "realms": {"type": "list", "elements": "str"},
    "source": {"type": "path"},
    **POLICY_SPEC,
    "previous_report": {"type": "path"},
    "active_probes": {"type": "bool", "default": False},
    "validate_only": {"type": "bool", "default": False},
    "access_token": {"type": "str", "no_log": True},
}
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {**CONNECTION_SPEC, **CHECK_SPEC}
#: All keys that a result may have. Anything else that a node's module returns is not ours.
RESULT_KEYS = frozenset(
    {"changed", "failed", "msg", "error", "report", "failures", "table", "trend", "baseline", "warnings"}
)
#: Members whose text is our own. A report counts, because a realm's secrets are dropped while it is read.
SENTENCES = OWN_SENTENCES | {"report", "table", "trend", "baseline"}


class AuditFailed(AuthkitError):
    """A realm check fails because of what it found or could not read. Read failures, and fix or waive the findings."""


class AuditTokens(TokenSource, Protocol):
    """The tokens of a whole audit.

    :ivar complaint: for the user, why no token was valid to the end, or None.
    """

    complaint: str | None


_NO_SERVER = Gap("This needs a server, and a realm export was checked.")


@dataclass(frozen=True)
class Job:
    """An audit with validated parameters.

    :param retries: the most times that a request is repeated.
    :param active_probes: whether to send requests that leave traces.
    """

    server: str
    realms: tuple[str, ...]
    policy: Policy
    retries: int = 0
    active_probes: bool = False

    @property
    def levels(self) -> frozenset[str]:
        """The levels of the checks that run."""
        return frozenset(rule.check.level for rule in self.policy.rules)

    def outside(self, caller: Caller, settings: TransportSettings, *, check_mode: bool) -> Outside:
        """How the realms are examined from outside.

        :param settings: the transport's.
        """
        rules = {rule.check.id: rule.parameters for rule in self.policy.rules}
        return Outside(caller, settings, rules, self.levels, self.active_probes, check_mode, self.retries)


def prepare(params: Mapping[str, Any]) -> Job:
    """Validate the parameters of an audit: those of CHECK_SPEC, auth_server, and the connection. No network.

    :raises OptionError: an option is invalid.
    :raises HostNotAllowed: allowed_hosts does not include the server.
    :raises InsecureUrl: the server's URL is plain http.
    """
    if not params.get("auth_server") or params.get("realms") is None:
        raise MissingOption(
            f"The module {MODULE} does not know which server and realms to check: its action plugin on the controller "
            "sets them, so call it as a task by its full name, or set auth_server and realms."
        )
    server = read_auth_server(params["auth_server"], "auth_server", allow_http=bool(params.get("allow_http")))
    allowed = params.get("allowed_hosts") or ()
    if allowed and not host_allowed(server, allowed):
        raise HostNotAllowed(
            f"The server to check is {host_and_port(server)}, which allowed_hosts does not name, so the client's token "
            "was not sent there: add the host to allowed_hosts if you trust it."
        )
    return Job(
        server,
        checked_realms(params["realms"]),
        policy_from(params),
        int(params.get("retries") or 0),
        bool(params.get("active_probes")),
    )


def perform(job: Job, tokens: AuditTokens, transport: Transport, outside: Outside) -> dict[str, Any]:
    """The task's result: always with the report; failed, with a message, if something fails the run."""
    audited = []
    for realm in job.realms:
        snapshot = _snapshot(job, realm, tokens, transport)
        snapshot = with_sections(snapshot, _from_outside(job, realm, transport, outside))
        audited.append(Audited(snapshot, audit(snapshot, job.policy), without_token=tokens.complaint is not None))
    return _judged(audited, job.policy, tokens.complaint)


def perform_offline(params: Mapping[str, Any], exported: Sequence[Exported], source: str) -> dict[str, Any]:
    """The task's result for the realms of a file or directory.

    :param source: its name, for errors.
    :raises OptionError: an option is invalid, or a realm is not in the source.
    """
    policy = policy_from(params)
    names = checked_realms(params["realms"]) if params.get("realms") is not None else ()
    files = {id(each.realm): each.source for each in exported}
    snapshots = [
        with_sections(snapshot_of(each, files[id(each)]), dict.fromkeys(SECTIONS, _NO_SERVER))
        for each in chosen_exports([each.realm for each in exported], names, source)
    ]
    return _judged([Audited(each, audit(each, policy)) for each in labelled(snapshots)], policy, None)


def _judged(audited: Sequence[Audited], policy: Policy, complaint: str | None) -> dict[str, Any]:
    found = [realm_failure(each, policy) for each in audited]
    failures = [failure for failure in found if failure is not None]
    end = complaint if failures or policy.fail_on != NONE else None
    stale = stale_waivers(audited, policy)
    # A realm fails with a waiver that is for it, so that no run says "passed" and fails.
    reports = [
        realm_report(
            each,
            policy,
            failed=failure is not None
            or (end is not None and each.without_token)
            or any(waiver.realm in (None, each.realm) for waiver in stale),
        )
        for each, failure in zip(audited, found)
    ]
    if end is not None:
        failures.append(end)
    return result(reports, [*failures, *stale.values()], baseline(audited))


def result(reports: list[dict[str, Any]], failures: list[str], known: dict[str, Any]) -> dict[str, Any]:
    """The result with these realms' reports; failed if there are failures."""
    done: dict[str, Any] = {
        "changed": False,
        "report": {"realms": reports},
        "failures": failures,
        "table": table(reports),
        "baseline": known,
    }
    return {**done, **AuditFailed(" ".join(failures)).result()} if failures else done


def failed(error: AuthkitError) -> dict[str, Any]:
    """The result for an error that prevented a report."""
    return {"changed": False, **error.result()}


def check_on_node(
    params: Mapping[str, Any],
    *,
    check_mode: bool = False,
    transport_for: Callable[[TransportSettings], Transport] = urls_transport,
) -> dict[str, Any]:
    """Everything that the module does when a task runs on a node. Never raises."""
    return result_on_node(
        params, lambda: _checked_on_node(params, check_mode, transport_for), failed, sentences=SENTENCES
    )


def _checked_on_node(
    params: Mapping[str, Any], check_mode: bool, transport_for: Callable[[TransportSettings], Transport]
) -> dict[str, Any]:
    token = token_of(params, MODULE)
    job = prepare(params)
    if params.get("validate_only"):
        return {"changed": False}
    settings = transport_settings(params)
    outside = job.outside(Caller(token=token), settings, check_mode=check_mode)
    with closing(transport_for(settings)) as transport:
        return perform(job, GivenToken(token), transport, outside)


def _snapshot(job: Job, realm: str, tokens: AuditTokens, transport: Transport) -> Snapshot:
    """The realm as it was read. A realm that cannot be read must not cost the others their report."""
    if CONFIGURATION not in job.levels:
        return unreadable(realm, job.server, "No check of the realm's configuration was selected.", fault=False)
    try:
        return gather(job.server, realm, tokens, transport, retries=job.retries)
    except AuthkitError as error:
        fault = isinstance(error, (NetworkError, ServerUnavailable, RateLimited))
        return unreadable(realm, job.server, error.message, fault=fault)
    except Exception as error:
        return unreadable(realm, job.server, unforeseen(error).message, fault=True)


def _from_outside(job: Job, realm: str, transport: Transport, outside: Outside) -> Mapping[str, Any]:
    """The realm as seen from outside. A bug there must not cost the configuration its report."""
    try:
        return gather_outside(job.server, realm, transport, outside)
    except Exception as error:
        return dict.fromkeys(SECTIONS, Gap(unforeseen(error).message, fault=True))
