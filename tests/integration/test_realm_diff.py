# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role and the module against real realms: each planted difference is found, and a copy has none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.action.realm_diff import ActionModule
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.sections import SECTIONS
from ansible_collections.authkit.oauth.tests.integration.support.auditors import VIEW_ROLES, Auditor, auditor
from ansible_collections.authkit.oauth.tests.integration.support.diff_realms import (
    PLANTED,
    ROLES,
    SECRETS,
    base,
    changed,
    copied,
    exported,
    imported,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak, started
from ansible_collections.authkit.oauth.tests.servers.keycloak_export import full_export
from ansible_collections.authkit.oauth.tests.unit.support.actions import make_action

#: The scopes that clients of the copy get from the realm's defaults, which are planted.
INHERITED = {("clients", name, "optionalClientScopes") for name in ("api", "batch")}
COPY = "diff-the-copy"


@pytest.fixture(scope="module")
def left(server: Keycloak) -> Iterator[str]:
    with imported(server.admin, base()) as name:
        yield name


def compared(
    who: Auditor, left: Mapping[str, Any], right: Mapping[str, Any], other: Auditor | None = None, **more: Any
) -> dict[str, Any]:
    """The module's result in this process.

    :param other: the client of the profile "other".
    """
    args = {"left": left, "right": right, "allow_http": True, "cache": "none", **more}
    variables = dict(who.variables)
    if other is not None:
        profile = {name.removeprefix("authkit_"): value for name, value in other.variables.items()}
        variables["authkit_profiles"] = {"other": profile}
    action = make_action(ActionModule, "authkit.oauth.realm_diff", args, variables)
    result: dict[str, Any] = action.run(task_vars=variables)
    assert not [secret for secret in (*SECRETS, who.secret) if secret in json.dumps(result)]
    return result


def places(report: Mapping[str, Any], part: str = "differences") -> set[tuple[str, str, str]]:
    return {(each["section"], each["object"], each["path"]) for each in report[part]}


def test_every_planted_difference_is_in_every_report(workspace: Workspace, server: Keycloak, left: str) -> None:
    assert len(PLANTED) >= 40
    assert {section for section, _object, _path in PLANTED} == set(SECTIONS)
    with imported(server.admin, changed()) as right, auditor(server.admin, [left, right], ROLES) as who:
        variables = {
            **who.variables,
            "realm_diff_left": {"realm": left},
            "realm_diff_right": {"realm": right},
            "realm_diff_accepted": [
                {"section": "smtp", "reason": "A mail trap."},
                {"section": "roles", "object": "nobody", "reason": "Long gone."},
            ],
        }
        loud = ["-vvv", "--diff"]
        run = workspace.play("realm_diff.yml", {"localhost": {}}, variables=variables, arguments=loud).expect(2)
    folder = workspace.root / "cwd" / "realm-diff"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    report = json.loads(files["diff.json"])
    assert places(report) | places(report, "accepted") == set(PLANTED) | INHERITED
    assert places(report, "accepted") == {("smtp", "realm", "host")}
    assert report["stale"] == [
        "The accepted difference in roles on 'nobody' matches no difference: remove it from accepted."
    ]
    assert len(report["differences"]) == report["summary"]["differences"] == len(PLANTED) + 1
    assert not run.traceback
    assert "45 differences in realm settings" in run.output
    for name in ("diff.html", "diff.md"):
        assert "protocolMappers.buyer" in files[name], name
    secret = next(each for each in report["differences"] if each["path"] == "secret")
    assert secret == {"section": "clients", "object": "portal", "path": "secret", "kind": "secret"}
    for text in (run.output, *files.values()):
        assert not [value for value in (*SECRETS, who.secret) if value in text]


def test_an_export_and_its_import_do_not_differ(server: Keycloak, left: str, tmp_path: Path) -> None:
    export = exported(server.admin, left)
    copy = copied(export, COPY)
    source = tmp_path / "left.json"
    source.write_text(json.dumps(export), encoding="utf-8")
    with imported(server.admin, copy, COPY), auditor(server.admin, [left, COPY], ROLES) as who:
        sides: list[dict[str, Any]] = [{"realm": left}, {"source": str(source)}, {"realm": COPY}]
        for one, other in ((0, 1), (0, 2), (1, 2), (1, 1)):
            result = compared(who, sides[one], sides[other])
            assert result["report"]["differences"] == []
            assert not result.get("failed"), result["msg"]
            # Keycloak masks these for everybody.
            unknown = {(each["section"], each["path"]) for each in result["report"]["unknown"]}
            assert unknown == {
                ("smtp", "password"),
                ("identity_providers", "config.clientSecret"),
                ("components", "config.bindCredential"),
            }
            assert result["report"]["summary"]["secrets"] == {"equal": 7, "different": 0, "unknown": 3}
            assert result["report"]["summary"]["text"] == "No differences; 6 unknown"


def test_a_file_by_hand_does_not_differ_from_its_import(server: Keycloak, tmp_path: Path) -> None:
    file: dict[str, Any] = {
        "realm": "by-hand",
        "enabled": True,
        "eventsEnabled": True,
        "enabledEventTypes": ["LOGIN"],
        "roles": {"realm": [{"name": "reader"}]},
        "clients": [
            {"clientId": "shop", "publicClient": True, "redirectUris": ["https://shop.example.org/*"]},
            {"clientId": "batch", "serviceAccountsEnabled": True, "secret": "${BATCH_SECRET}"},
        ],
    }
    source = tmp_path / "by-hand.json"
    source.write_text(json.dumps(file), encoding="utf-8")
    with imported(server.admin, file) as name, auditor(server.admin, [name], ROLES) as who:
        result = compared(who, {"source": str(source)}, {"realm": name})
    assert result["report"]["differences"] == []
    assert not result.get("failed"), result["msg"]
    assert {each["side"] for each in result["report"]["unknown"]} == {"left"}
    assert ("clients", "secret") in {(each["section"], each["path"]) for each in result["report"]["unknown"]}


def test_a_missing_role_is_unknown_and_fails(server: Keycloak, left: str) -> None:
    with auditor(server.admin, [left], [role for role in VIEW_ROLES if role != "view-users"]) as who:
        result = compared(who, {"realm": left}, {"realm": left})
        assert result["failed"]
        assert result["error"] == "realms_differ"
        assert "The left side lacks the roles view-users and view-organizations." in result["msg"]
        unknown = {(each["section"], each["path"], each["side"]) for each in result["report"]["unknown"]}
        assert {("groups", "", "left"), ("groups", "", "right"), ("clients", "serviceAccount", "left")} <= unknown
        assert result["report"]["differences"] == []
        assert not compared(who, {"realm": left}, {"realm": left}, fail_on_difference=False).get("failed")


@MATRIX
def test_an_export_imported_into_a_fresh_server_does_not_differ(server: Keycloak, tmp_path: Path) -> None:
    database = tmp_path / "database"
    with started(tmp_path, print, database=database) as origin, imported(origin.admin, base()) as realm:
        source = full_export(tmp_path, database, realm)
        export = json.loads(source.read_text(encoding="utf-8"))
        with (
            imported(server.admin, export, realm),
            auditor(origin.admin, [realm], ROLES) as one,
            auditor(server.admin, [realm], ROLES) as two,
        ):
            before, after = {"realm": realm}, {"profile": "other", "realm": realm}
            file = {"source": str(source)}
            for left, right in ((before, after), (file, before), (file, after)):
                result = compared(one, left, right, two)
                assert result["report"]["differences"] == [], (left, right)
                assert not result.get("failed"), result["msg"]
                assert result["report"]["summary"]["objects"] > 70
