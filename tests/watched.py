"""A browser, pages whose console and requests are watched, and what is asked of any page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from axe_playwright_python import base as axe
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: What looks for barriers, and the widths a page is looked at.
AXE = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 390, 768, 1440)


@contextlib.contextmanager
def started(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """An open page with all that it said on the console and asked for."""

    page: Page
    file: Path
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def strangers(self) -> list[str]:
        """What it asked for that is neither the file nor held in it."""
        own = self.file.as_uri()
        addresses = [url.partition("#")[0] for url in self.asked]
        return [
            url
            for url in addresses
            if url != own and not url.startswith(("data:", "blob:"))
        ]

    def items(self, selector: str) -> list[dict[str, Any]]:
        """Properties of all elements that a selector finds."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """selector => [...document.querySelectorAll(selector)].map(e => ({
                 id: e.id, text: e.textContent.trim(), html: e.outerHTML.slice(0, 200),
                 ...Object.fromEntries([...e.attributes].map(a => [a.name, a.value]))}))""",
            selector,
        )
        return found


def watch(browser: Browser, file: Path, **context: Any) -> Watched:
    size = {"width": 1440, "height": 900}
    page = browser.new_context(
        viewport=size, reduced_motion="reduce", **context
    ).new_page()
    watched = Watched(page, file)
    page.on(
        "console",
        lambda message: watched.said.append(f"{message.type}: {message.text}"),
    )
    page.on("pageerror", lambda error: watched.said.append(f"error: {error}"))
    page.on("request", lambda request: watched.asked.append(request.url))
    page.goto(file.as_uri())
    return watched


def violations(page: Page) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")[
        "violations"
    ]
    return [
        f"{rule['id']}: {node['html'][:150]}"
        for rule in found
        for node in rule["nodes"]
    ]


def wide(page: Page) -> list[int]:
    """Widths at which the page must be moved sideways to be read."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


class References(HTMLParser):
    """Every place where a page could make a browser load something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if (value or "").startswith("data:"):
                continue
            if name in {
                "src",
                "srcset",
                "poster",
                "data",
                "action",
                "formaction",
                "background",
            }:
                self.found.append(value or "")
            if name in {"href", "xlink:href"} and tag not in {"a", "use"}:
                self.found.append(value or "")
            self.found += re.findall(r"url\(\s*['\"]?([^)'\"]*)", value or "")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.found += re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]*)", data)


def loaded(html: str) -> list[str]:
    return [
        found
        for found in References(html).found
        if not found.startswith(("data:", "#"))
    ]


def without(html: str, *patterns: str) -> int:
    for pattern in patterns:
        html = re.sub(pattern, "", html, flags=re.DOTALL)
    return len(html.encode())
