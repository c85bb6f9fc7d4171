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
            else:
                self.fields.setdefault(name, [value])

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


def approve(
    address: str, answers: Mapping[str, str] | None = None, *, deny: bool = False, ca_path: Path | None = None
) -> str:
    """Visit ``verification_uri_complete`` and submit every form; returns the text of the last page.

    :param answers: what to put into fields, by name; by default ``ada`` signs in.
    :param deny: press "Abort" where oidc-provider asks whether the code is right.
    :param ca_path: the authority of a server that shows its pages over TLS.
    """
    known = {"login": "ada", "username": "ada", "password": "ada", **(answers or {})}
    with requests.Session() as browser:
        browser.trust_env = False
        browser.verify = str(ca_path) if ca_path else True
        browser.headers["Accept"] = "text/html"
        page = browser.get(address, timeout=30)
        for _page in range(PAGES):
            form = _Forms()
            form.feed(page.text)
            if form.action is None or not form.fields:
                return page.text
            fields = {name: [known[name]] if name in known else values for name, values in form.fields.items()}
            target = urljoin(page.url, form.action)
            if deny and "confirm" in fields:
                del fields["confirm"]
                return browser.post(target, data={**fields, "abort": ["yes"]}, timeout=30).text
            if form.method == "get":
                page = browser.get(target, params=fields, timeout=30)
            else:
                page = browser.post(target, data=fields, timeout=30)
    raise AssertionError(f"the server still shows a form after {PAGES} pages")
