# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks that move over from ansible.builtin.uri may still set."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import ARGUMENT_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.uri_options import (
    INSTEAD,
    of_uri_only,
    with_use_proxy,
)


@pytest.mark.parametrize("name", INSTEAD)
def test_one_sentence_says_what_to_write_instead(name: str) -> None:
    assert name not in ARGUMENT_SPEC
    sentence = of_uri_only("authkit.oauth.api", ["nosuch", name])
    assert sentence is not None
    assert sentence.startswith(f"'{name}' is an option of ansible.builtin.uri and not of authkit.oauth.api: ")
    assert sentence.endswith(".")
    assert of_uri_only("authkit.oauth.realm_check", [name]) is None
    assert of_uri_only("authkit.oauth.api", ["nosuch"]) is None


@pytest.mark.parametrize(
    ("own", "proxy"),
    [
        ({}, None),
        ({"use_proxy": True, "proxy": "http://p:3128"}, "http://p:3128"),
        ({"use_proxy": False}, "none"),
        ({"use_proxy": False, "proxy": "none"}, "none"),
    ],
)
def test_use_proxy_switches_proxies_off(own: dict[str, Any], proxy: str | None) -> None:
    assert with_use_proxy(own).get("proxy") == proxy


def test_a_proxy_that_is_not_to_be_used_is_refused() -> None:
    with pytest.raises(InvalidOption, match="use_proxy: false and proxy are both set"):
        with_use_proxy({"use_proxy": False, "proxy": "http://p:3128"})
