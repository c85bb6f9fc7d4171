# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook, task and variable file of the guides and READMEs runs from the page, in the page's order."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import jinja2
import pytest
import requests
import yaml

from ansible_collections.authkit.oauth.tests.integration.support.auditors import VIEW_ROLES
from ansible_collections.authkit.oauth.tests.integration.support.diff_realms import exported
from ansible_collections.authkit.oauth.tests.integration.support.granting import Granting
from ansible_collections.authkit.oauth.tests.integration.support.guides import (
    MADE,
    NAMED,
    Readers,
    forget,
    in_a_job,
    readers,
)
from ansible_collections.authkit.oauth.tests.integration.support.installed import (
    MATRIX,
    NEWEST,
    core_of,
)
from ansible_collections.authkit.oauth.tests.integration.support.plays import Core, Workspace
from ansible_collections.authkit.oauth.tests.servers.ci_platform import KEYS, CiPlatform
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak
from ansible_collections.authkit.oauth.tests.servers.keycloak_dist import distribution
from ansible_collections.authkit.oauth.tests.tools.examples import Block, everything, kind_of, pages, parts

EVERY = {blocks[0].page: blocks for blocks in pages()}
PAGES = {page: [block for block in blocks if block.is_yaml and not block.exempt] for page, blocks in EVERY.items()}
#: Those without what :func:`ready` prepares. The bridges to other collections are in test_bridges.py.
OTHERS = ("guide_bridges.rst", "guide_grants.rst", "guide_token_option.rst")
ALL = [block for page, blocks in PAGES.items() for block in blocks if not page.endswith(OTHERS)]
#: What the examples take from the reader's own plays.
READERS_VARIABLES = {"missing_items": [{"name": "bolts", "amount": 12}]}
#: A waiver's last day, which the test moves, because these tests outlive it.
EXPIRES = re.compile(r"(expires: \"?)\d{4}-\d\d-\d\d")
RESOURCE, QUICK_START, CI, AWX, FROM_URI, DPOP, NO_SECRET, GRANTS, DEVICE_FLOW, REALM_DIFF, REALM_CHECK = (
    f"docs/docsite/rst/guide_{name}.rst"
    for name in (
        "resource",
        "quick_start",
        "ci",
        "awx",
        "from_uri",
        "dpop",
        "no_secret",
        "grants",
        "device_flow",
        "realm_diff",
        "realm_check",
    )
)
#: In test_hosts.py.
INVENTORY = "docs/docsite/rst/guide_inventory.rst"
#: Pages with a test of their own, which runs all of their playbooks.
OWN_TEST = (
    RESOURCE,
    QUICK_START,
    CI,
    AWX,
    FROM_URI,
    DPOP,
    NO_SECRET,
    GRANTS,
    DEVICE_FLOW,
    INVENTORY,
    REALM_DIFF,
    REALM_CHECK,
)
#: Pages that `make test` runs, and the oldest core. `make matrix` runs all of them, once: a page may change the secret
#: with which its client signs in.
OFTEN = ("README.md", "docs/docsite/rst/guide_token.rst", "docs/docsite/rst/guide_api.rst")
HOSTS = ("localhost", "web1")
PLAY = "---\n- name: The tasks of {}\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
#: The reader's own program, in an example that passes a token to one.
ERPCTL = '#!/bin/sh\ntest -n "$ERP_TOKEN"\n'


@pytest.fixture
def core(request: pytest.FixtureRequest) -> Core:
    """The newest ansible-core, unless a test requests others (indirect)."""
    return core_of(getattr(request, "param", NEWEST))


@pytest.fixture(scope="module")
def ready(server: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The realms, clients and hosts that the pages name."""
    with readers(server, tmp_path_factory.mktemp("guides"), ALL) as prepared:
        yield prepared


def test_the_syntax_of_the_examples_of_plugins(workspace: Workspace, ready: Readers) -> None:
    playbooks: list[str] = []
    for block in everything():
        for number, (kind, text) in enumerate(parts(block)):
            if block.page.startswith("plugins/") and kind in ("playbooks", "tasks"):
                play = text if kind == "playbooks" else PLAY.format(block.place) + textwrap.indent(text, "    ")
                playbooks.append(f"{len(playbooks)}-{number}.yml")
                (workspace.cwd / playbooks[-1]).write_text(play, encoding="utf-8")
    assert len(playbooks) > 5
    done = run(workspace, ready, [*playbooks, "--syntax-check"])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]


def jwt_claims(token: str) -> dict[str, Any]:
    """The claims of a token that comes straight from Keycloak."""
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def usual() -> str:
    """The connection that most pages assume, from the README."""
    found: dict[str, object] = {}
    for block in PAGES["README.md"]:
        if kind_of(block.content) == "vars":
            found |= block.content
    return json.dumps({name: value for name, value in found.items() if name != "authkit_allowed_hosts"})


def write(machine: Workspace, blocks: Sequence[Block]) -> list[str]:
    """Write the blocks as a reader does; returns the playbooks, in order."""
    files = {"group_vars/all/0.yml": usual()}
    later = datetime.date.today() + datetime.timedelta(days=90)
    playbooks = []
    for block in blocks:
        kind = kind_of(block.content)
        name = block.file or f"block-{block.line}.yml"
        text = block.text
        if kind == "vars" and (not block.file or block.file.startswith("group_vars")):
            name = f"group_vars/all/{block.line}.yml"
        elif kind == "tasks" and not block.file:
            text = PLAY.format(block.place) + textwrap.indent(block.text, "    ")
        if kind == "playbooks" or (kind == "tasks" and not block.file):
            playbooks.append(name)
        files[name] = EXPIRES.sub(lambda found: f"{found[1]}{later}", text)
    for name, text in files.items():
        (machine.cwd / name).parent.mkdir(parents=True, exist_ok=True)
        (machine.cwd / name).write_text(text, encoding="utf-8")
    return playbooks


def run(
    machine: Workspace, ready: Readers, playbooks: Sequence[str], **environment_too: str
) -> subprocess.CompletedProcess[str]:
    """ansible-playbook, on a machine with a proxy, a company's authority, and the secrets of a vault."""
    program = machine.cwd / "bin" / "erpctl"
    program.parent.mkdir(exist_ok=True)
    program.write_text(ERPCTL, encoding="utf-8")
    program.chmod(0o755)
    common = {"ansible_connection": "local", "ansible_python_interpreter": str(machine.core.python)}
    inventory = {"all": {"hosts": dict.fromkeys(HOSTS), "vars": common}}
    (machine.cwd / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
    (machine.cwd / "vault.json").write_text(json.dumps({**READERS_VARIABLES, **ready.variables}), encoding="utf-8")
    environment = machine.environment({**ready.environment, **environment_too})
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    for ours in ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED", "ANSIBLE_LIBRARY"):
        del environment[ours]
    command = [str(machine.core.command("ansible-playbook")), "-i", "hosts.yml", "-e", "@vault.json", *playbooks]
    done = subprocess.run(
        command, cwd=machine.cwd, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert not [secret for secret in (ready.secret, ready.server.password) if secret in done.stdout + done.stderr]
    return done


def test_a_job_without_a_secret(workspace: Workspace, ready: Readers) -> None:
    """A platform in the place of GitHub; its job has no secret, not even in the token store's folder."""
    assert write(workspace, PAGES[NO_SECRET]) == ["deploy.yml", "trust.yml"]
    (workspace.cwd / "group_vars/all/0.yml").unlink()  # the connection of other pages, with a secret
    with CiPlatform() as platform:
        trust = json.dumps({"trust_issuer": platform.url, "trust_keys": f"{platform.url}{KEYS}"})
        done = run(workspace, ready, ["-e", trust, "trust.yml"])
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        done = run(workspace, ready, ["deploy.yml"], **platform.environment("github_actions"))
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        assert len(platform.issued) == 1


@pytest.mark.parametrize(
    ("page", "core"),
    [
        pytest.param(page, core, marks=[] if page in OFTEN and core == NEWEST else MATRIX)
        for page, blocks in PAGES.items()
        if blocks and page not in OWN_TEST and not page.endswith(OTHERS)
        for core in (NEWEST, *(["2.16"] if page in OFTEN else []))
    ],
    indirect=["core"],
)
def test_the_examples_of_a_page_run(page: str, workspace: Workspace, ready: Readers) -> None:
    playbooks = write(workspace, PAGES[page])
    named = [block for block in PAGES[page] if block.file and kind_of(block.content) == "tasks"]
    texts = "".join((workspace.cwd / name).read_text(encoding="utf-8") for name in playbooks)
    assert [block.place for block in named if block.file not in texts] == [], "no playbook of the page uses this file"
    if not playbooks:
        return
    done = run(workspace, ready, playbooks)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]


@MATRIX
def test_the_page_of_resources_changes_nothing_twice(workspace: Workspace, ready: Readers) -> None:
    playbooks = write(workspace, PAGES[RESOURCE])
    assert len(playbooks) == 4
    first, second = (run(workspace, ready, playbooks) for _turn in range(2))
    for done, changed in ((first, "4"), (second, "0")):
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        assert "WARNING" not in done.stdout + done.stderr
        assert re.findall(r"changed=(\d+)", done.stdout)[-1] == changed, done.stdout[-6000:]


@MATRIX
def test_the_page_of_realm_diffs(workspace: Workspace, ready: Readers) -> None:
    """Stage and prod are the same realm of one server here, and the file is its export."""
    playbooks = write(workspace, PAGES[REALM_DIFF])
    assert playbooks == ["stage_prod.yml", "drift.yml"]
    source = workspace.cwd / "realms" / "shop.json"
    source.parent.mkdir()
    export = exported(ready.server.admin, "shop") | {"displayName": "In git", "organizations": []}
    source.write_text(json.dumps(export), encoding="utf-8")
    done = run(workspace, ready, playbooks)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "No differences" in done.stdout
    assert "1 difference in realm settings" in done.stdout
    assert "displayName: In git" in done.stdout
    assert (workspace.cwd / "realm-diff" / "diff.html").exists()


@MATRIX
def test_the_page_of_realm_checks(workspace: Workspace, ready: Readers) -> None:
    """The audit of each night runs twice, and the second night is one line."""
    playbooks = write(workspace, PAGES[REALM_CHECK])
    done = run(workspace, ready, [*playbooks, "nightly.yml"])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert done.stdout.count("No earlier report, so nothing is compared.") == 1
    for realm in ("shop", "partners"):
        assert re.search(rf'"{realm}: 0 new, 0 fixed, \d+ unchanged since [-\d]+ \d\d:\d\d UTC \(', done.stdout)


def test_the_page_of_dpop(workspace: Workspace, ready: Readers) -> None:
    """At Keycloak's real address: a proof names the scheme, and this Keycloak ignores what a proxy says of it."""
    (name,) = write(workspace, PAGES[DPOP])
    playbook = workspace.cwd / name
    text = re.sub(r"(https://)?auth\.example\.com", ready.server.url, playbook.read_text(encoding="utf-8"))
    playbook.write_text(text, encoding="utf-8")
    done = run(workspace, ready, [name])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert re.search(r'"msg": "\d+ users"', done.stdout)


def test_the_page_of_grants(workspace: Workspace, ready: Readers) -> None:
    """In a realm whose client may use them all."""
    server, granting = ready.server, Granting()
    playbooks = write(workspace, PAGES[GRANTS])
    with server.admin.temporary_realm(granting.realm()) as realm:
        for name in playbooks:
            playbook = workspace.cwd / name
            text = playbook.read_text(encoding="utf-8").replace("https://auth.example.com", server.url)
            playbook.write_text(text.replace("realm: partners", f"realm: {realm}"), encoding="utf-8")
        (workspace.cwd / "assertion.jwt").write_text(granting.assertion(server, realm), encoding="utf-8")
        first = granting.tokens(server.url, realm)["refresh_token"]
        secret = {"vault_app_secret": granting.secret, "vault_robot_password": granting.password}
        secret |= {"vault_signer_secret": granting.secret, "vault_signer_key": granting.pem()}
        variables = {**ready.variables, **secret, "vault_first_refresh_token": first}
        done = run(workspace, dataclasses.replace(ready, variables=variables), playbooks)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert done.stdout.count('"msg": "robot"') == len(playbooks) == 4


def realms_of(machine: Workspace) -> list[dict[str, Any]]:
    """The realms in the report of the last audit."""
    return list(json.loads((machine.cwd / "realm-check" / "report.json").read_text(encoding="utf-8"))["realms"])


def kcadm(machine: Workspace, ready: Readers) -> None:
    """Run the quick start's lines for kcadm."""
    (script,) = (block.text for block in EVERY[QUICK_START] if "kcadm.sh create realms" in block.text)
    script = script.replace("https://auth.example.com", ready.server.url)
    script = script.replace("--user admin", f"--user {ready.server.username}")
    environment = machine.environment({"KC_CLI_PASSWORD": ready.server.password})
    environment |= {"INVENTORY_SECRET": ready.secret, "AUDITOR_SECRET": ready.secret}
    environment["PATH"] = f"{distribution(print) / 'bin'}:{environment['PATH']}"
    command = ["bash", "-euo", "pipefail", "-c", script]
    try:
        subprocess.run(command, cwd=machine.cwd, env=environment, capture_output=True, timeout=240, check=True)
    finally:
        ready.server.admin.update_realm(MADE, {"attributes": NAMED})


@MATRIX
@pytest.mark.parametrize("how", ["setup.yml", "kcadm"])  # a JVM for each line
def test_the_quick_start_makes_clients_with_least_rights(how: str, workspace: Workspace, ready: Readers) -> None:
    forget(ready.server.admin, MADE)
    write(workspace, PAGES[QUICK_START])
    if how == "kcadm":
        kcadm(workspace, ready)
    else:
        assert "changed=3 " in run(workspace, ready, [how]).stdout
        assert "changed=0 " in run(workspace, ready, [how]).stdout
    form = {"grant_type": "client_credentials", "client_secret": ready.secret}
    for client_id, roles in {"inventory": ["view-users"], "auditor": VIEW_ROLES}.items():
        answer = requests.post(ready.server.token_url(MADE), data={**form, "client_id": client_id}, timeout=60)
        claims = jwt_claims(answer.json()["access_token"])
        assert "realm_access" not in claims
        (granted,) = claims["resource_access"].values()
        implied = {"query-users", "query-groups", "query-clients"}
        assert set(granted["roles"]) - implied == set(roles)
        made = ready.server.admin.client(MADE, client_id)
        assert [
            name for name in ("publicClient", "standardFlowEnabled", "directAccessGrantsEnabled") if made[name]
        ] == []
    done = run(workspace, ready, ["site.yml", "audit.yml"])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    (realm,) = realms_of(workspace)
    assert realm["summary"]["missing_roles"] == []
    found = [
        (finding["target"], check["id"], finding["severity"])
        for check in realm["checks"]
        for finding in check["findings"]
    ]
    assert found
    assert [each for each in found if each[0] in ("inventory", "auditor") and each[2] != "info"] == []


@MATRIX
def test_the_jobs_of_the_ci_guide_audit_with_baseline_and_waivers(workspace: Workspace, ready: Readers) -> None:
    write(workspace, PAGES[CI])
    (workspace.cwd / "group_vars" / "all" / "0.yml").unlink()
    (workspace.cwd / "bin").mkdir()
    (first,) = (block.text for block in EVERY[CI] if block.kind == "console")
    (baseline,) = (line[2:] for line in first.splitlines() if line.startswith("$ ansible-playbook"))
    in_a_job(workspace, ready, baseline, AUTHKIT_CLIENT_SECRET=ready.secret)
    assert (workspace.cwd / "baseline.json").exists()
    github, gitlab = (
        yaml.safe_load((workspace.cwd / name).read_text(encoding="utf-8"))
        for name in (".github/workflows/realm-audit.yml", ".gitlab-ci.yml")
    )
    report = workspace.cwd / "realm-check"
    for step in github["jobs"]["audit"]["steps"]:
        given = {name: ready.secret for name, value in step.get("env", {}).items() if "secrets." in value}
        in_a_job(workspace, ready, step.get("run", "true"), **given)
        if "sarif_file" in step.get("with", {}):
            assert (workspace.cwd / step["with"]["sarif_file"]).exists()
    shutil.rmtree(report)
    job = gitlab["realm-audit"]
    in_a_job(workspace, ready, "\n".join(job["script"]), AUTHKIT_CLIENT_SECRET=ready.secret)
    assert (workspace.cwd / job["artifacts"]["reports"]["junit"]).exists()
    statuses = {
        finding["status"]
        for realm in realms_of(workspace)
        for check in realm["checks"]
        for finding in check["findings"]
    }
    assert {"waived", "known"} <= statuses


def test_the_credential_type_of_awx_reaches_a_job(workspace: Workspace, ready: Readers) -> None:
    write(workspace, PAGES[AWX])
    (workspace.cwd / "group_vars" / "all" / "0.yml").unlink()
    inputs, injectors = (
        yaml.safe_load((workspace.cwd / name).read_text(encoding="utf-8")) for name in ("inputs.yml", "injectors.yml")
    )
    # What AWX accepts: see "Custom credential types" in its documentation.
    assert set(inputs) == {"fields", "required"}
    known = {"id", "type", "label", "secret"}
    assert [each for each in inputs["fields"] if not {"id", "label"} <= set(each) <= known] == []
    assert {each["type"] for each in inputs["fields"]} == {"string"}
    assert [each["id"] for each in inputs["fields"] if each.get("secret")] == ["client_secret"]
    ids = {each["id"] for each in inputs["fields"]}
    assert set(inputs["required"]) <= ids
    assert set(injectors) == {"env"}
    assert [name for name in injectors["env"] if not re.fullmatch(r"(?!ANSIBLE_)[A-Z_]+", name)] == []
    entered = {"auth_server": "auth.example.com", "realm": "erp", "client_id": "inventory"}
    entered["client_secret"] = ready.secret
    assert set(entered) == ids
    render = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string
    injected = {name: render(template).render(entered) for name, template in injectors["env"].items()}
    done = run(workspace, ready, ["site.yml"], **injected)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
