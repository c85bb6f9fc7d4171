# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person signs in with Chromium: reads the prompt of a play, opens its address, enters its code, and agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from playwright.sync_api import Browser, Page

from ansible_collections.authkit.oauth.plugins.module_utils._oauth.device import DeviceCode
from ansible_collections.authkit.oauth.plugins.plugin_utils._login.prompt import prompt
from ansible_collections.authkit.oauth.tests.integration.support.plays import Workspace, hosts
from ansible_collections.authkit.oauth.tests.integration.support.signing_in import (
    Prompted,
    connection_of_a_person,
    prompts,
    realm_for_people,
)
from ansible_collections.authkit.oauth.tests.servers.authorization import AuthorizationServer
from ansible_collections.authkit.oauth.tests.servers.keycloak import Keycloak

USE_LOGIN = Path(__file__).resolve().parent / "playbooks" / "use_login.yml"
WORDS = ("-e", "login_hosts=all login_profile=me")
#: Milliseconds for a page of a server, on a busy machine.
PATIENCE = 60_000
SUBMIT = "[type=submit]"


@dataclass(frozen=True)
class Pages:
    """Where a person types and clicks on the pages of a server, in their order, as CSS selectors.

    :param code: the field for the code.
    :param user: the field for the name.
    :param agree: the button of the last page that asks something.
    :param done: a text of the page that ends the visit.
    :param confirms: whether a page asks if the code is right.
    """

    code: str
    user: str
    agree: str
    done: str
    confirms: bool = False


KEYCLOAK = Pages("input[name=device_user_code]", "#username", "[name=accept]", "Device Login Successful")
OIDC_PROVIDER = Pages("input[name=user_code]", "input[name=login]", SUBMIT, "Sign-in Success", confirms=True)


def visit(browser: Browser, pages: Pages, address: str, code: str) -> None:
    """Sign in as ada. Nothing but the server is reached: its pages may want fonts from elsewhere."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    origin = "/".join(address.split("/", 3)[:3])
    context.route(lambda url: not url.startswith(f"{origin}/"), lambda route: route.abort())
    try:
        sign_in(context.new_page(), pages, address, code)
    finally:
        context.close()


def sign_in(page: Page, pages: Pages, address: str, code: str) -> None:
    """Enter the code, say who one is, and agree."""
    page.goto(address)
    page.fill(pages.code, code)
    page.click(SUBMIT)
    if pages.confirms:
        page.wait_for_selector(f"text={code}")
        page.click("[type=submit]:not([name=abort])")
    page.fill(pages.user, "ada")
    page.fill("input[name=password]", "ada")
    page.click(SUBMIT)
    page.wait_for_selector("input[name=password]", state="detached")
    page.click(pages.agree)
    page.wait_for_selector(f"text={pages.done}")


def signs_in(workspace: Workspace, browser: Browser, pages: Pages, profile: Mapping[str, Any], userinfo: str) -> object:
    """Whom the API knows after ``ansible-playbook authkit.oauth.login``, and a second play with that profile."""
    variables = {"authkit_profiles": {"me": dict(profile)}, "userinfo": userinfo}
    with Prompted(workspace, "authkit.oauth.login", hosts(1), variables, arguments=WORDS) as play:
        visit(browser, pages, *play.address_and_code())
        run = play.run().expect()
    assert len(prompts(run)) == 1
    assert run.one("Have a person sign in", "host00").result["changed"] is True
    used = workspace.play(str(USE_LOGIN), hosts(1), variables=variables).expect()
    assert not prompts(used)
    return used.one("Api", "host00").result["json"]


def test_keycloak(workspace: Workspace, browser: Browser, server: Keycloak) -> None:
    with server.admin.temporary_realm(realm_for_people()) as realm:
        given = connection_of_a_person(server.url, realm)
        profile = {name.removeprefix("authkit_"): value for name, value in given.items()}
        userinfo = f"{server.url}/realms/{realm}/protocol/openid-connect/userinfo"
        person = signs_in(workspace, browser, KEYCLOAK, profile, userinfo)
    assert isinstance(person, dict)
    assert person["preferred_username"] == "ada"


def test_oidc_provider(workspace: Workspace, browser: Browser, oidc_provider: AuthorizationServer) -> None:
    profile = {**oidc_provider.options("public"), "grant_type": "device_code", "scope": "openid offline_access"}
    person = signs_in(workspace, browser, OIDC_PROVIDER, profile, f"{oidc_provider.issuer}/me")
    assert person == {"sub": "ada"}


def test_the_qr_code_of_a_prompt() -> None:
    """Half blocks draw it, each of them two squares, so no terminal needs escape codes for it."""
    address = "https://auth.example.com/realms/erp/device?user_code=WDJB-MJHT"
    code = DeviceCode("secret", "WDJB-MJHT", "https://auth.example.com/realms/erp/device", address, 5.0, 600.0, 700.0)
    text = prompt(code, "cli", terminal=True)
    assert text.replace("\n", "").isprintable()
    lines = [line for line in text.splitlines() if line and set(line) <= set(" ▀▄█")]
    assert max(map(len, lines)) < 60
    light = [[square in kind for square in line] for line in lines for kind in ("█▀", "█▄")]
    wanted = segno.make_qr(address, error="l", boost_error=False).matrix_iter(border=2)
    assert light[:-1] == [[not dark for dark in row] for row in wanted]
