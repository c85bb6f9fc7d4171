# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options from the call, profiles, variables, the environment and ansible.cfg; facts refused."""

from __future__ import annotations

import time
import timeit
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.authkit.oauth.plugins.module_utils._errors import (
    AuthkitError,
    FactVariable,
    InvalidOption,
    MissingOption,
    UnknownOption,
    UnknownProfile,
)
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import OPTIONS, WHAT, WHERE, ClientOptions
from ansible_collections.authkit.oauth.plugins.plugin_utils._ini import ini_options
from ansible_collections.authkit.oauth.plugins.plugin_utils._variables import options_for, refuse_facts
from ansible_collections.authkit.oauth.tests.unit.support.variables import (
    PLACEHOLDER,
    TAGGED,
    encrypted,
    from_a_node,
    loaded,
    templar_of,
)

CONNECTION = """
domain: example.org
authkit_auth_server: "login.{{ domain }}"
authkit_realm: erp
authkit_client_id: 7
authkit_client_secret: !unsafe "s{{ 1 }}"
"""
CALL: Mapping[str, object] = {"token_url": "https://a.example/t", "client_id": "app", "client_secret": "of-call"}
PROFILES = f"""
authkit_timeout: "{{{{ 2 + 3 }}}}"
authkit_client_auth_method: client_secret_basic
authkit_profiles:
  erp:
    auth_server: "login.{{{{ domain }}}}"
    realm: "{{{{ 'e' ~ 'rp' }}}}"
    client_id: app
    client_secret: {encrypted("of the vault").replace(chr(10), chr(10) + "    ")}
    scope: "{{{{ absent | default(omit) }}}}"
    retries: null
  unfinished:
    auth_server: a.example
    realm: x
    client_id: "{{{{ absent_name }}}}"
    client_secret: x
  wrong: [1]
  typo: {{clientid: x}}
domain: example.org
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in OPTIONS:
        monkeypatch.delenv(f"AUTHKIT_{option.upper()}", raising=False)
    monkeypatch.setattr(constants, "CONFIG_FILE", None)
    ini_options.cache_clear()


def resolved(variables: dict[str, Any], *, profile: object = None, **call: object) -> ClientOptions:
    return options_for(call, variables, templar_of(variables), profile)


def test_variables_are_templated(tmp_path: Path) -> None:
    options = resolved(loaded(CONNECTION, tmp_path))
    assert (options.auth_server, options.client_id, options.client_secret) == (
        "https://login.example.org",
        "7",
        "s{{ 1 }}",
    )


def test_call_environment_and_ini_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_text("[authkit]\nclient_secret = s{{ 1 }}%d\nhttp_agent = {{ 2 }}\n", encoding="utf-8")
    monkeypatch.setattr(constants, "CONFIG_FILE", str(config))
    monkeypatch.setenv("AUTHKIT_CLIENT_ID", "{{ 3 }}")
    options = resolved({}, auth_server="a.example", realm="{{ 4 }}")
    assert (options.client_secret, options.http_agent, options.client_id, options.realm) == (
        "s{{ 1 }}%d",
        "{{ 2 }}",
        "{{ 3 }}",
        "{{ 4 }}",
    )
    assert options.sources(AuthkitError) == (
        "auth_server and realm from the call, client_id from AUTHKIT_CLIENT_ID, "
        f"client_secret from [authkit] in {config}"
    )


def test_the_order_of_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_text("[authkit]\ntimeout = 1\nretries = 1\nproxy = http://1\nhttp_agent = one\n", encoding="utf-8")
    monkeypatch.setattr(constants, "CONFIG_FILE", str(config))
    for option, value in (("TIMEOUT", "2"), ("RETRIES", "2"), ("PROXY", "http://2"), ("SCOPE", '["a", "b"]')):
        monkeypatch.setenv(f"AUTHKIT_{option}", value)
    options = resolved({"authkit_timeout": 3, "authkit_retries": 3}, timeout=4, **CALL)
    assert (options.timeout, options.retries, options.proxy, options.http_agent) == (4, 3, "http://2", "one")
    assert options.scope == ("a", "b")


def test_a_variable_that_is_not_used_may_be_broken(tmp_path: Path) -> None:
    """And one that is used is named."""
    broken = "\n".join(f'authkit_{option}: "{{{{ absent_{option} }}}}"' for option in (*CALL, "issuer", "timeout"))
    variables = loaded(broken, tmp_path)
    assert resolved(variables, timeout=5, **CALL).client_secret == "of-call"
    with pytest.raises(
        InvalidOption, match=r"^The variable authkit_timeout cannot be used: it refers to 'absent_timeout'"
    ):
        resolved(variables, **CALL)
    without = {name: value for name, value in CALL.items() if name != "client_secret"}
    with pytest.raises(InvalidOption, match=r"^The variable authkit_client_secret cannot be used"):
        resolved(variables, timeout=5, **without)


@pytest.mark.parametrize("value", ["null", '""', '"{{ absent | default(omit) }}"', "\"{{ '' }}\""])
def test_an_omitted_null_or_empty_variable_is_absent(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHKIT_SCOPE", "below")
    assert resolved(loaded(f"authkit_scope: {value}", tmp_path), **CALL).scope == ("below",)


def test_profiles(tmp_path: Path) -> None:
    options = resolved(loaded(PROFILES, tmp_path), profile="erp")
    assert options.token_endpoint == "https://login.example.org/realms/erp/protocol/openid-connect/token"
    assert (options.client_secret, options.scope, options.retries) == ("of the vault", (), 2)
    assert (options.timeout, options.client_auth_method) == (5, "client_secret_post")
    assert options.sources(AuthkitError) == "auth_server, realm, client_id and client_secret from the profile 'erp'"


def test_profiles_out_of_templates(tmp_path: Path) -> None:
    yaml = """
mine: {token_url: "https://{{ host }}/t", client_id: "a{{ 1 }}", client_secret: !unsafe "s{{ 2 }}"}
host: a.example
whole: "{{ {'erp': mine} }}"
inner: {erp: "{{ mine }}"}
"""
    variables = loaded(yaml, tmp_path)
    for name in ("whole", "inner"):
        options = resolved({**variables, "authkit_profiles": variables[name]}, profile="erp")
        found = (options.token_url, options.client_id, options.client_secret)
        assert found == ("https://a.example/t", "a1", "s{{ 2 }}"), name


@pytest.mark.parametrize(
    ("profile", "error", "sentence"),
    [
        ("Erp", UnknownProfile, r"^authkit_profiles has no profile 'Erp': did you mean erp\?$"),
        ("zzzz", UnknownProfile, "known are erp, typo, unfinished and wrong"),
        (
            "unfinished",
            InvalidOption,
            "^client_id in the profile 'unfinished' cannot be used: it refers to 'absent_name'",
        ),
        ("wrong", InvalidOption, "^The profile 'wrong' in authkit_profiles must be a mapping"),
        ("typo", UnknownOption, r"^'clientid' in the profile 'typo' is not a valid option: did you mean client_id\?"),
        (["erp"], InvalidOption, "name of a profile must be text"),
    ],
)
def test_profiles_that_cannot_be_used(
    profile: object, error: type[AuthkitError], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=sentence):
        resolved(loaded(PROFILES, tmp_path), profile=profile)


def test_profiles_that_are_none() -> None:
    with pytest.raises(UnknownProfile, match="because the variable authkit_profiles is not set"):
        resolved({}, profile="erp")
    with pytest.raises(UnknownProfile, match="it is empty"):
        resolved({"authkit_profiles": {}}, profile="erp")
    with pytest.raises(InvalidOption, match="must be a mapping of profile names"):
        resolved({"authkit_profiles": ["erp"]}, profile="erp")
    number = {"authkit_profiles": {7: dict(CALL)}}
    assert resolved(number, profile="7").client_id == resolved(number, profile=7).client_id == "app"


@pytest.mark.parametrize("none", [None, "", *([] if TAGGED else [PLACEHOLDER])])
def test_no_profile_is_the_connection_itself(none: object) -> None:
    assert options_for(CALL, {"omit": PLACEHOLDER}, None, none).client_id == "app"


@pytest.mark.parametrize("name", [*(f"authkit_{option}" for option in OPTIONS), "authkit_profiles"])
@pytest.mark.parametrize("profile", [None, "erp"])
def test_a_fact_is_refused_by_name_whatever_else_is_set(name: str, profile: str | None, tmp_path: Path) -> None:
    mark = tmp_path / "evaluated"
    value = from_a_node(f"{{{{ lookup('pipe', 'touch {mark}') }}}}")
    variables = {**loaded(PROFILES, tmp_path), name: value, "ansible_facts": {name: value}}
    with pytest.raises(FactVariable, match=rf"^{name} is defined by this host's facts"):
        resolved(variables, profile=profile, **CALL)
    assert not mark.exists()


def test_all_facts_are_named() -> None:
    facts = {"authkit_realm": "x", "authkit_profiles": {}, "authkit_of_your_own": 1, "distribution": "Debian"}
    with pytest.raises(FactVariable, match=r"^authkit_realm and authkit_profiles are defined"):
        resolved({"ansible_facts": facts}, **CALL)
    harmless = {"authkit_of_your_own": 1, "distribution": "Debian"}
    assert resolved({"ansible_facts": harmless}, **CALL).client_id == "app"


def test_facts_named_like_a_roles_variables_are_refused_where_the_role_is_meant() -> None:
    prefixes = ("realm_check_", "__realm_check_")
    facts = {"realm_check_fail_on": "none", "__realm_check_dir": "/", "authkit_realm": "x", "realm_checked": 1}
    with pytest.raises(
        FactVariable,
        match=r"^authkit_realm, __realm_check_dir and realm_check_fail_on are defined by this host's facts",
    ):
        refuse_facts({"ansible_facts": facts}, prefixes)
    harmless = {"realm_check_fail_on": "none", "realm_checked": 1}
    refuse_facts({"ansible_facts": harmless})
    refuse_facts({"ansible_facts": {"realm_checked": 1}, "realm_check_fail_on": "none"}, prefixes)


def test_names_that_a_node_made_up_are_neither_shown_at_length_nor_as_they_are() -> None:
    prefixes = ("realm_check_",)
    facts = {f"realm_check_{number:03}": 1 for number in range(500)}
    with pytest.raises(FactVariable) as caught:
        refuse_facts({"ansible_facts": facts}, prefixes)
    assert "realm_check_007 and 492 more are defined" in caught.value.message
    odd = {"realm_check_\x1b[2J": 1, "realm_check_" + "x" * 60: 1, "realm_check_\u0430": 1, 7: 1}
    refuse_facts({"ansible_facts": odd}, prefixes)  # no variable of a role is called so


def test_a_fact_called_omit_is_refused_and_means_nothing() -> None:
    with pytest.raises(FactVariable, match="^omit is defined by this host's facts"):
        resolved({"ansible_facts": {"omit": "app"}, "omit": "app"}, **CALL)
    assert resolved({"omit": "app"}, **CALL).client_id == "app"


MAY_BE_FACTS = (*WHAT, "timeout", "retries", "http_agent", "cache", "min_valid", "token_lifetime", "require")


def through_a_fact(option: str, folder: Path) -> ClientOptions:
    """Options of which one is what a node says, by way of another variable."""
    yaml = f'{{authkit_{option}: "{{{{ behind }}}}", behind: "{{{{ sso }}}}"}}'
    facts = {"sso": from_a_node("6")}
    variables = {**loaded(yaml, folder), **facts, "ansible_facts": facts}
    beside = {name: value for name, value in CALL.items() if name != option and not (option in WHERE and name in WHERE)}
    return resolved(variables, **beside)


@pytest.mark.parametrize("option", sorted(set(OPTIONS) - set(MAY_BE_FACTS)))
def test_what_says_where_a_secret_goes_does_not_come_from_a_fact(option: str, tmp_path: Path) -> None:
    with pytest.raises(FactVariable, match=f"^The variable authkit_{option} refers to 'sso', which is defined by"):
        through_a_fact(option, tmp_path)


@pytest.mark.parametrize("option", MAY_BE_FACTS)
def test_what_is_asked_for_and_how_patiently_may(option: str, tmp_path: Path) -> None:
    with suppress(InvalidOption):  # 6 is no choice of some
        through_a_fact(option, tmp_path)


def test_a_fact_in_a_profile_is_refused(tmp_path: Path) -> None:
    yaml = """
    whole: "{{ corp_profiles }}"
    one: {erp: "{{ corp_profiles.erp }}"}
    option: {erp: {token_url: "{{ sso }}", client_id: a, client_secret: b}}
    """
    facts = from_a_node({"sso": "https://evil.example/t", "corp_profiles": {"erp": dict(CALL)}})
    own = loaded(yaml, tmp_path)
    for name, says in (("whole", "The variable authkit_profiles"), ("one", "The profile"), ("option", "token_url in")):
        variables = {**own, **facts, "ansible_facts": facts, "authkit_profiles": own[name]}
        with pytest.raises(FactVariable, match=f"^{says}.*defined by this host's facts"):
            resolved(variables, profile="erp")


def test_nothing_is_asked_of_an_unset_ansible_cfg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_text("[defaults]\nforks = 3\n", encoding="utf-8")
    monkeypatch.setattr(constants, "CONFIG_FILE", str(config))
    assert resolved({}, **CALL).origins["client_id"] == "the call"
    with pytest.raises(MissingOption):
        resolved({})


def test_an_ini_file_is_read_as_ansible_reads_it(tmp_path: Path) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_text(
        "[defaults]\nforks = 3\n[authkit]\nclient_secret = \"a # b'\"  ; ours\nrealm = 'my realm'\nsomething = else\n",
        encoding="utf-8",
    )
    assert ini_options(str(config)) == {"client_secret": "a # b'", "realm": "my realm"}


@pytest.mark.parametrize("content", [b"[authkit]\nhush-hush", b"[authkit]\nrealm = \xff"])
def test_an_ini_file_that_cannot_be_read(content: bytes, tmp_path: Path) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_bytes(content)
    with pytest.raises(InvalidOption, match=f"^{config} cannot be read") as caught:
        ini_options(str(config))
    assert "hush-hush" not in str(caught.value)
    assert caught.value.__context__ is None


def test_it_is_quick(tmp_path: Path) -> None:
    """With three variables and a profile some 0.15 ms; the limit is for slow machines."""
    variables = {
        "authkit_timeout": 5,
        "authkit_retries": 3,
        "authkit_http_agent": "me",
        "authkit_profiles": {"erp": dict(CALL)},
        "ansible_facts": {f"fact_{number}": number for number in range(300)},
    }
    templar = templar_of(variables)
    # The fastest of some rounds: the others may have been slowed by a busy machine.
    rounds = timeit.repeat(
        lambda: options_for({}, variables, templar, "erp"), number=10, repeat=10, timer=time.process_time
    )
    assert min(rounds) / 10 < 0.001
