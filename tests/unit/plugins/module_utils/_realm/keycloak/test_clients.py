# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What checks ask of a client."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.clients import (
    attribute,
    attribute_switch,
    has_user_flow,
    is_built_in,
    is_loopback_url,
    is_plain_http,
    own_clients,
    severity_for,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
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
    client = {"attributes": {"a": "x", "b": True, "c": None, "e": 5}}
    assert [attribute(client, name) for name in "abcef"] == ["x", "true", "", "5", ""]
    assert attribute({}, "a") == ""


@pytest.mark.parametrize("attributes", [["x"], "x", {"a": ["x"]}, {"a": {}}])
def test_attributes_that_are_no_text_are_not_known(attributes: object) -> None:
    with pytest.raises(NotEvaluated):
        attribute({"attributes": attributes}, "a")


def test_an_attribute_may_be_a_switch() -> None:
    device = "oauth2.device.authorization.grant.enabled"
    assert attribute_switch({"attributes": {device: "TRUE"}}, device)
    assert attribute_switch({"attributes": {device: True}}, device)
    assert not attribute_switch({"attributes": {device: ""}}, device)
    assert not attribute_switch({}, device)
    assert attribute_switch({}, "use.refresh.tokens"), "Keycloak's default"
    with pytest.raises(NotEvaluated):
        attribute_switch({"attributes": {device: "on"}}, device)


def test_findings_stand_where_nobody_knows_whether_the_client_is_on() -> None:
    assert severity_for({"enabled": ["x"]}, "high") == "high"


def test_one_client_that_cannot_be_told_leaves_the_others() -> None:
    clients = [{"clientId": "a", "protocol": 5}, {"clientId": "b"}]
    found = own_clients(Snapshot("shop", "https://sso.example.com", {"clients": clients}))
    assert next(found)["clientId"] == "b"
    with pytest.raises(NotEvaluated, match="protocol"):
        next(found)


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
    assert is_loopback_url(url)
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
