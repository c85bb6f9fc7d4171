# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every setting that a check reads, replaced in turn by what Keycloak does not write there.

Objects that note what is read of them find the settings, so that a new check is tested without a line here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import Malformed
from ansible_collections.authkit.oauth.plugins.module_utils._realm.model import INFO, Check
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Gap, Unknown
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Execution, Flow, Snapshot

FIXTURES = Path(__file__).resolve().parents[4] / "fixtures"
HARDENED, PLANTED = FIXTURES / "exports" / "hardened-26.json", FIXTURES / "realms" / "planted.json"
CONFIGURATION = [check for check in CHECKS if check.level == "L3"]
#: Neither a scalar, nor an object, nor a list of text or of objects.
NEVER: Any = [["odd"]]
#: Right for some settings, and not for others.
SOMETIMES: tuple[Any, ...] = ({"odd": "text"}, ["odd"], 7.5, "odd text", True)
#: Sections that are maps of the snapshot's own.
BY_NAME = frozenset(
    {
        "client_scope_mappings",
        "flow_aliases",
        "flows",
        "identity_provider_mappers",
        "resource_servers",
        "roles",
        "scope_scope_mappings",
        "secret_traits",
    }
)
#: What malforms a policy makes it excuse no client: the client's finding stands, and says more than that it is unknown.
EXCUSES = ("client_policies", "client_profiles")
MISSING = object()
Where = tuple[str, ...]
Read = tuple[int, str]


class Noting(dict[str, Any]):
    """An object of JSON that notes what is read of it."""

    notes: ClassVar[set[Read]] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.notes.add((id(self), key))
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.notes.add((id(self), key))
        return super().__getitem__(key)

    def items(self) -> Any:
        self.notes.update((id(self), key) for key in self)
        return super().items()

    def values(self) -> Any:
        self.notes.update((id(self), key) for key in self)
        return super().values()


@dataclass
class Watched:
    """A snapshot made of such objects, and where each of them stands."""

    snapshot: Snapshot
    objects: dict[int, tuple[Where, Noting]] = field(default_factory=dict)

    def noting(self, value: Any, where: Where) -> Any:
        if isinstance(value, Mapping):
            members = {key: self.noting(each, (*where, str(key))) for key, each in value.items()}
            if len(where) == 1 and where[0] in BY_NAME:
                return members
            made = Noting(members)
            self.objects[id(made)] = where, made
            return made
        if isinstance(value, list):
            return [self.noting(each, (*where, _label(each, index))) for index, each in enumerate(value)]
        if isinstance(value, Flow):
            return replace(value, executions=self._steps(value.executions, where))
        return value

    def _steps(self, steps: tuple[Execution, ...], where: Where) -> tuple[Execution, ...]:
        return tuple(
            replace(
                each,
                config=each.config if isinstance(each.config, Gap) else self.noting(each.config, (*where, each.name)),
                children=self._steps(each.children, where),
            )
            for each in steps
        )


def watched(path: Path) -> Watched:
    found = Watched(snapshot_of(json.loads(path.read_text(encoding="utf-8")), path.name))
    sections = {name: found.noting(value, (name,)) for name, value in found.snapshot.sections.items()}
    found.snapshot = replace(found.snapshot, sections=sections)
    return found


def _label(value: Any, index: int) -> str:
    keys = ("clientId", "alias", "name", "providerId") if isinstance(value, Mapping) else ()
    return str(next((value[key] for key in keys if value.get(key)), index))


@dataclass(frozen=True)
class Outcome:
    """What a check finds (target, message), info aside; why it does not know more; and what it read."""

    found: frozenset[tuple[str, str]]
    unknown: Unknown | None
    reads: frozenset[Read]

    @property
    def reason(self) -> str:
        return self.unknown.reason if self.unknown else ""


def outcome(check: Check, snapshot: Snapshot) -> Outcome:
    Noting.notes.clear()
    found, unknown = set(), None
    try:
        for each in check.run(snapshot, check.defaults()):
            if (each.severity or check.severity) != INFO or check.severity == INFO:
                found.add((each.target, each.message))
    except Unknown as error:
        unknown = error
    return Outcome(frozenset(found), unknown, frozenset(Noting.notes))


@dataclass(frozen=True)
class Trial:
    """One setting with one value, and what the checks that read it said before and after."""

    where: Where
    value: Any
    checks: Mapping[str, tuple[Outcome, Outcome]]

    def passing(self) -> list[str]:
        """The checks that do not notice: they find nothing new, and know no less."""
        return [name for name, (before, after) in self.checks.items() if not _notices(before, after)]


def _notices(before: Outcome, after: Outcome) -> bool:
    return after.reason not in ("", before.reason) or not after.found <= before.found


def trials(path: Path, *values: Any) -> Iterator[Trial]:
    realm = watched(path)
    before = {check.id: outcome(check, realm.snapshot) for check in CONFIGURATION}
    readers: dict[Read, list[Check]] = {}
    for check in CONFIGURATION:
        for read in before[check.id].reads:
            if read[0] in realm.objects:
                readers.setdefault(read, []).append(check)
    for (place, key), checks in readers.items():
        where, holder = realm.objects[place]
        kept = dict.get(holder, key, MISSING)
        for value in values:
            dict.__setitem__(holder, key, value)
            after = {check.id: outcome(check, realm.snapshot) for check in checks}
            reading = {name: (before[name], after[name]) for name in after if (place, key) in after[name].reads}
            yield Trial((*where, key), value, reading)
        if kept is MISSING:
            dict.__delitem__(holder, key)
        else:
            dict.__setitem__(holder, key, kept)


def test_no_check_passes_what_keycloak_never_writes() -> None:
    passed = [
        f"{name}: {' '.join(trial.where)}"
        for trial in trials(HARDENED, NEVER)
        for name in trial.passing()
        if trial.where[0] not in EXCUSES or name.startswith(EXCUSES)
    ]
    assert passed == []


def test_no_check_passes_what_another_cannot_read() -> None:
    differing = [
        f"{' '.join(trial.where)} as {trial.value!r}: {name}"
        for trial in trials(HARDENED, *SOMETIMES)
        if any(isinstance(after.unknown, Malformed) for _before, after in trial.checks.values())
        for name in trial.passing()
        if trial.where[0] not in EXCUSES
    ]
    assert differing == []


def test_what_cannot_be_read_hides_nothing_elsewhere() -> None:
    hidden = [
        f"{' '.join(trial.where)}: {name} {target}"
        for trial in trials(PLANTED, NEVER)
        if trial.where[0] in ("clients", "client_scopes", "identity_providers", "components")
        for name, (before, after) in trial.checks.items()
        for target in sorted({target for target, _message in before.found - after.found})
        # What a realm or a flow is blamed for may hang on one client alone.
        if target not in (trial.where[1], "rc-planted-public")
        and "authenticationFlowBindingOverrides" not in trial.where
    ]
    assert hidden == []


def test_a_setting_that_is_read_leniently_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(snapshot: Snapshot, _parameters: Mapping[str, Any]) -> Iterator[Any]:
        return iter(("found",) if snapshot.realm.get("verifyEmail") is False else ())

    check = replace(CONFIGURATION[0], id="lenient", run=lenient)
    monkeypatch.setattr(__name__ + ".CONFIGURATION", [check])
    assert [trial.passing() for trial in trials(HARDENED, NEVER)] == [["lenient"]]


@pytest.mark.parametrize("member", ["publicClient", "bearerOnly", "protocol", "clientAuthenticatorType"])
def test_an_export_with_one_malformed_client_still_shows_the_secrets_of_the_others(member: str) -> None:
    realm = json.loads(PLANTED.read_text(encoding="utf-8"))
    before = snapshot_of(realm, PLANTED.name).secret_traits
    realm["clients"].append({"clientId": "odd", member: NEVER})
    after = dict(snapshot_of(realm, PLANTED.name).secret_traits)
    assert isinstance(after.pop("odd"), Gap)
    assert after == before


def test_a_malformed_scope_of_a_client_is_a_gap_of_its_own() -> None:
    realm = json.loads(PLANTED.read_text(encoding="utf-8"))
    realm["clients"].append({"clientId": "odd", "fullScopeAllowed": NEVER})
    assert isinstance(snapshot_of(realm, PLANTED.name).client_scope_mappings["odd"], Gap)


def _no_sub_flow(step: dict[str, Any]) -> None:
    step["authenticatorFlow"] = NEVER


def _some_requirement(step: dict[str, Any]) -> None:
    step["requirement"] = "SOMETIMES"


@pytest.mark.parametrize("spoil", [_no_sub_flow, _some_requirement])
def test_a_malformed_step_leaves_no_flow_that_passes(spoil: Callable[[dict[str, Any]], None]) -> None:
    realm = json.loads(HARDENED.read_text(encoding="utf-8"))
    spoil(realm["authenticationFlows"][0]["authenticationExecutions"][0])
    with pytest.raises(Unknown):
        assert snapshot_of(realm, HARDENED.name).flows
