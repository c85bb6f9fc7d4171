# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which source an option comes from, and which sources must not be combined."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AudienceRefused,
    AuthkitError,
    ContradictoryOptions,
    InvalidOption,
    MissingOption,
    MixedSources,
    NameNotResolved,
    ProxyFailed,
    ScopeRefused,
    ServiceAccountsDisabled,
    UnknownOption,
    UnknownRealm,
    WrongClientSecret,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.layer import Layer
from ansible_collections.authkit.oauth.plugins.module_utils._options.layers import choose
from ansible_collections.authkit.oauth.plugins.module_utils._options.sources import sources
from ansible_collections.authkit.oauth.plugins.module_utils._options.table import OPTIONS

NAMES: Mapping[str, Mapping[str, str]] = {
    "call": dict.fromkeys(OPTIONS, "the call"),
    "profile": dict.fromkeys(OPTIONS, "the profile 'ERP'"),
    "variables": {option: f"the variable authkit_{option}" for option in OPTIONS},
    "environment": {option: f"AUTHKIT_{option.upper()}" for option in OPTIONS},
    "ini": dict.fromkeys(OPTIONS, "[authkit] in /etc/ansible/ansible.cfg"),
}
KEYCLOAK: Mapping[str, object] = {"auth_server": "login.example.org", "realm": "erp"}
CLIENT: Mapping[str, object] = {"client_id": "app", "client_secret": "hush-hush"}
WHOLE: Mapping[str, object] = {**KEYCLOAK, **CLIENT}


def layers(**by_source: Mapping[str, object]) -> list[Layer]:
    """Layers in the order of precedence."""
    return [Layer(source, by_source[source], names) for source, names in NAMES.items() if source in by_source]


def chosen(**by_source: Mapping[str, object]) -> dict[str, object]:
    return choose(layers(**by_source)).values


def test_each_option_comes_from_the_highest_source() -> None:
    lower = {"timeout": 5, "scope": "lower", "retries": 3, "cache": "none"}
    found = choose(
        layers(
            call={"timeout": 1},
            variables={**WHOLE, "timeout": 2, "scope": "variables"},
            environment={**lower, "scope": "environment"},
            ini={**lower, "retries": 9, "http_agent": "ini"},
        )
    )
    assert found.values == {
        **WHOLE,
        "timeout": 1,
        "scope": "variables",
        "retries": 3,
        "cache": "none",
        "http_agent": "ini",
    }
    assert found.origins["retries"] == "AUTHKIT_RETRIES"
    assert found.origins["http_agent"] == "[authkit] in /etc/ansible/ansible.cfg"


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_and_empty_text_are_not_set(nothing: object) -> None:
    assert chosen(call={"client_id": nothing, "realm": nothing, "timeout": nothing}, variables=WHOLE) == WHOLE


def test_an_empty_list_is_set() -> None:
    assert chosen(call={"scope": []}, variables={**WHOLE, "scope": "read"})["scope"] == []


@pytest.mark.parametrize(("given", "missing"), [("username", "password"), ("password", "username")])
def test_a_user_needs_a_password(given: str, missing: str) -> None:
    with pytest.raises(MissingOption, match=f"{given} is set without {missing}: set {missing} as well, in the call, "):
        chosen(call=WHOLE, variables={given: "x"})


def test_a_password_of_another_user_is_not_used() -> None:
    with pytest.raises(
        MixedSources, match="password from AUTHKIT_PASSWORD is not used, because username from the call"
    ):
        chosen(call={"username": "robot"}, variables=WHOLE, environment={"username": "other", "password": "hush-hush"})
    found = chosen(call={"username": "robot"}, variables=WHOLE, environment={"password": "hush-hush"})
    assert (found["username"], found["password"]) == ("robot", "hush-hush")


def test_a_password_of_another_server_is_not_used() -> None:
    user = {"username": "robot", "password": "hush-hush"}
    with pytest.raises(MixedSources, match="password from the variable authkit_password is not used") as caught:
        chosen(call={**WHOLE, "realm": "other"}, variables={**WHOLE, **user})
    assert "hush-hush" not in str(caught.value)


def test_an_empty_secret_is_named() -> None:
    with pytest.raises(MissingOption, match="client_secret is empty in AUTHKIT_CLIENT_SECRET: set it in the call"):
        chosen(call={**KEYCLOAK, "client_id": "app"}, environment={"client_secret": ""})


def test_the_highest_source_with_a_where_option_sets_all_of_where() -> None:
    found = chosen(call={"token_url": "https://login.example.org/t", **CLIENT}, variables={**WHOLE})
    assert found == {"token_url": "https://login.example.org/t", **CLIENT}
    with pytest.raises(MissingOption, match="realm from the call needs auth_server from the same source"):
        chosen(call={"realm": "other"}, variables=WHOLE)
    with pytest.raises(MissingOption, match="auth_server from AUTHKIT_AUTH_SERVER needs realm from the same source"):
        chosen(environment={"auth_server": "login.example.org", **CLIENT}, ini=WHOLE)


@pytest.mark.parametrize(
    "where",
    [
        {"issuer": "https://a.example", "token_url": "https://a.example/t"},
        {"issuer": "https://a.example", "auth_server": "a.example", "realm": "x"},
        {"token_url": "https://a.example/t", "realm": "x"},
        {"issuer": "https://a.example", "auth_server": "a.example", "realm": "x", "token_url": "https://a.example/t"},
    ],
)
def test_contradictions_inside_one_source(where: Mapping[str, object]) -> None:
    with pytest.raises(ContradictoryOptions) as caught:
        chosen(variables={**where, **CLIENT})
    assert all(f"authkit_{option}" in str(caught.value) for option in where)
    assert chosen(call={"token_url": "https://a.example/u", **CLIENT}, variables={**where, **CLIENT}) == {
        "token_url": "https://a.example/u",
        **CLIENT,
    }


def test_a_profile_gives_where_and_who_whole() -> None:
    profile = {"token_url": "https://p.example/t", "client_id": "p", "client_secret": "of-p"}
    variables = {**WHOLE, "client_auth_method": "client_secret_basic", "client_cert": "/c.pem", "timeout": 7}
    assert chosen(profile=profile, variables=variables) == {**profile, "timeout": 7}
    assert chosen(call={"timeout": 1}, profile={**profile, "timeout": 2}, variables=variables)["timeout"] == 1


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ("client_id", "client_id is not set: set it in the profile 'ERP'"),
        ("client_secret", "client_secret is not set: set it in the profile 'ERP'"),
        ("token_url", "Nothing in the profile 'ERP' says where the token comes from"),
    ],
)
def test_a_profile_that_lacks_something_takes_it_from_nowhere_below(lacking: str, sentence: str) -> None:
    profile = {"token_url": "https://p.example/t", "client_id": "p", "client_secret": "of-p"}
    with pytest.raises(MissingOption, match=sentence):
        chosen(profile={k: v for k, v in profile.items() if k != lacking}, variables=WHOLE, environment=WHOLE)


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ({"auth_server": "evil.example", "realm": "erp"}, KEYCLOAK),
        ({"auth_server": "login.example.org", "realm": "other"}, KEYCLOAK),
        ({"token_url": "https://evil.example/t"}, KEYCLOAK),
        ({"issuer": "https://evil.example"}, {"issuer": "https://login.example.org"}),
        ({"auth_server": "login.example.org:8443", "realm": "erp"}, KEYCLOAK),
        ({"token_url": "http://login.example.org/realms/erp/protocol/openid-connect/token"}, KEYCLOAK),
        ({"auth_server": "evil.example", "realm": "erp"}, {"auth_server": "login.example.org"}),
        ({"token_url": "https://evil.example/t"}, {"realm": "erp"}),
        ({"token_url": "https://a.example/t"}, {"token_url": "https://a.example/t", "issuer": "https://b.example"}),
        ({"token_url": "https://a.example/t"}, {"token_url": "not a url"}),
        ({"token_url": "https://a.example/t?tenant=1"}, {"token_url": "https://a.example/t?tenant=2"}),
    ],
)
@pytest.mark.parametrize("higher", ["call", "variables"])
def test_a_credential_does_not_follow_to_another_server(
    higher: str, there: Mapping[str, object], here: Mapping[str, object]
) -> None:
    with pytest.raises(MixedSources) as caught:
        chosen(**{higher: there, "environment": {**here, **CLIENT}})
    message = str(caught.value)
    assert message.startswith("client_secret from AUTHKIT_CLIENT_SECRET is not used")
    assert all(NAMES[higher][option] in message or f"authkit_{option}" in message for option in there)
    assert all(f"AUTHKIT_{option.upper()}" in message for option in here)
    assert "hush-hush" not in message


@pytest.mark.parametrize(
    "there",
    [
        {"auth_server": "https://LOGIN.example.org:443/", "realm": "erp"},
        {"issuer": "https://login.example.org/realms/erp"},
        {"issuer": "https://login.example.org:443/realms/erp/"},
        {"token_url": "https://login.example.org/realms/erp/protocol/openid-connect/token"},
    ],
)
def test_equal_places_are_not_another(there: Mapping[str, object]) -> None:
    assert chosen(call=there, environment=WHOLE)["client_secret"] == "hush-hush"


def test_a_credential_whose_source_names_no_place_may_go_anywhere() -> None:
    assert chosen(call=KEYCLOAK, variables={"client_id": "x"}, environment={"client_secret": "hush-hush"})


def test_a_credential_does_not_follow_to_another_client() -> None:
    with pytest.raises(MixedSources) as caught:
        chosen(call={"client_id": "other"}, variables=WHOLE)
    message = str(caught.value)
    assert "client_id from the call is 'other'" in message
    assert "written for 'app', client_id from the variable authkit_client_id" in message
    assert "hush-hush" not in message
    with pytest.raises(MixedSources):
        chosen(variables={**KEYCLOAK, "client_id": "other"}, ini=CLIENT)
    assert chosen(call={"client_id": "app"}, variables=WHOLE) == WHOLE
    assert chosen(call={"client_id": 7}, variables={**WHOLE, "client_id": "7"})["client_id"] == 7


def test_the_call_may_bring_its_own_credential() -> None:
    found = chosen(call={"client_id": "other", "client_secret": "own"}, variables=WHOLE)
    assert found == {**KEYCLOAK, "client_id": "other", "client_secret": "own"}


def test_a_profiles_credential_is_for_the_profiles_client() -> None:
    with pytest.raises(MixedSources):
        chosen(call={"client_id": "other"}, profile=WHOLE)
    with pytest.raises(MixedSources):
        chosen(call={"token_url": "https://evil.example/t"}, profile=WHOLE)


@pytest.mark.parametrize("source", ["call", "profile"])
def test_an_unknown_option_is_named_with_the_nearest_known_one(source: str) -> None:
    with pytest.raises(
        UnknownOption, match=r"'client_secrt' in .* is not a valid option: did you mean client_secret\?"
    ) as caught:
        chosen(**{source: {**WHOLE, "client_secrt": "hush-hush"}})
    assert NAMES[source]["realm"] in str(caught.value)
    with pytest.raises(UnknownOption, match="known are allow_http, allowed_hosts, assertion, audience"):
        chosen(**{source: {"zzz": 1}})


def test_sources_are_grouped_by_place() -> None:
    found = choose(layers(call={"client_id": "app"}, variables=KEYCLOAK, environment={"client_secret": "hush-hush"}))
    assert sources(found.origins, AuthkitError) == (
        "from the variables authkit_auth_server and authkit_realm, client_id from the call, "
        "client_secret from AUTHKIT_CLIENT_SECRET"
    )


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (InvalidOption, ""),
        (WrongClientSecret, "client_id from the call, client_secret from AUTHKIT_CLIENT_SECRET"),
        (UnknownRealm, "from the variables authkit_auth_server and authkit_realm"),
        (NameNotResolved, "from the variables authkit_auth_server and authkit_realm"),
        (
            ServiceAccountsDisabled,
            "from the variables authkit_auth_server and authkit_realm, client_id from the call",
        ),
        (ScopeRefused, "scope from the call"),
        (AudienceRefused, ""),
        (ProxyFailed, ""),
    ],
)
def test_only_what_matters_to_an_error_is_named(error: type[AuthkitError], named: str) -> None:
    call: dict[str, object] = {"client_id": "app", "scope": ["x"]}
    found = choose(layers(call=call, variables=KEYCLOAK, environment={"client_secret": "hush-hush"}))
    assert sources(found.origins, error) == named


def test_nothing_at_all() -> None:
    with pytest.raises(MissingOption) as caught:
        choose([])
    said = caught.value.message
    assert (
        "set issuer, or auth_server and realm, or token_url in the call, a profile, the variables authkit_auth_server "
        "and authkit_realm, " in said
    )
    assert "client_id is not set: set it in the call, a profile, the variable authkit_client_id, " in said
    assert "client_secret is not set: set it in the call, a profile, the variable authkit_client_secret, " in said


def test_a_repr_shows_no_value() -> None:
    both = repr(layers(call=WHOLE)) + repr(choose(layers(call=WHOLE)))
    assert "hush-hush" not in both
