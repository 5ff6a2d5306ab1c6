"""Outputs that would run, which no page does: which they are, and what of them needs no script."""

from __future__ import annotations

import html
import importlib
import importlib.util
import re
from collections.abc import Mapping
from typing import Any

from rounding.errors import ReportError

HTML, SCRIPT = "text/html", "application/javascript"

VIEW = "application/vnd.jupyter.widget-view+json"
# Kinds that are data alone and drawn by a script, by their names without a version.
_DRAWN = {
    "application/vnd.plotly",
    "application/vnd.vega",
    "application/vnd.vegalite",
    "application/vnd.jupyter.widget-view",
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
_RUNS = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)


def is_running(data: Mapping[str, Any]) -> bool:
    """Return whether an output would run or load something.

    Examples
    --------
    >>> is_running({"text/html": "<p>words</p>"}), is_running({SCRIPT: "draw()"})
    (False, True)
    """
    if any(_VERSION.split(kind)[0] in _DRAWN for kind in data):
        return True
    return bool(_RUNS.search(text_of(data, HTML)) or text_of(data, SCRIPT))


def with_static(data: Mapping[str, Any], state: Any = None) -> dict[str, Any]:
    """Return what an output holds, with a form of it that needs no script where there is one.

    A Vega chart is drawn where vl-convert is installed; a widget that only shows something is that.

    Examples
    --------
    >>> told = {"a": {"model_name": "HTMLModel", "state": {"value": "<b>Words</b>"}}}
    >>> with_static({VIEW: {"model_id": "a"}}, {"state": told})[HTML]
    '<b>Words</b>'
    """
    found = dict(data)
    for kind, value in data.items():
        name, _, version = kind.removesuffix("+json").rpartition(".v")
        drawing = "" if _SVG in data else _drawn(name, version, value)
        if drawing:
            found[_SVG] = drawing
    view = data.get(VIEW)
    if isinstance(view, dict) and HTML not in data:
        models = state.get("state") if isinstance(state, dict) else None
        shown = _widget(models, view.get("model_id"), ())
        found.update({HTML: shown} if shown else {})
    return found


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
        same = [one for one in versions if one.partition(".")[0] == version]
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
    inside = [str(one).removeprefix("IPY_MODEL_") for one in own.get("children", ())]
    return "".join(_widget(models, one, (*above, name)) for one in inside)


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
    is_loader = any("_load." in kind for kind in data) or any(
        one in shown for one in _LOADS
    )
    return is_loader or (_PANEL in data and "text/plain" not in data)


def is_foreign(data: Mapping[str, Any]) -> bool:
    """Return whether an output is data alone, in a form that no page knows."""
    known = any(kind == HTML or kind[:6] in ("text/m", "image/") for kind in data)
    return not known and any(kind.startswith("application/") for kind in data)


def text_of(data: Mapping[str, Any], kind: str) -> str:
    """Return what an output holds of a kind as text: a list is one text in pieces."""
    value = data.get(kind, "")
    pieces = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in pieces):
        raise ReportError(f"an output of the kind {kind} must be text; got {value!r}")
    return "".join(pieces)
