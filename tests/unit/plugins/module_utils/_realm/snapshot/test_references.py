# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""References of realm files: what is one, what it falls back to, and what needs it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.export import snapshot_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.export.reading import realms_of
from ansible_collections.authkit.oauth.plugins.module_utils._realm.registry import CHECKS
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.gaps import NotEvaluated
from ansible_collections.authkit.oauth.plugins.module_utils._realm.snapshot.references import Reference, marked

BY_ID = {check.id: check for check in CHECKS}
LONG = "c6b1f6d0e8a94f2b8b7c51"


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("${NAME}", None),
        ("${env.NAME}", None),
        ("${NAME:}", None),
        ("${NAME:changeme}", "changeme"),
        ("${NAME:-changeme}", "changeme"),
        ("x-${NAME:y}-z", "x-y-z"),
        ("${A:x}${B}", None),
        ("${vault.client:x}", None),
        ("$(env:NAME)", None),
        ("$(env:NAME:-changeme)", "changeme"),
        ("pre$(file:UTF-8:/run/secret)", None),
        ("{{ secret }}", None),
        ("{{ secret | default('changeme') }}", "changeme"),
        ('{{ default "changeme" .Values.secret }}', "changeme"),
        ("?UUID?", None),
    ],
)
def test_a_reference_and_its_default(text: str, default: str | None) -> None:
    found = marked({"secret": [text]})["secret"][0]
    assert isinstance(found, Reference)
    assert found == text
    assert found.default == default


@pytest.mark.parametrize(
    "text", ["", "plain", "${}", "$NAME", "a?b?", "cost: $(5)", "{{}}", "(?:,|$)", "${authBaseUrl}/x"]
)
def test_what_is_no_reference_stays_as_it_is(text: str) -> None:
    data = {"secret": text, "name": "${client_account}", "config": {"claim.name": "x.${client_id}.roles"}}
    assert marked(data) is data


@pytest.mark.parametrize("text", ["${" * 500_000, "{{" * 500_000, "$(a" * 300_000, "?A" * 500_000, "${a" * 300_000])
def test_a_hostile_text_takes_linear_time(text: str) -> None:
    started = time.monotonic()
    marked({"secret": text})
    assert time.monotonic() - started < 5


def audited(check: str, **realm: Any) -> tuple[dict[str, str], str]:
    """Target -> message of each finding, and why the rest is not evaluated."""
    (found,) = realms_of({"realm": "shop", "sslRequired": "external", **realm}, "realm.json")
    findings: dict[str, str] = {}
    try:
        for each in BY_ID[check].run(snapshot_of(found, "realm.json"), BY_ID[check].defaults()):
            findings[each.target] = each.message
    except NotEvaluated as error:
        return findings, error.reason
    return findings, ""


def client(name: str, secret: str = LONG * 2, **parts: Any) -> dict[str, Any]:
    return {"clientId": name, "secret": secret, "clientAuthenticatorType": "client-secret", **parts}


def test_only_a_bad_default_of_a_secret_is_found() -> None:
    secrets = ["${S}", "$(env:CLIENT_SECRET)", "{{ s }}", "?UUID?", "${vault.x}", f"${{X:{LONG * 2}}}", "${X:changeme}"]
    clients = [client(f"c{number}", secret) for number, secret in enumerate(secrets)]
    found, reason = audited("client-weak-secret", clients=clients)
    assert found == {
        "c6": "The default of the reference to the client's secret is one of those that attackers try first."
    }
    assert "reference such as ${NAME}" in reason
    assert audited("client-weak-secret", clients=clients[:1])[0] == {}


@pytest.mark.parametrize(
    ("check", "realm"),
    [
        ("realm-ssl-required-none", {"sslRequired": "${SSL}"}),
        ("realm-duplicate-emails", {"duplicateEmailsAllowed": "$(env:E)"}),
        ("tokens-access-lifespan-long", {"accessTokenLifespan": "{{ lifespan }}"}),
        ("client-wildcard-redirect", {"clients": [client("a", redirectUris=["https://${HOST}/*"])]}),
    ],
)
def test_a_setting_that_is_a_reference_is_not_evaluated(check: str, realm: dict[str, Any]) -> None:
    found, reason = audited(check, **realm)
    assert (found, "is a reference such as ${NAME}" in reason) == ({}, True)


def test_a_bad_redirect_uri_beside_a_reference_is_found() -> None:
    found, reason = audited("client-wildcard-redirect", clients=[client("a", redirectUris=["${URL}/cb", "*"])])
    assert (set(found), "redirectUris is a reference" in reason) == ({"a"}, True)


def test_a_name_may_be_a_reference() -> None:
    found, reason = audited("client-weak-secret", realm="{{ realm }}", clients=[client("{{ client }}", "changeme")])
    assert (set(found), reason) == ({"{{ client }}"}, "")
