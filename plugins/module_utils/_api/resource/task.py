# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole task of authkit.oauth.resource: its job in, its result out. Runs on the controller and on nodes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from ..._errors import AuthkitError
from ..._http.model import Transport, TransportSettings
from ..._http.transports import urls_transport
from ..._masking import without_secrets
from ..._urls import safe_url
from ..node import result_on_node, token_of, transport_settings
from ..progress import SILENT, Progress
from ..results import failure
from .calls import Calls, Result, Stopped
from .done import Done
from .job import Job, plain_json, prepare
from .spec import CREATED, DELETED, MODULE, NONE, RESULT_KEYS, UPDATED
from .waiting import REAL, Clock, OperationFailed
from .work import Work

_DONE = {
    NONE: "is as desired",
    CREATED: "was created",
    UPDATED: "was updated",
    DELETED: "was deleted",
}
_WOULD = {CREATED: "would be created", UPDATED: "would be updated", DELETED: "would be deleted"}


def perform(
    job: Job,
    token: str,
    transport: Transport,
    *,
    check_mode: bool = False,
    resume: Mapping[str, Any] | None = None,
    clock: Clock = REAL,
    progress: Progress = SILENT,
) -> Result:
    """Does the job and returns the task's result.

    :param resume: the value of that key in the result of an earlier try, which a 401 ended after it had changed
        something.
    """
    done = Done.from_data(resume) if resume else Done()
    work = Work(job, Calls(job.calls, token, transport, progress), done, clock)
    try:
        value = work.run(check_mode=check_mode)
        result = {**_finished(work, value, check_mode), **work.calls.costs}
    except Stopped as stopped:
        result = {**_stopped(work, stopped.result), **work.calls.costs}
    except AuthkitError as error:
        result = {**failure(error, done.url or job.target), **work.calls.costs, **_changes(done)}
        if done.action != NONE:
            result["status"] = done.status
        if isinstance(error, OperationFailed):
            result["operation"] = job.secrets.masked(error.said)
    if work.warnings:
        result["warnings"] = list(dict.fromkeys(work.warnings))
    resume = result.pop("resume", None)
    shown = without_secrets(result, job.hidden())
    # What the next try starts from has no secret of its own. It must stay as it is: a match may equal a secret.
    return {**shown, "resume": resume} if resume else shown


def resource_on_node(
    params: Mapping[str, Any],
    *,
    check_mode: bool = False,
    transport_for: Callable[[TransportSettings], Transport] = urls_transport,
) -> Result:
    """The module's whole work if the task does not run on the controller. Never raises."""

    def work() -> Result:
        own = {**params, **unsealed(params.get("shipped"))}
        job, token = prepare(own), token_of(params, MODULE)
        with closing(transport_for(transport_settings(params))) as transport:
            return perform(job, token, transport, check_mode=check_mode, resume=own.get("resume"))

    return result_on_node(params, work, failure)


def sealed(parameters: Mapping[str, Any], resume: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters for a node: no log there shows the body, which is in one text."""
    others = {name: value for name, value in parameters.items() if name != "body"}
    body = parameters.get("body")
    body = plain_json(body, "body") if isinstance(body, Mapping) else body
    return {**others, "shipped": json.dumps({"body": body, "resume": resume})}


def unsealed(text: object) -> dict[str, Any]:
    """What sealed() has put into one text."""
    found = json.loads(str(text)) if text else {}
    return {name: value for name, value in found.items() if value is not None} if isinstance(found, dict) else {}


def _finished(work: Work, value: Mapping[str, Any] | None, check_mode: bool) -> Result:
    done, job = work.done, work.job
    url = done.url or job.target
    words = _WOULD if check_mode and done.action != NONE else _DONE
    what = words[done.action] if job.desired is not None or done.action != NONE else "does not exist"
    result: Result = {
        "changed": done.action != NONE,
        "action": done.action,
        "msg": f"The resource {'at' if done.url else 'of'} {safe_url(url)} {what}.",
        "status": done.status,
        "url": url,
        "diff": dict(done.diff or {}),
    }
    if value is not None:
        result["json"] = dict(value) if job.return_secrets else job.secrets.masked(value)
    return result


def _stopped(work: Work, answer: Result) -> Result:
    """The result for a response that ended the job."""
    kept = {name: value for name, value in answer.items() if name in RESULT_KEYS - {"warnings"}}
    result: Result = {**kept, "changed": False, "failed": True, **_changes(work.done)}
    if "json" in kept:
        result["json"] = work.job.secrets.masked(kept["json"])
    if answer.get("status") == 401 and work.done.begun:
        work.done.answers += work.calls.answers
        result["resume"] = work.done.to_data()
    return result


def _changes(done: Done) -> Result:
    """What a failed job has changed."""
    if done.action == NONE:
        return {"action": NONE}
    return {"changed": True, "action": done.action, "diff": dict(done.diff or {})}
