# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes that people make on their first day, and what they read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import ON_EACH
from ansible_collections.authkit.oauth.tests.integration.support.plays import Run, Workspace, hosts
from ansible_collections.authkit.oauth.tests.servers.counting import CountingServer

SECRET = "the-secret-of-the-shop"


@pytest.fixture
def desk() -> Iterator[CountingServer]:
    with CountingServer(clients={"shop": SECRET}) as running:
        yield running


def shop(desk: CountingServer) -> dict[str, object]:
    return {
        "authkit_token_url": desk.token_url,
        "authkit_client_id": "shop",
        "authkit_client_secret": SECRET,
        "api_url": f"{desk.url}/api/things",
    }


def warnings_in(run: Run) -> list[str]:
    """The warnings of a run about names, each as one line."""
    parts = re.split(r"\n(?=\[WARNING\]|TASK|ok:|\n)", run.output)
    lines = [" ".join(part.split()) for part in parts if part.startswith("[WARNING]")]
    return sorted(line.removeprefix("[WARNING]: ") for line in lines if "is not an option" in line)


@pytest.mark.parametrize("core", ON_EACH, indirect=True)
def test_a_misspelled_name_is_told_once_a_run(workspace: Workspace, desk: CountingServer) -> None:
    """By 4 workers, with an empty store and a full one; a name of the user's own is only in the doctor's report."""
    variables = {**shop(desk), "authkit_allowed_host": "api.example.com", "authkit_of_your_own": 1}
    env = {"AUTHKIT_TIMEUOT": "3"}
    for _turn in range(2):
        run = workspace.play("outcomes.yml", hosts(4), variables=variables, env=env, forks=2).expect()
        assert not run.failed, run.output[-3000:]
        assert warnings_in(run) == [
            "'AUTHKIT_TIMEUOT' is not an option of authkit.oauth and has no effect: did you mean AUTHKIT_TIMEOUT?",
            "'authkit_allowed_host' is not an option of authkit.oauth and has no effect: did you mean "
            "authkit_allowed_hosts?",
        ], run.output[-3000:]
        assert "authkit_of_your_own" not in run.output
    assert desk.count("token") == 1
    report = workspace.play("doctor.yml", hosts(1), variables=variables, env=env).expect(2)
    (found,) = [each.result for each in report.results if "sections" in each.result]
    problems = [text for text in found["problems"] if "is not an option" in text]  # type: ignore[attr-defined]
    assert [re.findall(r"did you mean (\w+)\?", text) for text in problems] == [
        ["AUTHKIT_TIMEOUT"],
        ["authkit_allowed_hosts"],
    ]
    assert "Named like options, but none, and so ignored: 'authkit_of_your_own'" in str(found["sections"])
