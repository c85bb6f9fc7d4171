# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation reports errors like a module, and knows the secrets to mask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.authkit.oauth.plugins.module_utils._api.spec import ARGUMENT_SPEC
from ansible_collections.authkit.oauth.plugins.module_utils._errors import OptionError
from ansible_collections.authkit.oauth.plugins.plugin_utils._action.arguments import (
    known_secrets,
    secret_arguments,
    validated,
)
from ansible_collections.authkit.oauth.tests.unit.support.variables import from_a_node, loaded, templar_of

URL = "https://api.example.com/"


def test_valid_arguments_are_typed_and_complete() -> None:
    found = validated("authkit.oauth.api", ARGUMENT_SPEC, {"url": URL, "status_code": "200,201", "timeout": "5"})
    assert found.parameters == {
        "url": URL,
        "method": "GET",
        "force": False,
        "use_proxy": True,
        "status_code": [200, 201],
        "timeout": 5.0,
        "json_limit": 32,
        "follow_redirects": "safe",
        "concurrency": 10,
        "on_error": "fail_fast",
        "renewable_token": False,
    }
    assert (found.warnings, found.deprecations) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"url": URL, "nosuch": 1},
            "'nosuch' is not an option of authkit.oauth.api: ansible-doc authkit.oauth.api lists the options.",
        ),
        ({"url": URL, "unix_socket": "/run/x"}, "have the server listen on a port of 127.0.0.1, and set url to it."),
        ({"url": URL, "client_secert": 1}, "'client_secert' is not an option of authkit.oauth.api: did you mean cli"),
        (
            {"url": URL, "client_secert": 1, "realmm": "x"},
            "'client_secert' and 'realmm' are not options of authkit.oauth.api: did you mean client_secret and realm?",
        ),
        (
            {"url": URL, "body_format": "yaml"},
            "value of body_format must be one of: raw, json, form-urlencoded, form-multipart, got: yaml",
        ),
        ({"url": URL, "headers": "Accept=text/plain"}, "headers must be a mapping such as"),
        ({"url": URL, "extra_parameters": "a=1&b=2"}, "extra_parameters must be a mapping such as"),
        ({"url": URL, "client_secret": 12345678}, "client_secret from the call was given as a number: put it in"),
        ({"url": URL, "password": 1e3}, "password from the call was given as a number: put it in quotes."),
        ({"url": URL, "headers": 5}, "headers must be a mapping of names to values, and is a number."),
        ({"url": URL, "status_code": ["ok"]}, "each of status_code must be a whole number, and is text."),
        ({"url": URL, "status_code": "200,ok"}, "each of status_code must be a whole number, and is text."),
        ({"url": URL, "timeout": "fast"}, "timeout must be a number, and is text."),
        ({"url": URL, "retries": "many"}, "retries must be a whole number, and is text."),
        ({"url": URL, "return_content": [1]}, "return_content must be true or false, and is a list."),
        ({"url": URL, "scope": {"a": 1}}, "scope must be a list, and is a mapping."),
        (
            {"url": URL, "client_id": ["inventory"]},
            "client_id must be text, and is a list: write one value, without brackets or dashes.",
        ),
        ({"url": {"a": 1}}, "url must be text, and is a mapping: write one value, without braces or names."),
        ({"url": URL, "scope": [["a"]]}, "each of scope must be text, and is a list: write one value"),
    ],
)
def test_faults(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionError) as error:
        validated("authkit.oauth.api", ARGUMENT_SPEC, arguments)
    assert says in error.value.message
    assert "Supported parameters" not in error.value.message


def test_a_missing_option() -> None:
    with pytest.raises(OptionError, match="missing required arguments: url"):
        validated("a.b.c", {"url": {"type": "str", "required": True}}, {})


def test_a_misspelled_suboption() -> None:
    spec: dict[str, dict[str, Any]] = {
        "waivers": {"type": "list", "elements": "dict", "options": {"check": {}, "reason": {}}}
    }
    with pytest.raises(OptionError) as error:
        validated("a.b.c", spec, {"waivers": [{"check": "x"}, {"chek": "x"}]})
    assert error.value.message == "'chek' is not an option of waivers: did you mean check?"
    assert validated("a.b.c", spec, {"waivers": [{"check": "x"}]}).parameters["waivers"][0]["check"] == "x"


def test_a_mapping_as_json_text_is_still_a_mapping() -> None:
    found = validated("authkit.oauth.api", ARGUMENT_SPEC, {"url": URL, "headers": '{"Accept": "text/plain"}'})
    assert found.parameters["headers"] == {"Accept": "text/plain"}


def test_aliases_and_removals_are_passed_on() -> None:
    spec: dict[str, dict[str, Any]] = {
        "new": {"type": "str", "aliases": ["old"]},
        "gone": {"removed_in_version": "9.0.0", "removed_from_collection": "a.b"},
    }
    found = validated("authkit.oauth.api", spec, {"new": "1", "old": "2", "gone": "x"})
    assert found.warnings == ["Both option new and its alias old are set."]
    assert [each["version"] for each in found.deprecations] == ["9.0.0"]


def test_the_secrets_of_a_task_and_of_its_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ansible.cfg").write_text("[authkit]\nclient_secret = of-the-ini\n", encoding="utf-8")
    monkeypatch.setattr(constants, "CONFIG_FILE", str(tmp_path / "ansible.cfg"))
    monkeypatch.setenv("AUTHKIT_CLIENT_SECRET", "of-the-environment")
    variables = {"authkit_client_secret": "of-the-play", "authkit_profiles": {"p": {"client_secret": "of-the-profile"}}}
    assert secret_arguments(ARGUMENT_SPEC, {"client_secret": "a", "access_token": "", "url": "u"}) == ["a"]
    found = known_secrets(ARGUMENT_SPEC, variables, templar_of(variables))
    assert found == ["of-the-play", "of-the-environment", "of-the-ini", "of-the-profile"]


def test_a_secret_that_cannot_be_rendered_hides_nothing_and_keeps_no_other_from_being_hidden(tmp_path: Path) -> None:
    yaml = """
authkit_client_secret: "{{ nosuch }}"
authkit_profiles:
  a: {client_secret: "{{ nosuch }}"}
  b: {client_secret: "{{ 'of-' ~ 'b' }}"}
  c: no mapping
"""
    variables = loaded(yaml, tmp_path)
    assert known_secrets(ARGUMENT_SPEC, variables, templar_of(variables)) == ["of-b"]


def test_nothing_is_made_of_what_a_node_says() -> None:
    touched: list[object] = []

    class Templar:
        def template(self, value: object, **_named: object) -> object:
            touched.append(value)
            return value

    facts = {"authkit_client_secret": "{{ 1 }}", "authkit_profiles": {"p": {"client_secret": "{{ 1 }}"}}}
    assert known_secrets(ARGUMENT_SPEC, {"ansible_facts": facts, **facts}, Templar()) == touched == []


@pytest.mark.parametrize("profiles", ["{{ said }}", {"erp": "{{ said.erp }}"}])
def test_what_came_out_of_a_template_is_known_and_not_evaluated(profiles: object, tmp_path: Path) -> None:
    mark = tmp_path / "evaluated"
    said = {"erp": {"client_secret": f"{{{{ lookup('pipe', 'touch {mark}') }}}}"}}
    variables = {**loaded(f"authkit_profiles: {json.dumps(profiles)}", tmp_path), "said": from_a_node(said)}
    assert known_secrets(ARGUMENT_SPEC, variables, templar_of(variables)) == [said["erp"]["client_secret"]]
    assert not mark.exists()
