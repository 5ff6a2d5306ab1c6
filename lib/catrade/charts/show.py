"""Show a drawing on a page: its finding, what is measured, its source, its data, its words."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from catrade.charts.fit import finish
from catrade.charts.marks import in_words, unit_of
from catrade_build import issuers
from catrade_build.tables import as_of
from catrade_build.words import capital, source_words
from pagemill.cites import source_ids
from pagemill.display import Chart
from pagemill.htmlparts import slug
from rounding.errors import ParameterError
from rounding.told import either

#: Publishers that the line of source names.
_NAMED = 2
#: Of a text alternative, at least.
_WORDS = 4


def show(
    drawing: Any,
    frame: pd.DataFrame,
    *titles: str,
    subtitle: str = "",
    note: str = "",
    name: str = "",
    unit: str = "",
) -> Chart | None:
    r"""Return a drawing as a figure of the page; where nothing was drawn, nothing.

    Each mark says its figure with unit, country and time by finger, mouse and keys; the text
    alternative is made of the marks and the words of the drawing; the line of source is made of the
    frame, which is offered as CSV. A year axis has whole years, bars start at zero, and names that
    would collide are moved apart. What has no room is refused in one sentence.

    Parameters
    ----------
    drawing
        Axes, a figure, or what seaborn returns.
    frame
        The rows that were drawn.
    *titles
        The finding, the fullest first: the first that lacks no figure is taken.
    subtitle
        What is measured, its unit, whose statistics.
    note
        One sentence, if a doubt changes how the figure is read.
    name
        Its address on the page and the name of its downloads; from its title if not given.
    unit
        Of the values, where the subtitle does not name it ("$ billion", "%", "thousand").

    Raises
    ------
    ParameterError
        If there is no drawing, frame or title, or a text has no room.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> from catrade import page
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value": [94.8, 106.3]})
    >>> figure, axes = page.canvas(260)
    >>> page.line(axes, frame, "CHN", "China\n106.3")
    >>> print(ct.show(axes, frame, "Trade passed $100bn in 2025", subtitle="$ billion"))
    Trade passed $100bn in 2025
    $ billion. China: from $94.8bn (2024) to $106.3bn (2025). Written in it: China 106.3.
    """
    figure = _figure_of(drawing)
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(
            "show needs the frame that was drawn, after the drawing; got "
            f"{type(frame).__name__}"
        )
    if frame.empty:
        return None
    if not any(titles) or not all(isinstance(title, str) for title in titles):
        raise ParameterError(
            "show needs a title, the finding in one sentence, after the frame"
        )
    if not any(axes.has_data() for axes in figure.axes):
        return None
    unit = unit or unit_of(subtitle)
    marks = finish(figure, frame, unit)
    told = in_words(figure, marks) or f"Drawn from {len(frame)} rows of its data"
    alt = ". ".join(filter(None, (subtitle, told))) + "."
    if len(alt.split()) < _WORDS:
        alt = f"What is drawn: {alt}"
    return Chart(
        figure,
        either(*titles) or capital(name.replace("-", " ")) or subtitle,
        alt,
        frame.reset_index(drop=True),
        source=source_line(frame),
        note=note,
        name=name and slug(name),
        subtitle=subtitle or capital(unit),
    )


def _figure_of(drawing: Any) -> Figure:
    """Return the figure that was drawn on, closed for pyplot: a notebook shows it once."""
    figure = getattr(drawing, "figure", None)
    if not isinstance(figure, Figure) or not figure.axes:
        raise ParameterError(
            "show needs the axes or figure that was drawn on, such as what canvas() or "
            f"sns.lineplot returns; got {type(drawing).__name__}"
        )
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close(figure)
    return figure


def source_line(frame: pd.DataFrame) -> str:
    """Return who published the figures of a frame, the most used first, and as known on which day.

    Examples
    --------
    >>> source_line(pd.DataFrame({"sources": ["eec-2022", None]}))
    'Eurasian Economic Commission.'
    >>> source_line(pd.DataFrame({"rain": [1]}))
    ''
    """
    columns = [name for name in issuers.COLUMNS if name in frame]
    cells = [cell for column in columns for cell in frame[column]]
    ids = [source_id for cell in cells for source_id in source_ids([cell])]
    table = source_words()
    publishers = [
        issuers.issuer(table[source_id]["publisher"])[0].partition(" (")[0]
        for source_id in ids or source_ids(frame.head(0))
        if source_id in table
    ]
    names = [name for name, _ in Counter(publishers).most_common()]
    # On a page of a day a calculation may have lost what says it.
    day = as_of.in_words_of(frame) or as_of.in_words_of(as_of.marked(frame))
    if not names:
        return capital(day and f"{day}.")
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    as_known = f", {day}" if day else ""
    return f"{'; '.join(names[:_NAMED])}{more}{as_known}."
