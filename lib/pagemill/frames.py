"""Outputs that run: each in a frame of its own, with an opaque origin and no way to the network.

A frame holds the HTML that a cell showed and the scripts that it would load: those of packages
that are installed, and what lies in a folder `scripts` beside the notebook. The page's own script
makes the frames; the page's policy, which holds in them too, names each script by its hash. What
no policy forbids, `frame.js` takes away first; where it has not run, no other script does.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rounding.errors import ReportError

ID = "pagemill-frames"
HTML, SCRIPT = "text/html", "application/javascript"
#: Longer scripts are held once a page, and are there for the frames that follow.
LARGE = 20_000

VIEW = "application/vnd.jupyter.widget-view+json"
_CHART = (
    '<div id="shown"></div><script src="https://cdn.{}"></script><script>{}</script>'
)
_VEGA = _CHART.format("jsdelivr.net/npm/vega-embed@7", "vegaEmbed('#shown', {0})")
# What draws the kinds that are data alone, by their names without a version: the output's own
# data, and the state of the notebook's widgets.
_DRAWN = {
    "application/vnd.plotly": _CHART.format(
        "plot.ly/plotly.min.js",
        "const made = {0}; Plotly.newPlot('shown', made.data, made.layout, made.config)",
    ),
    "application/vnd.vega": _VEGA,
    "application/vnd.vegalite": _VEGA,
    "application/vnd.jupyter.widget-view": (
        '<script type="application/vnd.jupyter.widget-state+json">{1}</script>'
        f'<script type="{VIEW}">{{0}}</script>'
        '<script src="https://cdn.jsdelivr.net/npm/@jupyter-widgets/html-manager/dist/embed.js">'
        "</script>"
    ),
}
_VERSION = re.compile(r"\.v\d|\+")
# What an output holds that only loads or sets what later ones need.
_LOADS = (
    'class="bk-notebook-logo"',
    '<script type="esms-options">',
    "This is the <code>init_notebook_mode</code> cell from ITables",
    "const { set_or_remove_dark_class } = await window._itables",
)
_PANEL = "application/vnd.holoviews_exec.v0+json"
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
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"""\s(?:src|href)\s*=\s*["']?([^"'\s>]+)["']?""", re.IGNORECASE)
_RUNS = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)
# Maps in a page of their own inside the output.
_INNER = re.compile(r'<iframe\b[^>]*\bsrcdoc="([^"]*)"', re.IGNORECASE)
_LINK = re.compile(r"<(?:link|meta|base)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"""https://[^\s"'`<>\\]+""")
_TYPE = re.compile(r"""\stype\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
# What a browser runs; scripts of other types hold data.
_RUN = re.compile(r"(?:(?:text|application)/(?:x-)?(?:java|ecma)script|module)?", re.I)
#: What each script begins with that a policy allows. An output can make a frame of its own, with a
#: script of the same text; `frame.js` has not run there, and so that script must not.
GUARD = 'if (self.RTCPeerConnection) throw Error("not in a frame of the page");\n'
_LIBRARY = "data-ct-library"
_DOCUMENT = (
    '<!DOCTYPE html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    "<style>body{{margin:0;background:#fff;display:flow-root}}</style><script>{begin}</script></head>"
    "<body>{body}</body></html>"
)


def source(data: Mapping[str, Any], state: Any = None) -> str:
    """Return the HTML that an output needs to run, or "" if nothing of it would.

    Examples
    --------
    >>> source({"text/html": "<p>words</p>"})
    ''
    >>> source({"application/javascript": "draw()"})
    '<script>draw()</script>'
    """
    for kind, value in data.items():
        if drawn := _DRAWN.get(_VERSION.split(kind)[0]):
            return drawn.format(_json(value), _json(state))
    text = text_of(data, HTML)
    if _RUNS.search(text):
        inner = _INNER.search(text)
        return html.unescape(inner[1]) if inner else text
    script = text_of(data, SCRIPT)
    return f"<script>{_unended(script)}</script>" if script else ""


def is_loading(data: Mapping[str, Any]) -> bool:
    """Return whether an output only loads what later ones need.

    As those of bokeh's `output_notebook()`, itables' `init_notebook_mode()` and panel's
    `extension()`, one of which is a place without words of its own.
    """
    shown = text_of(data, HTML)
    is_loader = any("_load." in kind for kind in data) or any(
        one in shown for one in _LOADS
    )
    return is_loader or (_PANEL in data and "text/plain" not in data)


def is_foreign(data: Mapping[str, Any]) -> bool:
    """Return whether an output is data alone, in a form that no page knows."""
    known = any(kind == HTML or kind[:6] in ("text/m", "image/") for kind in data)
    return not known and any(kind.startswith("application/") for kind in data)


class Held(BaseModel):
    """What a page holds of its frames: each document, and the scripts that they share."""

    libraries: dict[str, str] = {}
    documents: list[str] = []

    def scripts(self) -> list[str]:
        """Return the text of each script that frames may run; others hold data."""
        own = [text for one in self.documents for _, text in _SCRIPT.findall(one)]
        allowed = [*self.libraries.values(), *own]
        return [text for text in allowed if text == _BEGIN or text.startswith(GUARD)]


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
        if not all(".css" in one for one in (*self._lacking, *missing)):
            return None, missing
        self._bodies.append(self._loaded + made)
        # A library inside an output is there for later outputs, as it is in a notebook.
        for found in re.findall(rf"<script {_LIBRARY}[^>]*></script>", made):
            if found not in self._loaded and "data-ct-src" not in found:
                self._loaded += found
        return len(self._bodies) - 1, missing

    def held(self) -> Held:
        """Return what the page holds of its frames."""
        if not self._bodies:
            return Held()
        held = Held(libraries=self._libraries, documents=self._bodies)
        policy = policy_of([_BEGIN, *held.scripts()])
        held.documents = [
            _DOCUMENT.format(policy=policy, begin=_BEGIN, body=body)
            for body in self._bodies
        ]
        return held

    def _made(self, fragment: str) -> tuple[str, list[str]]:
        """Return HTML with what it would load inside, and the addresses that are not held."""
        missing: list[str] = []
        # Scripts that scripts load: by library, all addresses that mean it.
        later: dict[str, list[str]] = {}

        def script(found: re.Match[str]) -> str:
            attributes, text = found.groups()
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

        def link(found: re.Match[str]) -> str:
            address = _SOURCE.search(found[0])
            is_style = address is not None and "stylesheet" in found[0]
            held = self._find(address[1], missing) if address and is_style else ""
            return f"<style>{held}</style>" if held else ""

        made = _SCRIPT.sub(script, _LINK.sub(link, fragment.replace("\r\n", "\n")))
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
        found = _of_packages(url)
        is_library = re.search(r"\.(?:js|css)(?:\?|$)", url) or _VEGA_ADDRESS.match(url)
        if is_library and not found:
            missing.append(url)
        return found

    def _library(self, text: str, attributes: str) -> str:
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._libraries[name] = _unended(text)
        return f'<script {_LIBRARY}="{name}"{attributes}></script>'


def policy_of(texts: list[str]) -> str:
    """Return a policy that allows these scripts, and what is in the page; no address at all."""
    own = " ".join(sorted({hash_of(text) for text in texts}))
    return (
        "default-src 'none'; img-src data: blob:; media-src data:; font-src data:; "
        f"style-src 'unsafe-inline'; script-src {own} 'unsafe-eval' blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def hash_of(script: str) -> str:
    """Return what a policy calls a script by."""
    digest = hashlib.sha256(script.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@functools.lru_cache(maxsize=64)
def _of_packages(url: str) -> str:
    for address, package, place in _BROUGHT:
        found = re.match(address, url)
        spec = importlib.util.find_spec(package) if found else None
        if found and spec and spec.origin:
            root = Path(spec.origin).resolve().parent
            file = (root / found.expand(place)).resolve()
            if file.is_relative_to(root) and file.is_file():
                return file.read_text("utf-8")
    if _VEGA_ADDRESS.match(url) and importlib.util.find_spec("vl_convert"):
        return str(importlib.import_module("vl_convert").javascript_bundle())
    return ""


def text_of(data: Mapping[str, Any], kind: str) -> str:
    """Return what an output holds of a kind as text: a list is one text in pieces."""
    value = data.get(kind, "")
    pieces = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in pieces):
        raise ReportError(f"an output of the kind {kind} must be text; got {value!r}")
    return "".join(pieces)


def _json(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")


def _unended(script: str) -> str:
    """Return a script in which no text ends the element that holds it."""
    return re.sub(r"<(?=/script|!--)", r"<\\", script, flags=re.IGNORECASE)


_BEGIN = (Path(__file__).parent / "template" / "frame.js").read_text("utf-8")
