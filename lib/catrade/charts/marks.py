"""What a drawing says: the figure of each of its marks, and the whole of it in words.

Both are read from matplotlib's artists: what a mark is called is written on it, in the legend or
beside it on an axis. The frame that was drawn knows how far its figures are sure.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
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


class Drawn(NamedTuple):
    """One mark as it is drawn; a point has no figure but its place, and no shape."""

    label: str
    colour: str
    x: float
    y: float
    value: float | None = None
    shape: Any = None


class Held(NamedTuple):
    """One figure of a frame: its ends, its rounding, what a drawn 1 is told as, where it stands."""

    low: float
    high: float
    rounding: str
    by: int
    row: int = -1


#: Of a figure that the frame does not hold.
_UNKNOWN = Held(np.nan, np.nan, "nearest", 1)


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


def unit_of(subtitle: str) -> str:
    """Return the unit that a subtitle names; "" if it names none.

    Examples
    --------
    >>> unit_of("Exports, $ billion, China’s statistics"), unit_of("Cars, thousand, used")
    ('$ billion', 'thousand')
    """
    match = _UNIT.search(subtitle)
    unit = match[0].strip() if match else ""
    return unit.lower() if unit.lower() in _WRITTEN else unit


def written(
    value: float,
    unit: str,
    low: float = np.nan,
    high: float = np.nan,
    rounding: str = "nearest",
) -> str:
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
        figure = Rounded(value * size, low * size, high * size, rounding)
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
    whose, known = _whose(frame), _known(frame, unit)
    marks: list[Mark] = []
    for axes in panels:
        panel = word(axes.get_title("left")) if len(panels) > 1 else ""
        every = [*_drawn_on(axes)]
        # Points run along the axis on which more of them are figures of the frame.
        points = [one for one in every if one.value is None]
        across, up = (
            sum(np.float32(place) in known for place in places)
            for places in ([one.x for one in points], [one.y for one in points])
        )
        unseen: list[tuple[Any, str, str]] = []
        for one in every:
            value = (
                one.value if one.value is not None else one.x if across > up else one.y
            )
            series = names.get(one.colour, "")
            if not one.label.startswith("_"):
                series = word(one.label)
            # What has neither name nor figure of the frame only leads to something.
            is_leading = (
                one.value is None and not series and np.float32(value) not in known
            )
            if is_leading or not np.isfinite([one.x, one.y, value]).all():
                continue
            texts = [_text_at(axes.xaxis, one.x), _text_at(axes.yaxis, one.y)]
            when = ", ".join(filter(_TIME.fullmatch, texts))
            name = ", ".join(text for text in texts if text and text not in when)
            place = one.x if when in texts[0] else one.y
            figures = known.get(np.float32(value), [_UNKNOWN])
            held = _meant(figures, {panel, series, *texts}, frame)
            by = held.by
            ends = held.low * by, held.high * by
            text = written(value * by, unit, *ends, held.rounding)
            mark = Mark(
                whose, panel, series, one.colour, name, when, place, value, text, by
            )
            marks.append(mark)
            if len(marks) > _MOST_TIPS:
                continue
            if one.shape is None:
                unseen.append(((one.x, one.y), one.colour, TITLE + mark.told))
            else:
                one.shape.set_gid(TITLE + mark.told)
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


def _known(frame: pd.DataFrame, unit: str) -> dict[Any, list[Held]]:
    """Return the figures of a frame by their value; fractions are told in per cent as 100.

    Figures are held to seven digits: a drawing may have computed the same a little otherwise.
    """
    numbers = frame.select_dtypes("number", exclude="timedelta").astype(float)
    numbers = numbers.dropna(axis="columns", how="all")
    usual = ["nearest"] * len(frame)
    units = {*frame.get("unit", ()), frame.attrs.get("unit")}
    known: dict[Any, list[Held]] = defaultdict(list)
    for name in map(str, numbers.columns.drop(["year", "month"], errors="ignore")):
        is_rated = is_rate(name) or "fraction" in units
        is_fraction = is_rated and numbers[name].abs().max() <= _LARGEST_FRACTION
        by = 100 if is_fraction and unit == "%" else 1
        ways = frame["rounding"] if name == "value" and "rounding" in frame else usual
        three = numbers.reindex(columns=[name, *ends_of(name)]).to_numpy()
        # A fraction is drawn as it is, or in per cent.
        for scale, told in ((1, by), (100, 1)):
            figures = zip(three * scale, ways, strict=True)
            for row, ((value, low, high), way) in enumerate(figures):
                if np.isnan(value):  # a wide frame is mostly empty
                    continue
                its = known[np.float32(value)]
                if row not in [held.row for held in its]:
                    its.append(Held(low, high, way, told, row))
    return known


def _meant(figures: list[Held], said: set[str], frame: pd.DataFrame) -> Held:
    """Return of figures of one value the one whose row says most of what the mark says."""
    if len({str(held[:4]) for held in figures}) == 1:  # nan is not itself
        return figures[0]
    words = frame.select_dtypes(exclude="float").astype(object).to_numpy()

    return max(figures, key=lambda held: len(said & {*map(_word_of, words[held.row])}))


def _drawn_on(axes: Axes) -> Iterator[Drawn]:
    """Yield what is drawn on axes and says something: bars, points of lines and clouds, cells."""
    caps: set[Any] = set()
    for bars in axes.containers:
        if isinstance(bars, ErrorbarContainer):
            caps |= {*bars.lines[1]}
        # What begins and ends on days is no figure.
        is_spell = getattr(bars, "orientation", "") == "horizontal" and _is_dated(
            axes.xaxis
        )
        if isinstance(bars, BarContainer) and not is_spell:
            values: Any = bars.datavalues
            for bar, value in zip(bars, values, strict=True):
                x, y = bar.get_bbox().get_points().mean(axis=0)
                yield Drawn(str(bars.get_label()), colour_of(bar), x, y, value, bar)
    for line in axes.lines:
        places = np.asarray(line.get_xydata(), float)
        # What stands upright is an interval or a rule, and what is not in data spans the axes.
        is_rule = len(places) == 2 and places[0, 0] == places[1, 0]
        in_data = line.get_transform() == axes.transData
        if in_data and not (is_rule or _is_told(line) or line in caps):
            colour = to_hex(line.get_color())
            for place in places:
                yield Drawn(str(line.get_label()), colour, *place)
    cloud: Any
    for cloud in axes.collections:
        if isinstance(cloud, PathCollection) and not _is_told(cloud):
            places = _filled(cloud.get_offsets())
            faces: Any = np.resize(cloud.get_facecolor(), (len(places), 4))
            for place, face in zip(places, faces, strict=True):
                yield Drawn(str(cloud.get_label()), to_hex(face), *place)
        elif isinstance(cloud, QuadMesh):
            corners: Any = cloud.get_coordinates()
            low, high = corners[:-1, :-1].reshape(-1, 2), corners[1:, 1:].reshape(-1, 2)
            figures = _filled(cloud.get_array()).ravel()
            for corner, size, value in zip(low, high - low, figures, strict=True):
                cell = axes.add_patch(Rectangle(corner, *size, alpha=0))
                x, y = corner + size / 2
                yield Drawn("_", "", x, y, value, cell)


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
        return _word_of(num2date(place))  # type: ignore[no-untyped-call]
    if isinstance(formatter, ScalarFormatter):
        return ""
    ticks = [float(tick) for tick in axis.get_ticklocs()]
    # Bars of a group stand beside the name that they share.
    for tick, text in zip(ticks, formatter.format_ticks(ticks), strict=True):
        if abs(tick - place) <= _NEAR:
            return word(str(text))
    return ""


def _word_of(cell: Any) -> str:
    """Return a cell of a frame as the axis or the legend has it."""
    if isinstance(cell, dt.date) and not pd.isna(cell):
        return formats.date(f"{cell:%Y-%m-%d}".removesuffix("-01"))
    return word(str(cell))


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
