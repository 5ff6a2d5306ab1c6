"""Charts of who is the largest trading partner: by year, and country by country."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from catrade.charts import parts, style, words
from catrade.charts.labels import spread, text_width
from catrade.claim_check.charts.intervals import source_line
from catrade.claim_check.leaders import with_article
from catrade.names import GROUPS, name_of
from pagemill import formats
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Sign, words and fill of each state of the lead; the sign tells them apart without colour.
LEAD_SIGNS = {
    "subject": ("{subject}", "{subject_name} ahead", "subject"),
    "rival": ("{rival}", "{rival_name} ahead", "rival"),
    "too close": ("=", "too close to tell", "#b3bac2"),
    "unknown": ("·", "one figure only", ""),
}


@style.house()
def lead_grid(history: pd.DataFrame, *, source: str = "", name: str = "lead-by-year") -> Chart:
    """Draw who was ahead, the subject or one rival, by country and year, by each statistics.

    Parameters
    ----------
    history
        Result of `claims_leaders.lead_history` for one rival, by one or both statistics.
    """
    subject = "Who was the larger trading partner"
    if history.empty or not (history["lead"] != "unknown").any():
        return parts.empty(subject, name)
    first_row = history.iloc[0]
    who = {"subject": str(first_row["subject"]), "rival": str(first_row["rival"])}
    signs = {
        lead: (
            sign.format(**{k: name_of(v)[0] for k, v in who.items()}),
            text.format(**{f"{k}_name": name_of(v) for k, v in who.items()}),
            style.COUNTRY_COLOURS.get(who.get(fill, ""), fill),
        )
        for lead, (sign, text, fill) in LEAD_SIGNS.items()
    }
    books = [b for b in ("each", "partner") if b in set(history["books"])]
    countries = [c for c in (*GROUPS["CA5"], "CA5") if c in set(history["country"])]
    first, last = int(history["year"].min()), int(history["year"].max())
    left = max(text_width(name_of(code)) for code in countries) / 72 + 0.2
    height = 0.55 + len(books) * (0.34 + 0.24 * len(countries)) + 0.35
    figure, axes = style.new_figure(
        height, ratios=(1.0,) * len(books), margins=(left, 0.1, 0.34, 0.55), gap=0.36
    )
    for panel, book in zip(axes, books, strict=True):
        rows = history[history["books"] == book]
        panel.grid(visible=False)
        panel.spines["bottom"].set_visible(False)
        panel.tick_params(length=0)
        panel.set_ylim(len(countries) - 0.45, -0.55)
        panel.set_yticks(range(len(countries)), [name_of(code) for code in countries])
        panel.set_title(_BOOKS[book].format(**{k: words.owner(v) for k, v in who.items()}))
        _lead_cells(panel, rows, countries, signs)
    style.year_axis(axes[-1], first, last)
    _key(axes[-1], [signs[lead] for lead in signs])
    changes = {b: _since(history[history["books"] == b], countries) for b in books}
    alt = [f"Grid of countries by years, {first} to {last}, for {name_of(who['subject'])} against "
           f"{with_article(who['rival'])}."]  # fmt: skip
    alt += [f"{_BOOKS[b].format(**{k: words.owner(v) for k, v in who.items()})}: {changes[b]}."
            for b in books]  # fmt: skip
    counts = [_ahead_now(history[history["books"] == book]) for book in books]
    said = ", ".join(
        f"{n} of {most} by {_BY[book]} ({years})"
        for book, (n, most, years) in zip(books, counts, strict=True)
        if most
    )
    return Chart(
        figure,
        f"{name_of(who['subject'])} ahead of {with_article(who['rival'])}, newest year: {said}",
        " ".join(alt),
        history[history["lead"] != "unknown"].reset_index(drop=True),
        source=source or source_line(history),
        note="Empty: no figure of either. A comparison is of totals; the lead counts only where "
        "the rounding intervals do not touch.",
        name=name,
        latest_right=True,
    )


_BOOKS = {
    "each": "{subject} and {rival} own statistics",
    "partner": "The country's own statistics",
}


#: The same, short, as it stands in a title.
_BY = {"each": "both partners' data", "partner": "the countries' own"}


def _ahead_now(rows: pd.DataFrame) -> tuple[int, int, str]:
    """Count the countries whose newest comparison has the subject ahead, and say of which years."""
    known = rows[rows["lead"] != "unknown"].sort_values("year")
    newest = known.groupby("country", sort=False).tail(1)
    ahead = int((newest["lead"] == "subject").sum())
    return ahead, len(newest), words.years(sorted(set(newest["year"].astype(int))))


def _lead_cells(axes: Axes, rows: pd.DataFrame, countries: Sequence[str], signs: Any) -> None:
    for lead, (sign, _, fill) in signs.items():
        some = rows[rows["lead"] == lead]
        if some.empty:
            continue
        y = some["country"].map(list(countries).index)
        if fill:
            boxes = [Path([(x - 0.46, v - 0.44), (x + 0.46, v - 0.44), (x + 0.46, v + 0.44),
                           (x - 0.46, v + 0.44), (x - 0.46, v - 0.44)], closed=True)
                     for x, v in zip(some["year"], y, strict=True)]  # fmt: skip
            axes.add_artist(PathPatch(Path.make_compound_path(*boxes), facecolor=fill))
        ink = style.text_on(fill) if fill else style.MUTED
        for x, v in zip(some["year"], y, strict=True):
            axes.text(x, v, sign, ha="center", va="center_baseline", fontsize=7.5, color=ink)


def _key(axes: Axes, signs: Sequence[tuple[str, str, str]]) -> None:
    x = 6.0
    for sign, text, fill in signs:
        box = {"facecolor": fill or "none", "edgecolor": style.GRID, "linewidth": 0.8, "pad": 2}
        ink = style.text_on(fill) if fill else style.MUTED
        how: dict[str, Any] = {"xycoords": "figure points", "va": "center"}
        how["annotation_clip"] = False
        axes.annotate(sign, (x + 5, 9), ha="center", bbox=box, fontsize=7.5, color=ink, **how)
        axes.annotate(text, (x + 15, 9), color=style.INK, fontsize=8.5, **how)
        x += text_width(text, 8.5) + 34


def _since(rows: pd.DataFrame, countries: Sequence[str]) -> str:
    texts = []
    for code in countries:
        part = rows[(rows["country"] == code) & (rows["lead"] != "unknown")].sort_values("year")
        if part.empty:
            texts.append(f"{name_of(code)}, no year with both figures")
            continue
        ahead = part.loc[part["lead"] == "subject", "year"].astype(int)
        years = f"in {words.years(ahead)}" if len(ahead) else "in no year"
        name = name_of(str(part["subject"].iloc[0]))
        texts.append(f"{name_of(code)}, {name} ahead {years}")
    return "; ".join(texts)


@style.house()
def lead_multiples(
    history: pd.DataFrame, *, source: str = "", name: str = "lead-by-country"
) -> Chart:
    """Draw each country's trade with the subject and with its rivals, one panel a country.

    Parameters
    ----------
    history
        Result of `claims_leaders.lead_history` for one set of books.
    """
    shown = _long(history)
    countries = [c for c in (*GROUPS["CA5"], "CA5") if c in set(shown["country"])]
    if not countries:
        return parts.empty("Trade with the largest partners", name)
    columns, height = 2, 0.42 + 1.5 * ((len(countries) + 1) // 2)
    figure = Figure(figsize=(style.WIDTH, height))
    grid = figure.add_gridspec(
        (len(countries) + 1) // 2, columns, hspace=0.52, wspace=0.34,
        left=0.06, right=0.9, top=1 - 0.3 / height, bottom=0.28 / height,
    )  # fmt: skip
    first, last = int(shown["year"].min()), int(shown["year"].max())
    alt = []
    for place, code in enumerate(countries):
        axes = figure.add_subplot(grid[place // columns, place % columns])
        rows = shown[shown["country"] == code]
        step = next(s for s in (2, 5, 10, 20) if (last - first) / s <= 5)
        ticks = [y for y in range(first, last + 1) if (last - y) % step == 0]
        axes.set_xticks(ticks, [str(y) for y in ticks])
        axes.set_xlim(first - 0.6, last + 0.6)
        axes.set_ylim(*parts.limits(rows, "low_usd", "high_usd", room=0.1))
        style.money_axis(axes, float(rows["value_usd"].max()), name_of(code), ticks=3)
        ends = []
        for other in parts.ordered(words.codes(rows, "other")):
            part = rows[rows["other"] == other].sort_values("year")
            parts.line(
                axes, part, ("value_usd", "low_usd", "high_usd"), parts.colour_of(other), 1.7
            )
            ends.append((*parts.end(part, "value_usd"), name_of(other), parts.colour_of(other)))
            alt.append(words.run(f"{name_of(code)} with {with_article(other)}", part, "value_usd",
                                 words.money))  # fmt: skip
        _side_labels(axes, ends)
    lead = history[(history["lead"] != "unknown")].sort_values("year")
    newest = lead.groupby("country", sort=False).tail(1)
    ahead = [name_of(c) for c in newest.loc[newest["lead"] == "subject", "country"]]
    title = (
        f"By the countries' own figures {name_of(str(history['subject'].iloc[0]))} was the larger "
        f"of the two in the newest year in {formats.join(ahead)}"
        if ahead
        else "Trade with the largest partners by the countries' own figures"
    )
    return Chart(
        figure,
        title,
        f"One small line chart a country, {first} to {last}. {' '.join(alt)}",
        shown.reset_index(drop=True),
        source=source or source_line(history),
        note="Totals, exports plus imports, each panel on its own scale. A gap is a year without "
        "a figure. Partners the data hold no figure of are not drawn.",
        name=name,
        latest_right=True,
    )


def _side_labels(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    points = 72 / axes.figure.dpi
    heights = [float(axes.transData.transform((x, y))[1]) * points for x, y, _, _ in ends]
    box = axes.get_window_extent()
    places = spread(heights, 10, box.y0 * points, box.y1 * points)
    for (x, y, text, colour), at, place in zip(ends, heights, places, strict=True):
        parts.trace(axes, [x], [y], colour, marks="o", markersize=4.5, clip_on=False, zorder=5)
        axes.annotate(text, (x, y), xytext=(5, place - at), textcoords="offset points",
                      va="center", fontsize=8, annotation_clip=False)  # fmt: skip


def _long(history: pd.DataFrame) -> pd.DataFrame:
    """Return one row a country, year and partner from rows that compare two."""
    frames = []
    for who in ("subject", "rival"):
        new = {"usd": "value_usd", "low_usd": "low_usd", "high_usd": "high_usd"}
        ends = {f"{who}_{end}": name for end, name in new.items()}
        part = history[["country", "year", "period", who, *ends, "books", "source_ids"]]
        frames.append(part.rename(columns={who: "other", **ends}))
    long = pd.concat(frames, ignore_index=True).dropna(subset=["value_usd"])
    long["value_usd"] = long["value_usd"].astype(float)
    return long.drop_duplicates(["country", "year", "other"]).sort_values(
        ["country", "other", "year"], ignore_index=True
    )
