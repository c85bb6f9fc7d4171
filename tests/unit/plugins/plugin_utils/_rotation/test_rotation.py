# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rotation, against a Keycloak in memory that keeps one secret valid, or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import NetworkError, WrongClientSecret
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.errors import (
    AdminRequestRefused,
    ClientNotRotatable,
    MissingRole,
    RotationFailed,
)
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.keeper import Keeper, opened
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.rotation import Rotation, Wish

NOW = 1_800_000_000.0
DAY = 86400.0


@dataclass
class Realm:
    """The admin API of a realm with one client.

    :param keeps: seconds for which the policy keeps the old secret; None without a policy.
    """

    keeps: int | None = None
    secret: str = "first-secret"
    attributes: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    unprovable: Callable[[str], bool] = field(default_factory=lambda: lambda secret: False)
    made: int = 0

    def find(self, client_id: str) -> dict[str, Any]:
        return self.read({"clientId": client_id})

    def read(self, _client: Any) -> dict[str, Any]:
        base = {"id": "1", "clientId": "app", "clientAuthenticatorType": "client-secret"}
        return {**base, "secret": self.secret, "attributes": dict(self.attributes), **self.more}

    def write(self, client: dict[str, Any]) -> None:
        what = "touch" if client["secret"] == self.secret else f"put {client['secret']}"
        self._call("put" if what != "touch" else "touch", what)
        self.secret = client["secret"]
        self.attributes = {name: value for name, value in client["attributes"].items() if value is not None}
        if self.keeps is None:
            for name in [each for each in self.attributes if "rotated" in each or "expiration" in each]:
                del self.attributes[name]
        else:
            self.attributes.setdefault("client.secret.expiration.time", str(int(NOW + DAY)))

    def regenerate(self, _client: Any) -> str:
        self._call("post", "post")
        old, self.made = self.secret, self.made + 1
        self.secret = f"made-by-keycloak-{self.made}"
        self.attributes["client.secret.creation.time"] = str(int(NOW))
        if self.keeps:
            self.attributes["client.secret.rotated"] = old
            self.attributes["client.secret.rotated.expiration.time"] = str(int(NOW) + self.keeps)
        return self.secret

    def revoke_old(self, _client: Any) -> None:
        self._call("revoke", "revoke")
        self.attributes.pop("client.secret.rotated", None)

    def prove(self, secret: str, method: str = "client_secret_post") -> None:
        self.methods.add(method)
        if secret not in (self.secret, self.attributes.get("client.secret.rotated")) or self.unprovable(secret):
            raise WrongClientSecret("It is wrong.")

    def _call(self, kind: str, what: str) -> None:
        self.calls.append(what)
        if kind in self.refuse:
            raise AdminRequestRefused("Keycloak refused.")
        if kind in self.broken:
            raise NetworkError("There was no answer.")


@dataclass
class Bench:
    """A realm, and the files of its client's secret."""

    realm: Realm
    keeper: Keeper
    hidden: list[str] = field(default_factory=list)

    def rotation(self, **wish: Any) -> Rotation:
        asked = Wish(**{"client_id": "app", **wish})
        api: Any = self.realm
        prove, hide = self.realm.prove, self.hidden.append
        return Rotation(api, self.keeper, asked, prove=prove, hide=hide, clock=lambda: NOW)

    def run(self, **wish: Any) -> dict[str, Any]:
        return self.rotation(**wish).run()

    @property
    def files(self) -> tuple[str | None, str | None]:
        return self.keeper.current(), self.keeper.following()


@pytest.fixture(params=[None, 3600, 0], ids=["one", "two", "policy that keeps none"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with opened(str(tmp_path / "secret")) as keeper:
        yield Bench(Realm(keeps=request.param), keeper)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Bench]:
    with opened(str(tmp_path / "secret")) as keeper:
        yield Bench(Realm(), keeper)


def test_a_rotation_leaves_the_new_secret_in_use(bench: Bench) -> None:
    bench.keeper.keep("first-secret")
    result = bench.run()
    assert bench.files == (bench.realm.secret, None)
    assert bench.realm.secret != "first-secret"
    assert result["changed"]
    assert result["created"] == NOW
    assert not result["prepared"]
    assert result["old_valid_until"] == (NOW + 3600 if bench.realm.keeps else None)
    assert {"first-secret", bench.realm.secret} <= set(bench.hidden)
    assert not any(secret in str(result) for secret in bench.hidden)


def test_a_young_secret_stays(bench: Bench) -> None:
    bench.run()
    bench.realm.calls.clear()
    assert not bench.run(max_age=DAY)["changed"]
    assert bench.realm.calls == []
    bench.realm.attributes["client.secret.creation.time"] = str(int(NOW - DAY - 1))
    assert bench.run(max_age=DAY)["changed"]


def test_a_secret_that_is_not_in_the_file_is_handed_over(bench: Bench) -> None:
    bench.realm.attributes["client.secret.creation.time"] = str(int(NOW))
    assert bench.rotation(max_age=DAY).foresee()["changed"]
    assert "was written to" in bench.run(max_age=DAY)["msg"]
    assert bench.files == ("first-secret", None)
    assert bench.realm.calls == []
    assert not bench.run(max_age=DAY)["changed"]


def test_prepared_first_and_rotated_later(bench: Bench) -> None:
    bench.keeper.keep("first-secret")
    prepared = bench.run(only_prepare=True)
    assert (prepared["changed"], prepared["prepared"]) == (True, True)
    kept, following = bench.files
    assert kept == "first-secret"
    bench.realm.prove("first-secret")  # it is still valid, whatever the policy keeps
    assert not bench.run(only_prepare=True)["changed"]
    assert bench.run(max_age=DAY)["changed"]
    assert bench.files == (following, None)
    bench.realm.prove(str(following))


def test_half_a_file_of_a_killed_run_is_removed(one: Bench) -> None:
    one.run()
    half = Path(one.keeper.following_path + ".part")
    half.write_text("hal")
    assert not one.run(max_age=DAY)["changed"]
    assert not half.exists()


def test_check_mode_changes_nothing(bench: Bench) -> None:
    assert bench.rotation().foresee()["changed"]
    assert "would be rotated" in bench.rotation().foresee()["msg"]
    assert (bench.realm.calls, bench.files) == ([], (None, None))


def test_the_old_secret_can_be_revoked_at_once(bench: Bench) -> None:
    assert bench.run(revoke_old=True)["old_valid_until"] is None
    assert bench.realm.calls[-1] == "revoke"


def test_a_secret_that_is_not_proven_is_taken_back(bench: Bench) -> None:
    bench.keeper.keep("first-secret")
    bench.realm.unprovable = lambda secret: secret != "first-secret"
    with pytest.raises(RotationFailed, match="the old one is in force again"):
        bench.run()
    assert bench.files == ("first-secret", None)
    bench.realm.prove("first-secret")
    assert bench.realm.secret == "first-secret"


def test_a_secret_that_can_be_neither_proven_nor_taken_back_is_kept(one: Bench) -> None:
    one.keeper.keep("first-secret")

    def unprovable(secret: str) -> bool:
        one.realm.broken.add("put")
        return secret != "first-secret"

    one.realm.unprovable = unprovable
    one.realm.broken.clear()
    one.keeper.prepare("following-secret")
    with pytest.raises(RotationFailed, match="could not be put back; it is kept in '.*secret.next', so run"):
        one.run()
    assert one.files == ("first-secret", "following-secret")
    assert one.realm.secret == "following-secret"
    one.realm.unprovable = lambda secret: False
    one.run()
    assert (one.keeper.current(), one.keeper.following()) == ("following-secret", None)


def test_a_later_run_takes_back_what_it_cannot_prove(one: Bench) -> None:
    one.keeper.keep("first-secret")
    one.keeper.prepare("following-secret")
    one.realm.secret = "following-secret"  # the run before this was killed then
    one.realm.unprovable = lambda secret: secret == "following-secret"
    with pytest.raises(RotationFailed, match="the old one is in force again"):
        one.run()
    assert one.files == ("first-secret", None)
    one.realm.prove("first-secret")


def test_without_an_old_secret_nothing_is_taken_back(one: Bench) -> None:
    one.keeper.prepare("following-secret")
    one.realm.secret = "following-secret"
    one.realm.unprovable = lambda secret: True
    with pytest.raises(RotationFailed, match="no old one is known"):
        one.run()
    assert one.files == (None, "following-secret")


def test_a_refused_change_leaves_nothing_prepared(one: Bench) -> None:
    one.realm.refuse.add("put")
    with pytest.raises(AdminRequestRefused):
        one.run()
    assert one.files == (None, None)
    one.realm.prove("first-secret")


def test_an_unanswered_change_is_finished_later(one: Bench) -> None:
    one.realm.broken.add("put")
    with pytest.raises(NetworkError):
        one.run()
    following = one.files[1]
    one.realm.broken.clear()
    one.run(max_age=DAY)
    assert one.files == (following, None)


def test_nothing_is_changed_that_cannot_be_proven(bench: Bench) -> None:
    bench.realm.unprovable = lambda secret: True
    with pytest.raises(ClientNotRotatable, match="No token proves the present secret of the client 'app'"):
        bench.run()
    assert (bench.realm.calls, bench.files) == ([], (None, None))


def test_a_secret_that_has_expired_need_not_be_proven(one: Bench) -> None:
    one.realm.attributes["client.secret.expiration.time"] = str(int(NOW - 1))
    one.realm.unprovable = lambda secret: secret == "first-secret"
    one.run()
    assert one.files == (one.realm.secret, None)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"publicClient": True}, "is public, so it has no secret"),
        ({"bearerOnly": True}, "is bearer-only and requests no tokens"),
        ({"clientAuthenticatorType": "client-jwt"}, "authenticates with 'client-jwt'"),
        ({"secret": None}, "has no secret"),
        ({"secret": "${vault.app}"}, "is in Keycloak's vault"),
    ],
)
def test_a_client_without_such_a_secret_is_refused(one: Bench, setting: dict[str, Any], sentence: str) -> None:
    one.realm.more = setting
    for attempt in (one.run, one.rotation().foresee):
        with pytest.raises(ClientNotRotatable, match=sentence.replace("$", r"\$")):
            attempt()


def test_a_secret_that_signs_is_proven_by_signing(one: Bench) -> None:
    one.realm.more = {"clientAuthenticatorType": "client-secret-jwt"}
    one.run()
    assert one.realm.methods == {"client_secret_jwt"}


def test_a_client_that_may_not_be_changed_is_refused(one: Bench) -> None:
    one.realm.more = {"access": {"view": True, "configure": False}}
    with pytest.raises(MissingRole, match="the role manage-clients"):
        one.rotation().foresee()
