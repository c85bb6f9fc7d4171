# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a baseline, as waivers and as a report of an earlier run."""

from __future__ import annotations

import json
import time

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._report.kinds import (
    KINDS,
    is_baseline,
    is_waivers,
)

ENTRY = {"fingerprint": "0" * 32, "check": "x", "realm": "shop"}
WAIVER = "  - check: x\n    target: !unsafe \"$(id)\"\n    reason: ''\n"


@pytest.mark.parametrize(
    "content",
    [
        {"version": 1, "findings": []},
        {"findings": [ENTRY], "version": 1},
        {"version": 2, "findings": [{"fingerprint": "edited"}], "note": "of our own"},
    ],
)
def test_a_baseline(content: object) -> None:
    assert is_baseline(json.dumps(content).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"alias ll='ls -l'\n",
        b"{",
        b"[]",
        b'{"version": 1}',
        b'{"findings": []}',
        b'{"version": 1, "findings": {}}',
        b'{"version": 1, "findings": ["x"]}',
        b"[" * 200_000,
        b"\xff\xfe{",
    ],
)
def test_no_baseline(content: bytes) -> None:
    assert not is_baseline(content)


@pytest.mark.parametrize(
    "content",
    [
        f"---\n# A comment\nrealm_check_waivers:\n{WAIVER}{WAIVER}",
        "realm_check_waivers:\n  []\n",
        "realm_check_waivers:\n",
        '{"realm_check_waivers": [{"check": "x", "expires": 2999-12-31}]}',
        "realm_check_waivers:\n  - check: x\n    owner: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      31\n",
    ],
)
def test_waivers(content: str) -> None:
    assert is_waivers(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        "alias ll='ls -l'\n",
        "# nothing but a comment\n",
        "[]",
        "realm_check_waivers: none\n",
        "realm_check_waivers: [x]\n",
        f"realm_check_waivers:\n{WAIVER}authkit_realm: shop\n",
        f"other:\n  realm_check_waivers:\n  {WAIVER}",
        "realm_check_waivers: []\n---\nother: 1\n",
        "realm_check_waivers: &a\n  - {x: *a}\n",
        "realm_check_waivers: [{x: 'open\n",
        "? [realm_check_waivers]\n: []\n",
        "\x07",
    ],
)
def test_no_waivers(content: str) -> None:
    assert not is_waivers(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"realm_check_waivers: [{x: " + b"[" * 100_000,
        b"realm_check_waivers: [" + b"{},[" * 100_000,
        b"a: &a [x,x]\n" + b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)),
    ],
)
def test_a_hostile_document_is_told_at_once(content: bytes) -> None:
    started = time.monotonic()
    assert not is_waivers(content)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", '{\n  "realms": [\n    {\n      "realm": "shop"'),
        ("report.json", '{"realms":[]}'),
        (
            "report.json",
            '{\n  "schema_version": 1,\n  "tool": {"name": "x"},\n  "time": "2026-11-27T12:00:00Z",\n  "realms": []',
        ),
        ("report.sarif", '{"$schema": "x", "runs": [{"tool": {"driver": {"name": "authkit.oauth.realm_check"'),
        (
            "report.xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="authkit.oauth.realm_check" tests="1">',
        ),
        ("report.md", "# Realm check: failed\n"),
        ("report.html", '<!doctype html>\n<html lang="en">\n<head>\n<title>Realm check: shop</title>'),
        ("remediation.yml", "---\n# One task for each finding of a realm check that a settings change fixes."),
        ("remediation.yml", "---\n# What a realm check found and a change of settings ends, a task"),
        ("remediation.yml", "- name: Remediation of realm 1\n"),
        ("remediation.yml", "# Read by alice.\n---\n\n# Twice.\n- name: Remediation of realm 1\n"),
    ],
)
def test_a_report_is_known_by_how_it_begins(name: str, content: str) -> None:
    recognised = KINDS[name].recognised
    assert recognised(content.encode())
    for other in (f"x{content}", content[:-1], "{}", "[]", "#!/bin/sh\n", "<html></html>"):
        assert not recognised(other.encode()) or other.startswith(content[:-1]), other


def test_a_head_without_an_end_is_told_at_once() -> None:
    started = time.monotonic()
    for filler in (b"#\n", b"\n", b"---\n", b" ", b"{"):
        head = filler * (65536 // len(filler))
        assert not [name for name, kind in KINDS.items() if kind.recognised(head)]
    assert time.monotonic() - started < 10
