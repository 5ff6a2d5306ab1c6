"""What the mirror statistics page draws and says that its notebook should not hold.

Frames are those of `ct.mirror(…, full=True)`, `ct.trade` and `ct.facts`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from catrade import words
from catrade.cells.frames import base_bounds
from catrade.charts import style
from catrade.pages.trade_growth import broken
from catrade.tables.names import GROUPS, flow_with, in_sentence
from catrade.tables.trade import read_table
from catrade.words import capital, dollars, exact
from rounding.formats import MISSING, is_missing, join
from rounding.intervals import bounds, difference_bounds, growth_bounds
from rounding.rounded import Rounded
from rounding.told import Unknown

#: A flow as China sees it.
FLOWS = {
    "total": "Total trade",
    "export": "China’s exports",
    "import": "China’s imports",
}
#: A flow as the beginning of a line.
_WAYS = {"export": "China sells to", "import": "China buys from"}
#: A c.i.f. margin above this is none that freight and insurance can be: the IMF takes 6%.
_PLAUSIBLE = 0.25
#: From so many dollars on a gap that is not known to a tenth of a billion is told without decimals.
_WIDE, _TENTH = 10e9, 0.1e9
#: A degree of latitude is so many of longitude at 45 degrees north.
_ASPECT = 1.4
#: Where on a map a country's circles stand, and its words: degrees, and which way they run.
_AT = ["longitude", "latitude", "across", "up", "side"]
_PLACES = {
    "KAZ": (67.0, 48.3, 67.0, 51.7, "center"),
    "KGZ": (75.0, 41.6, 78.7, 40.9, "left"),
    "TJK": (71.0, 38.6, 73.0, 36.2, "left"),
    "TKM": (58.5, 39.0, 58.5, 34.9, "center"),
    "UZB": (64.0, 42.0, 60.9, 41.8, "right"),
}


def outlines() -> pd.DataFrame:
    """Return the outlines of China and the five: a row a point of a line, in degrees."""
    return read_table("outlines").rename(columns={"source_id": "sources"})


def places(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of countries with their places on a map, and what is written there.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, alone=True)` returns of one year.

    Returns
    -------
    DataFrame
        `pairs` of totals with longitude and latitude (of the circles), across, up and side (of the
        words) and words.
    """
    at = pd.DataFrame.from_dict(_PLACES, orient="index", columns=_AT)
    totals = pairs[pairs["flow"] == "total"]
    rows = totals.join(at, on="partner", how="inner")
    own = rows["partner_bn"].map("{:.1f}".format)
    ours = rows["china_bn"].map("{:.1f}".format)
    counts = ours + " / " + own.replace("nan", "none")
    return rows.assign(words=rows["partner_name"] + "\n" + counts)


def draw_map(rows: pd.DataFrame) -> Axes:
    """Draw a ring for China's count and a disc for the country's own, by their areas.

    Parameters
    ----------
    rows
        What `places` returns.
    """
    # Land first, then of each country the ring, the disc and the words beside them.
    axes = Figure((7.2, 4.1)).subplots()
    for (code, _), line in outlines().groupby(["country", "ring"]):
        land = style.SOFT if code == "CHN" else style.GRID
        axes.fill(line["longitude"], line["latitude"], color=land, ec=style.PAPER)
    colours = style.COUNTRY_COLOURS
    drawn = rows.fillna({"partner_bn": 0})
    for row in drawn.to_dict("records"):
        ring = _circle(
            row, "china_bn", fill=False, ec=colours["CHN"], linewidth=2, zorder=3
        )
        disc = _circle(row, "partner_bn", color=colours[row["partner"]], zorder=2)
        axes.add_patch(ring)
        axes.add_patch(disc)
        axes.text(row["across"], row["up"], row["words"], ha=row["side"])
    axes.set(xlim=(46, 100), ylim=(34, 55.7), aspect=_ASPECT)
    axes.axis("off")
    return axes


def _circle(row: Any, column: str, **how: Any) -> Ellipse:
    """Return a circle whose area is a value, at the place of its country."""
    at = (row["longitude"], row["latitude"])
    high = 0.9 * row[column] ** 0.5
    return Ellipse(at, _ASPECT * high, high, **how)


def gaps(pairs: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the gap of each country's flows in a year, or the year before, widest first.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, full=True)` returns.
    year
        The newest year that may be shown; a country's flow of the year before stands in for it,
        and says so.

    Returns
    -------
    DataFrame
        `pairs` of exports and imports with a label: `China sells to Kyrgyzstan`.
    """
    rows = pairs.query("flow != 'total' and @year - 1 <= year <= @year")
    rows = rows.sort_values("year")
    rows = rows.drop_duplicates(["partner", "flow"], keep="last")
    names = rows["partner"].map(in_sentence)
    label = rows["flow"].map(_WAYS) + " " + names
    older = label + ", " + rows["year"].astype(str)
    rows["label"] = label.where(rows["year"] == year, older)
    return rows.sort_values("difference_bn", ascending=False)


def wide(gap: Rounded | Unknown, kind: str = "bn") -> str:
    """Write a gap; one of ten billion or more that is not known to a tenth, without decimals.

    The two figures beside it have as many as each bears: 84.22 and 49.3 leave 34.9 where the gap is
    34.97, so that a decimal would not be the one a reader works out.

    Examples
    --------
    >>> wide(Rounded(34.97e9, 34.91e9, 35.03e9)), wide(Rounded(14.53e9, 14.51e9, 14.56e9))
    ('$35bn', '$14.5bn')
    """
    if not isinstance(gap, Rounded):
        return str(gap)
    if abs(gap.value) >= _WIDE and gap.high - gap.low > _TENTH:
        kind += " whole"
    return f"{gap:{kind}}"


def gap_title(gap: Rounded, whose: str) -> str:
    """Return the finding: how much of trade is in one side's statistics alone."""
    if gap.value < 0:
        return f"{wide(-gap)} in {whose} books is not in China’s"
    return f"{wide(gap)} that China counts is not in {whose} books"


def growths(published: pd.DataFrame) -> pd.DataFrame:
    """Return how trade grew by either side, where one source of each has both years.

    Parameters
    ----------
    published
        What `ct.published(…, full=True)` returns of both sides, by flow.

    Returns
    -------
    DataFrame
        country, reporter, year, growth, sources; a row a side. What was converted from another
        currency is left out: the rate its office prints says more.
    """
    sound = "quality == 'ok' and coverage == 'goods' and not converted"
    rows = published.query(sound)
    keys = ["country", "reporter", "published", "sources", "year"]
    flows = rows.pivot_table("value_bn", keys, "flow")
    sums = flows.dropna().sum(axis=1)
    before = sums.rename(index=lambda year: year + 1, level="year")
    rates = (sums / before - 1).dropna()
    growth = rates.rename("growth").reset_index()
    # Of several sources the newest.
    side = ["country", "reporter", "year"]
    growth = growth.drop_duplicates(side, keep="last")
    of_year = growth.groupby(["country", "year"])
    sides = of_year["reporter"].transform("nunique")
    growth = growth[sides == 2].drop(columns="published")
    # Tables that list a whole flow print dollars.
    growth["growth_low"] = growth["growth"]
    growth["growth_high"] = growth["growth"]
    return growth.sort_values(["country", "year"])


def kinds_of(sources: pd.Series[str]) -> pd.Series[str]:
    """Return the kinds of each row's sources: the yearbooks of one bureau are one kind."""
    known = words.sources()

    def of(ids: str) -> str:
        kinds = {known[one]["kind"] for one in ids.split(";")}
        return ";".join(sorted(kinds))

    return sources.map(of)


def with_breaks(mirrored: pd.DataFrame) -> pd.DataFrame:
    """Break lines where the partner's figures change their source: such a step need not be trade.

    Parameters
    ----------
    mirrored
        Pairs of one flow.

    Returns
    -------
    DataFrame
        The rows and, half a year before one whose partner's figure is of another kind of source
        than in the pair before, or has none in the year before, one without a ratio.
    """
    rows = mirrored.sort_values(["partner", "year"])
    kinds = kinds_of(rows["partner_sources"])
    before = kinds.groupby(rows["partner"]).shift().fillna(kinds)
    return broken(rows.assign(begins=kinds != before), "partner", "ratio")


def less(whole: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    """Return a region's growth without a country, each on the base of its own growth.

    Both frames are `ct.growth`'s. A rate is as unsure as the four figures together.

    Examples
    --------
    30 to 31 less 2 to 3 is 28 to 28; at most 28.5 less 1.5, on at least 27.5 less 2.5.

    >>> known = {"flow": "import", "year": 2024, "sources": "a"}
    >>> ends = ["value_bn", "low_bn", "high_bn", "base_bn", "base_low_bn", "base_high_bn"]
    >>> whole = pd.DataFrame([known | dict(zip(ends, [31, 31, 31, 30, 29.5, 30.5]))])
    >>> part = pd.DataFrame([known | dict(zip(ends, [3, 2.5, 3.5, 2, 2, 2]))])
    >>> less(whole, part)[["growth", "growth_low", "growth_high"]].round(3).values.tolist()
    [[0.0, -0.035, 0.036]]
    """
    both = whole.merge(part, on=["flow", "year"], suffixes=("", "_part"))
    for name in ("value_bn", "base_bn"):
        both[name] -= both[f"{name}_part"]
    value = difference_bounds(bounds(both), bounds(both, "low_bn_part", "high_bn_part"))
    base = difference_bounds(
        base_bounds(both), bounds(both, "base_low_bn_part", "base_high_bn_part")
    )
    low, high = growth_bounds(value, base)
    return both.assign(
        growth=both["value_bn"] / both["base_bn"] - 1,
        growth_low=low,
        growth_high=high,
        sources=both["sources"] + ";" + both["sources_part"],
    )


def times(ratios: pd.DataFrame) -> str:
    """Say how many times a country's figure China's was, from the least to the most.

    Examples
    --------
    >>> known = {"partner": "KGZ", "year": [2015, 2019, 2024], "ratio": [4.0, 2.8, 4.1]}
    >>> times(pd.DataFrame(known))
    'China counts 2.8 to 4.1 times Kyrgyzstan’s figure, 2015–2024'
    """
    years, values = ratios["year"], ratios["ratio"]
    least = ratio(values.min())
    most = ratio(values.max())
    span = most if least == most else f"{least} to {most}"
    when = years.min()
    if len(years) > 1:
        when = f"{when}–{years.max()}"
    whose = in_sentence(ratios["partner"].iloc[0])
    return f"China counts {span} times {whose}’s figure, {when}"


def less_freight(margin: float) -> str:
    """Say in a sentence what is taken off importers' figures."""
    return f", importers’ figures less {margin:.0%} for freight," if margin else ""


def freight(newest: pd.DataFrame, cif_margin: float) -> str:
    """Say in how many cases freight and insurance cannot explain the gap, or make it wider.

    Parameters
    ----------
    newest
        Of each country and flow the newest pair.
    cif_margin
        What was taken off them already.
    """
    if cif_margin:
        return f"Freight of {cif_margin:.0%} is taken off above; what is left has other causes:"
    cases = _countries(newest).dropna(subset="implied_margin")
    if cases.empty:
        return ""
    wider = (cases["implied_margin"] < 0).sum()
    text = "An importer’s figure includes freight and insurance, so it should be the larger one."
    if wider:
        text = (
            f"Freight cannot explain it: in {wider} of {len(cases)} cases it widens the gap, "
            "because the importer’s figure, which includes freight and insurance, is the smaller "
            "one."
        )
    closed = cases[cases["implied_margin"].between(0, _PLAUSIBLE)]
    said = [
        f"a margin of {margin(row['implied_margin'])} would close the gap in {_flow(row)}"
        for row in closed.to_dict("records")
    ]
    return f"{text} {capital(join(said))}." if said else text


def _countries(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are no sum of others."""
    return pairs[~pairs["partner"].isin(GROUPS)]


def _flow(row: Any) -> str:
    """Return a flow from China's side: `China’s exports to Kazakhstan`."""
    return f"China’s {flow_with(row['flow'], in_sentence(row['partner']))}"


def gap_moved(steps: pd.DataFrame, year: Any) -> str:
    """Say how the gap between the two sides' totals moved in a year, by country.

    Parameters
    ----------
    steps
        Pairs beside those of the year before (`…_before`).
    year
        The year; nothing is said if it has no year before.
    """
    rows = steps[steps["year"] == year].query("flow == 'total'")
    if rows.empty:
        return ""
    parts = _countries(rows)
    sums = rows.drop(parts.index)
    whole = rows.iloc[0] if sums.empty else sums.iloc[0]
    before, now = _gap(whole, "_before"), _gap(whole)
    text = f"The gap was {before:usd} in {year - 1} and {wide(now, 'usd')} in {year}"
    if len(rows) == 1:
        return f"{text}."
    moved = parts["difference_bn"] - parts["difference_bn_before"]
    largest_first = moved.sort_values(ascending=False).index
    moves = []
    for row in parts.loc[largest_first].to_dict("records"):
        move = _gap(row) - _gap(row, "_before")
        said = f"{words.told(move):+usd} with {row['partner_name']}"
        if row["begins"]:
            said += f", whose figure is of another source than in {year - 1}"
        moves.append(said)
    return f"{text}, a change of {join(moves)}."


def _gap(row: Any, when: str = "") -> Rounded:
    """Return the gap of a pair, or of the year `_before`, with its interval."""
    ends = [row[f"difference{end}_bn{when}"] * 1e9 for end in ("", "_low", "_high")]
    return Rounded(*ends)


def other_sources(steps: pd.DataFrame, year: Any) -> str:
    """Say whose own figures of a year are of another source than those of the year before."""
    rows = steps[steps["year"] == year]
    rows = _countries(rows).query("flow == 'total'")
    before = kinds_of(rows["partner_sources_before"])
    now = kinds_of(rows["partner_sources"])
    names = rows.loc[before != now, "partner_name"].tolist()
    if not names:
        return ""
    text = f"The own figures of {join(names)} come from another source than in"
    return f"{text} {year - 1}."


def moved_most(steps: pd.DataFrame, year: int) -> str:
    """Say in which flow of which country the gap moved most in a year, and how in either book."""
    rows = steps[steps["year"] == year]
    rows = _countries(rows).query("flow != 'total'")
    if rows.empty:
        return ""
    moves = rows["difference_bn"] - rows["difference_bn_before"]
    row = rows.iloc[int(moves.abs().argmax())]
    verbs, ranges = [], []
    for side in ("china", "partner"):
        before, now = row[f"{side}_bn_before"], row[f"{side}_bn"]
        verbs.append("rose" if now > before else "fell")
        ranges.append(f"from {dollars(before):usd} to {dollars(now):usd}")
    verb, theirs = verbs
    other = ", but" if verb == theirs else f" and {theirs}"
    return (
        f"In {year} {_flow(row)} {verb} {ranges[0]} by China’s statistics{other}"
        f" {ranges[1]} by {in_sentence(row['partner'])}’s."
    )


def ratio(value: float) -> str:
    """Return how many times one figure is another, as a table writes it."""
    if is_missing(value):
        return MISSING
    return f"{exact(value):times}".removesuffix(" times")


def margin(part: float) -> str:
    """Return the margin that would close a gap, in words."""
    if is_missing(part):
        return MISSING
    if part < 0:
        return "none: the exporter’s figure is the larger"
    if part > _PLAUSIBLE:
        return "not plausible"
    return f"{exact(part):percent}"
