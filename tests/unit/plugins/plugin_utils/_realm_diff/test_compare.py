# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a difference, what does not, and what is unknown."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff import report as reports
from ansible_collections.authkit.oauth.plugins.plugin_utils._realm_diff.from_file import side_of
from ansible_collections.authkit.oauth.tests.unit.support.diff_sides import (
    OTHER,
    SECRET,
    imported,
    live,
    places,
    realm,
    report,
)


def test_a_realm_does_not_differ_from_itself() -> None:
    found = report(realm(), realm())
    assert found["differences"] == []
    assert found["summary"]["secrets"] == {"equal": 3, "different": 0, "unknown": 0}


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda r: r.update(accessTokenLifespan=1), "realm/realm/accessTokenLifespan"),
        (lambda r: r["clients"][0].update(secret=OTHER), "clients/portal/secret"),
        (lambda r: r["clients"][0]["redirectUris"].append("https://c"), "clients/portal/redirectUris"),
        (lambda r: r["clients"][0]["attributes"].update(x="2"), "clients/portal/attributes.x"),
        (lambda r: r["clients"][0].pop("attributes"), "clients/portal/attributes.x"),
        (lambda r: r["clients"][0].pop("protocolMappers"), "clients/portal/protocolMappers.seller"),
        (lambda r: r["roles"]["client"]["portal"].append({"name": "b"}), "clients/portal/roles.b"),
        (lambda r: r["smtpServer"].update(password=OTHER), "smtp/realm/password"),
        (lambda r: r.update(eventsEnabled=False), "events/realm/eventsEnabled"),
        (lambda r: r["localizationTexts"]["en"].update(password="Word"), "localization/en/password"),
        (lambda r: r["groups"][0]["subGroups"][0].update(realmRoles=[]), "groups//staff/leads/realmRoles"),
        (lambda r: r["groups"][0].update(subGroups=[]), "groups//staff/leads/"),
        (lambda r: r["roles"]["realm"].append({"name": "b"}), "roles/b/"),
        (lambda r: r["clientScopes"][0].update(description="d"), "client_scopes/orders/description"),
        # Names that Keycloak uses for what it generates, chosen by somebody:
        (lambda r: r["roles"]["client"]["portal"].append({"name": "access"}), "clients/portal/roles.access"),
        (
            lambda r: r["components"]["org.keycloak.keys.KeyProvider"][1]["config"].update(
                ecdsaEllipticCurveKey=["P-521"]
            ),
            "components/KeyProvider ec/config.ecdsaEllipticCurveKey",
        ),
        (lambda r: r["localizationTexts"]["en"].update(id="Id"), "localization/en/id"),
        (lambda r: r["groups"][0].update(attributes={"id": ["7"]}), "groups//staff/attributes.id"),
        (lambda r: r["groups"][0].update(attributes={"length": ["8"]}), "groups//staff/attributes.length"),
        (lambda r: r["localizationTexts"]["en"].update(length="8"), "localization/en/length"),
        (lambda r: r["groups"][0].update(clientRoles={"composite": ["a"]}), "groups//staff/clientRoles.composite"),
        (lambda r: r["roles"]["realm"][0].update(name="access"), "roles/access/, roles/reader/"),
    ],
)
def test_a_change_is_found_in_both_directions(change: Change, place: str) -> None:
    other = realm()
    change(other)
    for pair in ((realm(), other), (other, realm())):
        found = report(*pair)
        assert places(found) == place.split(", ")
        assert SECRET not in json.dumps(found)
        assert OTHER not in json.dumps(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["clients"][0].update(id="other"),
        lambda r: r["clients"][0]["redirectUris"].reverse(),
        lambda r: r["clients"][0]["attributes"].update({"client.secret.creation.time": "2"}),
        lambda r: r["clients"][0].update(consentRequired=False, description="", webOrigins=[]),
        lambda r: r["components"]["org.keycloak.keys.KeyProvider"][0]["config"].update(secret=[OTHER]),
        lambda r: r["components"]["org.keycloak.keys.KeyProvider"][1]["config"].update(
            ecdsaPrivateKey=[OTHER], ecdsaPublicKey=["q"]
        ),
        lambda r: r.update(accessTokenLifespan="300", registrationAllowed=False),
        lambda r: r["roles"]["realm"][0].update(id="9", containerId="x", attributes={}),
    ],
)
def test_ids_order_generated_keys_and_defaults_do_not_count(change: Change) -> None:
    other = realm()
    change(other)
    assert places(report(realm(), other)) == []


def test_the_order_of_components_of_one_name_does_not_count() -> None:
    def two(*priorities: str) -> dict[str, Any]:
        found = realm()
        found["components"]["org.keycloak.keys.KeyProvider"] += [
            {"name": "rsa", "providerId": "rsa-generated", "config": {"priority": [each]}} for each in priorities
        ]
        return found

    assert places(report(two("1", "2"), two("2", "1"))) == []
    assert places(report(two("1", "2"), two("3", "1"))) == ["components/KeyProvider rsa (2)/config.priority"]


def test_the_name_of_the_realm_does_not_count() -> None:
    def named(name: str) -> dict[str, Any]:
        found = realm(realm=name, defaultRole={"name": f"default-roles-{name.lower()}"})
        found["roles"]["realm"].append({"name": f"default-roles-{name.lower()}"})
        found["clients"][0]["baseUrl"] = f"/realms/{name}/account/"
        return found

    assert places(report(named("Stage"), named("Prod"))) == []


def test_the_roles_of_a_policy_count() -> None:
    def with_policy(*roles: str) -> dict[str, Any]:
        config = {"roles": json.dumps([{"id": role, "required": False} for role in roles])}
        found = realm()
        settings = {"policies": [{"id": "5", "name": "who", "type": "role", "config": config}]}
        found["clients"][0].update(authorizationServicesEnabled=True, authorizationSettings=settings)
        return found

    uuids = "0e8e0a5c-5e0f-4f7a-9d58-3f7c5c1f1a01", "0e8e0a5c-5e0f-4f7a-9d58-3f7c5c1f1a02"
    below = "clients/portal/authorizationSettings.policies.who.config.roles"
    assert places(report(with_policy("reader", "chief"), with_policy("chief", "reader"))) == []
    assert places(report(with_policy("reader"), with_policy("chief"))) == [f"{below}.chief", f"{below}.reader"]
    assert places(report(with_policy(uuids[0]), with_policy(uuids[1]))) == [], "another id of the same role"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://robot:{}@proxy.example.org/", "attributes.x"),
        ("-----BEGIN RSA PRIVATE KEY-----{}", "attributes.x"),
        ('{{"keys": [{{"kty": "RSA", "kid": "1", "n": "n", "d": "{}"}}]}}', "attributes.x.keys.item.d"),
        ('{{"kty": "oct", "k": "{}"}}', "attributes.x.k"),
    ],
)
def test_secrets_in_texts_are_compared_like_secrets(text: str, hidden: str) -> None:
    def holding(secret: str) -> dict[str, Any]:
        found = realm()
        found["clients"][0]["attributes"]["x"] = text.format(secret)
        return found

    found = report(holding(SECRET), holding(OTHER))
    assert [each["kind"] for each in found["differences"]] == ["secret"]
    assert places(found) == [f"clients/portal/{hidden}"]
    assert SECRET not in json.dumps(found)
    assert OTHER not in json.dumps(found)
    assert places(report(holding(SECRET), holding(SECRET))) == []


def test_masked_and_missing_secrets_are_unknown() -> None:
    masked = realm()
    masked["clients"][0]["secret"] = "**********"
    masked["components"]["org.keycloak.keys.KeyProvider"][2]["config"]["privateKey"] = ["**********"]
    found = report(realm(), masked)
    assert places(found) == []
    unknown = [(each["path"], each["side"], each["reason"]) for each in found["unknown"]]
    assert unknown == [
        (
            "secret",
            "right",
            "The server masks the secrets of clients: from Keycloak 26.8 on it shows them only with the role "
            "manage-clients.",
        ),
        ("config.privateKey", "right", "The server shows asterisks instead of the secret."),
    ]
    assert found["summary"]["secrets"] == {"equal": 1, "different": 0, "unknown": 2}
    without = realm()
    del without["clients"][0]["secret"]
    assert report(without, realm())["unknown"][0]["reason"] == "The server does not show the client's secret."
    said = reports.compared(side_of(without, "left.json"), live(realm()), [])["unknown"][0]
    assert (said["side"], said["reason"]) == ("left", "The file does not have the secret.")


def test_a_masked_value_of_any_name_is_unknown() -> None:
    masked = realm()
    masked["clients"][0]["attributes"]["x"] = "**********"
    assert places(report(masked, masked)) == []
    assert [each["path"] for each in report(masked, masked)["unknown"]] == ["attributes.x"] * 2


@pytest.mark.parametrize("text", ["${CLIENT_SECRET:changeme}", "$(env:SECRET)", "{{ secret }}"])
def test_placeholders_of_files_are_unknown(text: str) -> None:
    file = realm()
    file["clients"][0].update(secret=text, baseUrl=text)
    found = reports.compared(side_of(file, "left.json"), imported(realm()), [])
    assert places(found) == []
    assert {each["path"] for each in found["unknown"] if "refers" in each["reason"]} == {"secret", "baseUrl"}


def test_what_a_file_leaves_out_is_unknown() -> None:
    file = {name: value for name, value in realm().items() if name not in ("groups", "accessTokenLifespan")}
    server = realm(accessTokenLifespan=60, displayName="Shop")
    server["clients"].append({"clientId": "account"})
    server["clients"][0]["newSwitchOfSomeVersion"] = True
    found = reports.compared(side_of(file, "left.json"), imported(server), [])
    assert places(found) == ["realm/realm/accessTokenLifespan"], "an import sets 300"
    unknown = {(each["section"], each["path"]) for each in found["unknown"] if each["side"] == "left"}
    assert {
        ("groups", ""),
        ("realm", "displayName"),
        ("clients", ""),
        ("clients", "newSwitchOfSomeVersion"),
    } <= unknown


@pytest.mark.parametrize("part", sorted(realm()))
@pytest.mark.parametrize("odd", [7, "x", ["x"], [7], {"a": 7}, [{"name": 7}], {"realm": [{"name": None}]}])
def test_odd_parts_are_unknown_and_never_crash(part: str, odd: Any) -> None:
    if part == "realm":
        return
    file = realm(**{part: odd})
    found = reports.compared(side_of(file, "left.json"), live(realm()), [])
    assert SECRET not in json.dumps(found)


def test_the_order_of_steps_counts_and_their_configuration() -> None:
    def flows(*steps: tuple[str, str], **config: str) -> dict[str, Any]:
        executions = [
            {"authenticator": name, "requirement": requirement, "priority": number, "authenticatorConfig": "c"}
            for number, (name, requirement) in enumerate(steps)
        ]
        flow = {"alias": "own", "topLevel": True, "authenticationExecutions": executions}
        return realm(authenticationFlows=[flow], authenticatorConfig=[{"alias": "c", "config": config}])

    one = flows(("a", "REQUIRED"), ("b", "REQUIRED"), x="1")
    assert places(report(one, copy.deepcopy(one))) == []
    assert places(report(one, flows(("b", "REQUIRED"), ("a", "REQUIRED"), x="1"))) == ["flows/own/steps.order"]
    other = flows(("a", "DISABLED"), ("b", "REQUIRED"), x="1")
    assert places(report(one, other)) == ["flows/own/steps.a.requirement"]
    more = flows(("a", "REQUIRED"), ("c", "REQUIRED"), ("b", "REQUIRED"), x="1")
    assert places(report(one, more)) == ["flows/own/steps.c"]
    assert len(places(report(one, flows(("a", "REQUIRED"), ("b", "REQUIRED"), x="2")))) == 2


def test_flows_that_run_each_other_again_and_again_are_unknown() -> None:
    flows = [
        {
            "alias": f"f{number}",
            "topLevel": number == 0,
            "authenticationExecutions": [
                {"flowAlias": f"f{number + 1}", "authenticatorFlow": True, "requirement": "REQUIRED", "priority": each}
                for each in range(9)
            ],
        }
        for number in range(12)
    ]
    found = report(realm(authenticationFlows=flows), realm())
    assert [each["section"] for each in found["unknown"]] == ["flows"]
