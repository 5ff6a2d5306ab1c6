"""What the mirror statistics page draws and says that its notebook should not hold.

Frames are those of `ct.mirror(…, full=True)`, `ct.trade` and `ct.facts`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import style
from catrade.pages.trade_growth import broken, part_of
from catrade.tables.names import GROUPS, flow_with, in_sentence, name_of
from catrade.words import dollars, exact
from rounding import formats
from rounding.formats import MISSING, is_missing, join
from rounding.rounded import Rounded
from rounding.told import Unknown
from rounding.told import rows as rows_of

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
    "total": "Both ways with",
}
#: What the IMF takes for freight and insurance (Direction of Trade Statistics Yearbook 2017), and
#: our own threshold: a margin above it is told as more than freight.
IMF_MARGIN, _PLAUSIBLE = 0.06, 0.10
#: From so many dollars on a gap that is not known to a tenth of a billion is told without decimals.
_WIDE, _TENTH = 10e9, 0.1e9


def by_side(pairs: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Return pairs a row a side and year, each series broken where its source changes.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, full=True)` returns, without holes.
    panel
        The column that tells panels apart: partner, or flow of one partner.

    Returns
    -------
    DataFrame
        `panel`, year, side (a code), value_bn with its ends, begins and sources.
    """
    ends = ["value_bn", "low_bn", "high_bn"]
    kept = [panel, "year", "sources"]
    china = pairs[[*kept, "china_bn", "china_low_bn", "china_high_bn"]]
    own = pairs[[*kept, "partner_bn", "partner_low_bn", "partner_high_bn"]]
    sides = [
        china.set_axis([*kept, *ends], axis=1).assign(side="CHN", begins=False),
        own.set_axis([*kept, *ends], axis=1).assign(
            side=pairs["partner"], begins=pairs["new_source"]
        ),
    ]
    rows = pd.concat(sides).sort_values([panel, "side", "year"], kind="stable")
    return broken(rows, [panel, "side"], "value_bn")


def heads(pairs: pd.DataFrame, panel: str) -> dict[str, str]:
    """Return what stands above each panel: how many times as much China counts, and when."""
    last = pairs.sort_values("year").drop_duplicates(panel, keep="last")
    return {
        row[panel]: f"China counts {ratio(row['ratio'])} times as much ({row['year']})"
        for row in last.to_dict("records")
    }


def sides_title(totals: pd.DataFrame) -> str:
    """Return whose figures are nearest China's, and whose are the smallest part of them.

    Parameters
    ----------
    totals
        Pairs of totals of several countries.
    """
    last = totals.sort_values("year").drop_duplicates("partner", keep="last")
    by_ratio = rows_of(last.sort_values("ratio"))
    near, far = by_ratio[0], by_ratio[-1]
    part = part_of(far).removesuffix(" of")
    whose = f"{in_sentence(near.partner)}’s figures are nearest China’s"
    return f"{words.capital(whose)}, {in_sentence(far.partner)}’s {part} of them"


def gap_notes(gaps: pd.DataFrame, n: int = 2) -> str:
    """Say in which flows the gap of a year is widest, and of whom only the total is known."""
    widest = gaps.head(n)
    listed = [
        f"{row.label} {wide(row.difference_bn, 'usd')}" for row in rows_of(widest)
    ]
    text = f"Widest in {gaps['year'].iloc[0]}: {join(listed)}."
    both_ways = gaps.loc[gaps["flow"] == "total", "partner"]
    if len(both_ways):
        names = join([in_sentence(code) for code in both_ways])
        text += f" Of {names} only the total of the year is known."
    return text


def draw_growths(rates: pd.DataFrame) -> Axes:
    """Draw growth by either side, a group of two bars a year; years without a pair stay empty.

    Parameters
    ----------
    rates
        What `growths` returns of one country.
    """
    axes = Figure((7.2, 2.6)).subplots()
    first, last = rates["year"].min(), rates["year"].max()
    sides = sorted(rates["reporter"].unique(), key=lambda code: code != "CHN")
    for number, side in enumerate(sides):
        own = rates[rates["reporter"] == side]
        at = own["year"] + 0.4 * (number - 0.5)
        growth = 100 * own["growth"]
        colour = style.COUNTRY_COLOURS[side]
        axes.bar(at, growth, 0.38, color=colour, label=name_of(side))
        # A figure wider than its bar, as on a phone, grows away from the other bar of its year.
        inner = at - 0.19 * (2 * number - 1)
        for x, value in zip(inner, growth, strict=True):
            up = value > 0
            look: Any = {
                "ha": ["right", "left"][number],
                "va": "bottom" if up else "top",
            }
            axes.annotate(
                formats.text(value, 0),
                (x, value),
                (0, 3 if up else -3),
                textcoords="offset points",
                **look,
            )
    for year in set(range(first, last + 1)) - {*rates["year"]}:
        axes.axvspan(year - 0.5, year + 0.5, color=style.SOFT, linewidth=0, zorder=0)
    axes.set_xticks(range(first, last + 1))
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    axes.margins(y=0.28)
    axes.legend(loc="best")
    return axes


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


def gap_title(gap: Rounded, name: str, year: Any, *, several: bool = False) -> str:
    """Return the finding: how much more of a year's trade one side counts than the other."""
    if gap.value < 0:
        verb = "count" if several else "counts"
        return f"In {year} {name} {verb} {wide(-gap)} more than China does"
    verb = "do" if several else "does"
    return f"In {year} China counts {wide(gap)} more than {name} {verb}"


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
    names = countries.loc[countries["new_source"], "partner_name"].tolist()
    if not names:
        return f"In {year - 1} it was {before:usd}."
    whose = f"{join(names)}’s own figures"
    if 1 < len(names) == len(countries):
        whose = f"All {words.NUMBERS[len(names)]}’s own figures"
    return f"{whose} have another source than in {year - 1}, when it was {before:usd}."


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
