"""What people do on the annotate page, step by step."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from articles.models import Article, User
from tests.factories import make_article

REPORT = """Shipyard report

The yard built nine ferries in 2021. Four of them were sold abroad, its director said. \
The union disputes the figure and counts seven ferries. Two were never paid for.

Inspectors of the labour office came in March. They found 312 workers without a contract, \
according to their report. “Every one of them was paid,” the director told the Coast Gazette. \
The ministry has not answered. No fine was paid in 2021. The yard denies all of it."""


def make_report(desk: Any, by: User) -> Article:
    return make_article(desk, by, REPORT, title="Shipyard report")


def announced(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#announce")).to_contain_text(words)


def toasted(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#toasts .toast").last).to_contain_text(words)


def say_why_no_evidence(page: Page) -> None:
    page.get_by_label("Why there is no evidence").fill("Nothing was published on it.")


def sign_in_elsewhere(page: Page, user: User) -> None:
    """In another tab of the same browser, after whoever is still signed in has signed out."""
    tab = page.context.new_page()
    tab.goto("/")
    menu = tab.locator(".site-header summary")
    if menu.is_visible():
        menu.click()
        tab.get_by_role("button", name="Sign out").click()
        tab.goto("/accounts/login/")
    sign_in_and_close(tab, user)


def sign_in_and_close(tab: Page, user: User) -> None:
    tab.get_by_label("Username").fill(user.username)
    tab.get_by_label("Password").fill("pass-word-for-tests")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).to_have_title(re.compile("Dashboard"))
    tab.close()


def sign_in_as(page: Page, user: User) -> None:
    """Without a click, in the browser that another person was signed in to."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": urljoin(page.url, "/")}]
    )


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {target}")


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def point(page: Page, words: str, at: str, text: str = "text") -> dict[str, float]:
    """Where the first or last character of some words stands on the screen."""
    return page.evaluate(
        """([words, at, text]) => {
            const walker = document.createTreeWalker(document.getElementById(text), 4);
            const nodes = [];
            while (walker.nextNode()) nodes.push(walker.currentNode);
            const whole = nodes.map((node) => node.data).join("");
            let offset = whole.indexOf(words) + (at === "end" ? words.length : 0);
            if (whole.indexOf(words) < 0) throw new Error(`“${words}” is not in the text`);
            for (const node of nodes) {
                if (offset < node.length || (offset === node.length && at === "end")) {
                    const range = document.createRange();
                    const start = at === "end" ? offset - 1 : offset;
                    range.setStart(node, start);
                    range.setEnd(node, start + 1);
                    const element = node.parentElement;
                    element.scrollIntoView({block: "center"});
                    const box = range.getBoundingClientRect();
                    const toLeft = /[\u0590-\u08ff]/.test(words);
                    const x = (at === "end") !== toLeft ? box.right - 1 : box.left + 1;
                    return {x, y: box.top + box.height / 2};
                }
                offset -= node.length;
            }
        }""",
        [words, at, text],
    )


def drag_over(page: Page, words: str, text: str = "text") -> None:
    """Select words with the mouse, in the article or the text of that id."""
    start = point(page, words, "start", text)
    end = point(page, words, "end", text)
    page.mouse.move(**start)
    page.mouse.down()
    page.mouse.move((start["x"] + end["x"]) / 2, (start["y"] + end["y"]) / 2)
    page.mouse.move(**end)
    page.mouse.up()


def assert_well_made(page: Page, widths: Iterable[int] = (1280, 390)) -> None:
    """Nothing for axe-core to find in light or dark, and nothing that reaches over the edge."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page).response["violations"]
            assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
