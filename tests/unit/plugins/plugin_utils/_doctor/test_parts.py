# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor examines on the controller."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from ansible_collections.authkit.oauth.plugins.module_utils._options.client import ClientOptions, Layer, client_options
from ansible_collections.authkit.oauth.plugins.plugin_utils._doctor.parts import (
    ReportSection,
    interpreter_section,
    old_libraries,
    option_section,
    proxy_section,
    store_section,
    waiver_section,
)
from ansible_collections.authkit.oauth.tests.servers.client_keys import pem

SECRET = "the-secret-of-the-doctors-test"


def options(**more: object) -> ClientOptions:
    values = {"token_url": "https://sso.example.com/token", "client_id": "app", "client_secret": SECRET, **more}
    return client_options([Layer("call", values, dict.fromkeys(values, "the call"))])


def test_options_with_their_places_and_without_secrets() -> None:
    given = options(proxy="http://user:proxy-password@proxy.example.com:3128", extra_parameters={"pin": "1234-pin"})
    lines = option_section(given).lines
    assert "client_id: app (from the call)" in lines
    assert "client_secret: set, not shown (from the call)" in lines
    assert "extra_parameters: set, not shown (from the call)" in lines
    assert "timeout: 30 (the default)" in lines
    assert not [word for word in (SECRET, "proxy-password", "1234-pin") if word in str(lines)]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"client_auth_method": "private_key_jwt", "private_key": pem("RSA")},
            "The private key signs assertions with RS256 for the audience 'https://sso.example.com/token'",
        ),
        (
            {"client_auth_method": "client_secret_jwt", "client_assertion_audience": "https://sso.example.com"},
            "client_secret signs assertions with HS256 for the audience 'https://sso.example.com'",
        ),
    ],
)
def test_how_a_client_signs(given: dict[str, object], line: str) -> None:
    lines = option_section(options(**given)).lines
    assert lines[-1] == line
    assert "PRIVATE KEY" not in str(lines)


def test_a_key_that_cannot_be_used_is_left_to_the_token_request() -> None:
    section = option_section(options(client_auth_method="private_key_jwt", private_key="no key"))
    assert section.problems == []
    assert "private_key: set, not shown (from the call)" in section.lines


def test_a_part_has_a_summary_and_whether_it_is_right() -> None:
    data = option_section(options()).to_data()
    assert (data["ok"], data["summary"]) == (True, "client 'app' at https://sso.example.com/token")
    assert ReportSection("Server", ["not read"], examined=False).to_data()["ok"] is None
    broken = ReportSection("Token")
    broken.warn("It has no scope.")
    assert broken.to_data() == {
        "title": "Token",
        "ok": False,
        "summary": "",
        "lines": [],
        "problems": ["It has no scope."],
    }


def test_the_proxies_of_the_environment_without_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    proxies = {
        "https_proxy": "http://someone:proxy-password@proxy.example.com:3128",
        "ALL_PROXY": "someone:proxy-password@socks.example.com:1080",
        "NO_PROXY": "localhost,.example.org",
    }
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)
    (section,) = proxy_section(options(), {**proxies, "HOME": "/root", "HTTP_PROXY": ""})
    assert section.lines == [
        "ALL_PROXY: http://***@socks.example.com:1080",
        "NO_PROXY: localhost,.example.org",
        "https_proxy: http://***@proxy.example.com:3128",
        "Token requests go through http://proxy.example.com:3128 (from https_proxy)",
    ]
    (direct,) = proxy_section(options(proxy="none"), proxies)
    assert direct.lines[-1] == "Token requests go without a proxy"
    assert proxy_section(options(), {"HOME": "/root"}) == []


def test_a_library_that_is_missing_is_a_problem_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    assert interpreter_section().problems == []
    monkeypatch.setitem(sys.modules, "joserfc", None)
    (problem,) = interpreter_section().problems
    assert f"joserfc is missing from {sys.executable}" in problem.message
    assert problem.message.endswith(f"{sys.executable} -m pip install joserfc.")


def test_old_libraries_are_named_and_are_no_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert list(old_libraries()) == []
    for name, version in (("urllib3", "1.26.5"), ("joserfc", "1.10.0"), ("requests", "2.32.5")):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    section = interpreter_section()
    advice = [line for line in section.lines if "has vulnerabilities that" in line]
    assert [line.split(" works")[0] for line in advice] == ["requests 2.32.5", "urllib3 1.26.5"]
    assert advice[1].endswith("-m pip install -U urllib3")
    assert section.problems == []


def test_where_tokens_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    found = store_section(options())
    assert (found.lines, found.problems) == ([f"Tokens are kept, encrypted, in {tmp_path}/authkit"], [])
    assert "every use requests one" in store_section(options(cache="none")).lines[0]
    (tmp_path / "authkit").chmod(0o755)
    (problem,) = store_section(options()).problems
    assert "is open to others" in problem.message


def test_a_directory_that_was_passed_over_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "shared"))
    monkeypatch.setenv("HOME", str(tmp_path))
    found = store_section(options())
    assert found.lines == [f"Tokens are kept, encrypted, in {tmp_path}/.cache/authkit"]
    assert f"The directory {tmp_path}/shared belongs to another user or is not writable" in found.problems[0].message


def test_waivers_that_expired_or_are_none() -> None:
    right = {"check": "a-check", "reason": "r", "owner": "o", "expires": "2027-01-31"}
    found = waiver_section([right, {**right, "expires": "2026-01-31"}], lambda: date(2026, 6, 1))
    assert found.lines == ["2 in realm_check_waivers"]
    (problem,) = found.problems
    assert "expired on 2026-01-31" in problem.message
    assert waiver_section("all", date.today).problems
