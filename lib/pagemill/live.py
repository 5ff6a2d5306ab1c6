"""What an output holds: its text, and whether a page can show only a part of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rounding.errors import ReportError

HTML, SCRIPT = "text/html", "application/javascript"
#: A widget's place; its text is of how it began, not of what it shows.
VIEW = "application/vnd.jupyter.widget-view+json"
#: How the names of kinds begin that a page shows as they are.
_SHOWN = ("image/", "text/html", "text/markdown")
_RUNS = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)


def would_run(data: Mapping[str, Any]) -> bool:
    """Return whether an output runs something, or is only data for something that would.

    Examples
    --------
    >>> would_run({"text/html": "<p>words</p>"}), would_run({"text/html": "<script>1</script>"})
    (False, True)
    >>> chart = {"application/vnd.vegalite.v5+json": {}, "text/plain": "alt.Chart(...)"}
    >>> would_run(chart), would_run({**chart, "image/png": "iVBORw0KGgo="})
    (True, False)
    """
    is_data = any(kind.startswith("application/") for kind in data)
    is_shown = any(kind.startswith(_SHOWN) for kind in data)
    runs = SCRIPT in data or _RUNS.search(text_of(data, HTML))
    return bool(runs) or (is_data and not is_shown)


def text_of(data: Mapping[str, Any], kind: str) -> str:
    """Return what an output holds of a kind as text: a list is one text in pieces."""
    value = data.get(kind, "")
    pieces = value if isinstance(value, list) else [value]
    if not all(isinstance(piece, str) for piece in pieces):
        raise ReportError(f"an output of the kind {kind} must be text; got {value!r}")
    return "".join(pieces)
