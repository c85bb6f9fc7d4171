# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTML report in a real browser: no requests or errors, whatever names a realm has, and working filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from ansible_collections.authkit.oauth.tests.reports.support import Written, as_read
from ansible_collections.authkit.oauth.tests.unit.support.reports import HOSTILE

Write = Callable[[str], Written]
PHONE, DESK = 360, 1280
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
kinds = pytest.mark.parametrize("kind", ["ordinary", "hostile"])

#: The buttons with a label on more than one line.
BROKEN_BUTTONS = """() => [...document.querySelectorAll('button')].filter(it => {
    const text = document.createRange();
    text.selectNodeContents(it);
    return new Set([...text.getClientRects()].map(line => Math.round(line.top))).size > 1;
}).map(it => it.textContent)"""
#: The contrast of each text with its background, by WCAG 2.2. A canvas resolves each style to a color.
CONTRAST = """() => {
  const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility())
    .map((e) => {
      const [a, b] = [luminance(rgba(getComputedStyle(e).color)), luminance(behind(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className + " " + e.textContent.slice(0, 40)];
    });
}"""


@dataclass
class Reading:
    """An open page, and what it did that the reader did not request."""

    page: Page
    noise: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def refuse(self, dialog: Dialog) -> None:
        self.noise.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def shown(self, selector: str) -> int:
        return int(self.page.locator(selector).filter(visible=True).count())

    def open_all(self) -> None:
        self.page.click("#open")
        for group in self.page.locator(".group").all():
            group.evaluate("element => { element.open = true; }")

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    @property
    def colors(self) -> list[str]:
        return list(self.page.evaluate("['backgroundColor', 'color'].map(n => getComputedStyle(document.body)[n])"))


class Reader(Protocol):
    """Opens a report of a kind, and asserts at the end that it made no requests and logged no errors."""

    def __call__(
        self, kind: str, width: int = DESK, scheme: str = "light", script: bool = True
    ) -> AbstractContextManager[Reading]:
        """The page, open inside the block."""


@pytest.fixture
def read(browser: Browser, newest: Write) -> Reader:
    @contextmanager
    def reading(kind: str, width: int = DESK, scheme: str = "light", script: bool = True) -> Iterator[Reading]:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        opened = Reading(context.new_page())
        opened.page.on("console", lambda message: opened.noise.append(f"console: {message.text}"))
        opened.page.on("pageerror", lambda error: opened.noise.append(f"error: {error}"))
        opened.page.on("dialog", opened.refuse)
        context.on("request", lambda request: opened.requests.append(request.url))
        context.on("page", lambda _page: opened.noise.append("another page"))
        address = newest(kind).html.as_uri()
        opened.page.goto(address)
        yield opened
        assert opened.noise == []
        assert opened.requests == [address]
        context.close()

    return reading


@kinds
@schemes
def test_it_is_quiet_and_fits(read: Reader, kind: str, scheme: str) -> None:
    for width in (PHONE, 390, DESK):
        with read(kind, width, scheme) as it:
            assert it.overflow == 0
            it.open_all()
            assert it.overflow == 0
            assert it.page.evaluate(BROKEN_BUTTONS) == []


def test_hostile_names_are_text(read: Reader) -> None:
    with read("hostile") as it:
        it.open_all()
        ours = (
            "html head meta title style body a header div p button h1 strong span bdi time main section h2 h3 svg rect"
        )
        ours += (
            " ul li b table thead tbody tr th td form label input select option output details summary code dl dt dd"
        )
        ours += " article h4 footer script"
        tags = it.page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
        assert set(tags) <= set(ours.split())
        assert it.page.evaluate("document.scripts.length") == 1
        handlers = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).map(a => a.name)"
        assert not [name for name in it.page.evaluate(handlers) if name.startswith("on")]
        links = it.page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(links) <= {"file:", "https:"}
        targets = [" ".join(text.split()) for text in it.page.locator(".target").all_inner_texts()]
        assert targets[: len(HOSTILE)] == [as_read(name) for name in HOSTILE]
        assert it.page.title() == f"Realm check: {as_read(' '.join(HOSTILE))}, {HOSTILE[0]}"


def test_what_slipped_through_would_not_run(read: Reader) -> None:
    with read("ordinary") as it:
        it.page.evaluate("""() => {
            document.body.insertAdjacentHTML("beforeend", "<details open ontoggle='window.ran = 1'>");
            const script = document.createElement("script");
            script.textContent = "window.ran = 2";
            document.body.append(script);
        }""")
        it.page.wait_for_timeout(200)
        assert it.page.evaluate("window.ran") is None
        assert it.noise
        refused = "violates the following Content Security Policy"
        assert [each for each in it.noise if refused not in each] == []
        it.noise.clear()


def test_the_summary_says_what_was_found(read: Reader) -> None:
    with read("ordinary") as it:
        assert it.page.locator("h1").inner_text() == "2 realms"
        assert it.page.locator(".top .verdict").inner_text() == "Failed"
        bars = [" ".join(text.split()) for text in it.page.locator(".bars li").all_inner_texts()]
        assert bars == ["Critical 1", "High 1", "Medium 0", "Low 1", "Info 1"]
        widths = it.page.evaluate("[...document.querySelectorAll('.bars .fill')].map(r => r.getBBox().width)")
        assert widths == [100, 100, 0, 100, 100]
        assert it.page.locator(".callout code").all_inner_texts() == ["view-events", "no-right"]
        rows = [text.split() for text in it.page.locator(".overview tbody tr").all_inner_texts()]
        assert [row[:2] for row in rows] == [["shop-realm", "Failed"], ["empty", "Passed"]]


def test_a_finding_has_all_that_a_reader_needs(read: Reader) -> None:
    with read("ordinary") as it:
        broken = it.page.locator(".check").filter(has_text="Title of broken")
        assert it.shown(".finding") == 0
        broken.locator("summary").click()
        text = " ".join(broken.inner_text().split())
        for part in (
            "Why it matters Codes can be sent to any site.",
            "What to do Register exact URIs.",
            "client shop redirectUris of shop holds '*'.",
            "redirectUris * enabled true",
            f"Fingerprint {'4' * 32}",
            "Here: Do this to intranet.",
            "RFC 9700 section 2.1",
        ):
            assert part in text
        waived = it.page.locator(".check").filter(has_text="Title of accepted")
        waived.locator("summary").click()
        assert "Waived until 2030-05-31 by ops@example.com: The vendor is late." in waived.inner_text()


@pytest.mark.parametrize(
    ("wanted", "ids", "says"),
    [
        ({"text": "INTRANET"}, ["broken"], "1 of 6 findings, 1 of 8 checks"),
        ({"text": "shop broken redirecturis"}, ["broken"], "1 of 6 findings, 1 of 8 checks"),
        ({"text": "no such thing"}, [], "0 of 6 findings, 0 of 8 checks"),
        ({"severity": "critical"}, ["worse"], "1 of 6 findings, 1 of 8 checks"),
        ({"severity": "info"}, ["for-information"], "1 of 6 findings, 1 of 8 checks"),
        ({"status": "waived"}, ["accepted"], "1 of 6 findings, 1 of 8 checks"),
        ({"status": "not_evaluated"}, ["no-right"], "0 of 6 findings, 1 of 8 checks"),
        ({"status": "pass"}, ["all-is-well", "fine"], "0 of 6 findings, 2 of 8 checks"),
        ({"realm": "2"}, ["fine"], "0 of 6 findings, 1 of 8 checks"),
        ({"status": "open", "severity": "low"}, ["broken"], "1 of 6 findings, 1 of 8 checks"),
    ],
)
def test_the_filter(read: Reader, wanted: dict[str, str], ids: list[str], says: str) -> None:
    with read("ordinary") as it:
        for name, value in wanted.items():
            asked = it.page.locator(f"#filter [name={name}]")
            if name == "text":
                asked.fill(value)
            else:
                asked.select_option(value)
        assert it.page.locator(".check > summary code").filter(visible=True).all_inner_texts() == ids
        assert it.page.locator("#shown").inner_text() == says
        assert it.page.locator("#nothing").is_visible() is (not ids)
        it.page.click("#filter [type=reset]")
        expect(it.page.locator("#shown")).to_have_text("6 findings, 8 checks")
        assert it.shown(".check") == 5  # passed checks are collapsed


def test_the_table_of_a_standard_is_shown_whatever_the_filter(read: Reader) -> None:
    with read("hostile") as it:
        table = it.page.locator(".standard")
        assert it.shown(".standard") == 1
        it.page.locator("#filter [name=text]").fill("nothing has this name")
        assert it.shown(".standard") == 1
        table.locator("summary").click()
        assert table.locator("tbody tr").count() == 5
        assert table.locator("tbody tr").first.locator("td").nth(1).inner_text() == "failed"


def test_everything_can_be_reached_with_a_keyboard(read: Reader) -> None:
    with read("ordinary") as it:
        focused = "(document.activeElement.className || document.activeElement.id || document.activeElement.localName)"
        it.page.keyboard.press("Tab")
        assert it.page.evaluate(focused) == "skip"
        assert it.page.locator(".skip").bounding_box()["x"] >= 0
        it.page.locator(".check > summary").first.focus()
        it.page.keyboard.press("Enter")
        assert it.shown(".finding") == 1
        assert it.page.evaluate("[...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)")


def test_dark_and_light(read: Reader) -> None:
    with read("ordinary", scheme="light") as light, read("ordinary", scheme="dark") as dark:
        by_day, by_night = light.colors, dark.colors
        assert by_day != by_night
        dark.page.click("#theme")
        assert dark.colors == by_day
        dark.page.click("#theme")
        assert dark.colors == by_night


@schemes
def test_text_can_be_told_from_its_ground(read: Reader, scheme: str) -> None:
    with read("ordinary", scheme=scheme) as it:
        it.open_all()
        measured = it.page.evaluate(CONTRAST)
        assert len(measured) > 50
        assert [each for each in measured if each[0] < 4.5] == []


def test_without_scripts_all_is_there(read: Reader) -> None:
    with read("ordinary", script=False) as it:
        assert it.page.locator(".finding").count() == 6
        assert it.shown("#filter") == it.shown("#theme") == 0
        it.page.locator(".check > summary").first.click()
        assert it.shown(".finding") == 1
