# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a file with realms may be, and what is refused."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export import reading
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import chosen_exports, read_export

SOURCE = "realm.json"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "realm.json is not a realm export"),
        (b"<html>", "realm.json is not a realm export"),
        (b"[]", "realm.json is not a realm export"),
        (b'{"clients": []}', "realm.json is not a realm export"),
        (b'[{"realm": "a"}, 5]', "realm.json is not a realm export"),
        (b'{"realm": "a", "clients": [', "it is truncated or damaged"),
        (b'{"realm": "a"' + b"[" * 100000, "it is truncated or damaged"),
        *(
            (b'{"realm": "a", "x": ' + b"[" * levels + b"]" * levels + b"}", "is nested deeper than any realm export")
            for levels in (100, 500, 700, 900)  # json reads some 1,000, and what recurses over them fails before
        ),
        (b"\xff\xfe{}", "realm.json is not a realm export"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(InvalidOption, match=re.escape(says)) as caught:
        read_export(content, SOURCE)
    assert caught.value.message.count(". ") == 0


def test_what_becomes_far_larger_than_its_file_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'{"realm": "a", "x": [' + b"[]," * 700_000 + b"0]}"
    monkeypatch.setattr(reading, "LARGEST_EXPORT", len(content))
    with pytest.raises(InvalidOption, match=r"^realm.json takes too much memory: export the realm without its users.$"):
        read_export(content, SOURCE)


def test_realms_of_a_file_by_name() -> None:
    realms = read_export(json.dumps([{"realm": "a"}, {"realm": "b"}]).encode(), SOURCE)
    assert [each["realm"] for each in chosen_exports(realms, [], SOURCE)] == ["a", "b"]
    assert [each["realm"] for each in chosen_exports(realms, ["b"], SOURCE)] == ["b"]
    with pytest.raises(InvalidOption, match="does not hold the realm 'c', but 'a', 'b': check realms"):
        chosen_exports(realms, ["c"], SOURCE)
    many = [{"realm": f"r{number}"} for number in range(1000)]
    with pytest.raises(InvalidOption, match="'r19' and 980 others: check realms"):
        chosen_exports(many, ["c"], SOURCE)
