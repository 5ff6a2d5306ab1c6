"""Turn a matplotlib figure into repeatable SVG for a page.

matplotlib's own SVG carries a prolog, metadata with a date, a style element that would apply to
the whole page, ids that clash between two figures, and the font stack once a label. This module
takes them out; the drawing stays matplotlib's.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import category

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from pagemill.htmlparts import fill, unparted
from rounding.formats import MARK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# House colours that follow the page's scheme: drawn with the light value, written as a CSS
# variable with that value as its fallback.
INK = "#1b1f24"
MUTED = "#59626d"
GRID = "#d8dde3"
PAPER = "#fefefe"  # not #ffffff: plain white stays white (text on dark cells)
SOFT = "#eceff2"
SHADE = "#bcc4cc"
CSS_COLOURS = {
    INK: "--ct-ink",
    MUTED: "--ct-muted",
    GRID: "--ct-grid",
    PAPER: "--ct-paper",
    SOFT: "--ct-soft",
    SHADE: "--ct-shade",
}
#: The paper of a dark page, and the contrast of texts that WCAG 2.2 (1.4.3) asks for.
_DARK, _CONTRAST = "#14171c", 4.5
#: Labels are measured with DejaVu Sans; the others are as wide or narrower, so nothing collides.
FONT_STACK = "DejaVu Sans,Verdana,Segoe UI,Roboto,Helvetica,Arial,sans-serif"

#: An artist whose gid begins so has its title in the rest: `line.set_gid("t:Third wave: 48.6 m")`.
#: So has a point of a cloud whose url does: `axes.scatter(x, y, urls=["t:First", "t:Second"])`.
TITLE = "t:"
#: A text with this gid has an edge of paper: a line behind it does not cross its letters.
HALO = "halo"

_NOT_DRAWN = re.compile(
    r"<\?.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<style.*?</style>|</?svg.*?>",
    re.DOTALL,
)
_NAMED = re.compile(rf"<g id=([\"'])((?:{TITLE}(.*?)|.*?))\1([^>]*)>")
#: A text in a drawing that holds the mark of a missing figure is not drawn.
_UNKNOWN = re.compile(rf"(<text[^>]*>)[^<]*{MARK}[^<]*(?=</text>)")
_POINT = re.compile(rf"<a xlink:href=([\"']){TITLE}(.*?)\1[^>]*>(.*?)</a>", re.DOTALL)
_FAMILY = re.compile(r";? ?font-family: '[^;\"]*")
_TAG = re.compile(r"<[^>]+>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_COLOUR = re.compile("|".join(CSS_COLOURS))
_OF_TEXT = re.compile(r"(?<=fill: )#[0-9a-f]{6}")
#: Letters of the title and of the lines below a picture by itself.
_MEASURED = "DejaVu Sans"
_HEAD = FontProperties(family=_MEASURED, weight="bold", size=12.5)
_FOOT = FontProperties(family=_MEASURED, size=8)
# Points at which letters are measured, and what FreeType counts in one.
_SIZE, _FIXED = 100, 65536
# Of the width of a picture, what its lines may take: other fonts of the stack are a little wider.
_FILLED = 0.95
_BLANK = re.compile(r"[ \t\n]+")


def figure_svg(
    figure: Figure,
    name: str,
    *,
    alt: str,
    title: str = "",
    foot: Sequence[str] = (),
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
    title, foot
        Written into a hidden group `ct-export`, which the page's download button shows (and a
        standalone picture has visible), because on the page they stand around the picture. The
        paragraphs of the foot say whose figures they are, and what one must know of them.
    standalone
        True for a file of its own: title and foot visible, fixed colours instead of variables,
        width and height set.

    Returns
    -------
    str
        Deterministic: the same figure and name give the same bytes.
    """
    buffer = io.StringIO()
    with mpl.rc_context(
        {
            "savefig.bbox": None,  # all of it: its size is that of the figure
            "svg.fonttype": "none",
            "svg.hashsalt": name,
            "svg.image_inline": True,
        }
    ):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = _NOT_DRAWN.sub("", buffer.getvalue()).strip()
    drawn = _UNKNOWN.sub(r"\1", drawn)
    drawing = _POINT.sub(r"<g><title>\2</title>\3</g>", drawn)
    drawing = _NAMED.sub(_titled, drawing)
    width, height = figure.get_size_inches() * 72
    made = fill(
        "drawing.svg.j2",
        drawing=Markup(_TAG.sub(_tidy, re.sub(r">\s+<", "><", drawing))),
        alt=alt,
        width=width,
        height=height,
        heads=_balanced(title, _FILLED * width, _HEAD),
        foots=[line for text in foot for line in wrapped(text, _FILLED * width, _FOOT)],
        font=FONT_STACK,
        ink=INK,
        muted=MUTED,
        paper=PAPER,
        standalone=standalone,
    )
    return made if standalone else _TAG.sub(_with_variables, made)


def wrapped(text: str, width: float, font: FontProperties) -> list[str]:
    """Return a text in lines that are not wider, broken at blanks where there are any.

    Examples
    --------
    >>> wrapped("It rose by a half.", 70, _HEAD)
    ['It rose by', 'a half.']
    >>> wrapped("", 60, _HEAD)
    []
    """
    lines: list[str] = []
    for word in filter(None, _BLANK.split(unparted(text))):
        if lines and _width(f"{lines[-1]} {word}", font) <= width:
            lines[-1] += f" {word}"
            continue
        lines.append(word)
        while _width(lines[-1], font) > width and len(lines[-1]) > 1:
            letters = lines[-1]
            most = next(
                number
                for number in range(len(letters) - 1, 0, -1)
                if number == 1 or _width(letters[:number], font) <= width
            )
            lines[-1:] = [letters[:most], letters[most:]]
    return lines


def _balanced(text: str, width: float, font: FontProperties) -> list[str]:
    """Return a text in as few lines as there must be, and these about as long as each other."""
    lines = wrapped(text, width, font)
    narrower = (wrapped(text, tenths / 10 * width, font) for tenths in range(5, 10))
    return next((even for even in narrower if len(even) == len(lines)), lines)


def _width(text: str, font: FontProperties) -> float:
    """Return how wide a text is."""
    weight = str(font.get_weight())
    return font.get_size_in_points() * sum(_advance(sign, weight) for sign in text)


@functools.lru_cache(maxsize=10_000)
def _advance(letter: str, weight: str) -> float:
    """Return how wide a letter is, as a part of the size of its font."""
    font = _face(weight)
    if font.get_char_index(ord(letter)):
        return float(font.load_char(ord(letter)).linearHoriAdvance) / _FIXED / _SIZE
    # What the font lacks is nothing to be seen, or a square, as of other scripts.
    return 0.0 if category(letter) in ("Cf", "Mn") else 1.0


@functools.cache
def _face(weight: str) -> FT2Font:
    font = FT2Font(findfont(FontProperties(family=_MEASURED, weight=weight)))
    font.set_size(_SIZE, 72)
    return font


def _titled(group: re.Match[str]) -> str:
    """Return the beginning of a group without its id: with its title, or an edge of paper."""
    _, gid, title, others = group.groups()
    if gid == HALO:
        edge = f'paint-order="stroke" stroke="{PAPER}" stroke-width="3"'
        return f"<g{others} {edge}>"
    return f"<g{others}><title>{title}</title>" if title else f"<g{others}>"


def _tidy(tag: re.Match[str]) -> str:
    """Return a tag on one line, its numbers to two decimals, its font that of the drawing."""
    text = _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", tag[0])
    text = _FAMILY.sub("", text).replace("xlink:href", "href")
    return " ".join(text.split())


def _with_variables(tag: re.Match[str]) -> str:
    text = tag[0]
    if text.startswith("<text"):
        text = _OF_TEXT.sub(lambda colour: readable(colour[0]), text)
    return _COLOUR.sub(lambda ink: f"var({CSS_COLOURS[ink[0]]},{ink[0]})", text)


def readable(colour: str) -> str:
    """Return the CSS of a text's colour: darkened for the light page, lightened for the dark one.

    The page's own colours stay, and plain greys, which stand on cells of their own. A browser that
    does not know `light-dark` takes what was drawn.

    Examples
    --------
    >>> readable("#c98a00")
    '#c98a00;fill: light-dark(#976800,#c98a00)'
    >>> readable("#ffffff")
    '#ffffff'
    """
    if colour in CSS_COLOURS or len(set(to_rgb(colour))) == 1:
        return colour
    dark, light = (_mixed(colour, *ends) for ends in ((0, PAPER), (1, _DARK)))
    return f"{colour};fill: light-dark({dark},{light})"


def _mixed(colour: str, end: int, paper: str) -> str:
    """Mix a colour with black (0) or white (1) until it can be read on a paper (WCAG 2.2)."""
    for step in range(21):
        parts = [part + (end - part) * step / 20 for part in to_rgb(colour)]
        mix = to_hex(tuple(parts))  # type: ignore[arg-type]
        low, high = sorted(map(_luminance, (mix, paper)))
        if (high + 0.05) / (low + 0.05) >= _CONTRAST:
            break
    return mix


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
