# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role reports before it does anything, and which files it does not touch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import jsonschema
import pytest
import yaml

from ansible_collections.authkit.oauth.tests.integration.support.installed import MATRIX, ON_THE_NEWEST
from ansible_collections.authkit.oauth.tests.integration.support.plays import Hosts, Run, Workspace
from ansible_collections.authkit.oauth.tests.reports.support import HERE

pytestmark = pytest.mark.parametrize("core", ON_THE_NEWEST, indirect=True)
#: Nothing listens here: a role that connected would report that.
CONNECTION: dict[str, object] = {
    "authkit_auth_server": "http://127.0.0.1:9",
    "authkit_realm": "shop",
    "authkit_client_id": "auditor",
    "authkit_client_secret": "not-a-secret",
    "authkit_retries": 0,
}


REPORT_SCHEMA = json.loads((HERE.parents[1] / "docs" / "realm_check_report.schema.json").read_bytes())
EXPORT = HERE.parent / "fixtures" / "realms" / "planted.json"


def check(
    machine: Workspace, variables: Mapping[str, object], hosts: Hosts | None = None, arguments: Sequence[str] = ()
) -> Run:
    playbook = str(HERE / "playbooks" / "check.yml")
    return machine.play(playbook, hosts or {"localhost": {}}, variables=variables, arguments=arguments)


def said(run: Run) -> str:
    (failed,) = run.expect(2).failed
    assert not run.traceback
    return failed.message


def test_all_that_is_missing_is_named_at_once(workspace: Workspace) -> None:
    blocked = workspace.root / "cwd" / "file"
    blocked.touch()
    message = said(check(workspace, {"realm_check_report_dir": "./file/reports"}))
    for name in ("authkit_auth_server", "authkit_realm", "authkit_client_id", "authkit_client_secret"):
        assert name in message
    assert f"The report directory {blocked}/reports cannot be created or written to" in message


def test_all_that_is_wrong_is_named_at_once(workspace: Workspace) -> None:
    waiver = {"check": "client-implicit-flow", "reason": "r", "owner": "o", "expires": "2020-01-31"}
    wrong = {
        "realm_check_only": ["no-such-check", "client-implicit-flwo"],
        "realm_check_overrides": {"client-implicit-flow": {"severity": "worst"}},
        "realm_check_waivers": [waiver, {**waiver, "expires": "soon"}],
        "authkit_client_id": "",
    }
    message = said(check(workspace, {**CONNECTION, **wrong}))
    for part in ("client_id", "'no-such-check'", "client-implicit-flow?", "'worst'", "expired on 2020-01-31", "'soon'"):
        assert part in message


def test_an_option_that_is_wrong_is_named_before_the_server_is_asked(workspace: Workspace) -> None:
    message = said(check(workspace, {**CONNECTION, "realm_check_only": ["no-such-check"]}))
    assert "no-such-check" in message
    assert "127.0.0.1" not in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("realm_check_profile", "lenient"),
        ("realm_check_formats", ["pdf"]),
        ("realm_check_fail_on", "never"),
        ("realm_check_waivers", [{"check": "x"}]),
    ],
)
def test_argument_specs_judge_the_variables(workspace: Workspace, name: str, value: object) -> None:
    run = check(workspace, {**CONNECTION, name: value}).expect(2)
    (failed,) = run.failed
    assert "Validating arguments" in failed.task
    assert name in run.output
    assert not (workspace.root / "cwd" / "realm-check").exists()


def test_a_server_that_is_down_fails_the_run_and_says_so(workspace: Workspace) -> None:
    message = said(check(workspace, CONNECTION))
    assert "127.0.0.1:9" in message
    folder = workspace.root / "cwd" / "realm-check"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_directory_with_other_files_is_left_alone(workspace: Workspace) -> None:
    folder = workspace.root / "cwd" / "docs"
    folder.mkdir(mode=0o755)
    (folder / "index.md").touch()
    message = said(check(workspace, {**CONNECTION, "realm_check_report_dir": "docs"}))
    assert f"The report directory {folder} holds other files" in message
    assert folder.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in folder.iterdir()] == ["index.md"]


@pytest.mark.parametrize("contents", [[], ["report.json", "report.html"]])
def test_an_empty_directory_and_old_reports_are_taken(workspace: Workspace, contents: list[str]) -> None:
    folder = workspace.root / "cwd" / "realm-check"
    folder.mkdir(mode=0o755)
    for name in contents:
        (folder / name).touch()
    assert "127.0.0.1:9" in said(check(workspace, CONNECTION))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_directory_of_the_roles_own_may_hold_what_it_likes(workspace: Workspace) -> None:
    folder = workspace.root / "cwd" / "realm-check"
    folder.mkdir(mode=0o700)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / "notes.md").touch()
    assert "127.0.0.1:9" in said(check(workspace, CONNECTION))


def test_a_file_without_a_folder_is_named_before_the_audit(workspace: Workspace) -> None:
    wanted = {"realm_check_write_baseline": "./old/baseline.json", "realm_check_write_waivers": "./waivers.yml"}
    message = said(check(workspace, {**CONNECTION, **wanted}))
    assert f"There is no directory {workspace.root}/cwd/old for the files of realm_check_write_baseline" in message
    assert "127.0.0.1" not in message


def test_several_hosts_are_one_check(workspace: Workspace) -> None:
    run = check(workspace, CONNECTION, {"one": {}, "two": {}}).expect(2)
    assert {each.host for each in run.results if each.task.endswith("Audit the realms")} == {"one"}


def test_hosts_that_name_different_realms_are_refused(workspace: Workspace) -> None:
    hosts = {"one": {"authkit_realm": "shop"}, "two": {"authkit_realm": "portal"}}
    shared = {name: value for name, value in CONNECTION.items() if name != "authkit_realm"}
    message = said(check(workspace, shared, hosts))
    assert "The hosts of this play differ in authkit_realm, but the role checks once for all of them" in message


def test_reports_are_written_on_the_controller(workspace: Workspace) -> None:
    """Whatever Python the host has, and whatever user the play becomes."""
    hosts = {"elsewhere": {"ansible_python_interpreter": "/nonexistent/python", "ansible_become": True}}
    message = said(check(workspace, CONNECTION, hosts))
    assert "127.0.0.1:9" in message
    assert (workspace.root / "cwd" / "realm-check" / ".gitignore").exists()


def test_formats_may_be_named_in_a_string(workspace: Workspace) -> None:
    """As from `-e realm_check_formats=json,junit`."""
    settings = {"realm_check_source": str(EXPORT), "realm_check_fail_on": "none", "realm_check_formats": "json,junit"}
    check(workspace, settings).expect()
    report = json.loads((workspace.root / "cwd" / "realm-check" / "report.json").read_bytes())
    jsonschema.Draft202012Validator(REPORT_SCHEMA).validate(report)
    assert len(report["realms"][0]["remediation"]) > 10
    written = {path.name for path in (workspace.root / "cwd" / "realm-check").iterdir()}
    assert written == {".gitignore", "report.json", "report.xml", "remediation.yml"}


@MATRIX
def test_an_empty_path_is_the_default_or_writes_nothing(workspace: Workspace) -> None:
    """In particular, the role does not use the current directory."""
    names = ("realm_check_report_dir", "realm_check_write_baseline", "realm_check_write_waivers")
    unset: dict[str, object] = dict.fromkeys(names, "")
    check(workspace, {"realm_check_source": str(EXPORT), "realm_check_fail_on": "none", **unset}).expect()
    assert (workspace.root / "cwd" / "realm-check" / "report.json").exists()


def test_a_waiver_may_end_on_a_date_without_quotes(workspace: Workspace) -> None:
    """YAML turns it into a date, and a quoted one into text. A target is never rendered."""
    waivers = workspace.root / "waivers.yml"
    waivers.write_text(
        "realm_check_waivers:\n"
        "  - {check: realm-ssl-required-none, reason: Known., owner: alice, expires: 2999-12-31}\n"
        "  - {check: realm-ssl-required-none, reason: Known., owner: bob, expires: '2999-12-31',\n"
        "     target: !unsafe 'x{{ 7 * 191 }}'}\n",
        encoding="utf-8",
    )
    settings = {"realm_check_source": str(EXPORT), "realm_check_only": ["realm-ssl-required-none"]}
    message = said(check(workspace, settings, arguments=("-e", f"@{waivers}")))
    assert "The waiver of realm-ssl-required-none on 'x{{ 7 * 191 }}' matches no finding" in message
    report = json.loads((workspace.root / "cwd" / "realm-check" / "report.json").read_text(encoding="utf-8"))
    (found,) = report["realms"][0]["checks"][0]["findings"]
    assert found["waiver"] == {"reason": "Known.", "owner": "alice", "expires": "2999-12-31"}


@MATRIX
def test_a_baseline_that_does_not_exist_yet(workspace: Workspace) -> None:
    """The error says how to write it, and one run does, even where the play names it."""
    known = workspace.root / "cwd" / "known.json"
    named: dict[str, object] = {"realm_check_source": str(EXPORT), "realm_check_baseline": str(known)}
    message = said(check(workspace, named))
    assert f"baseline '{known}' does not exist on the controller: write it with one run of the role" in message
    run = check(workspace, {**named, "realm_check_write_baseline": "known.json"}).expect()
    assert ": passed with findings" in run.output
    assert ": failed" not in run.output
    run = check(workspace, named).expect()
    assert ": passed" in run.output


@MATRIX
def test_a_run_that_fails_for_a_waiver_does_not_say_that_it_passed(workspace: Workspace) -> None:
    waiver = {"check": "realm-ssl-required-none", "reason": "Known.", "owner": "alice", "expires": "2999-12-31"}
    settings: dict[str, object] = {"realm_check_source": str(EXPORT), "realm_check_fail_on": "none"}
    run = check(
        workspace, {**settings, "realm_check_waivers": [{**waiver, "target": "realm rc-planted-publc"}]}
    ).expect(2)
    assert ": failed" in run.output
    assert ": passed" not in run.output
    (failed,) = run.failed
    assert "did you mean the target 'realm rc-planted-public'?" in failed.message
    check(workspace, {**settings, "realm_check_waivers": [{**waiver, "target": "realm rc-planted-public"}]}).expect()


@MATRIX
def test_files_that_are_not_ours_are_left_alone_before_the_audit(workspace: Workspace) -> None:
    """The error names all of them at once, and the server gets no request."""
    cwd = workspace.root / "cwd"
    (cwd / "site.yml").write_text("- hosts: all\n", encoding="utf-8")
    (cwd / "known.json").symlink_to("elsewhere.json")
    wanted = {"realm_check_write_baseline": "known.json", "realm_check_write_waivers": "site.yml"}
    message = said(check(workspace, {**CONNECTION, **wanted}))
    assert f"{cwd}/known.json is a link" in message
    assert f"{cwd}/site.yml is not a file with realm_check_waivers and nothing else" in message
    assert "127.0.0.1" not in message
    wanted = {"realm_check_write_waivers": str(workspace.home / ".bashrc")}
    message = said(check(workspace, {**CONNECTION, **wanted}))
    assert "and the role writes files that end in .yml, .yaml, .json: name another file in" in message
    (workspace.home / "docs").mkdir()
    (cwd / "link").symlink_to(workspace.home / "docs")
    message = said(check(workspace, {**CONNECTION, "realm_check_report_dir": "link/"}))
    assert f"The report directory {cwd}/link is a link" in message
    assert list((workspace.home / "docs").iterdir()) == []


@MATRIX
def test_a_name_of_the_realm_is_nothing_to_a_shell_and_reads_as_it_is(workspace: Workspace) -> None:
    """Files of an earlier run do not prevent that, even if they were filled in."""
    hostile = "$(touch x)`id`{{ 7 * 191 }}"
    export = workspace.root / "export.json"
    export.write_text(json.dumps({**json.loads(EXPORT.read_bytes()), "realm": hostile}), encoding="utf-8")
    wanted = {"realm_check_write_baseline": "known.json", "realm_check_write_waivers": "waivers.yml"}
    cwd = workspace.root / "cwd"
    for _run in range(2):
        check(workspace, {"realm_check_source": str(export), "realm_check_fail_on": "none", **wanted}).expect()
        known, waivers = ((cwd / name).read_text(encoding="utf-8") for name in wanted.values())
        remediation = (cwd / "realm-check" / "remediation.yml").read_text(encoding="utf-8")
        assert {each["realm"] for each in json.loads(known)["findings"]} == {hostile}
        entries = yaml.safe_load(waivers.replace("!unsafe ", ""))["realm_check_waivers"]
        assert {each["realm"] for each in entries} == {hostile}
        tasks = yaml.safe_load(remediation.replace("!unsafe ", ""))[0]["tasks"]
        assert hostile in str(tasks)
        # Ansible templates the names of tasks, and prints them as they are.
        assert {task["name"].split(":")[0] for task in tasks if task["name"].startswith("Realm")} == {
            "Realm ??touch x??id??? 7 ? 191 ??"
        }
        for text in (known, waivers, remediation):
            assert "$" not in text
            assert "`" not in text
        (cwd / "waivers.yml").write_text(waivers.replace('owner: ""', "owner: alice # for now"), encoding="utf-8")


@MATRIX
def test_the_remediation_uses_the_collection_that_there_is(workspace: Workspace) -> None:
    """The modules moved to middleware_automation.keycloak, which nothing here can install: a stand-in says so."""
    workspace = workspace.with_own_collection()
    settings = {"realm_check_source": str(EXPORT), "realm_check_fail_on": "none"}
    remediation = workspace.root / "cwd" / "realm-check" / "remediation.yml"
    modules = workspace.collections / "ansible_collections/middleware_automation/keycloak/plugins/modules"
    for collection in ("community.general", "middleware_automation.keycloak"):
        check(workspace, settings).expect()
        (play,) = yaml.safe_load(remediation.read_text(encoding="utf-8").replace("!unsafe ", ""))
        used = {name for task in play["tasks"] for name in task if name != "name"} | set(play["module_defaults"])
        assert used == {f"{collection}.keycloak_client", f"{collection}.keycloak_realm"}
        modules.mkdir(parents=True, exist_ok=True)
        (modules / "keycloak_realm.py").write_text("", encoding="utf-8")
