"""A browser, and pages whose console and requests are watched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
