"""Outputs that run: `interactive = "sandboxed"` in a plan (see `pagemill.live`).

A frame holds the HTML that a cell showed and the scripts that it would load: those of packages
that are installed, and what lies in a folder `scripts` beside the notebook.
"""

from __future__ import annotations

import functools
import hashlib
import html
import importlib.util
import re
from pathlib import Path

from pagemill.live import BEGIN, GUARD, SCRIPTS, Held, policy_of, safe_script

#: Longer scripts are held once a page, and are there for the frames that follow.
LARGE = 20_000

# Addresses of scripts, and the packages that bring them along.
_BROUGHT = (
    (
        r"https://cdn\.plot\.ly/plotly[\w.-]*\.js",
        "plotly",
        r"package_data/plotly.min.js",
    ),
    (
        r"https://cdn\.bokeh\.org/bokeh/release/(bokeh[a-z-]*)-\d[\w.]*\.js",
        "bokeh",
        r"server/static/js/\1.min.js",
    ),
    (r"https://cdn\.holoviz\.org/panel/[^/]+/(dist/[^?]+\.(?:js|css))", "panel", r"\1"),
)
_VEGA_ADDRESS = re.compile(r"https://cdn\.jsdelivr\.net/npm/vega(?:-lite|-embed)?@")
_SOURCE = re.compile(r"""\s(?:src|href)\s*=\s*["']?([^"'\s>]+)["']?""", re.IGNORECASE)
_LINK = re.compile(r"<(?:link|meta|base)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"""https://[^\s"'`<>\\]+""")
_TYPE = re.compile(r"""\stype\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
# What a browser runs; scripts of other types hold data.
_RUN = re.compile(r"(?:(?:text|application)/(?:x-)?(?:java|ecma)script|module)?", re.I)
_LIBRARY = "data-ct-library"
_DOCUMENT = (
    '<!DOCTYPE html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    "<style>body{{margin:0;background:#fff;display:flow-root}}</style><script>{begin}</script></head>"
    "<body>{body}</body></html>"
)


class Frames:
    """The frames of one page, and the scripts that they share."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._libraries: dict[str, str] = {}
        self._bodies: list[str] = []
        self._loaded = ""
        self._lacking: list[str] = []

    def load(self, fragment: str) -> list[str]:
        """Have what an output loads in all frames that follow; return what is missing."""
        made, missing = self._made(fragment)
        self._loaded += made
        self._lacking += missing
        return missing

    def add(self, fragment: str) -> tuple[int | None, list[str]]:
        """Return the number of a new frame, and the addresses of scripts and styles it lacks.

        There is none without all of its scripts: it would be empty.
        """
        made, missing = self._made(fragment)
        if not all(".css" in address for address in (*self._lacking, *missing)):
            return None, missing
        self._bodies.append(self._loaded + made)
        # A library inside an output is there for later outputs, as it is in a notebook.
        for tag in re.findall(rf"<script {_LIBRARY}[^>]*></script>", made):
            if tag not in self._loaded and "data-ct-src" not in tag:
                self._loaded += tag
        return len(self._bodies) - 1, missing

    def held(self) -> Held:
        """Return what the page holds of its frames."""
        if not self._bodies:
            return Held()
        held = Held(libraries=self._libraries, documents=self._bodies)
        policy = policy_of([BEGIN, *held.scripts()])
        held.documents = [
            _DOCUMENT.format(policy=policy, begin=BEGIN, body=body)
            for body in self._bodies
        ]
        return held

    def _made(self, fragment: str) -> tuple[str, list[str]]:
        """Return HTML with what it would load inside, and the addresses that are not held."""
        missing: list[str] = []
        # Scripts that scripts load: by library, all addresses that mean it.
        later: dict[str, list[str]] = {}

        def script(element: re.Match[str]) -> str:
            attributes, text = element.groups()
            kind = _TYPE.search(attributes)
            guard = GUARD if not kind or _RUN.fullmatch(kind[1]) else ""
            if address := _SOURCE.search(attributes):
                held = self._find(address[1], missing)
                attributes = _SOURCE.sub("", attributes)
                return self._library(guard + held, attributes) if held else ""
            text = guard + text
            if len(text) > LARGE:
                return self._library(text, attributes)
            for url in _ADDRESS.findall(text):
                if held := self._find(url, missing):
                    tag = self._library(GUARD + held, ' type="text/plain"')
                    later.setdefault(tag, []).append(url)
            return f"<script{attributes}>{text}</script>"

        def link(element: re.Match[str]) -> str:
            address = _SOURCE.search(element[0])
            is_style = address and "stylesheet" in element[0]
            held = self._find(address[1], missing) if address and is_style else ""
            return f"<style>{held}</style>" if held else ""

        made = SCRIPTS.sub(script, _LINK.sub(link, fragment.replace("\r\n", "\n")))
        before = ""
        for tag, urls in later.items():
            named = html.escape(" ".join(urls))
            before += tag.replace("></script>", f' data-ct-src="{named}"></script>')
        return before + made, list(dict.fromkeys(missing))

    def _find(self, url: str, missing: list[str]) -> str:
        """Return the script or style that an address names, from this machine, or note it."""
        name = url.partition("?")[0].rpartition("/")[2]
        if self._folder and name:
            own = self._folder / "scripts" / name
            if own.is_file():
                # It may be saved between two pages.
                return own.read_text("utf-8")
        text = _of_packages(url)
        is_library = re.search(r"\.(?:js|css)(?:\?|$)", url) or _VEGA_ADDRESS.match(url)
        if is_library and not text:
            missing.append(url)
        return text

    def _library(self, text: str, attributes: str) -> str:
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._libraries[name] = safe_script(text)
        return f'<script {_LIBRARY}="{name}"{attributes}></script>'


@functools.lru_cache(maxsize=64)
def _of_packages(url: str) -> str:
    for address, package, place in _BROUGHT:
        named = re.match(address, url)
        spec = importlib.util.find_spec(package) if named else None
        if named and spec and spec.origin:
            root = Path(spec.origin).resolve().parent
            file = (root / named.expand(place)).resolve()
            if file.is_relative_to(root) and file.is_file():
                return file.read_text("utf-8")
    if _VEGA_ADDRESS.match(url) and importlib.util.find_spec("vl_convert"):
        return str(importlib.import_module("vl_convert").javascript_bundle())
    return ""
