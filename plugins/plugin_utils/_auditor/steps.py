# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role realm_auditor needs beyond calls to the admin API: it plans them, and keeps the client's secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from ...module_utils._errors import InvalidOption
from ...module_utils._options.client import ClientOptions
from ...module_utils._realm.target import server_and_realm
from ...module_utils._words import quoted
from .._rotation.errors import SecretNotKept
from .._rotation.keeper import Keeper, opened
from .grants import TO_COME, Holder, calls, lacking, no_realm, owners_of
from .plan import MARK, Plan, check_destination, plan_of
from .usage import usage

Result = dict[str, Any]


class Steps:
    """The steps of one run of the role.

    :param own: the task's arguments, which conform to ARGUMENT_SPEC.
    :param full_path: makes a path absolute.
    :raises OptionError: a variable of the role is not valid.
    """

    def __init__(self, own: Mapping[str, Any], options: ClientOptions, *, full_path: Callable[[str], str]) -> None:
        check_destination(own)
        self._own, self._present = own, own["state"] == "present"
        self._plan: Plan = plan_of(own, server_and_realm(options)[0])
        self._path = full_path(own["secret_path"]) if own.get("secret_path") else None

    def run(self, *, check_mode: bool) -> Result:
        """The step's result. Raises AuthkitError."""
        step = self._own["step"]
        if step in ("keep", "drop"):
            return self._keep(check_mode) if step == "keep" else self._drop(check_mode)
        steps: dict[str, Callable[[], Result]] = {
            "plan": self._planned,
            "check": self._checked,
            "reads": self._reads,
            "grants": self._grants,
        }
        return {"changed": False, **steps[step]()}

    def _planned(self) -> Result:
        plan = self._plan
        return {
            "clients_url": f"{plan.admin_url}/clients",
            "client": plan.client,
            "owners": [self._search(owner) for owner in plan.owners],
            "usage": usage(plan, self._path, self._own.get("secret_variable")),
            "home": plan.home,
        }

    def _search(self, client_id: str) -> Result:
        return {"name": client_id, "url": f"{self._plan.admin_url}/clients?{urlencode({'clientId': client_id})}"}

    def _checked(self) -> Result:
        """Refuses a client that the role did not make, a file that cannot be its secret, and realms that do not exist.

        What is found is the clients of each search; for a realm that does not exist, no list.
        """
        found = self._own["found"]
        client = next(iter(self._listed(found["clients"])), None)
        name = quoted(self._plan.client_id)
        if client is not None and (client.get("attributes") or {}).get(MARK) != "true":
            raise InvalidOption(
                f"The realm {quoted(self._plan.home)} has a client {name} that this role did not make, so it was left "
                "alone: set realm_auditor_client_id to a name that is free."
            )
        if self._path is not None and self._present:
            with self._keeper() as keeper:
                if keeper.current() is not None and client is None:
                    raise InvalidOption(
                        f"The file {quoted(self._path)} exists, and the client {name} does not, so it holds something "
                        "else: name a new file in realm_auditor_secret_path, or remove the old one."
                    )
        ids = owners_of(self._plan, found["owners"]) if self._present else {}
        return {"id": "" if client is None else str(client.get("id")), "ids": ids}

    def _listed(self, found: object) -> Sequence[Mapping[str, Any]]:
        if not isinstance(found, list):
            raise no_realm([self._plan.home])
        return found

    def _reads(self) -> Result:
        """The requests that read who has which roles. The client may be one that check mode would make."""
        found = self._own["found"]
        ids, url, client = found["ids"], self._plan.admin_url, found["id"]
        reads = [{"name": owner, "url": f"{url}/clients/{quote(each, safe='')}/roles"} for owner, each in ids.items()]
        at = f"{url}/clients/{quote(client, safe='')}"
        reads.append({"name": "scope", "url": f"{at}/scope-mappings"} if client else {"name": "realm", "url": url})
        reads += [{"name": "account", "url": f"{at}/service-account-user"}] if client else []
        return {"requests": reads}

    def _grants(self) -> Result:
        found = self._own["found"]
        read = {each["name"]: each["json"] for each in found["read"]}
        ids = found["ids"]
        known = {owner: read[owner] for owner in ids}
        client = found["id"] or TO_COME
        account, held = str((read.get("account") or {}).get("id") or TO_COME), found["account"]
        if not found["id"]:  # Keycloak gives a new service account the realm's default role
            default = read["realm"].get("defaultRole")
            held = {"realmMappings": [default] if default else []}
        holders = (
            Holder("the account", f"/users/{quote(account, safe='')}/role-mappings", held or {}),
            Holder("the scope", f"/clients/{quote(client, safe='')}/scope-mappings", read.get("scope") or {}),
        )
        requests = [call for holder in holders for call in calls(self._plan, ids, known, holder)]
        return {"requests": requests, "unknown_roles": lacking(self._plan, known)}

    def _keep(self, check_mode: bool) -> Result:
        secret = self._own.get("secret")
        with self._keeper() as keeper:
            current = keeper.current()
            if current is None and secret and not check_mode:
                keeper.create(secret)
        if current not in (None, secret):
            raise SecretNotKept(
                f"realm_auditor_secret_path: {quoted(str(self._path))} does not hold the client's secret: name the "
                "file that does, or move this one away to have the secret written there."
            )
        return {"changed": current is None}

    def _drop(self, check_mode: bool) -> Result:
        """Removes the file if it holds the secret of the client that was removed, and nothing else."""
        secret = self._own.get("secret")
        with self._keeper() as keeper:
            ours = bool(secret) and keeper.current() == secret
            if ours and not check_mode:
                keeper.remove()
        return {"changed": ours}

    @contextmanager
    def _keeper(self) -> Iterator[Keeper]:
        try:
            with opened(str(self._path)) as keeper:
                yield keeper
            return
        except SecretNotKept as error:
            sentence = str(error.args[0])
        raise SecretNotKept("realm_auditor_secret_path: " + sentence.removeprefix("path: "))
