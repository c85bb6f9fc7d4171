# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of connection options, as YAML, JSON, the environment and Ansible's templates write them."""

from __future__ import annotations

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.module_utils._options.grant_names import GRANT_URNS
from ansible_collections.authkit.oauth.plugins.module_utils._options.values import (
    read_choice,
    read_flag,
    read_form_fields,
    read_grant,
    read_number,
    read_path,
    read_positive_seconds,
    read_secret,
    read_text,
    read_whole_number,
    read_words,
)

SECRET = "hush-hush"


@pytest.mark.parametrize(("value", "expected"), [("a b", "a b"), (2, "2"), ("{{ x }}", "{{ x }}"), ("é ~", "é ~")])
def test_text(value: object, expected: str) -> None:
    assert read_text(value, "realm") == expected


@pytest.mark.parametrize("value", [True, 1.5, [SECRET], {SECRET: 1}, SECRET.encode(), f"{SECRET}\n", f"{SECRET}\0"])
def test_no_text(value: object) -> None:
    with pytest.raises(InvalidOption, match=r"^client_secret from the call ") as caught:
        read_text(value, "client_secret from the call")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [12345678, 1e3, 0])
def test_a_secret_as_a_number(value: object) -> None:
    with pytest.raises(InvalidOption) as caught:
        read_secret(value, "client_secret from the call")
    assert str(caught.value) == "client_secret from the call was given as a number: put it in quotes."
    assert read_secret("0123", "client_secret") == "0123"
    with pytest.raises(InvalidOption, match="is a boolean: put it in quotes"):
        read_secret(True, "client_secret")


@pytest.mark.parametrize(
    "name",
    [
        "client_credentials",
        "refresh_token",
        "account_credentials",
        "agent_credentials",
        "vendor:x",
        "http://auth.example/grant/r",
    ],
)
def test_a_grant(name: str) -> None:
    assert read_grant(name, "grant_type") == name


@pytest.mark.parametrize(
    "name", ["client_credential", "client-credentials", "Client_Credentials", "client_credentails"]
)
def test_a_misspelled_grant(name: str) -> None:
    with pytest.raises(InvalidOption, match=r"^grant_type is misspelled: did you mean client_credentials\?$"):
        read_grant(name, "grant_type")


@pytest.mark.parametrize("name", ["jwt-bearer", "Token-Exchange", "jwt_bearr", "token_exchang"])
def test_a_misspelled_grant_of_two_words(name: str) -> None:
    with pytest.raises(InvalidOption, match=r"^grant_type is misspelled: did you mean (jwt_bearer|token_exchange)\?$"):
        read_grant(name, "grant_type")


@pytest.mark.parametrize(("wire", "name"), GRANT_URNS.items())
def test_a_grant_by_its_name_in_the_request(wire: str, name: str) -> None:
    assert read_grant(wire, "grant_type") == read_grant(name, "grant_type") == name


@pytest.mark.parametrize("name", ["authorization_code", "urn:ietf:params:oauth:grant-type:uma-ticket"])
def test_a_grant_that_is_not_supported(name: str) -> None:
    with pytest.raises(InvalidOption, match=r"^grant_type must be client_credentials, .* or a vendor's own grant: "):
        read_grant(name, "grant_type")


@pytest.mark.parametrize("name", ["a b", "{x}", f"{SECRET}!", "x" * 201, ""])
def test_no_grant(name: str) -> None:
    with pytest.raises(InvalidOption, match=r"^grant_type is not a valid grant name: ") as caught:
        read_grant(name, "grant_type")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("yes", True), ("ON", True), (1, True), ("no", False), (0, False), ("False", False)],
)
def test_flag(value: object, expected: bool) -> None:
    assert read_flag(value, "allow_http") is expected


@pytest.mark.parametrize("value", ["maybe", 2, [], SECRET])
def test_no_flag(value: object) -> None:
    with pytest.raises(InvalidOption, match=r"^allow_http must be true or false, and is (text|a number|a list)\.$"):
        read_flag(value, "allow_http")


@pytest.mark.parametrize(("value", "expected"), [("2.5", 2.5), (3, 3.0), (" 4 ", 4.0), (0, 0.0)])
def test_number(value: object, expected: float) -> None:
    assert read_number(value, "min_valid") == expected


@pytest.mark.parametrize("value", ["soon", "1_0", "nan", "inf", float("nan"), float("inf"), -1, "-1", True, None, [1]])
def test_no_number(value: object) -> None:
    words = r"^min_valid must be a number, 0 or more(, and is (text|a boolean|null|a list): write it in digits)?\.$"
    with pytest.raises(InvalidOption, match=words) as caught:
        read_number(value, "min_valid")
    assert (", and is" in str(caught.value)) == (isinstance(value, (str, bool, list)) or value is None)


def test_numbers_with_limits() -> None:
    assert read_whole_number("10", "retries", 10) == 10
    for value in (11, 2.5, "2.5"):
        with pytest.raises(InvalidOption, match="from 0 to 10"):
            read_whole_number(value, "retries", 10)
    assert read_positive_seconds("0.1", "timeout") == 0.1
    with pytest.raises(InvalidOption, match="more than 0 seconds"):
        read_positive_seconds(0, "timeout")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("read write", ("read", "write")),
        ("read,write, list", ("read", "write", "list")),
        (" read\twrite ", ("read", "write")),
        ('["a,b", "c"]', ("a,b", "c")),
        (["a,b", "c d", None, ""], ("a,b", "c", "d")),
        (['["a"', '"b"]'], ("a", "b")),  # JSON after an argument spec split it at the commas
        (("a", "a"), ("a",)),
        (7, ("7",)),
        ([], ()),
        (" ", ()),
    ],
)
def test_words(value: object, expected: tuple[str, ...]) -> None:
    assert read_words(value, "scope") == expected


def test_words_that_may_hold_spaces() -> None:
    assert read_words(["my app", "x"], "audience", of_one_word=False) == ("my app", "x")
    assert read_words('["my app"]', "audience", of_one_word=False) == ("my app",)


@pytest.mark.parametrize("value", ['["a", ', {"a": 1}, [{"a": 1}], [True], ["a\nb"]])
def test_no_words(value: object) -> None:
    with pytest.raises(InvalidOption, match="scope from the call"):
        read_words(value, "scope from the call")


def test_form_fields() -> None:
    given = {"a": 1, "b": ["x", 2], "c": True, "d": None, "e": 1.5, "f": "{{ x }}\n"}
    expected = (("a", "1"), ("b", "x"), ("b", "2"), ("c", "true"), ("e", "1.5"), ("f", "{{ x }}\n"))
    assert read_form_fields(given, "extra_parameters") == expected
    assert read_form_fields('{"a": "b c"}', "extra_parameters") == (("a", "b c"),)


@pytest.mark.parametrize(
    "name", ["client_id", "client_secret", "grant_type", "scope", "audience", "resource", "username"]
)
def test_form_fields_that_are_options(name: str) -> None:
    with pytest.raises(InvalidOption, match=f"must not hold {name}") as caught:
        read_form_fields({name: SECRET}, "extra_parameters")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [SECRET, "[1]", ["a"], 5, {"a": {"b": SECRET}}, {"a": [[1]]}, "{"])
def test_no_form_fields(value: object) -> None:
    with pytest.raises(InvalidOption, match="extra_parameters") as caught:
        read_form_fields(value, "extra_parameters")
    assert SECRET not in str(caught.value)


def test_one_of() -> None:
    assert read_choice("file", "cache", ("file", "none")) == "file"
    for value, more in ((SECRET, ""), (["file"], ", and is a list"), (None, ", and is null")):
        with pytest.raises(InvalidOption, match=rf"^cache must be file or none{more}\.$"):
            read_choice(value, "cache", ("file", "none"))
    with pytest.raises(InvalidOption, match=r"^cache must be file or none: did you mean file\?$"):
        read_choice("files", "cache", ("file", "none"))


def test_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("CERTIFICATES", "/etc/certificates")
    assert read_path("~/ca.pem", "ca_path") == "/home/me/ca.pem"
    assert read_path("$CERTIFICATES/ca.pem", "ca_path") == "/etc/certificates/ca.pem"


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (["inventory"], "must be text, and is a list: write one value, without brackets or dashes."),
        ({"a": 1}, "must be text, and is a mapping: write one value, without braces or names."),
        (1.5, "must be text, and is a number with a fraction: put it in quotes."),
        (True, "must be text, and is a boolean: put it in quotes."),
    ],
)
def test_what_to_write_instead_of_a_value_that_is_not_text(value: object, advice: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        read_text(value, "client_id")
    assert caught.value.message == f"client_id {advice}"
