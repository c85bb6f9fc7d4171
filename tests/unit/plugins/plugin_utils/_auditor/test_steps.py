# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the role: what they refuse, what they ask for, and the file of the secret."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.plugins.module_utils._realm.auditor import ROLES
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.plan import MARK
from ansible_collections.authkit.oauth.plugins.plugin_utils._auditor.steps import Steps
from ansible_collections.authkit.oauth.plugins.plugin_utils._rotation.errors import SecretNotKept

OPTIONS = ClientOptions("admin", "a-secret-of-the-admin", auth_server="https://sso", realm="master")
OURS = {"id": "c1", "attributes": {MARK: "true"}}
SECRET = "the-secret-of-the-auditor"


def run(step: str, folder: Path, *, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    """The result of a step that keeps the secret in a file of this folder."""
    own: dict[str, Any] = {"step": step, "state": "present", "realms": ["shop"], "auditor_id": "auditor"}
    own |= {"roles": list(ROLES), "token_lifespan": 300, "secret_path": str(folder / "secret"), **given}
    return Steps(own, OPTIONS, full_path=str).run(check_mode=check_mode)


def answers(clients: object, owners: object = ({"clientId": "realm-management", "id": "m"},)) -> dict[str, Any]:
    """What the server has of the client, and of the client that owns the roles."""
    return {"clients": clients, "owners": [owners]}


def test_the_plan_names_addresses_and_no_secret(tmp_path: Path) -> None:
    planned = run("plan", tmp_path)
    assert planned["clients_url"] == "https://sso/admin/realms/shop/clients"
    (owner,) = planned["owners"]
    assert owner["url"] == "https://sso/admin/realms/shop/clients?clientId=realm-management"
    assert (planned["changed"], planned["home"]) == (False, "shop")
    assert str(OPTIONS.client_secret) not in str(planned)


@pytest.mark.parametrize("client", [{"id": "c1"}, {"id": "c1", "attributes": None}, {"attributes": {MARK: "no"}}])
def test_a_client_of_someone_else_is_left_alone(client: dict[str, Any], tmp_path: Path) -> None:
    for state in ("present", "absent"):
        with pytest.raises(InvalidOption, match="did not make, so it was left alone"):
            run("check", tmp_path, state=state, found=answers([client]))


def test_a_file_that_was_there_before_the_client_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("something else")
    path.chmod(0o600)
    with pytest.raises(InvalidOption, match="so it holds something else"):
        run("check", tmp_path, found=answers([]))
    assert run("check", tmp_path, found=answers([OURS])) == {
        "changed": False,
        "id": "c1",
        "ids": {"realm-management": "m"},
    }
    assert run("check", tmp_path, found=answers([], {}), state="absent")["id"] == ""


@pytest.mark.parametrize("found", [answers({}, {}), answers([], {}), answers([], []), answers([OURS], [])], ids=str)
def test_a_realm_that_does_not_exist_is_refused_before_anything_changes(found: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="The server has no realm 'shop', or this connection may not see it"):
        run("check", tmp_path, found=found)


def test_what_is_read_of_a_client_and_of_one_to_come(tmp_path: Path) -> None:
    ids = {"realm-management": "m"}
    both = [run("reads", tmp_path, found={"ids": ids, "id": client}) for client in ("c1", "")]
    names = [[each["name"] for each in result["requests"]] for result in both]
    assert names == [["realm-management", "scope", "account"], ["realm-management", "realm"]]


def test_check_mode_predicts_the_roles_of_a_client_to_come(tmp_path: Path) -> None:
    known = [{"id": name, "name": name} for name in ROLES[1:]]
    read = [
        {"name": "realm-management", "json": known},
        {"name": "realm", "json": {"defaultRole": {"id": "d", "name": "default-roles-shop"}}},
    ]
    found = {"id": "", "ids": {"realm-management": "m"}, "read": read, "account": {}}
    result = run("grants", tmp_path, found=found)
    assert [each["name"].split(":", 1)[0] for each in result["requests"]] == [
        "give the account",
        "take from the account",
        "give the scope",
    ]
    assert result["unknown_roles"] == [ROLES[0]]


def test_the_secret_is_kept_once_and_removed_if_it_is_the_clients(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert run("keep", tmp_path, secret=SECRET, check_mode=True) == {"changed": True}
    assert not path.exists()
    assert run("keep", tmp_path, secret=SECRET) == {"changed": True}
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (SECRET, 0o600)
    assert run("keep", tmp_path, secret=SECRET) == {"changed": False}
    assert run("drop", tmp_path, state="absent", secret="another") == {"changed": False}
    assert run("drop", tmp_path, state="absent", secret=SECRET, check_mode=True) == {"changed": True}
    assert path.exists()
    assert run("drop", tmp_path, state="absent", secret=SECRET) == {"changed": True}
    assert not path.exists()


def test_another_secret_in_the_file_stays(tmp_path: Path) -> None:
    run("keep", tmp_path, secret="theirs")
    with pytest.raises(SecretNotKept, match="does not hold the client's secret") as refused:
        run("keep", tmp_path, secret=SECRET)
    assert SECRET not in str(refused.value)
    assert (tmp_path / "secret").read_text() == "theirs"


def test_a_refused_file_is_named_by_the_variable_of_the_role(tmp_path: Path) -> None:
    with pytest.raises(SecretNotKept, match="^realm_auditor_secret_path: there is no directory"):
        run("check", tmp_path / "gone", found=answers([]))
