# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form fields of a federated assertion, which is read or fetched for each attempt."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._http.model import HttpRequest
from ansible_collections.authkit.oauth.plugins.module_utils._oauth.client_auth.methods import form_request
from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions
from ansible_collections.authkit.oauth.tests.servers.ci_platform import CiPlatform

URL = "https://sso.example.com/realms/erp/protocol/openid-connect/token"


def fields(request: HttpRequest) -> dict[str, list[str]]:
    return parse_qs((request.body or b"").decode())


def test_the_fields_of_rfc7523_section_2_2(tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("a.b.c\n")
    options = ClientOptions("app", token_url=URL, client_assertion_path=str(tmp_path / "jwt"))
    request = form_request(options, URL, [("grant_type", "client_credentials")])
    assert fields(request) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app"],
        "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
        "client_assertion": ["a.b.c"],
    }
    assert request.credentials is None
    assert "a.b.c" not in repr(request)


def test_a_retry_reads_the_file_again(tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("a.b.c")
    options = ClientOptions("app", token_url=URL, client_assertion_path=str(tmp_path / "jwt"))
    request = form_request(options, URL, (pair for pair in [("grant_type", "client_credentials")]))
    (tmp_path / "jwt").write_text("d.e.f")
    for again in (request.renewed(), request.renewed().renewed()):
        assert fields(again) == {**fields(request), "client_assertion": ["d.e.f"]}


@pytest.mark.parametrize(
    ("place", "audience"),
    [
        ({"auth_server": "https://sso.example.com", "realm": "erp"}, "https://sso.example.com/realms/erp"),
        ({"issuer": "https://sso.example.com/oauth2/default"}, "https://sso.example.com/oauth2/default"),
        ({"token_url": URL}, URL),
        ({"token_url": URL, "client_assertion_audience": "api://AzureADTokenExchange"}, "api://AzureADTokenExchange"),
    ],
)
def test_a_source_is_asked_for_the_server_as_audience(
    place: dict[str, Any], audience: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CiPlatform() as platform:
        for name, value in platform.environment("github_actions").items():
            monkeypatch.setenv(name, value)
        options = ClientOptions("app", client_assertion_source="github_actions", **place)
        request = form_request(options, URL, ())
        again = request.renewed()
    assert [parse_qs(seen.query)["audience"] for seen in platform.seen] == [[audience]] * 2
    assert [fields(made)["client_assertion"] for made in (request, again)] == [[token] for token in platform.issued]
    assert len(set(platform.issued)) == 2


def test_an_assertion_as_text() -> None:
    request = form_request(ClientOptions("app", token_url=URL, client_assertion="a.b.c"), URL, ())
    assert fields(request)["client_assertion"] == ["a.b.c"]
