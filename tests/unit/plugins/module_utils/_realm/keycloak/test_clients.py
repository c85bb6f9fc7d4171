# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What checks ask of a client."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.clients import (
    attribute,
    flag,
    has_user_flow,
    is_built_in,
    is_loopback,
    is_on,
    is_plain_http,
    number,
    own_clients,
    severity_for,
    texts,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.snapshot import Snapshot


@pytest.mark.parametrize(
    "name", ["account", "account-console", "admin-cli", "admin-permissions", "broker", "security-admin-console"]
)
def test_every_realm_has_clients_of_keycloaks_own(name: str) -> None:
    assert is_built_in({"clientId": name}, "shop")
    assert is_built_in({"clientId": name}, "master")


def test_what_administers_a_realm_has_another_name_on_master() -> None:
    assert is_built_in({"clientId": "realm-management"}, "shop")
    assert not is_built_in({"clientId": "realm-management"}, "master")
    assert is_built_in({"clientId": "shop-realm", "bearerOnly": True}, "master")
    assert not is_built_in({"clientId": "shop-realm"}, "master"), "somebody's own, whatever its name ends with"
    assert not is_built_in({"clientId": "shop-realm", "bearerOnly": True}, "shop")


def test_own_clients_are_those_of_one_protocol_that_somebody_made() -> None:
    clients = [{"clientId": "a"}, {"clientId": "s", "protocol": "saml"}, {"clientId": "account"}]
    snapshot = Snapshot("shop", "https://sso.example.com", {"clients": clients})
    assert [each["clientId"] for each in own_clients(snapshot)] == ["a"]
    assert [each["clientId"] for each in own_clients(snapshot, "saml")] == ["s"]


def test_findings_on_what_is_switched_off_are_information() -> None:
    assert severity_for({"enabled": False}, "high") == "info"
    assert severity_for({"enabled": "false"}) == "info"
    assert severity_for({"enabled": True}, "high") == "high"
    assert severity_for({}) is None, "a new client is on"


def test_attributes_are_text_whatever_an_export_made_of_them() -> None:
    client = {"attributes": {"a": "x", "b": True, "c": None, "d": ["x"], "e": 5}}
    assert [attribute(client, name) for name in "abcdef"] == ["x", "true", "", "", "5", ""]
    assert flag(client, "b")
    assert attribute({"attributes": ["x"]}, "a") == attribute({}, "a") == ""


def test_switches_have_keycloaks_defaults() -> None:
    assert is_on({}, "standardFlowEnabled")
    assert not is_on({}, "implicitFlowEnabled")
    assert is_on({"implicitFlowEnabled": "True"}, "implicitFlowEnabled")


@pytest.mark.parametrize(
    ("value", "means"),
    [(5, 5), ("5", 5), (" 5 ", 5), (5.0, 5), ("-1", -1), (True, None), ("", None), (None, None), ([5], None)],
)
def test_numbers_may_be_text(value: object, means: int | None) -> None:
    assert number(value) == means


@pytest.mark.parametrize("value", ["9" * 5000, float("inf"), float("nan"), "1e3", "0x5"])
def test_what_is_no_number_is_none(value: object) -> None:
    assert number(value) is None


def test_nulls_in_a_list_mean_nothing() -> None:
    assert texts(["a", None, "", 5]) == ("a", "5")
    assert texts("a") == texts(None) == ()


def test_people_sign_in_through_some_flow() -> None:
    off = {"standardFlowEnabled": False}
    assert not has_user_flow(off)
    assert has_user_flow({**off, "implicitFlowEnabled": True})
    assert has_user_flow({**off, "directAccessGrantsEnabled": True})
    assert has_user_flow({**off, "attributes": {"oauth2.device.authorization.grant.enabled": "true"}})
    assert has_user_flow({})
    assert not has_user_flow({"bearerOnly": True})


@pytest.mark.parametrize(
    "url",
    ["http://localhost", "HTTP://LOCALHOST:80/x", "http://127.0.0.1:9/x", "http://[::1]/x", "http://localhost*"],
)
def test_loopback_stays_on_the_machine(url: str) -> None:
    assert is_loopback(url)
    assert not is_plain_http(url)


@pytest.mark.parametrize(
    "url",
    ["http://a.example", "HTTP://a.example/x", "http://localhost@a.example/", "http://localhost.a.example", "http://["],
)
def test_plain_http_leads_elsewhere(url: str) -> None:
    assert is_plain_http(url)


@pytest.mark.parametrize("url", ["https://a.example", "/x", "", "app:/x", "${authBaseUrl}/x"])
def test_not_everything_is_plain_http(url: str) -> None:
    assert not is_plain_http(url)
