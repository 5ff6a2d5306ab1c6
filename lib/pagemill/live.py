"""Outputs that would run: which they are, and under what policy a page may hold them.

Each has a frame of its own, with an opaque origin and no way to the network (`extras.frames` makes
them). The page's own script shows them; the page's policy, which holds in them too, names each
script by its hash. What no policy forbids, `frame.js` takes away first; where it has not run, no
other script does.
"""

from __future__ import annotations

import base64
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
_SVG = "image/svg+xml"
# Widgets whose value is what they show, and how deep boxes may lie in boxes.
_WORDS, _DEEPEST = ("HTMLModel", "HTMLMathModel", "LabelModel"), 20
_VERSION = re.compile(r"\.v\d|\+")
# What an output holds that only loads or sets what later ones need.
_LOADS = (
    'class="bk-notebook-logo"',
    '<script type="esms-options">',
    "This is the <code>init_notebook_mode</code> cell from ITables",
    "const { set_or_remove_dark_class } = await window._itables",
)
_PANEL = "application/vnd.holoviews_exec.v0+json"
SCRIPTS = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_RUNS = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)
# Maps in a page of their own inside the output.
_INNER = re.compile(r'<iframe\b[^>]*\bsrcdoc="([^"]*)"', re.IGNORECASE)
#: What each script begins with that a policy allows. An output can make a frame of its own, with a
#: script of the same text; `frame.js` has not run there, and so that script must not.
GUARD = 'if (self.RTCPeerConnection) throw Error("not in a frame of the page");\n'


def html_source(data: Mapping[str, Any], state: Any = None) -> str:
    """Return the HTML that an output needs to run, or "" if nothing of it would.

    Examples
    --------
    >>> html_source({"text/html": "<p>words</p>"})
    ''
    >>> html_source({"application/javascript": "draw()"})
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
    return f"<script>{safe_script(script)}</script>" if script else ""


def with_static(data: Mapping[str, Any], state: Any = None) -> dict[str, Any]:
    """Return what an output holds, with a form of it that needs no script where there is one.

    A Vega chart is drawn where vl-convert is installed; a widget that only shows something is that.

    Examples
    --------
    >>> told = {"a": {"model_name": "HTMLModel", "state": {"value": "<b>Words</b>"}}}
    >>> with_static({VIEW: {"model_id": "a"}}, {"state": told})[HTML]
    '<b>Words</b>'
    """
    forms = dict(data)
    for kind, value in data.items():
        name, _, version = kind.removesuffix("+json").rpartition(".v")
        if drawing := _drawn(name, version, value):
            forms.setdefault(_SVG, drawing)
    view = data.get(VIEW)
    if isinstance(view, dict):
        models = state.get("state") if isinstance(state, dict) else None
        if shown := _widget(models, view.get("model_id"), ()):
            forms.setdefault(HTML, shown)
    return forms


def _drawn(name: str, version: str, chart: Any) -> str:
    """Return the SVG of a Vega chart, or "" where nothing here draws it."""
    write = {
        "application/vnd.vegalite": "vegalite_to_svg",
        "application/vnd.vega": "vega_to_svg",
    }.get(name)
    if write is None or not importlib.util.find_spec("vl_convert"):
        return ""
    vl_convert = importlib.import_module("vl_convert")
    options: dict[str, str] = {}
    if write == "vegalite_to_svg":
        versions = vl_convert.get_vegalite_versions()
        same = [own for own in versions if own.partition(".")[0] == version]
        options = {"vl_version": same[-1]} if same else {}
    try:
        return str(getattr(vl_convert, write)(chart, **options))
    except Exception:  # whatever is wrong with it: the page says that it is not there
        return ""


def _widget(models: Any, name: Any, above: tuple[Any, ...]) -> str:
    """Return what a widget shows that only shows something, or holds others: HTML or an output."""
    model = models.get(name) if isinstance(models, dict) else None
    if not isinstance(model, dict) or name in above or len(above) > _DEEPEST:
        return ""
    kind, own = model.get("model_name"), model.get("state", {})
    if kind in _WORDS:
        return str(own.get("value", ""))
    if kind == "OutputModel":
        return "".join(map(_shown, own.get("outputs", ())))
    inside = [
        str(child).removeprefix("IPY_MODEL_") for child in own.get("children", ())
    ]
    return "".join(_widget(models, child, (*above, name)) for child in inside)


def _shown(output: Mapping[str, Any]) -> str:
    data = output.get("data", {})
    text = str(output.get("text", "")) or text_of(data, "text/plain")
    return text_of(data, HTML) or f"<pre>{html.escape(text)}</pre>"


def is_loading(data: Mapping[str, Any]) -> bool:
    """Return whether an output only loads what later ones need.

    As those of bokeh's `output_notebook()`, itables' `init_notebook_mode()` and panel's
    `extension()`, one of which is a place without words of its own.
    """
    shown = text_of(data, HTML)
    is_place = _PANEL in data and "text/plain" not in data
    is_loader = any("_load." in kind for kind in data)
    return is_place or is_loader or any(text in shown for text in _LOADS)


def is_foreign(data: Mapping[str, Any]) -> bool:
    """Return whether an output is data alone, in a form that no page knows."""
    is_shown = any(kind == HTML or kind[:6] in ("text/m", "image/") for kind in data)
    return not is_shown and any(kind.startswith("application/") for kind in data)


class Held(BaseModel):
    """What a page holds of its frames: each document, and the scripts that they share."""

    libraries: dict[str, str] = {}
    documents: list[str] = []

    def scripts(self) -> list[str]:
        """Return the text of each script that frames may run; others hold data."""
        texts = [*self.libraries.values()]
        for document in self.documents:
            texts += [text for _, text in SCRIPTS.findall(document)]
        return [text for text in texts if text == BEGIN or text.startswith(GUARD)]


def policy_of(texts: list[str]) -> str:
    """Return a policy that allows these scripts, and what is in the page; no address at all."""
    own = " ".join(sorted({policy_hash(text) for text in texts}))
    return (
        "default-src 'none'; img-src data: blob:; media-src data:; font-src data:; "
        f"style-src 'unsafe-inline'; script-src {own} 'unsafe-eval' blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def policy_hash(script: str) -> str:
    """Return what a policy calls a script by."""
    digest = hashlib.sha256(script.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def text_of(data: Mapping[str, Any], kind: str) -> str:
    """Return what an output holds of a kind as text: a list is one text in pieces."""
    value = data.get(kind, "")
    pieces = value if isinstance(value, list) else [value]
    if not all(isinstance(piece, str) for piece in pieces):
        raise ReportError(f"an output of the kind {kind} must be text; got {value!r}")
    return "".join(pieces)


def _json(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")


def safe_script(script: str) -> str:
    """Return a script in which no text ends the element that holds it."""
    return re.sub(r"<(?=/script|!--)", r"<\\", script, flags=re.IGNORECASE)


BEGIN = (Path(__file__).parent / "template" / "frame.js").read_text("utf-8")
