# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that an API gives to hosts."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._inventory.names import LONGEST, reason_against


@pytest.mark.parametrize(
    "name",
    [
        "web1",
        "WEB-1.example.com",
        "a_b.c",
        "7",
        "127",
        "10.1",
        "0x7f",
        "localhosts",
        "mylocalhost",
        "192.0.2.1",
        "2001:db8::1",
        "сервер.example",
        "a" * LONGEST,
    ],
    ids=lambda name: str(name)[:20],
)
def test_a_host(name: str) -> None:
    assert reason_against(name) is None


@pytest.mark.parametrize("name", [None, True, 1.5, ["web"], {"name": "web"}], ids=repr)
def test_not_text(name: object) -> None:
    assert reason_against(name) == "gives no text as its name"


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost.localdomain",
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "0x7f.1",
        "0X7F000001",
        "2130706433",
        "0",
        "localhost6",
        "localhost6.localdomain6",
        "localhost4",
        "ip6-localhost",
        "ip6-loopback",
        "web1.localhost",
        "\uff11\uff12\uff17.0.0.1",
        "\uff4cocalhost",
    ],
    ids=ascii,
)
def test_the_controller(name: str) -> None:
    assert reason_against(name) == f"gives the name '{name}', which is the controller"


@pytest.mark.parametrize("name", ["all", "ungrouped", "All"])
def test_groups_of_ansible(name: str) -> None:
    assert "a group of Ansible's own" in str(reason_against(name))


@pytest.mark.parametrize(
    "name",
    [
        "web1\n",
        "web\x00",
        "\x1b[2Jweb",
        "web 1",
        "web\u202e1",
        "web\u2028",
        "web[01:50]",
        "web*",
        "web?",
        "~web",
        "!web",
        "&web",
        "a,b",
        "a:b",
        "web:22",
        "@web",
        "../../etc/x",
        "/etc/x",
        "a\\b",
        "-oProxyCommand=x",
        "-web",
        "web-",
        ".",
        "a..b",
        ".a",
        "a.",
        "{{ 1 }}",
        "{% if %}",
        "$HOME",
        "`id`",
        "web;id",
        "web'",
        'web"',
        "fe80::1%eth0",
        "[::1]",
    ],
    ids=ascii,
)
def test_not_a_name(name: str) -> None:
    reason = str(reason_against(name))
    assert reason.endswith("which is not a valid host name")
    assert reason.isprintable()


def test_lengths() -> None:
    assert reason_against("") == "gives an empty name"
    assert reason_against("a" * (LONGEST + 1)) == "gives a name of more than 253 characters"
