# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The realm_diff action: what the sides are, whose credentials they use, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.realm_diff import ActionModule
from ansible_collections.authkit.oauth.plugins.module_utils._realm.diff import RESULT_KEYS
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.realm_diff import Connection
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.task import Notes
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import OTHER, SECRET, realm

NAME = "authkit.oauth.realm_diff"
PROFILES = {
    name: {
        "auth_server": f"{name}.example.com",
        "realm": "master",
        "client_id": name,
        "client_secret": f"s3cret-of-{name}",
    }
    for name in ("stage", "prod")
}
VARIABLES = {"authkit_profiles": PROFILES}
FILE = {"source": "left.json"}
CLOSED = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "left.json").write_text(json.dumps(realm()))
    other = realm(accessTokenLifespan=60)
    other["clients"][0]["secret"] = OTHER
    (tmp_path / "right.json").write_text(json.dumps([other, realm(realm="blog")]))
    (tmp_path / "twice.json").write_text(json.dumps([realm(), other]))
    return tmp_path


def run(left: Any, right: Any, variables: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given = VARIABLES if variables is None else variables
    result: dict[str, Any] = make_action(ActionModule, NAME, {"left": left, "right": right, **more}, given).run(
        task_vars=dict(given)
    )
    assert set(result) <= RESULT_KEYS
    assert "s3cret" not in json.dumps(result)
    return result


def connection(left: Any, variables: dict[str, Any] | None = None, **more: Any) -> Connection:
    """What a side is. No network."""
    given = VARIABLES if variables is None else variables
    found = make_action(ActionModule, NAME, {}, given)._source("left", {"left": left, **more}, given, Notes())
    assert isinstance(found, Connection)
    return found


def test_two_files_are_compared_without_a_client(folder: Path) -> None:
    result = run(FILE, {"source": "right.json", "realm": "shop"}, {})
    assert result["failed"]
    assert result["error"] == "realms_differ"
    assert result["msg"].startswith("The realms differ: 2 differences in realm settings and 1 client.")
    assert result["table"][0] == "2 differences in realm settings and 1 client"
    assert not run(FILE, FILE, {}).get("failed")
    assert not run(FILE, {"source": "right.json", "realm": "shop"}, {}, fail_on_difference=False).get("failed")


def test_only_options_are_checked() -> None:
    assert run(FILE, {"profile": "prod"}, validate_only=True) == {"changed": False}


def test_a_side_without_a_place_of_its_own_has_the_connection_of_the_task() -> None:
    found = connection({"realm": "shop"}, profile="stage", timeout=7)
    assert (found.server, found.realm) == ("https://stage.example.com", "shop")
    assert (found.options.client_secret, found.options.realm, found.options.timeout) == (
        "s3cret-of-stage",
        "master",
        7.0,
    )


def test_a_profile_names_the_client_and_realm_what_is_compared() -> None:
    found = connection({"profile": "prod", "realm": "shop"}, profile="stage", client_secret="s3cret-of-the-task")
    assert (found.server, found.realm, found.options.realm) == ("https://prod.example.com", "shop", "master")
    assert found.options.client_secret == "s3cret-of-prod"
    assert connection({"profile": "prod"}).realm == "master"


def test_a_side_with_a_server_of_its_own_gets_no_credential_of_the_task() -> None:
    side = {"auth_server": "evil.example.org", "realm": "shop"}
    result = run(side, FILE, {}, client_id="auditor", client_secret="s3cret-of-the-task", auth_server="a.example.com")
    assert result["failed"]
    assert "client_id" in result["msg"]
    found = connection(
        {**side, "client_id": "a", "client_secret": "s3cret-of-side"}, {}, client_secret="s3cret-of-task"
    )
    assert (found.realm, found.options.realm, found.options.client_secret) == ("shop", "shop", "s3cret-of-side")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"source": "left.json", "profile": "stage"}, "left has source and profile, but a file needs no connection"),
        ({"source": "none.json"}, "does not exist on the controller"),
        ({"source": "right.json"}, "The source right.json in left has the realms 'shop' and 'blog'"),
        ({"source": "twice.json", "realm": "shop"}, "has the realms 'shop' and 'shop': name one that it has once"),
        ({"source": "left.json", "realm": "nope"}, "left.json does not hold the realm 'nope'"),
        ({"profile": "nope"}, "authkit_profiles has no profile 'nope'"),
        ({"profile": "stage", "realm": "a\\b"}, "realm in left is not a valid realm name"),
        ({"profile": "stage", "client_secrte": "s3cret-x"}, "client_secrte"),
        ({"profile": "stage", "dpop": True}, "dpop is true in left"),
        ({"profile": "stage", "allowed_hosts": ["other.example.com"]}, "allowed_hosts does not name"),
    ],
)
def test_invalid_sides_are_refused_before_any_request(left: dict[str, Any], said: str) -> None:
    result = run(left, FILE)
    assert result["failed"]
    assert said in result["msg"]


def test_all_problems_are_said_at_once() -> None:
    accepted = [{"section": "clients", "reason": "x", "expires": "2000-01-01"}]
    message = run({"profile": "nope"}, {"source": "none.json"}, accepted=accepted)["msg"]
    assert all(word in message for word in ("'nope'", "none.json", "expired"))


def test_a_server_that_does_not_answer_fails() -> None:
    side = {
        "auth_server": f"http://{CLOSED}",
        "realm": "shop",
        "client_id": "a",
        "client_secret": "s3cret-of-a",
        "retries": 0,
    }
    result = run(side, FILE, {}, allow_http=True)
    assert result["error"] in ("connection_failed", "proxy_failed")


def test_callbacks_see_no_secret() -> None:
    side = {"profile": "stage", "client_secret": "s3cret-of-side"}
    action = make_action(ActionModule, NAME, {"left": side, "right": FILE, "validate_only": True}, VARIABLES)
    action.run(task_vars=dict(VARIABLES))
    assert "s3cret" not in json.dumps(action._task.args)
    assert action._task.args["left"]["profile"] == "stage"


@pytest.mark.parametrize("name", ["realm_diff_left", "__realm_diff_result", "authkit_profiles"])
def test_facts_named_like_variables_are_refused(name: str) -> None:
    result = run(FILE, FILE, {"ansible_facts": {name: {}}})
    assert result["msg"].startswith(f"{name} is defined by this host's facts")


def test_stale_acceptances_are_warnings() -> None:
    result = run(FILE, FILE, {}, accepted=[{"section": "groups", "reason": "Known."}])
    assert result["warnings"] == ["The accepted difference in groups matches no difference: remove it from accepted."]
    assert SECRET not in json.dumps(result)
