"""Charts of dependence: China's share in its partners' trade beside their share in China's."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.names import name_of
from pagemill.display import Chart

#: Text at the end, rows, columns and colour of a line.
Line = tuple[str, pd.DataFrame, tuple[str, str, str], str]
_SHARE = ("share", "share_low", "share_high")
_write = words.share(*_SHARE)


@style.house()
def dependence_lines(
    shares: pd.DataFrame,
    countries: Sequence[str],
    *,
    source: str = "",
    name: str = "dependence",
) -> Chart:
    """Draw China's share in each country's trade over the years, by that country's statistics.

    Parameters
    ----------
    shares
        Result of `dependence.dependence`. Of one country its share in China's trade is drawn too,
        and the share with China's export figures in the place of the country's imports.
    countries
        Codes of the countries to draw.
    """
    rows = shares[shares["country"].isin(list(countries)) & shares["share"].notna()]
    own = rows[rows["reporter"] != "CHN"].sort_values("year")
    of = words.country(countries[0]) if len(countries) == 1 else "its partners"
    about = f"China's share in the trade of {of}"
    if own.empty:
        why = "No year has the country's own figures of its trade with China and with the world."
        return parts.empty(about, name, why)
    by_country = parts.split(own, "country").items()
    drawn: list[Line] = [(name_of(c), part, _SHARE, parts.colour_of(c)) for c, part in by_country]
    if len(drawn) == 1:
        drawn = _of_one(rows, own)
    first, last = (int(getattr(own["year"], end)()) for end in ("min", "max"))
    labels = [
        parts.dated(f"{text} {words.share(*columns)(part.iloc[-1])}", part.iloc[-1], last)
        for text, part, columns, _ in drawn
    ]
    figure, (axes,) = style.new_figure(3.4, margins=(0.5, right_margin(labels), 0.36, 0.32))
    style.year_axis(axes, first, last)
    axes.set_ylim(0, 1.08 * max(float(part[columns[2]].max()) for _, part, columns, _ in drawn))
    style.percent_axis(axes, f"{about}, by own statistics")
    for _, part, columns, colour in drawn:
        parts.line(axes, part, columns, colour)
    ends = zip(drawn, labels, strict=True)
    end_labels(axes, [(*parts.end(d[1], d[2][0]), text, d[3]) for d, text in ends])
    newest = own.groupby("country").tail(1).sort_values("share")
    low, high = newest.iloc[0], newest.iloc[-1]
    title = f"China was {_write(low)} to {_write(high)} of its partners' trade"
    if len(newest) == 1:
        title = f"China was {_write(low)} of {words.owner(low['country'])} trade in {low['year']}"
    alt = [f"Line chart, {words.span(own)}: {about}, by the partners' own statistics."]
    alt += [words.run(text, part, s[0], words.share(*s)) for text, part, s, _ in drawn]
    return parts.finish(
        figure,
        rows,
        title=title,
        alt=" ".join(alt),
        source=source,
        note=words.basis_note(own),
        name=name,
    )


def _of_one(rows: pd.DataFrame, own: pd.DataFrame) -> list[Line]:
    """Return the lines of one country's picture: its own share, China's side of it, and China's."""
    code = str(own["country"].iloc[0])
    lines: list[Line] = [("Own statistics", own, _SHARE, parts.colour_of(code))]
    mirror = own[own["mirror_share"].notna()]
    if len(mirror):
        ends = ("mirror_share", "mirror_share", "mirror_share")
        lines.append(("With China's exports", mirror, ends, style.MUTED))
    china = rows[
        (rows["reporter"] == "CHN") & rows["year"].between(own["year"].min(), own["year"].max())
    ]
    if len(china):
        lines.append(
            ("Share in China's", china.sort_values("year"), _SHARE, parts.colour_of("CHN"))
        )
    return lines
