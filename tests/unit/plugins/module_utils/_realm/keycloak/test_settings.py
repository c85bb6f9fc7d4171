# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single settings, whatever the JSON's types are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.keycloak.settings import (
    CHOICES,
    DEFAULTS,
    Malformed,
    above,
    choice,
    default_of,
    describe,
    entry,
    first,
    first_switch,
    mapping,
    objects,
    scalar,
    some,
    switch,
    text,
    texts,
    whole,
    whole_or_none,
)
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import Json, NotEvaluated


@pytest.mark.parametrize(("value", "means"), [(True, True), (False, False), ("true", True), (" FALSE ", False)])
def test_a_switch_is_on_or_off(value: object, means: bool) -> None:
    assert switch({"a": value}, "a") is means


@pytest.mark.parametrize("missing", [{}, {"a": None}, {"a": ""}])
def test_a_switch_that_is_missing_has_its_default_or_is_not_known(missing: dict[str, object]) -> None:
    assert switch(missing, "a", default=True) is True
    assert switch(missing, "a", default=False) is False
    with pytest.raises(NotEvaluated, match=r"^a is missing"):
        switch(missing, "a")


@pytest.mark.parametrize("value", [1, "yes", [True], {}])
def test_what_is_neither_on_nor_off_is_not_known(value: object) -> None:
    with pytest.raises(NotEvaluated):
        switch({"a": value}, "a", default=True)


@pytest.mark.parametrize(
    ("value", "means"), [(5, 5), ("5", 5), (" 5 ", 5), (5.0, 5), ("-1", -1), (0, 0), (None, 7), ("", 7)]
)
def test_a_whole_number_may_be_text(value: object, means: int) -> None:
    assert whole({"a": value}, "a", 7) == means


@pytest.mark.parametrize("value", [True, "1.5", "five", "1e3", "0x5", [5], "9" * 5000, float("inf"), float("nan")])
def test_what_is_no_whole_number_is_not_known(value: object) -> None:
    assert whole_or_none(value) is None
    with pytest.raises(NotEvaluated):
        whole({"a": value}, "a", 7)


def test_text_lists_and_objects() -> None:
    assert text({"a": "b"}, "a") == "b"
    assert text({}, "a") == ""
    assert text({}, "a", "c") == "c"
    assert texts({"a": ["b", None, ""]}, "a") == ["b"], "nulls and empty texts mean nothing to Keycloak"
    assert texts({}, "a") == []
    assert mapping({"a": {"b": 1}}, "a") == {"b": 1}
    assert mapping({"a": None}, "a") == {}
    assert objects({"a": [{"b": 1}]}, "a") == [{"b": 1}]
    assert objects({}, "a") == []
    assert first({"config": {"a": [" b ", "c"]}}, "a") == "b"
    assert first({"config": {"a": []}}, "a") == ""
    assert first({}, "a") == ""
    assert entry({"config": {"a": "b"}}, "config", "a") == "b"
    assert entry({"config": {"a": False}}, "config", "a") == "false"
    assert entry({}, "config", "a") == ""


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (text, 1),
        (text, ["b"]),
        (texts, "b"),
        (texts, [1]),
        (mapping, ["b"]),
        (objects, {"b": 1}),
        (objects, ["b"]),
        (scalar, ["b"]),
        (scalar, {}),
    ],
)
def test_other_types_are_malformed(read: Callable[[Json, str], object], value: object) -> None:
    with pytest.raises(Malformed, match="^a is missing, or is not ") as error:
        read({"a": value}, "a")
    assert error.value.part == "a"


def test_a_component_holds_its_settings_in_lists() -> None:
    assert first_switch({"config": {"startTls": ["true"]}}, "startTls")
    assert not first_switch({}, "startTls")
    with pytest.raises(NotEvaluated):
        first_switch({"config": {"startTls": ["on"]}}, "startTls")
    with pytest.raises(NotEvaluated):
        first({"config": {"a": "b"}}, "a")


def test_a_setting_of_few_values_has_no_others() -> None:
    assert choice({"sslRequired": "NONE"}, "sslRequired") == "none"
    assert choice({}, "sslRequired") == "external"
    with pytest.raises(NotEvaluated, match="all or external or none"):
        choice({"sslRequired": "sometimes"}, "sslRequired")


def test_the_table_gives_what_keycloak_takes_for_a_missing_member() -> None:
    assert whole({}, "failureFactor") == 30
    assert switch({}, "enabled") is True
    assert switch({}, "standardFlowEnabled") is True
    assert switch({}, "implicitFlowEnabled") is False
    assert text({}, "browserFlow") == "browser"
    assert texts({}, "eventsListeners") == ["jboss-logging"]
    assert all(DEFAULTS[name] in values for name, values in CHOICES.items() if name in DEFAULTS)


@pytest.mark.parametrize(
    ("version", "algorithm"),
    [(22, "pbkdf2-sha256"), (24, "pbkdf2-sha512"), (25, "argon2"), (26, "argon2"), (None, "argon2")],
)
def test_a_default_is_that_of_the_version(version: int | None, algorithm: str) -> None:
    assert default_of("hashAlgorithm", version) == algorithm


def test_what_is_above_a_limit_and_how_it_reads() -> None:
    long = above({"failureFactor": 11, "accessTokenLifespan": "10"}, ["failureFactor", "accessTokenLifespan"], 10)
    assert long == {"failureFactor": 11}
    assert above({}, ["failureFactor"], 10) == {"failureFactor": 30}
    assert describe({"a": 11, "c": 12}) == "a is 11 and c is 12"


def test_evidence_stays_short() -> None:
    assert some(f"app-{number:02}" for number in range(99, 0, -1)) == [f"app-{number:02}" for number in range(1, 11)]
