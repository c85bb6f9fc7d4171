# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who approves a device's code at a server's pages, without a browser: fills in each form and submits it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import requests

#: More pages than any server shows.
PAGES = 8


class _Forms(HTMLParser):
    """The first form with a field: every box ticked, and of several buttons with one name the first."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.method = "get"
        self.fields: dict[str, list[str]] = {}
        self.buttons: dict[str, list[str]] = {}
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and not self.fields:
            self.action, self._open = found.get("action") or "", True
            self.method = (found.get("method") or "get").lower()
        elif tag in ("input", "button") and self._open and found.get("name"):
            name, value = str(found["name"]), found.get("value") or ""
            if found.get("type") == "checkbox":
                self.fields.setdefault(name, []).append(value)
            elif tag == "button" or found.get("type") == "submit":
                self.buttons.setdefault(name, [value])
            else:
                self.fields.setdefault(name, [value])

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


def approve(
    address: str, answers: Mapping[str, str] | None = None, *, deny: bool = False, ca_path: Path | None = None
) -> str:
    """Visit ``verification_uri_complete`` and submit every form; returns the text of the last page.

    :param answers: what to put into fields, by name; by default ``ada`` signs in.
    :param deny: press "Abort" where oidc-provider asks whether the code is right, "No" where Keycloak asks for consent.
    :param ca_path: the authority of a server that shows its pages over TLS.
    """
    known = {"login": "ada", "username": "ada", "password": "ada", **(answers or {})}
    with requests.Session() as browser:
        browser.trust_env = False
        browser.verify = str(ca_path) if ca_path else True
        browser.headers["Accept"] = "text/html"
        page = _page(browser, "get", address)
        for _turn in range(PAGES):
            form = _Forms()
            form.feed(page.text)
            if form.action is None or not form.fields:
                return page.text
            fields = {name: [known[name]] if name in known else values for name, values in form.fields.items()}
            target = urljoin(page.url, form.action)
            if deny and "confirm" in fields:
                del fields["confirm"]
                return _page(browser, "post", target, {**fields, "abort": ["yes"]}).text
            fields |= dict([_pressed(form, deny)] if form.buttons else [])
            page = _page(browser, form.method, target, fields)
    raise AssertionError(f"the server still shows a form after {PAGES} pages")


def _page(
    browser: requests.Session, method: str, url: str, fields: Mapping[str, list[str]] | None = None
) -> requests.Response:
    """The page at the end of all redirects."""
    query, form = (fields, None) if method == "get" else (None, fields)
    page = browser.request(method, url, params=query, data=form, timeout=30, allow_redirects=False)
    while page.is_redirect:
        for cookie in browser.cookies:
            cookie.secure = False  # Keycloak's are, and browsers send them to this machine over http all the same
        page = browser.get(urljoin(page.url, page.headers["location"]), timeout=30, allow_redirects=False)
    return page


def _pressed(form: _Forms, deny: bool) -> tuple[str, list[str]]:
    """The button: the first one, or that which cancels."""
    return next(
        (each for each in form.buttons.items() if deny and each[0] == "cancel"), next(iter(form.buttons.items()))
    )
