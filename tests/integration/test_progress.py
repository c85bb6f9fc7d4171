# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user sees of calls that take long: how far they are, from forked workers, and nothing from nodes."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.tests.integration.support.installed import core_of, in_matrix
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace
from ansible_collections.authkit.oauth.tests.servers.counting_model import Answer, Incoming
from ansible_collections.authkit.oauth.tests.unit.support.http_servers import scripted

PAGES, CALLS = 16, 40


def _answer(request: Incoming) -> Answer:
    if request.path == "/call":
        time.sleep(0.4)
        return Answer(200, {"said": "a word of the server"})
    time.sleep(0.5)
    page = int(request.query.partition("=")[2] or 1)
    following = {"Link": f'</list?page={page + 1}>; rel="next"'} if page < PAGES else {}
    return Answer(200, [{"id": page, "said": "a word of the server"}], following)


@pytest.mark.parametrize("version", in_matrix("2.16", "2.19", "2.21", "2.22"))
def test_long_calls_say_how_far_they_are(version: str, tmp_path: Path, collections: Path) -> None:
    workspace = Workspace(tmp_path, core_of(version), collections)
    with scripted(_answer) as server:
        listing, calls = f"{server.url}/list", [{"url": f"{server.url}/call"}] * CALLS
        hosts: dict[str, dict[str, object]] = {
            "many": {"calls": calls},
            "paged": {"listing": listing},
            "node": {"listing": listing, "node_environment": {"SOME": "thing"}},
        }
        run = workspace.play("progress.yml", hosts).expect()
        assert (server.url in run.output, len(run.of("Long calls"))) == (False, 3)
    lines = [line for line in run.output.splitlines() if line.startswith("authkit.oauth.api on ")]
    assert "a word of the server" not in "".join(lines)
    many = [line for line in lines if re.fullmatch(r"authkit.oauth.api on many: [1-9][0-9]? of 40 calls done", line)]
    paged = [line for line in lines if re.fullmatch(r"authkit.oauth.api on paged: [1-9][0-9]? pages read", line)]
    assert sorted(many + paged) == sorted(lines)
    assert (1 <= len(many) <= 4, 1 <= len(paged) <= 4) == (True, True)
