"""What a drawing says: the figure of each of its marks, and the whole of it in words.

Both are read from matplotlib's artists: what a mark is called is written on it, in the legend or
beside it on an axis. The frame that was drawn knows how far its figures are sure.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import CircleCollection, PathCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.dates import ConciseDateFormatter, num2date
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import ScalarFormatter
from matplotlib.transforms import IdentityTransform

from catrade.charts.style import DRIVE_NAMES, FLOW_NAMES
from catrade_build.issuers import is_rate
from catrade_build.tables.names import capital, name_of
from catrade_build.words import told_dollars
from pagemill.svg import TITLE
from rounding import formats
from rounding.rounded import Rounded, ends_of

#: Units that `Rounded` writes: what one is, and its format.
_WRITTEN = {
    "$ billion": (1e9, "bn"),
    "$ million": (1e6, "bn"),
    "billion yuan": (1e9, "cny"),
    "million yuan": (1e6, "cny"),
    "billion euros": (1e9, "eur"),
    "percentage points": (0.01, "points"),
    "%": (0.01, "percent"),
}
#: A unit, and not the 6% of another thing.
_UNITS = "|".join(map(re.escape, _WRITTEN)).replace("%", r"(?<!\d)%")
_UNIT = re.compile(
    rf"{_UNITS}|(?:(?<=, )|^)(?:(?:thousand|million|billion)\b[^,;:.]*|tonnes|units)",
    re.IGNORECASE,
)
#: Columns that say whose figures a frame has: the first that it holds.
_WHOSE = [["exporter", "importer"], ["country"], ["jurisdiction"], ["partner"]]
#: What a drawing may have multiplied a column by.
_SCALES = (1.0, 100.0, 1e3, 1e-3)
#: A share or growth of more is in per cent already.
_LARGEST_FRACTION = 20
#: So many series, and so many marks that no time orders, are told one by one.
_MOST = 10
#: More marks than these have no values by finger: the page would be of them alone.
_MOST_TIPS = 2000
#: A text that says more than a figure: it has a word, or a year before a figure.
_SAYS = re.compile(r"(?:^|\s)[^\W\d]{2,}|:")
#: How near to its name on an axis a bar of a group stands.
_NEAR = 0.45
#: What says when something was, and nothing else.
_MONTHS = "|".join(calendar.month_name[1:])
_TIME = re.compile(rf"(?:{_MONTHS}|[\d\s–-])*(?:19|20)\d\d")


#: Of each figure its bounds, and 100 if it is a fraction that is told in per cent.
Known = dict[Any, tuple[float, float, int]]


class Mark(NamedTuple):
    """One mark: of what and when, its place in time, its figure as it is drawn, and in words."""

    whose: str
    panel: str
    series: str
    colour: str
    name: str
    when: str
    place: float
    value: float
    text: str
    #: What a drawn 1 is in its unit: 100, if fractions were drawn and are told in per cent.
    by: int

    @property
    def told(self) -> str:
        """What finger, mouse and keys say of it."""
        heads = [self.panel, self.series, self.name, self.when]
        head = ", ".join(dict.fromkeys(filter(None, heads)))
        if self.whose and self.whose not in head:
            head = f"{self.whose}, {head}"
        return f"{head}: {self.text}" if head else self.text


def unit_of(subtitle: str, column: str = "") -> str:
    """Return the unit that a subtitle names, else that of a column; "" if neither says one.

    Examples
    --------
    >>> unit_of("Exports, $ billion, China’s statistics"), unit_of("Cars, thousand, used")
    ('$ billion', 'thousand')
    >>> unit_of("Growth", "value_bn"), unit_of("", "share"), unit_of("", "rain")
    ('$ billion', '%', '')
    """
    if match := _UNIT.search(subtitle):
        unit = match[0].strip()
        return unit.lower() if unit.lower() in _WRITTEN else unit
    if column.endswith("_bn"):
        return "$ billion"
    return "%" if is_rate(column) else ""


def written(value: float, unit: str, low: float = np.nan, high: float = np.nan) -> str:
    """Return a figure with its unit, and no more digits than its interval bears.

    Examples
    --------
    >>> written(19.907, "$ billion", 19.85, 19.95), written(0.6244, "$ billion")
    ('$19.9bn', '$624m')
    >>> written(-12.1, "%"), written(81.02, "thousand"), written(0.0512, "")
    ('−12.1%', '81.0 thousand', '0.051')
    """
    is_exact = np.isnan(low)
    low, high = np.nanmin([low, value]), np.nanmax([high, value])
    if unit in _WRITTEN:
        size, spec = _WRITTEN[unit]
        figure = Rounded(value * size, low * size, high * size)
        is_money = spec not in ("percent", "points")
        return f"{told_dollars(figure) if is_exact and is_money else figure:{spec}}"
    size = abs(value)
    places = 1 if size >= 1 or size == 0 else 1 - int(np.floor(np.log10(size)))
    if size >= 1000 or (float(value).is_integer() and not unit):
        places = 0
    return f"{formats.decimal(value, places)} {unit}".strip()


def word(key: str) -> str:
    """Return a code as a reader sees it.

    Examples
    --------
    >>> word("KAZ"), word("export"), word("Own words")
    ('Kazakhstan', 'Exports', 'Own words')
    """
    return capital((FLOW_NAMES | DRIVE_NAMES).get(key) or name_of(key))


def read(
    figure: Figure, frame: pd.DataFrame, unit: str, names: dict[str, str]
) -> list[Mark]:
    """Return the marks of a figure, and let each say on the page what it is.

    `names` are those that a legend gives to colours.
    """
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    drawn = {axes: [*_drawn_on(axes)] for axes in panels}
    whose = _whose(frame)
    known = _known(frame, unit, [one for every in drawn.values() for one in every])
    marks: list[Mark] = []
    for axes, every in drawn.items():
        panel = word(axes.get_title("left")) if len(panels) > 1 else ""
        # Points run along the axis on which more of them are figures of the frame.
        points = [at for _, _, ats, values, _ in every if values is None for at in ats]
        of_x, of_y = ([point[way] for point in points] for way in (0, 1))
        way = int(_best(known, of_y)[0] >= _best(known, of_x)[0])
        unseen: list[tuple[Any, str, str]] = []
        for label, colours, places, values, shapes in every:
            named = [names.get(colour, "") for colour in colours]
            if not label.startswith("_"):
                named = [word(label)] * len(colours)
            figures = [at[way] for at in places] if values is None else values
            found, sure = _best(known, figures)
            # A line that has neither name nor figure of the frame only leads to something.
            if values is None and not (any(named) or found):
                continue
            for shape, series, colour, (x, y), value in zip(
                shapes,
                named,
                colours,
                places,
                figures,
                strict=True,
            ):
                if not np.isfinite([x, y, value]).all():
                    continue
                texts = [_text_at(axes.xaxis, x), _text_at(axes.yaxis, y)]
                when = ", ".join(filter(_TIME.fullmatch, texts))
                name = ", ".join(text for text in texts if text and text not in when)
                place = x if when in texts[0] else y
                low, high, by = sure.get(np.float32(value), (np.nan, np.nan, 1))
                text = written(value * by, unit, low * by, high * by)
                mark = Mark(
                    whose, panel, series, colour, name, when, place, value, text, by
                )
                marks.append(mark)
                if len(marks) > _MOST_TIPS:
                    continue
                if shape is None:
                    unseen.append(((x, y), colour, TITLE + mark.told))
                else:
                    shape.set_gid(TITLE + mark.told)
        if unseen:
            _lay_points(axes, *zip(*unseen, strict=True))
    return marks


def _whose(frame: pd.DataFrame) -> str:
    """Return the one country, or two that trade, of a frame; "" where it has several.

    Examples
    --------
    >>> _whose(pd.DataFrame({"exporter": ["KAZ"], "importer": ["CHN"]}))
    'Kazakhstan to China'
    >>> _whose(pd.DataFrame({"partner": ["KAZ", "UZB"], "reporter": "CHN"}))
    ''
    """
    for columns in _WHOSE:
        if {*columns} <= {*frame}:
            codes = [frame[column].dropna().unique() for column in columns]
            is_one = all(len(code) == 1 for code in codes)
            return " to ".join(word(str(code[0])) for code in codes) if is_one else ""
    return ""


def _known(frame: pd.DataFrame, unit: str, drawn: list[Any]) -> list[Known]:
    """Return what a frame knows of drawn figures, from each column and its multiples.

    Figures are held to seven digits: a drawing may have computed the same a little otherwise.
    """
    every = [
        np.ravel(part)
        for _, _, *parts, _ in drawn
        for part in parts
        if part is not None
    ]
    figures = np.float32(np.concatenate([[], *every]))
    numbers = frame.select_dtypes("number", exclude="timedelta").astype(float)
    units = {*frame.get("unit", ()), frame.attrs.get("unit")}
    known = []
    for scale, name in itertools.product(_SCALES, map(str, numbers)):
        is_rated = is_rate(name) or "fraction" in units
        is_fraction = is_rated and numbers[name].abs().max() <= _LARGEST_FRACTION
        by = 100 if is_fraction and unit == "%" and scale == 1 else 1
        is_drawn = np.isin((numbers[name] * scale).to_numpy(np.float32), figures)
        if name in ("year", "month") or not is_drawn.any():
            continue
        three = numbers[is_drawn].reindex(columns=[name, *ends_of(name)]) * scale
        rows = three.to_numpy()
        # Where a figure comes twice, as it is surer not to be.
        rows = rows[np.argsort(np.nan_to_num(rows[:, 2] - rows[:, 1]), kind="stable")]
        known.append({np.float32(row[0]): (row[1], row[2], by) for row in rows})
    return known


def _best(known: list[Known], figures: Any) -> tuple[int, Known]:
    """Return how many of some figures the column knows that knows most, and what it knows."""
    drawn = [np.float32(figure) for figure in figures]
    counts = [sum(figure in held for figure in drawn) for held in known]
    most = max(counts, default=0)
    return most, known[counts.index(most)] if most else {}


def _drawn_on(axes: Axes) -> Iterator[tuple[str, list[str], Any, Any, list[Any]]]:
    """Yield what has marks on axes: its label; of each mark colour and place; figures and shapes.

    Points have no figure but their place, and no shape.
    """
    caps: set[Any] = set()
    drawn: Any
    for drawn in axes.containers:
        if isinstance(drawn, ErrorbarContainer):
            caps |= {*drawn.lines[1]}
        elif isinstance(drawn, BarContainer) and len(drawn):
            middles = [bar.get_bbox().get_points().mean(axis=0) for bar in drawn]
            # What begins and ends on days is no figure.
            if not (drawn.orientation == "horizontal" and _is_dated(axes.xaxis)):
                colours = [colour_of(bar) for bar in drawn]
                yield (
                    str(drawn.get_label()),
                    colours,
                    middles,
                    drawn.datavalues,
                    [*drawn],
                )
    for line in axes.lines:
        places = np.asarray(line.get_xydata(), float)
        # What stands upright is an interval or a rule, and what is not in data spans the axes.
        is_rule = len(places) == 2 and places[0, 0] == places[1, 0]
        in_data = line.get_transform() == axes.transData
        if in_data and len(places) and not (is_rule or _is_told(line) or line in caps):
            colours = [to_hex(line.get_color())] * len(places)
            yield str(line.get_label()), colours, places, None, [None] * len(places)
    cloud: Any
    for cloud in axes.collections:
        if isinstance(cloud, PathCollection) and not _is_told(cloud):
            places = _filled(cloud.get_offsets())
            faces: Any = np.resize(cloud.get_facecolor(), (len(places), 4))
            colours = [*map(to_hex, faces)]
            yield str(cloud.get_label()), colours, places, None, [None] * len(places)
        elif isinstance(cloud, QuadMesh):
            corners: Any = cloud.get_coordinates()
            low, high = corners[:-1, :-1].reshape(-1, 2), corners[1:, 1:].reshape(-1, 2)
            boxes = zip(low, *(high - low).T, strict=True)
            cells = [axes.add_patch(Rectangle(*box, alpha=0)) for box in boxes]
            figures = _filled(cloud.get_array()).ravel()
            yield "_", [""] * len(cells), (low + high) / 2, figures, cells


def _is_told(artist: Any) -> bool:
    """Return whether its author has said what it is."""
    texts = [artist.get_gid(), *getattr(artist, "get_urls", list)()]
    return any(str(text).startswith(TITLE) for text in texts)


def _lay_points(axes: Axes, places: Any, colours: Any, texts: Any) -> None:
    """Lay points on axes that are met by fingers and not seen."""
    look: dict[str, Any] = {"alpha": 0.01, "linewidths": 0, "zorder": 4}
    where = {"transform": IdentityTransform(), "offset_transform": axes.transData}
    points = CircleCollection(
        [13], offsets=places, facecolors=colours, urls=texts, **look, **where
    )
    points.set_in_layout(False)
    axes.add_collection(points, autolim=False)


def _filled(values: Any) -> Any:
    """Return an array in which what is masked is missing."""
    return np.ma.filled(np.ma.asarray(values, float), np.nan)


def colour_of(artist: Any) -> str:
    """Return the one colour of an artist, of the first of a group, or nothing."""
    part = next(iter(artist.get_children()), artist)
    paint = part.get_color() if hasattr(part, "get_color") else part.get_facecolor()
    colours = {to_hex(colour) for colour in to_rgba_array(paint)}
    return colours.pop() if len(colours) == 1 else ""


def _is_dated(axis: Axis) -> bool:
    return isinstance(axis.get_major_formatter(), ConciseDateFormatter)


def _text_at(axis: Axis, place: float) -> str:
    """Return what an axis calls a place: a day, a year or a name; on a scale it has none."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, ConciseDateFormatter):
        day = f"{num2date(place):%Y-%m-%d}"  # type: ignore[no-untyped-call]
        return formats.date(day.removesuffix("-01"))
    if isinstance(formatter, ScalarFormatter):
        return ""
    ticks = [float(tick) for tick in axis.get_ticklocs()]
    # Bars of a group stand beside the name that they share.
    for tick, text in zip(ticks, formatter.format_ticks(ticks), strict=True):
        if abs(tick - place) <= _NEAR:
            return word(str(text))
    return ""


def in_words(figure: Figure, marks: list[Mark]) -> str:
    """Return what a drawing shows: its series with their ends and extremes, and what is written."""
    series: dict[tuple[str, str, str], list[Mark]] = {}
    for mark in marks:
        series.setdefault((mark.panel, mark.series, mark.colour), []).append(mark)
    # What has a name first, and of these what is largest now.
    ranked = sorted(
        series.values(), key=lambda its: (not its[0].series, -its[-1].value)
    )
    kept = ranked if len(ranked) <= _MOST else ranked[:_MOST]
    sentences = [_told(its) for its in series.values() if its in kept]
    if more := len(ranked) - len(kept):
        sentences.append(f"{more} more series are in its data")
    texts = [
        " ".join(text.get_text().split())
        for axes in figure.axes
        for text in axes.texts
        if isinstance(text, Annotation)
    ]
    # A number at its bar is told with the bar.
    words = "; ".join(text for text in texts if _SAYS.search(text))
    if words:
        sentences.append(f"Written in it: {words}")
    return ". ".join(sentences)


def _told(marks: list[Mark]) -> str:
    """Say a series: of one over time its ends and extremes, else the largest and the smallest."""
    head = ", ".join(filter(None, (marks[0].panel, marks[0].series)))
    by_size = sorted(marks, key=lambda mark: -mark.value)
    names, times = {mark.name for mark in marks}, {mark.when for mark in marks}
    if len(names) == 1 < len(times):
        head = head or names.pop()
        first, *_, last = sorted(marks, key=lambda mark: mark.place)
        words = [f"from {_at(first)} to {_at(last)}"]
        extremes = {"highest": by_size[0], "lowest": by_size[-1]}
        words += [
            f"{what} {_at(mark)}"
            for what, mark in extremes.items()
            if mark not in (first, last)
        ]
    else:
        words = [f"{mark.name} {_at(mark)}".strip() for mark in by_size]
        if more := max(0, len(words) - _MOST):
            words = [*words[: _MOST - 1], f"{more} more", words[-1]]
    return f"{head}: {', '.join(words)}" if head else capital(", ".join(words))


def _at(mark: Mark) -> str:
    return f"{mark.text} ({mark.when})" if mark.when else mark.text
