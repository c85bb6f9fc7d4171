# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's parameters as a validated job: which resource, which state, and how to get there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._errors import InvalidOption, MissingOption
from ..._urls import check_url, host_and_port
from ..bodies import encode_body
from ..call import prepare as prepare_call
from ..paging.options import read_paging
from ..results import unsent
from .compare import Rules
from .find import Addresses, Match
from .paths import Paths, joined, nested, path_of, paths_of
from .secrets import Secrets
from .spec import ABSENT, ALWAYS, EXACT, ON_CREATE, PRESENT


@dataclass(frozen=True, repr=False)
class Job:
    """A validated job.

    :param url: of the resource; None if it is found in its collection.
    :param desired: None for a resource that must not exist.
    :param calls: the parameters that all calls share, see _api.call.prepare.
    """

    state: str
    url: str | None
    addresses: Addresses | None
    match: Match
    desired: Mapping[str, Any] | None
    rules: Rules
    secrets: Secrets
    query: object = None
    paginate: object = None
    create_method: str = "POST"
    update_method: str = "put"
    update_write_only: str = "on_change"
    if_match: bool = True
    wait: bool = True
    wait_timeout: float = 300.0
    return_secrets: bool = False
    calls: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Job({self.state} {host_and_port(self.target)})"

    @property
    def target(self) -> str:
        """The first URL that is read."""
        return self.url or (self.addresses.collection_url if self.addresses else "")

    @property
    def always_writes(self) -> bool:
        """Whether write-only values are a reason to update."""
        return self.update_write_only == ALWAYS

    @property
    def sending(self) -> Rules:
        """The rules for what an update sends."""
        return self.rules if self.update_write_only == ON_CREATE else replace(self.rules, with_unknown=True)

    @property
    def creating(self) -> Rules:
        """The rules for what is sent to create the resource."""
        return replace(self.rules, with_unknown=True)

    def hidden(self) -> list[str]:
        """The secrets in the desired state."""
        return self.secrets.in_value(self.desired)


@dataclass(frozen=True, repr=False)
class JobCall:
    """A job as the action plugin sees it: a call that is made in check mode, too."""

    job: Job

    method = "GET"
    sent_in_check_mode = True

    def __repr__(self) -> str:
        return f"JobCall({self.job!r})"

    @property
    def url(self) -> str:
        return self.job.target

    def within(self, seconds: float) -> JobCall:
        """The same job with another deadline for its calls."""
        return JobCall(replace(self.job, calls={**self.job.calls, "deadline": seconds}))

    def unsent(self) -> dict[str, Any]:
        """The result if check mode does not send the call."""
        return unsent(self.method, self.url)


def prepare(params: Mapping[str, Any]) -> Job:
    """The job that these parameters describe. Does not use the network.

    :param params: those of RESOURCE_SPEC, and the connection's retries, allow_http and allowed_hosts.
    :raises OptionError: a parameter is not valid, or missing.
    """
    names = ("headers", "json_limit", "deadline", "retries", "allow_http", "allowed_hosts")
    calls = {name: params.get(name) for name in names} | {"follow_redirects": "safe"}
    url, collection = _address(params, "url", calls), _address(params, "collection_url", calls)
    match = _match(params.get("match"))
    state = params.get("state") or PRESENT
    desired = None if state == ABSENT else {**_desired(params.get("body"))}
    if desired is not None:
        desired = _with_match(desired, match)
    _refuse_gaps(params, url, collection, match)
    read_paging({"paginate": params.get("paginate")}, "GET")
    rules = _rules(params)
    return Job(
        state=state,
        url=url,
        addresses=_addresses(params, collection),
        match=match,
        desired=desired,
        rules=rules,
        secrets=rules.secrets,
        query=params.get("query"),
        paginate=params.get("paginate"),
        create_method=(params.get("create_method") or ("post" if collection else "put")).upper(),
        update_method=params["update_method"],
        update_write_only=params["update_write_only"],
        if_match=bool(params["if_match"]),
        wait=bool(params["wait"]),
        wait_timeout=_timeout(params["wait_timeout"]),
        return_secrets=bool(params["return_secrets"]),
        calls=calls,
    )


def secrets_in(params: Mapping[str, Any]) -> list[str]:
    """The secrets in the parameters of a task, whether these are valid or not."""
    body = params.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return []
    return _secrets(params, lenient=True).in_value(body)


def _address(params: Mapping[str, Any], name: str, calls: Mapping[str, Any]) -> str | None:
    url = params.get(name)
    if url is None:
        return None
    check_url(url, allow_http=bool(params.get("allow_http")), what=name)
    return prepare_call({**calls, "url": url, "method": "GET"}).url


def _refuse_gaps(params: Mapping[str, Any], url: str | None, collection: str | None, match: Match) -> None:
    if url is None and collection is None:
        raise MissingOption("url is not set: set it to the resource's address, or set collection_url and match.")
    if url is None and not match:
        raise MissingOption(
            "collection_url is set without match, so nothing says which resource of the collection is meant: set "
            "match, such as {name: web1}, or url."
        )
    if url is not None and match:
        raise InvalidOption("url and match are both set, and each says which resource is meant: remove one of them.")
    method = params.get("create_method")
    if method == "post" and collection is None:
        raise MissingOption("create_method is post, which needs collection_url: set it, or remove create_method.")
    if method == "put" and url is None:
        raise MissingOption("create_method is put, which needs url: set it, or remove create_method.")


def _addresses(params: Mapping[str, Any], collection: str | None) -> Addresses | None:
    if collection is None:
        return None
    link = params.get("link_key")
    return Addresses(collection, path_of(params["id_key"], "id_key"), path_of(link, "link_key") if link else None)


def _match(given: Mapping[str, Any] | None) -> Match:
    if given == {}:
        raise InvalidOption("match is empty, and would match every resource: name members, such as {name: web1}.")
    return Match({path_of(str(path), "match"): value for path, value in plain_json(given or {}, "match").items()})


def _desired(body: object) -> dict[str, Any]:
    if isinstance(body, str) and body.lstrip().startswith("{"):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            body = ""
    if body is None:
        raise MissingOption("body is not set: set it to the state that the resource must have, or set state: absent.")
    if not isinstance(body, Mapping):
        raise InvalidOption("body must be a mapping with the members that the resource must have.")
    return plain_json(body, "body")


def plain_json(value: Mapping[Any, Any], option: str) -> dict[str, Any]:
    """A mapping as JSON has it: dates as text, keys as text. Raises InvalidOption."""
    text, _content_type = encode_body(value, "json")
    found = json.loads(text or b"{}")
    if not isinstance(found, dict):
        raise InvalidOption(f"{option} must be a mapping.")
    return found


def _with_match(desired: dict[str, Any], match: Match) -> dict[str, Any]:
    """The desired state, with the members that identify the resource."""
    for path, value in match.values.items():
        desired = joined(nested(path, value), desired)
    return desired


def _rules(params: Mapping[str, Any]) -> Rules:
    keys = params.get("list_keys") or {}
    return Rules(
        exact=params["compare"] == EXACT,
        list_keys=[(Paths([path_of(str(path), "list_keys")]), str(key)) for path, key in keys.items()],
        unordered=paths_of(params.get("unordered_lists"), "unordered_lists"),
        ignore=paths_of(params.get("ignore"), "ignore"),
        write_only=paths_of(params.get("write_only"), "write_only"),
        secrets=_secrets(params),
    )


def _secrets(params: Mapping[str, Any], *, lenient: bool = False) -> Secrets:
    fields, write_only = (_paths(params, name, lenient=lenient) for name in ("secret_fields", "write_only"))
    return Secrets(fields, _texts(params.get("masks"), lenient=lenient), write_only)


def _paths(params: Mapping[str, Any], name: str, *, lenient: bool) -> Paths:
    paths = []
    for text in _texts(params.get(name), lenient=lenient):
        try:
            paths.append(path_of(text, name))
        except InvalidOption:
            if not lenient:
                raise
    return Paths(paths)


def _texts(value: Any, *, lenient: bool) -> list[str]:
    if lenient and isinstance(value, str):
        value = value.split(",")
    return [str(text) for text in value] if isinstance(value, (list, tuple)) else []


def _timeout(seconds: float) -> float:
    if not 0 < seconds <= 86_400:
        raise InvalidOption(f"wait_timeout must be more than 0 and at most 86400 seconds, not {seconds:g}.")
    return seconds
