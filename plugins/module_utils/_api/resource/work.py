# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings a resource to its desired state: reads it, compares, writes if needed, waits, and reads it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._urls import safe_url
from ..._words import listed, quoted
from .calls import Calls, Result, Stopped
from .compare import created_state, desired_state, differing, known, lost_masks, same
from .conditional import CONFLICTS, GONE, if_match
from .done import Done
from .find import IncompleteListing, NotAResource, same_origin_url
from .job import Job
from .patches import MERGE_PATCH, PATCH, PUT, replaced, update
from .reading import Found, Reader
from .spec import CREATED, DELETED, NONE, UPDATED
from .waiting import Clock, monitor_of, wait_for

#: How many paths a warning names.
_NAMED = 5
#: What keeps more of the values that are not known.
_OTHER_METHODS = dict.fromkeys((PUT, PATCH), ", or set update_method to merge_patch or json_patch") | {
    MERGE_PATCH: ", or set update_method to json_patch"
}


@dataclass(frozen=True)
class Plan:
    """What to do.

    :param before: the resource, without what is not known of it.
    :param after: what it would be, with all that is sent.
    """

    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Work:
    """One run of a job.

    :param done: where to start, and afterwards, what was done.
    """

    def __init__(self, job: Job, calls: Calls, done: Done, clock: Clock) -> None:
        self.job, self.calls, self.done, self._clock = job, calls, done, clock
        self.warnings, self._reader = self.calls.warnings, Reader(job, calls, done, self._sleep)

    def run(self, *, check_mode: bool) -> Mapping[str, Any] | None:
        """Does the work, and returns the resource as it stands; in check mode, as it would stand.

        :raises Stopped: by a response.
        :raises AuthkitError: for another reason.
        """
        if self.done.action == NONE:
            sent: Plan | None = None
            for first in (True, False):
                found = self._reader.read()
                plan = self.plan(found)
                if sent is not None and plan.action == NONE:
                    return self._made_before(sent, found)
                self._noted(plan, found)
                if plan.action == NONE or check_mode:
                    return self._unwritten(plan, found)
                waits = len(self.calls.budget.waits)
                if self._written(plan, found, first=first):
                    break
                sent = plan if self._may_be_done(plan, waits) else None
        return self._completed()

    def plan(self, found: Found | None) -> Plan:
        """What to do with the resource that was found."""
        job = self.job
        if job.desired is None:
            before = {} if found is None else known(found.value, job.rules)
            return Plan(NONE if found is None else DELETED, before, {})
        if found is None:
            return Plan(CREATED, {}, created_state(job.desired, job.creating))
        before = known(found.value, job.rules)
        after = desired_state(found.value, job.desired, job.rules)
        sent = desired_state(found.value, job.desired, job.sending)
        if same(before, after) and not (job.always_writes and not same(before, sent)):
            return Plan(NONE, before, before)
        return Plan(UPDATED, before, sent)

    def _noted(self, plan: Plan, found: Found | None) -> None:
        secrets = self.job.secrets
        self.done.url = found.url if found else self.job.url
        self.done.diff = {
            "before": secrets.masked(plan.before),
            "after": secrets.masked(plan.after, plan.before if plan.before else None),
        }
        if plan.action == UPDATED and found is not None:
            self._warn_of_masks(plan, found)

    def _warn_of_masks(self, plan: Plan, found: Found) -> None:
        job = self.job
        parts = replaced(job.update_method, found.value, plan.before, plan.after, job.rules.key_of)
        paths = [path for part in parts for path in lost_masks(part.found, part.sent, job.secrets, part.path)]
        if paths:
            whole = "PUT replaces the whole resource" if job.update_method == PUT else "The patch replaces whole parts"
            self.warnings.append(
                f"{whole} at {safe_url(found.url)}, and {_some(list(dict.fromkeys(paths)))} cannot be sent, because "
                "the server shows only a mask: if it drops what is not sent, give the value in body"
                f"{_OTHER_METHODS.get(job.update_method, '')}."
            )

    def _unwritten(self, plan: Plan, found: Found | None) -> Mapping[str, Any] | None:
        if plan.action == NONE:
            return found.value if found else None
        self.done.action, self.done.status = plan.action, None
        return plan.after if plan.action != DELETED else None

    def _made_before(self, sent: Plan, found: Found | None) -> Mapping[str, Any] | None:
        """The result of a write that was sent twice: the second try was refused, since the first had changed it."""
        self.done.action = sent.action
        self.done.url = found.url if found else self.done.url
        return found.value if found else None

    def _may_be_done(self, plan: Plan, waits: int) -> bool:
        """Whether a write that was sent again, and refused then, may have been done by a try whose response was lost.

        :param waits: how many waits for retries there were before it.
        """
        again = self.calls.budget.waits[waits:]
        posted = plan.action == CREATED and self.job.create_method == "POST"  # is sent again only if nothing was done
        return not posted and any(wait.status != 429 for wait in again)

    # ---- writing

    def _written(self, plan: Plan, found: Found | None, *, first: bool) -> bool:
        """Whether the write took place; False if the resource has to be read again first."""
        waits = len(self.calls.budget.waits)
        result = self._sent(plan, found)
        status = result["status"]
        if plan.action == DELETED and status in GONE:
            self.done.status = status
            if self._may_be_done(plan, waits):
                self.done.action = DELETED
            else:
                self.done.diff = {"before": {}, "after": {}}
            return True
        again = CONFLICTS | (GONE if plan.action == UPDATED else frozenset())
        if first and status in again:
            return False
        if result.get("failed"):
            raise Stopped(result)
        self.done.action, self.done.status, self.done.left = plan.action, status, self.job.wait_timeout
        if plan.action == CREATED and self.done.url is None:
            self.done.url = self._address_of(result)
        self.done.monitor = monitor_of(result, self._change_at) if self.job.wait else None
        if status == 202 and self.job.wait and self.done.monitor is None:
            self.warnings.append(
                f"{safe_url(result['url'])} accepted the change and does not say where it reports progress, so the "
                "resource may not be complete yet."
            )
        return True

    def _sent(self, plan: Plan, found: Found | None) -> Result:
        if found is None:
            target = self.job.url if self.job.create_method == "PUT" else self._reader.addresses.collection_url
            body = dict(plan.after)
            return self.calls.write(
                self.job.create_method, str(target), headers={}, content_type="application/json", body=body
            )
        headers = if_match(found.headers) if self.job.if_match else {}
        if plan.action == DELETED:
            return self.calls.write("DELETE", found.url, headers=headers)
        key_of = self.job.rules.key_of
        method, content_type, body = update(self.job.update_method, plan.before, plan.after, key_of)
        return self.calls.write(method, found.url, headers=headers, content_type=content_type, body=body)

    def _change_at(self, url: str) -> str:
        """What is done to the resource if this is its address, as far as can be told; empty if it is not."""
        addresses = self.job.addresses
        is_resource = url == self.done.url or (addresses is not None and addresses.has(url))
        return self.done.action if is_resource else ""

    def _address_of(self, result: Result) -> str | None:
        """The address of a resource that was created: from Location, or from the response."""
        location = result.get("location")
        if result["status"] != 202 and isinstance(location, str) and location:
            target = same_origin_url(str(result["url"]), location)
            if target is not None:
                return target
        return self._reader.addresses.of(result.get("json"))

    # ---- afterwards

    def _completed(self) -> Mapping[str, Any] | None:
        done = self.done
        if done.monitor is not None:
            begun = self._clock.now()
            try:
                result = wait_for(done.monitor, self._looked, done.left, Clock(self._clock.now, self._sleep))
            finally:
                done.left = max(1.0, done.left - (self._clock.now() - begun))
            if result.get("failed") and not done.monitor.ended(result):
                raise Stopped(result)
            done.monitor = None
        return None if done.action in (DELETED, NONE) else self._reread()

    def _sleep(self, seconds: float) -> None:
        self.calls.budget.require(seconds)
        self._clock.sleep(seconds)

    def _looked(self, url: str) -> Result:
        result = self.calls.get(url)
        if result["status"] == 401:
            raise Stopped(result)
        return result

    def _reread(self) -> Mapping[str, Any] | None:
        status = self.done.status
        try:
            if self.done.url is None:
                item = self._reader.in_collection() if self.job.match else None
                self.done.url = None if item is None else self._reader.addresses.of(item)
            found = None if self.done.url is None else self._reader.at(self.done.url)
        except Stopped as stopped:
            if stopped.result["status"] == 401:
                raise
            found = None
        except (NotAResource, IncompleteListing):
            found = None
        finally:
            self.done.status = status
        if found is None:
            self.warnings.append("The change was made, and the resource could not be read afterwards.")
            return None
        self._warn_of_drift(found)
        return found.value

    def _warn_of_drift(self, found: Found) -> None:
        plan = Plan(NONE, {}, {}) if self.job.always_writes else self.plan(found)
        if plan.action != NONE:
            after = desired_state(found.value, self.job.desired, self.job.rules)
            self.warnings.append(
                f"The server returns {_some(list(differing(plan.before, after)))} of {safe_url(found.url)} otherwise "
                "than body says, also after the change, so the next run will change it again: correct body, or name "
                "it in write_only, ignore, unordered_lists or list_keys."
            )


def _some(paths: list[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    named = list(map(quoted, paths[:_NAMED]))
    return (", ".join(named) if more else listed(named)) + more
