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
from catrade.charts import style
from catrade.pages.trade_growth import broken
from catrade.tables.names import GROUPS, NONE_PUBLISHED, flow_with, in_sentence
from catrade.tables.trade import read_table
from catrade.words import dollars, exact
from rounding.formats import MISSING, is_missing, join
from rounding.rounded import Rounded
from rounding.told import Row, Unknown, either, newest

#: A flow as China sees it.
FLOWS = {
    "total": "Total trade",
    "export": "China’s exports",
    "import": "China’s imports",
}
#: A flow as the beginning of a line; of a total whose flows are not known, both.
_WAYS = {
    "export": "China sells to",
    "import": "China buys from",
    "total": "Both ways, with",
}
#: What the IMF takes for freight and insurance (Direction of Trade Statistics Yearbook 2017), and
#: our own threshold: a margin above it is told as more than freight.
IMF_MARGIN, _PLAUSIBLE = 0.06, 0.10
#: From so many dollars on a gap that is not known to a tenth of a billion is told without decimals.
_WIDE, _TENTH = 10e9, 0.1e9
_BREAKS = (
    "A line breaks where there is no figure, and where the partner’s figures begin to come from"
    " other sources"
)
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


def compared(partner: str) -> Row:
    """Return who is set against China, and the words for them.

    Returns
    -------
    Row
        whole (code of their sum), members, focus (who is looked at in detail), whom (China trades
        with), count (`they count`), breaks (why lines break).
    """
    if partner == "CA5":
        return Row(
            {
                "whole": "CA4",
                "members": [*GROUPS["CA4"]],
                "focus": "KGZ",
                "whom": "the four countries that publish statistics",
                "count": "they count",
                "breaks": f"{_BREAKS}; that of all four where one of them does.",
            }
        )
    name = in_sentence(partner)
    return Row(
        {
            "whole": partner,
            "members": [partner],
            "focus": partner,
            "whom": name,
            "count": f"{name} counts",
            "breaks": f"{_BREAKS}.",
        }
    )


def outlines() -> pd.DataFrame:
    """Return the outlines of China and the five: a row a point of a line, in degrees."""
    return read_table("outlines")


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
        words) and words; sources are also of the outlines.
    """
    at = pd.DataFrame.from_dict(_PLACES, orient="index", columns=_AT)
    totals = pairs[pairs["flow"] == "total"]
    rows = totals.join(at, on="partner", how="inner")
    own = rows["partner_bn"].map("{:.1f}".format)
    ours = rows["china_bn"].map("{:.1f}".format)
    counts = ours + " / " + own.replace("nan", "none")
    shapes = outlines()["sources"].iloc[0]
    return rows.assign(
        words=rows["partner_name"] + "\n" + counts,
        sources=rows["sources"] + ";" + shapes,
    )


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


def year_of_gaps(pairs: pd.DataFrame, of_total: Any) -> Any:
    """Return the year whose gaps are shown: that of the total of several, of one of its flows.

    Parameters
    ----------
    pairs
        Pairs of one country or several.
    of_total
        The newest year of the pair of their total, or unknown.
    """
    flows = pairs[pairs["flow"] != "total"]
    several = len(pairs["partner"].unique()) > 1
    if flows.empty or (several and of_total):
        return of_total
    return flows["year"].max()


def gaps(pairs: pd.DataFrame, year: Any) -> pd.DataFrame:
    """Return the gap of each country's flows in a year, widest first; together they are the whole.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, full=True)` returns.
    year
        The year; a country whose flows are not known in it has its total instead.

    Returns
    -------
    DataFrame
        `pairs` of that year with a label: `China sells to Kyrgyzstan`.
    """
    rows: pd.DataFrame = pairs[pairs["year"] == year]
    flows = rows[rows["flow"] != "total"]
    without = ~rows["partner"].isin(flows["partner"])
    rows = pd.concat([flows, rows[without]])
    names = rows["partner"].map(in_sentence)
    rows["label"] = rows["flow"].map(_WAYS) + " " + names
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
        return f"{gap:{kind} whole}"
    return f"{words.told(gap):{kind}}"


def gaps_title(gaps: pd.DataFrame, whole: Rounded, who: Row) -> str:
    """Return the finding of a year's gaps: of one country how much, of several in which flow most.

    Parameters
    ----------
    gaps
        What `gaps` returns.
    whole
        The gap of the total.
    who
        What `compared` returns.
    """
    widest = newest(gaps.head(1))
    finding = gap_title(whole, who.whom, widest.year)
    if len(who.members) > 1:
        finding = f"{widest.label}: {widest.difference_bn / whole:percent} of the gap"
    return either(finding, "What China counts and they do not")


def gap_title(gap: Rounded, name: str, year: Any) -> str:
    """Return the finding: how much more of a year's trade one side counts than the other."""
    if gap.value < 0:
        return f"In {year} {name} counts {wide(-gap)} more than China does"
    return f"In {year} China counts {wide(gap)} more than {name} does"


def gaps_note(gaps: pd.DataFrame) -> str:
    """Say how flows are valued, and whose are not known one by one."""
    text = "Exports f.o.b., imports c.i.f."
    if len(gaps["partner"].unique()) > 1:
        text += f" Turkmenistan {NONE_PUBLISHED}."
    both_ways = gaps.loc[gaps["flow"] == "total", "partner"]
    if len(both_ways):
        names = join([in_sentence(code) for code in both_ways])
        text += f" Of {names} only the total of the year is known."
    return text


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


def with_breaks(pairs: pd.DataFrame) -> pd.DataFrame:
    """Break lines where the partner's figures change their source: such a step need not be trade.

    Parameters
    ----------
    pairs
        Pairs of one flow, of `ct.mirror(…, full=True)`, without holes.

    Returns
    -------
    DataFrame
        The rows and, half a year before one with a new source, or without a year before it, one
        without a ratio.
    """
    return broken(pairs.assign(begins=pairs["new_source"]), "partner", "ratio")


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


def freight(sound: pd.DataFrame) -> str:
    """Say in how many cases freight and insurance cannot explain the gap, or make it wider.

    Parameters
    ----------
    sound
        Pairs of several years; the newest of each country and flow is a case.
    """
    flows = _countries(sound).dropna(subset="implied_margin")
    series = ["partner", "flow"]
    before = flows.assign(year=flows["year"] + 1)
    before = before[[*series, "year", "implied_margin"]]
    cases = flows.sort_values("year").drop_duplicates(series, keep="last")
    cases = cases.merge(
        before, "left", [*series, "year"], suffixes=("", "_before")
    ).sort_values(series)
    if cases.empty:
        return ""
    margins = cases["implied_margin"]
    wider = (margins < 0).sum()
    text = "An importer’s figure includes freight and insurance, so it should be the larger one."
    if wider:
        text = (
            f"Freight cannot explain it: in {wider} of {len(cases)} cases it widens the gap, "
            "because the importer’s figure, which includes freight and insurance, is the smaller "
            "one."
        )
    closed = cases[margins.between(0, _PLAUSIBLE)].to_dict("records")
    more = cases[margins > _PLAUSIBLE].to_dict("records")
    sentences = [text]
    if closed:
        listed = [f"{margin(row['implied_margin'])} in {_flow(row)}" for row in closed]
        sentences.append(f"A margin would close the gap of {join(listed)}.")
    if more:
        listed = [f"{_flow(row)} ({_margins(row)})" for row in more]
        sentences.append(
            f"It would have to be more than {_PLAUSIBLE:.0%} in {join(listed)}; the IMF takes"
            f" {IMF_MARGIN:.0%}."
        )
    return " ".join(sentences)


def _margins(row: Any) -> str:
    """Return the margin that would close a gap, and that of the year before: it moves too fast."""
    now, before = row["implied_margin"], row["implied_margin_before"]
    text = f"{_size(now)} in {row['year']}"
    if is_missing(before) or before < 0:
        return text
    return f"{text}, {_size(before)} in {row['year'] - 1}"


def _size(part: float) -> str:
    """Return a margin; one of more than the goods themselves is no margin."""
    return "over 100%" if part > 1 else f"{exact(part):percent}"


def _countries(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are no sum of others."""
    return pairs[~pairs["partner"].isin(GROUPS)]


def _flow(row: Any) -> str:
    """Return a flow from China's side: `China’s exports to Kazakhstan`."""
    return f"China’s {flow_with(row['flow'], in_sentence(row['partner']))}"


def gap_now(both: Row, totals: pd.DataFrame) -> str:
    """Say what the gap is, and which country has the largest part of it.

    Parameters
    ----------
    both
        The pair of the whole.
    totals
        Pairs of totals of the countries in it.
    """
    text = f"The gap is {wide(both.difference_bn, 'usd')}"
    same_year = totals[totals["year"] == both.year]
    most = newest(same_year.sort_values("difference_bn").tail(1))
    part = most.difference_bn / both.difference_bn
    if len(same_year) < 2 or not 0 < part.value < 1:
        return f"{text}."
    return f"{text}, {part:percent whole} of it {in_sentence(most.partner)}’s."


def gap_before(steps: pd.DataFrame, year: Any) -> str:
    """Say what the gap of totals was a year before, and whose figures have another source since.

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
    countries = _countries(rows)
    sums = rows.drop(countries.index)
    whole = countries.iloc[0] if sums.empty else sums.iloc[0]
    before = words.told(_gap(whole, "_before"))
    text = f"It was {before:usd} in {year - 1}"
    names = countries.loc[countries["new_source"], "partner_name"].tolist()
    if not names:
        return f"{text}."
    whose = f"the own figures of {join(names)}"
    if 1 < len(names) == len(countries):
        whose = f"all {words.NUMBERS[len(names)]} countries’ own figures"
    return f"{text}, but {whose} come from other sources since: the change may be partly that."


def _gap(row: Any, when: str = "") -> Rounded:
    """Return the gap of a pair, or of the year `_before`, with its interval."""
    ends = [row[f"difference{end}_bn{when}"] * 1e9 for end in ("", "_low", "_high")]
    return Rounded(*ends)


def balances(pairs: pd.DataFrame) -> str:
    """Say what China's surplus with a country is in either book, in the newest year of both flows.

    Parameters
    ----------
    pairs
        Pairs of one country.
    """
    flows = pairs[pairs["flow"] != "total"]
    has_both = flows.groupby("year")["flow"].transform("count") == 2
    newest_year = flows[has_both].sort_values("year").tail(2)
    if newest_year.empty:
        return ""
    year, own = newest_year["year"].iloc[0], in_sentence(newest_year["partner"].iloc[0])
    sign = newest_year["flow"].map({"export": 1, "import": -1})
    sizes = []
    for side in ("china_bn", "partner_bn"):
        surplus = float((sign * newest_year[side]).sum())
        kind = "surplus" if surplus > 0 else "deficit"
        sizes.append(f"a {kind} of {dollars(abs(surplus)):usd}")
    return f"By China’s statistics it had {sizes[0]} with {own} in {year}, by {own}’s {sizes[1]}."


def moved_most(steps: pd.DataFrame, year: int) -> str:
    """Say in which flow of which country the gap moved most in a year, and how in either book.

    Flows are left out whose own figure has another source than the year before.
    """
    rows = steps[steps["year"] == year]
    rows = _countries(rows).query("flow != 'total' and not new_source")
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
    """Return the margin that would close a gap, in words.

    Examples
    --------
    >>> margin(0.069), margin(0.248), margin(-0.45)
    ('6.9%', '24.8%: more than freight', 'none: the exporter’s figure is the larger')
    """
    if is_missing(part):
        return MISSING
    if part < 0:
        return "none: the exporter’s figure is the larger"
    return _size(part) + (": more than freight" if part > _PLAUSIBLE else "")


def of_whole_gap(goods: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return goods with their shares in the gap of all goods, where single chapters are compared.

    `ct.mirror_goods` has the share in the gap of these chapters, in which others are left out.

    Parameters
    ----------
    goods
        What `ct.mirror_goods` returns.
    pairs
        What `ct.mirror(…, full=True)` returns of the same countries.
    """
    sold = goods["exporter"] == "CHN"
    partner = goods["importer"].where(sold, goods["exporter"])
    flow = sold.map({True: "export", False: "import"})
    keyed = goods.assign(partner=partner, flow=flow)
    keys = ["partner", "flow", "year"]
    whole = pairs.set_index(keys)["difference_bn"].rename("whole_bn")
    # The gap of a good is the importer's figure less the exporter's, of a pair China's less theirs.
    china_less_theirs = keyed["difference_bn"].mask(sold, -keyed["difference_bn"])
    share = china_less_theirs / keyed.join(whole, on=keys)["whole_bn"]
    single = goods["covered"].notna()
    share = share.where(share.between(0, 1))
    return goods.assign(share_of_gap=goods["share_of_gap"].mask(single, share))
