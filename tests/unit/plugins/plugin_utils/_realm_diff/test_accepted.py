# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accepted differences: what they match, what is stale, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.accepted import Accepted, accepted_from
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import places, realm, report

TODAY = date(2026, 11, 28)


def entry(**values: Any) -> Accepted:
    return accepted_from({"section": "clients", "reason": "Known.", **values}, 1, TODAY)


def other() -> dict[str, Any]:
    found = realm(accessTokenLifespan=1)
    found["clients"][0]["redirectUris"] = ["https://c"]
    return found


@pytest.mark.parametrize(
    "values", [{}, {"object": "*"}, {"object": "portal", "path": "redirect*"}, {"expires": "2026-11-28"}]
)
def test_an_accepted_difference_is_listed_apart(values: dict[str, Any]) -> None:
    found = report(realm(), other(), entry(**values))
    assert places(found) == ["realm/realm/accessTokenLifespan"]
    assert places(found, "accepted") == ["clients/portal/redirectUris"]
    assert found["accepted"][0]["acceptance"]["reason"] == "Known."
    assert found["stale"] == []
    assert found["summary"]["text"] == "1 difference in realm settings; 1 accepted"


@pytest.mark.parametrize("name", ["shop[eu]", "shop?", "[!s]hop", "*shop*"])
def test_only_the_asterisk_is_special(name: str) -> None:
    def named(text: str) -> dict[str, Any]:
        changed = realm()
        changed["clients"].append({"clientId": text, "publicClient": True})
        return changed

    assert places(report(realm(), named(name), entry(object=name))) == []
    assert places(report(realm(), named("shop1"), entry(object="shop?"))) == ["clients/shop1/"]


@pytest.mark.parametrize("values", [{"object": "portal2"}, {"path": "secret"}, {"section": "groups"}])
def test_what_matches_nothing_is_stale(values: dict[str, Any]) -> None:
    found = report(realm(), other(), entry(**values))
    assert places(found, "accepted") == []
    (said,) = found["stale"]
    assert said.endswith("matches no difference: remove it from accepted.")


def test_what_may_match_something_unknown_is_not_stale() -> None:
    masked = realm()
    masked["clients"][0]["secret"] = "**********"
    assert report(realm(), masked, entry(path="secret"))["stale"] == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"reason": " "}, "accepted: entry 1 has no reason: it needs a section and a reason."),
        ({"section": ""}, "accepted: entry 1 has no section: it needs a section and a reason."),
        ({"section": "client"}, "accepted: entry 1: there is no section 'client'; did you mean clients?"),
        ({"expires": "soon"}, "accepted: entry 1: expires must be a date such as 2027-01-31, not 'soon'."),
        ({"expires": "2026-11-27", "object": "a"}, "expired on 2026-11-27: review it"),
    ],
)
def test_invalid_entries_are_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        entry(**values)
    assert said in caught.value.message
