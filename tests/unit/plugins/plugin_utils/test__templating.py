# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's values, rendered by Ansible's own templar and made plain."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from jinja2 import StrictUndefined

from ansible_collections.authkit.oauth.plugins.module_utils._errors import InvalidOption
from ansible_collections.authkit.oauth.plugins.plugin_utils._reasons import unusable
from ansible_collections.authkit.oauth.plugins.plugin_utils._templating import evaluated, placeholder, plain, rendered
from ansible_collections.authkit.oauth.tests.unit.support.variables import (
    OTHER_PASSWORD,
    PLACEHOLDER,
    TAGGED,
    encrypted,
    from_a_node,
    loaded,
    templar_of,
)

VARIABLES = (
    "text: plain\n"
    "number: 3\n"
    "fraction: 1.5\n"
    "yes_or_no: true\n"
    "nothing: null\n"
    "items: [a, 2, {b: c}]\n"
    'template: "{{ text }}-{{ number }}"\n'
    'sum: "{{ 1 + 1 }}"\n'
    "unsafe: !unsafe 'x{{ text }}'\n"
    f"vaulted: {encrypted('of the vault {{ text }}')}"
    f"foreign_vault: {encrypted('never seen', OTHER_PASSWORD)}"
    'from_vault: "{{ vaulted }}"\n'
    'from_unsafe: "{{ unsafe }}"\n'
    'left_out: "{{ absent | default(omit) }}"\n'
    'undefined: "x{{ absent_name }}"\n'
    'behind: "{{ undefined }}"\n'
    "looks_like_list: \"{{ '[1, 2]' }}\"\n"
    'broken: "{{ text"\n'
    "failing: \"{{ lookup('file', '/no/such/file/hush-hush') }}\"\n"
    "bad_filter: \"{{ 'hush-hush' | b64decod }}\"\n"
    "bad_test: \"{{ 'hush-hush' is nosuchtest }}\"\n"
    "bad_key: \"{{ {'hush-hush': 1}.missing }}\"\n"
    'list_of_templates: ["{{ text }}", "{{ number }}"]\n'
)


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, Any]:
    """Everything that a file of variables may hold."""
    return loaded(VARIABLES, tmp_path)


def rendering(variables: dict[str, Any], name: str, *, text: bool = False) -> object:
    omit = placeholder(variables)
    return rendered(variables[name], templar_of(variables), f"The variable {name}", omit=omit, text=text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", "plain"),
        ("number", 3),
        ("fraction", 1.5),
        ("yes_or_no", True),
        ("nothing", None),
        ("items", ["a", 2, {"b": "c"}]),
        ("template", "plain-3"),
        ("unsafe", "x{{ text }}"),
        ("from_unsafe", "x{{ text }}"),
        ("vaulted", "of the vault {{ text }}"),
        ("from_vault", "of the vault {{ text }}"),
        ("left_out", None),
    ],
)
def test_a_variable_is_rendered_once_and_made_plain(variables: dict[str, Any], name: str, expected: object) -> None:
    found = rendering(variables, name)
    assert found == expected
    assert type(found) is type(expected)
    json.dumps(found)


@pytest.mark.parametrize("text", ["0x1F", "1e3", "None", "True", "['a']", "'a'"])
def test_text_stays_text_with_jinja2_native(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to ansible-core 2.18; from 2.19 on that setting has no effect."""
    monkeypatch.setattr(constants, "DEFAULT_JINJA2_NATIVE", True, raising=False)
    found = loaded('{a: "{{ b }}", b: "{{ c }}", c: "' + text + '", d: "{{ e }}", e: null}', tmp_path)
    assert rendering(found, "a", text=True) == text
    assert rendering(found, "d", text=True) in ("", None)


def test_a_number_stays_a_number(tmp_path: Path) -> None:
    found = loaded('{a: "{{ b }}", b: "{{ c }}", c: 01234567, d: "{{ e }}", e: "01234567", f: "{{ f }}"}', tmp_path)
    assert rendering(found, "a", text=True) == 342391
    assert rendering(found, "d", text=True) == "01234567"
    with pytest.raises(InvalidOption):
        rendering(found, "f", text=True)


def test_types_of_templates(variables: dict[str, Any]) -> None:
    assert rendering(variables, "sum") in ("2", 2)
    assert rendering(variables, "list_of_templates") in (["plain", 3], ["plain", "3"])
    assert rendering(variables, "looks_like_list", text=True) == "[1, 2]"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("undefined", "'absent_name', which is not defined"),
        ("behind", "something that is not defined"),
        ("foreign_vault", "in it cannot be decrypted, run with --ask-vault-pass or --vault-password-file."),
        ("broken", "its template has a syntax error, correct it in {place}."),
        ("failing", "its template fails, correct it in {place}, or what it reads."),
        ("bad_filter", "its template uses 'b64decod', a filter, test or lookup that Ansible does not find, correct"),
        ("bad_test", "its template uses 'nosuchtest', a filter, test or lookup that Ansible does not find, correct"),
        ("bad_key", "it refers to something that is not defined ({place}), check each name in it and behind it."),
    ],
)
def test_what_cannot_be_rendered_is_told_in_our_own_words(
    variables: dict[str, Any], tmp_path: Path, name: str, reason: str
) -> None:
    file = next(tmp_path.iterdir())
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if text.startswith(f"{name}:"))
    with pytest.raises(InvalidOption) as caught:
        rendering(variables, name)
    message = str(caught.value)
    assert message.startswith(f"The variable {name} cannot be used: ")
    assert reason.format(place=f"{file}, line {line}") in message
    assert "debug" not in message, "it would print a secret"
    assert "hush-hush" not in message
    assert caught.value.__context__ is None, "Ansible would print it"


@pytest.mark.parametrize("text", ["lookup plugin (mine) not found", "The lookup plugin 'mine' was not found."])
def test_a_lookup_that_does_not_exist_is_named(text: str) -> None:
    error = unusable(AnsibleError(text), "{{ lookup('mine', 'hush-hush') }}", "It")
    assert error.message == (
        "It cannot be used: its template uses 'mine', a filter, test or lookup that Ansible does not find, correct it."
    )
    other = unusable(AnsibleError(text), "{{ lookup(name, 'hush-hush') }}", "It")
    assert other.message == "It cannot be used: its template fails, correct it, or what it reads."


def test_an_expression_of_a_node_is_not_evaluated(variables: dict[str, Any], tmp_path: Path) -> None:
    mark = tmp_path / "evaluated"
    expression = f"{{{{ lookup('pipe', 'touch {mark}') }}}}"
    assert rendered(from_a_node(expression), templar_of(variables), "It") == expression
    assert rendered(from_a_node({"a": [expression]}), templar_of(variables), "It") == {"a": [expression]}
    assert not mark.exists()


def test_a_variable_that_needs_itself(variables: dict[str, Any]) -> None:
    class Nested:
        """A templar whose template looks up what it is rendered for."""

        def template(self, value: object, **how: object) -> object:
            return rendered(value, self, "The variable x")

    with pytest.raises(InvalidOption, match="The variable x looks up the token that it is itself needed for"):
        rendered("{{ lookup(...) }}", Nested(), "The variable x")
    assert rendering(variables, "text") == "plain"


def test_plain_values_are_pythons_own() -> None:
    class Text(str):
        """As Ansible's tagged and unsafe text."""

        def __str__(self) -> str:
            return "not this"

    class Number(int):
        """As Ansible's tagged numbers."""

    found = plain(OrderedDict({Text("a"): (Text("b"), Number(3), True, None, {Text("c")}), "d": iter([1.5])}))
    assert found == {"a": ["b", 3, True, None, ["c"]], "d": [1.5]}
    assert [type(key) for key in found] == [str, str]
    assert [type(item) for item in found["a"]] == [str, int, bool, type(None), list]
    assert found.__class__ is dict
    other = object()
    assert plain(other) is other


def test_arguments_of_a_call() -> None:
    assert evaluated(["a", {"b": "{{ x }}"}], "scope in the call") == ["a", {"b": "{{ x }}"}]
    assert evaluated(["a", "left out"], "scope in the call", omit="left out") == ["a"]
    assert evaluated("left out", "scope in the call", omit="left out") is None
    with pytest.raises(InvalidOption, match=r"realm in the call cannot be used: it refers to 'missing', which is not"):
        evaluated(StrictUndefined(name="missing"), "realm in the call")


def test_nothing_but_ansibles_own_placeholder_stands_for_an_omitted_value() -> None:
    assert placeholder({"omit": PLACEHOLDER}) == (None if TAGGED else PLACEHOLDER)
    assert placeholder({}) is None
    for foreign in ("https://a.example", 7, ["a"], from_a_node("https://a.example")):
        assert placeholder({"omit": foreign}) is None
    if not TAGGED:
        assert placeholder({"omit": from_a_node(PLACEHOLDER)}) is None
