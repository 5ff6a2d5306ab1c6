"""Turn a matplotlib figure into lean, repeatable SVG for a page.

matplotlib's own SVG carries a prolog, metadata with a date, a style element that would apply to
the whole page, ids that clash between two figures, six decimals a coordinate and the font stack
once a label. This module writes the same drawing without them.
"""

from __future__ import annotations

import functools
import io
import re
import textwrap
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import matplotlib as mpl

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# House colours that follow the page's scheme: drawn with the light value, written as a CSS
# variable with that value as its fallback.
INK = "#1b1f24"
MUTED = "#59626d"
GRID = "#d8dde3"
PAPER = "#fefefe"  # not #ffffff: plain white stays white (text on dark cells)
SOFT = "#eceff2"
CSS_COLOURS = {
    INK: "--ct-ink",
    MUTED: "--ct-muted",
    GRID: "--ct-grid",
    PAPER: "--ct-paper",
    SOFT: "--ct-soft",
}
#: Labels are measured with DejaVu Sans; the others are as wide or narrower, so nothing collides.
FONT_STACK = "DejaVu Sans,Verdana,Segoe UI,Roboto,Helvetica,Arial,sans-serif"

#: An artist whose gid begins so has its title in the rest: `line.set_gid("t:Third wave: 48.6 m")`.
TITLE = "t:"

_SVG = "http://www.w3.org/2000/svg"
_NS = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_COLOUR = re.compile("|".join(CSS_COLOURS))
_FONT = re.compile(r"(\d+(?:\.\d+)?)px\b")
_NEAR_LETTER = re.compile(r"(?<=[A-Za-z])\s+|\s+(?=[A-Za-z])")
_EXPORT_WIDTH = (
    78  # characters a title line of the exported picture holds at house width
)


def figure_svg(
    figure: Figure,
    name: str,
    *,
    alt: str,
    title: str = "",
    source: str = "",
    standalone: bool = False,
) -> str:
    """Return the figure as one `<svg>` element without prolog.

    Parameters
    ----------
    figure
        Any matplotlib figure; it is drawn, not changed.
    name
        Salt of every id inside, so that two figures on one page cannot clash.
    alt
        Text alternative, written as `aria-label`.
    title, source
        Written into a hidden group `ct-export`, which the page's download button shows (and a
        standalone picture has visible), because on the page they stand around the picture.
    standalone
        True for a file of its own: title and source visible, fixed colours instead of variables,
        width and height set.

    Returns
    -------
    str
        Deterministic: the same figure and name give the same bytes.
    """
    root = ET.fromstring(_draw(figure, name))
    _unwrap(root)
    for element in root.iter():
        _tidy(element, standalone=standalone)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    box, export = _export_group(width, height, title, source)
    if standalone:
        _, _, wide, high = box.split()
        root.attrib |= {"viewBox": box, "width": wide, "height": high}
        export.attrib.pop("display")
    else:
        root.set("data-ct-viewbox", box)
    for element in export.iter():
        _tidy(element, standalone=standalone)
    root.insert(0, export)
    root.attrib |= {
        "role": "img",
        "aria-label": alt,
        "font-family": FONT_STACK,
        "stroke-linejoin": "round",
        "style": "max-width:100%;height:auto;display:block",
    }
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace(
        " />", "/>"
    )


def _draw(figure: Figure, name: str) -> str:
    buffer = io.StringIO()
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": name, "svg.image_inline": True}
    ):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _unwrap(parent: ET.Element) -> None:
    """Replace groups that say nothing by what they hold; drop empty ones, metadata and style."""
    children: list[ET.Element] = []
    for child in parent:
        if child.tag in {f"{_NS}metadata", f"{_NS}style"}:
            continue
        _unwrap(child)
        title = _title(child)
        if title is not None:
            child.insert(0, title)
        plain = (
            child.tag == f"{_NS}g" and child.attrib.keys() <= {"id"} and title is None
        )
        children.extend(child if plain else [child])
    parent[:] = children


def _title(element: ET.Element) -> ET.Element | None:
    """Return what a browser shows over a mark: an artist has it as its gid, after `t:`."""
    name = element.get("id", "")
    if not name.startswith(TITLE):
        return None
    del element.attrib["id"]
    title = ET.Element(f"{_NS}title")
    title.text = name.removeprefix(TITLE)
    return title


def _round(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _tidy(element: ET.Element, *, standalone: bool) -> None:
    if element.tag not in {f"{_NS}text", f"{_NS}title"}:
        element.text = None
    element.tail = None
    for key, value in list(element.attrib.items()):
        if key == "aria-label":
            continue
        if key == _XLINK:
            element.set("href", value)
            del element.attrib[key]
            continue
        text = _style(value) if key == "style" else _LONG_NUMBER.sub(_round, value)
        if key == "d":
            text = _NEAR_LETTER.sub("", text).strip()
        elif key == "transform":
            text = re.sub(r"\s*rotate\(-?0 [^)]*\)", "", text).strip()
            if text in {"", "translate(0 0)"}:
                del element.attrib[key]
                continue
        if not standalone and key in {"style", "fill", "stroke"}:
            text = _variables(text)
        element.set(key, text)


@functools.lru_cache(maxsize=1024)
def _style(value: str) -> str:
    text = _LONG_NUMBER.sub(_round, value)
    text = re.sub(r"\s*([:;])\s*", r"\1", text).strip("; ")
    text = re.sub(r"(^|;)font:([^;]*)", _font, text)
    return re.sub(
        r"(^|;)(?:font-family:[^;]*|text-anchor:start)(?=;|$)", "", text
    ).strip(";")


@functools.lru_cache(maxsize=1024)
def _variables(text: str) -> str:
    return _COLOUR.sub(lambda m: f"var({CSS_COLOURS[m[0]]},{m[0]})", text)


def _font(match: re.Match[str]) -> str:
    # "font: bold 9px 'DejaVu Sans', …": the family is inherited from the root.
    size = _FONT.search(match[2])
    words = match[2][: size.start()].split() if size else []
    parts = [f"font-size:{size[1]}px"] if size else []
    for word in words:
        kind = "style" if word in {"italic", "oblique"} else "weight"
        parts.append(f"font-{kind}:{word}")
    return match[1] + ";".join(parts)


def _export_group(
    width: float, height: float, title: str, source: str
) -> tuple[str, ET.Element]:
    """Return the full view box and the group with paper, title and source around the drawing."""
    columns = max(20, int(_EXPORT_WIDTH * width / 518.4))
    heads = textwrap.wrap(title, columns)
    foots = textwrap.wrap(source, int(columns * 1.45))
    top = 17 * len(heads) + (12 if heads else 0)
    bottom = 11 * len(foots) + (10 if foots else 0)
    group = ET.Element(f"{_NS}g", {"class": "ct-export", "display": "none"})
    box = (0.0, -float(top), width, height + top + bottom)
    edges = dict(
        zip(("x", "y", "width", "height"), (f"{value:g}" for value in box), strict=True)
    )
    ET.SubElement(group, f"{_NS}rect", {**edges, "fill": PAPER})
    bold = "font-size:12.5px;font-weight:bold"
    for lines, y, step, fill, style in (
        (heads, 19 - top, 17, INK, bold),
        (foots, height + 12, 11, MUTED, "font-size:8px"),
    ):
        for number, line in enumerate(lines):
            place = {
                "x": "8",
                "y": f"{y + step * number:g}",
                "fill": fill,
                "style": style,
            }
            ET.SubElement(group, f"{_NS}text", place).text = line
    return " ".join(f"{value:g}" for value in box), group
