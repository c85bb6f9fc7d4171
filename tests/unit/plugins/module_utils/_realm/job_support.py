# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of whole audits share: realms instead of a server, and checks of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm import job, policy
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import Check, Finding, Parameters
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot
from ansible_collections.authkit.oauth.tests.unit.plugins.module_utils._realm.audit_support import DEFAULTS, made

HOSTILE = 'x{{ lookup("pipe","id") }}'


def _wrong_clients(snapshot: Snapshot, _parameters: Parameters) -> list[Finding]:
    names = [str(each) for each in snapshot.clients]
    return [Finding(name, "client", f"The client {name} is wrong.", {"name": name}) for name in names]


CHECKS = (Check(**{**vars(made("bad-clients")), "run": _wrong_clients}), made("good-one"))


class Realms:
    """Replaces gather: realm -> its clients, or an exception to raise. Remembers what it was asked."""

    def __init__(self, realms: Mapping[str, Any]) -> None:
        self.realms = realms
        self.asked: list[tuple[str, str, int]] = []
        self.rejecting: set[str] = set()

    def gather(self, server: str, realm: str, tokens: Any, _transport: Any, *, retries: int = 0) -> Snapshot:
        self.asked.append((server, realm, retries))
        sent = tokens.token()
        if realm in self.rejecting:
            tokens.renewed(sent)
        found = self.realms[realm]
        if isinstance(found, Exception):
            raise found
        return Snapshot(realm, server, {"clients": found} if isinstance(found, list) else found)


def use(patch: pytest.MonkeyPatch, realms: Mapping[str, Any], checks: Sequence[Check] = CHECKS) -> Realms:
    """Has audits use these realms and checks."""
    found = Realms(realms)
    patch.setattr(job, "gather", found.gather)
    patch.setattr(job, "policy_from", lambda params: policy.policy_from({**DEFAULTS, **params}, checks=checks))
    return found
