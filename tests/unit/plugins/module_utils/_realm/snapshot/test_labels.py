# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Realms of one name in one audit: each is judged and reported."""

from __future__ import annotations

import json

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import Exported
from ansible_collections.authkit.oauth.plugins.module_utils._realm.job import perform_offline
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.labels import labelled
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot

POLICY = {"check_profile": "strict", "levels": ["L3"], "fail_on": "high", "report_level": "info"}
ONLY = {**POLICY, "only": ["realm-ssl-required-none"]}


def test_no_two_labels_are_the_same() -> None:
    names = ["a", "a", "a (2)", "b", "a"]
    assert [each.shown for each in labelled(Snapshot(name, "f", {}) for name in names)] == [
        "a",
        "a (3)",
        "a (2)",
        "b",
        "a (4)",
    ]


def test_the_failure_of_each_counts() -> None:
    realms = [{"realm": "demo", "sslRequired": value} for value in ("none", "external", "none")]
    exported = [Exported(realm, f"{number}.json") for number, realm in enumerate(realms)]
    found = perform_offline({**ONLY, "realms": ["demo"]}, exported, "source")
    reports = found["report"]["realms"]
    assert [(each["realm"], each.get("name"), each["server"], each["summary"]["failed"]) for each in reports] == [
        ("demo", None, "0.json", True),
        ("demo (2)", "demo", "1.json", False),
        ("demo (3)", "demo", "2.json", True),
    ]
    assert [row["realm"] for row in found["table"]] == ["demo", "demo (2)", "demo (3)"]
    assert [each["realm"] for each in found["baseline"]["findings"]] == ["demo", "demo (3)"]
    assert len({each["fingerprint"] for each in found["baseline"]["findings"]}) == 2
    assert ["Realm 'demo':" in found["msg"], "Realm 'demo (3)':" in found["msg"]] == [True, True]
    known = perform_offline({**ONLY, "baseline": json.loads(json.dumps(found["baseline"]))}, exported, "source")
    assert "failed" not in known


def test_a_waiver_is_for_one_of_them() -> None:
    exported = [Exported({"realm": "demo", "sslRequired": "none"}, "a.json")] * 2
    exported = [Exported(dict(each.realm), each.source) for each in exported]
    waiver = {"check": ONLY["only"][0], "reason": "r", "owner": "o", "expires": "2999-01-01", "realm": "demo (2)"}
    found = perform_offline({**ONLY, "waivers": [waiver]}, exported, "source")
    assert [each["summary"]["failed"] for each in found["report"]["realms"]] == [True, False]
