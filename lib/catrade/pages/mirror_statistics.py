"""What the mirror statistics page draws and says that its notebook should not hold.

Frames are those of `ct.mirror(…, full=True)`, `ct.trade` and `ct.facts`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade import words
from catrade.calc.mirror import goods_by_side, seen_by
from catrade.cells.chosen import chosen
from catrade.charts import style
from catrade.pages.trade_growth import broken, part_of
from catrade.pages.trade_growth import by_role as by_role
from catrade.tables.names import (
    FLOW_WORDS,
    GROUPS,
    UNIONS,
    flow_with,
    in_sentence,
    name_of,
)
from catrade.words import dollars, exact
from rounding import formats
from rounding.formats import MISSING, is_missing, join
from rounding.rounded import Rounded
from rounding.told import Row, Unknown, newest, told
from rounding.told import rows as rows_of

#: A flow as the beginning of a line; of a total whose flows are not known, both.
_WAYS = {
    "export": "{} sells to",
    "import": "{} buys from",
    "total": "Both ways with",
}
#: What the IMF takes for freight and insurance (Direction of Trade Statistics Yearbook 2017), and
#: our own threshold: a margin above it is told as more than freight.
IMF_MARGIN, _PLAUSIBLE = 0.06, 0.10
#: From so many dollars on a gap that is not known to a tenth of a billion is told without decimals.
_WIDE, _TENTH = 10e9, 0.1e9

#: What is said of China's trade alone, and of any other's in its place.
SAID = {
    "CHN": {
        "transit": "China may count as exports to Kyrgyzstan what is sold on in Kazakhstan, Russia"
        " or Uzbekistan.",
        "services": " Uzbekistan’s own totals count services, so its goods only are taken.",
        "more": "\n- More: the [trade growth report](trade-growth-ca5.html), and what this means"
        " for the announcement in the [claim check](claim-check.html).",
    }
}
SAID_OF_ANY = {
    "transit": "One side may count as exports to the other what is sold on in a third country.",
    "services": " Totals that count services make no pair.",
    "more": "",
}


def union(reporter: str, partner: str) -> str:
    """Say what a customs union of both sides means for their statistics, where they are in one."""
    if not {reporter, partner} <= {*UNIONS["EAEU"]}:
        return ""
    return (
        " Both sides are in the Eurasian Economic Union: no customs declaration is made between"
        " them, and each side counts what its own traders report."
    )


def main_flow(pairs: pd.DataFrame) -> str:
    """Return the flow that a page leads with: the total, or one that both sides have more newly.

    Examples
    --------
    >>> main_flow(pd.DataFrame({"flow": ["total", "export"], "year": [2024, 2024]}))
    'total'
    """
    flows = pairs.assign(is_total=pairs["flow"] == "total")
    last = flows.sort_values(["year", "is_total"]).tail(1)
    return "".join(last["flow"]) or "total"


def by_side(pairs: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Return pairs a row a side and year, each series broken where its source changes.

    Parameters
    ----------
    pairs
        What `by_role` returns.
    panel
        The column that tells panels apart: partner, or flow of one partner.

    Returns
    -------
    DataFrame
        `panel`, year, side (a code), value_bn with its ends, begins and sources.
    """
    ends = ["value_bn", "low_bn", "high_bn"]
    kept = [panel, "year", "sources"]
    ours = pairs[[*kept, "reporter_bn", "reporter_low_bn", "reporter_high_bn"]]
    own = pairs[[*kept, "partner_bn", "partner_low_bn", "partner_high_bn"]]
    sides = [
        ours.set_axis([*kept, *ends], axis=1).assign(
            side=pairs["reporter_code"], begins=False
        ),
        own.set_axis([*kept, *ends], axis=1).assign(
            side=pairs["partner"], begins=pairs["new_source"]
        ),
    ]
    rows = pd.concat(sides).sort_values([panel, "side", "year"], kind="stable")
    return broken(rows, [panel, "side"], "value_bn")


def by_itself(reporter: str, partners: list[str], start: int, end: int) -> pd.DataFrame:
    """Return what each side counts of goods, a row a side, flow and year; a partner's where sound.

    Parameters
    ----------
    reporter, partners
        Codes; flows are as the reporter sees them.
    start, end
        First and last year.
    """
    cells = seen_by(chosen(goods=True), reporter)
    asked = cells["country"].isin(partners) & cells["year"].between(start, end)
    is_ours = cells["reporter"] == reporter
    asked &= cells["china_flow"].isin([*FLOW_WORDS])
    rows = cells[asked & (is_ours | cells["quality"].eq("ok"))]
    kept = ["partner", "flow", "side", "year", "quality", "sources"]
    rows = rows.drop(columns=["partner", "flow"]).rename(
        columns={"country": "partner", "china_flow": "flow", "reporter": "side"}
    )
    rows = rows[[*kept, "value_bn", "low_bn", "high_bn"]]
    rows["order"] = rows["side"] != reporter
    rows = rows.sort_values(["order", "flow", "year"], ignore_index=True)
    return rows.drop(columns="order")


def series_of(alone: pd.DataFrame) -> pd.DataFrame:
    """Name the lines of what each side counts: by flow and, of two sides, by who counts."""
    series = alone["flow"]
    if len(alone["side"].unique()) > 1:
        flows = series.map(FLOW_WORDS).str.capitalize()
        series = flows + ", " + alone["side"].map(name_of) + "’s count"
    return alone.assign(series=series)


def each_alone(alone: pd.DataFrame, reporter: str) -> str:
    """Say what each side counts in its newest year, of a pair no year of which both have.

    Parameters
    ----------
    alone
        What `by_itself` returns; flows are as the reporter sees them.
    reporter
        Code of the side that stands first.
    """
    is_ours = alone["side"] == reporter
    flow = main_flow(alone[is_ours])
    said: list[str] = []
    for rows in (alone[is_ours], alone[~is_ours]):
        last = newest(rows, flow=flow if flow in {*rows["flow"]} else main_flow(rows))
        what = FLOW_WORDS.get(last.flow, "")
        if said and last.flow != "total":
            what = f"the same {what}"
        said += [_counted(last, what)]
    return told(f"{words.capital('; '.join(filter(None, said)))}.", _NO_PAIR)


_NO_PAIR = "No year has sound figures of both."


def _counted(row: Row, what: str) -> str:
    """Say what a side counts in a year, and whether that is doubtful."""
    if not row:
        return ""
    doubt = ", which is doubtful" if row.quality == "doubtful" else ""
    who = in_sentence(row.side)
    return f"{who} counts {row.value:usd} of {what} in {row.year}{doubt}"


def later(alone: pd.DataFrame, both: Row) -> str:
    """Say what one side has counted since the newest year of both.

    Parameters
    ----------
    alone
        What `by_itself` returns of one country.
    both
        The pair that the page leads with.
    """
    if not both:
        return ""
    same = alone["partner"].eq(both.partner) & alone["flow"].eq(both.flow)
    since = alone["year"].gt(both.year) & alone["quality"].eq("ok")
    rows = alone[same & since]
    last = newest(rows.sort_values("year").tail(1))
    who = in_sentence(last.side or "")
    flow = "" if last.flow == "total" else f"{FLOW_WORDS.get(last.flow, '')} of "
    return told(f"For {last.year} {who} alone has counted: {flow}{last.value:usd}.")


def nothing_compared(alone: pd.DataFrame, there: str, here: str) -> str:
    """Say why no gap is explained: one side counts nothing, or no year has both."""
    begin = _NO_PAIR
    if len(alone["side"].unique()) < 2:
        begin = (
            f"{words.capital(there)} has no figures of its own for these years, so nothing can be"
            f" held against {here}’s."
        )
    return f"{begin} Elsewhere these are the usual causes:"


def alone_title(alone: pd.DataFrame, of_what: str) -> str:
    """Return the finding where no year has both sides' figures: who alone has any, and of what."""
    sides = [in_sentence(code) for code in alone["side"].unique()]
    if len(sides) > 1:
        return f"{words.capital(join(sides))}: no year with sound figures of both"
    return f"{words.capital(join(sides))} alone has figures {of_what}"


def whose(alone: pd.DataFrame) -> str:
    """Return whose statistics stand in a drawing of what each side counts."""
    sides = [in_sentence(code) for code in alone["side"].unique()]
    if len(sides) > 1:
        return f"flows as {sides[0]} sees them"
    return f"{join(sides)}’s statistics"


def question(reporter: str, partner: str) -> str:
    """Return what a page asks of a pair; of China's nothing, whose question the notebook asks."""
    if reporter == "CHN":
        return ""
    one, other = in_sentence(reporter), in_sentence(partner)
    return (
        f"How far do the figures of {one} and {other} for their trade with each other differ,"
        " in which flows, and since when?"
    )


def _who(pairs: pd.DataFrame) -> str:
    """Return the name of the side that stands first, as it stands in a sentence."""
    return in_sentence("".join(pairs["reporter_code"].head(1)))


def heads(pairs: pd.DataFrame, panel: str) -> dict[str, str]:
    """Return what stands above each panel: how many times as much one side counts, and when."""
    last = pairs.sort_values("year").drop_duplicates(panel, keep="last")
    who = words.capital(_who(pairs))
    return {
        row[panel]: f"{who} counts {ratio(row['ratio'])} times as much ({row['year']})"
        for row in last.to_dict("records")
    }


def sides_title(totals: pd.DataFrame) -> str:
    """Return whose figures of several are nearest the reporter's, and whose the smallest part.

    Parameters
    ----------
    totals
        Pairs of totals of several countries.
    """
    last = totals.sort_values("year").drop_duplicates("partner", keep="last")
    if len(last) < 2:
        return ""
    by_ratio = rows_of(last.sort_values("ratio"))
    near, far = by_ratio[0], by_ratio[-1]
    part = part_of(far).removesuffix(" of")
    whose = f"{in_sentence(near.partner)}’s figures are nearest {_who(totals)}’s"
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


def draw_growths(rates: pd.DataFrame, reporter: str) -> Axes:
    """Draw growth by either side, a group of two bars a year; years without a pair stay empty.

    Parameters
    ----------
    rates
        What `growths` returns of one country.
    reporter
        Code of the side that stands first.
    """
    axes = Figure((7.2, 2.6)).subplots()
    first, last = rates["year"].min(), rates["year"].max()
    sides = sorted(rates["reporter"].unique(), key=lambda code: code != reporter)
    for number, side in enumerate(sides):
        own = rates[rates["reporter"] == side]
        at = own["year"] + 0.4 * (number - 0.5)
        growth = 100 * own["growth"]
        colour = style.COUNTRY_COLOURS.get(side, style.CATEGORY_COLOURS[number])
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
                formats.decimal(value, 0),
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
    who = words.capital(_who(pairs))
    ways = {flow: way.format(who) for flow, way in _WAYS.items()}
    rows["label"] = rows["flow"].map(ways) + " " + names
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
    return f"{words.told_dollars(gap):{kind}}"


def gap_title(both: Row, here: str, there: str, *, several: bool = False) -> str:
    """Return the finding: how much more of a year's trade, or flow, one side counts.

    Parameters
    ----------
    both
        The pair; of a flow that is no total, of which the two sides have an export and an import.
    here, there
        The two sides as they stand in a sentence.
    several
        Whether the other side is more than one country.
    """
    gap, year = both.difference_bn, both.year
    count, do = ("count", "do") if several else ("counts", "does")
    is_less = gap.value < 0
    if both.flow in ("export", "import"):
        way = "more" if is_less else "less"
        flow = FLOW_WORDS[both.flow]
        return f"In {year} {there} {count} {wide(abs(gap))} {way} of {here}’s {flow}"
    if is_less:
        return f"In {year} {there} {count} {wide(-gap)} more than {here} does"
    return f"In {year} {here} counts {wide(gap)} more than {there} {do}"


def growths(published: pd.DataFrame, reporter: str) -> pd.DataFrame:
    """Return how trade grew by either side, where one source of each has both years.

    Parameters
    ----------
    published
        What `ct.published(…, full=True)` returns of both sides, by flow.
    reporter
        Code of the side that stands first; `country` is the other.

    Returns
    -------
    DataFrame
        country, reporter, year, growth, sources; a row a side. What was converted from another
        currency is left out: the rate its office prints says more.
    """
    sound = "quality == 'ok' and coverage == 'goods' and not converted"
    rows = published.query(sound)
    is_ours = rows["reporter"] == reporter
    rows["country"] = rows["reporter"].mask(is_ours, rows["partner"])
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
    if wider == len(cases) == 1:
        text = (
            "Freight cannot explain it: the importer’s figure, which includes freight and"
            " insurance, is the smaller one."
        )
    elif wider:
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
    """Return the margin that would close a gap, and the one before it: it moves too fast."""
    now, before = row["implied_margin"], row["implied_margin_before"]
    text = f"{_size(now)} in {row['year']}"
    if is_missing(before) or before < 0:
        return text
    return f"{text} after {_size(before)}"


def _size(part: float) -> str:
    """Return a margin; one of more than the goods themselves is no margin."""
    return "over 100%" if part > 1 else f"{exact(part):percent}"


def _countries(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are no sum of others."""
    return pairs[~pairs["partner"].isin(GROUPS)]


def _flow(row: Any) -> str:
    """Return a flow from the reporter's side: `China’s exports to Kazakhstan`."""
    who = in_sentence(row["reporter_code"])
    return f"{who}’s {flow_with(row['flow'], in_sentence(row['partner']))}"


def gap_before(steps: pd.DataFrame, year: Any, flow: str = "total") -> str:
    """Say what the gap of a flow was a year before, and whose figures have another source since.

    Parameters
    ----------
    steps
        Pairs beside those of the year before (`…_before`).
    year
        The year; nothing is said if it has no year before.
    flow
        The flow; a total where both sides have one.
    """
    rows = steps[(steps["year"] == year) & (steps["flow"] == flow)]
    if rows.empty:
        return ""
    countries = _countries(rows)
    sums = rows.drop(countries.index)
    whole = countries.iloc[0] if sums.empty else sums.iloc[0]
    before = same_way(words.told_dollars(_gap(whole, "_before")), _gap(whole))
    names = countries.loc[countries["new_source"], "partner_name"].tolist()
    if not names:
        return f"In {year - 1} it was {before}."
    whose = f"{join(names)}’s own figures"
    if 1 < len(names) == len(countries):
        whose = f"All {words.NUMBERS[len(names)]}’s own figures"
    return f"{whose} have another source than in {year - 1}, when it was {before}."


def same_way(gap: Rounded, other: Rounded) -> str:
    """Write the size of a gap beside another, and that it runs the other way where it does.

    Examples
    --------
    >>> ours, theirs = Rounded(4e8, 4e8, 4e8), Rounded(-3e8, -3e8, -3e8)
    >>> same_way(ours, ours), same_way(ours, theirs)
    ('$400 million', '$400 million the other way')
    """
    if not isinstance(gap, Rounded):
        return str(gap)
    size = wide(abs(gap), "usd")
    return size if gap.value * other.value > 0 else f"{size} the other way"


def _gap(row: Any, when: str = "") -> Rounded:
    """Return the gap of a pair, or of the year `_before`, with its interval."""
    ends = [row[f"difference{end}_bn{when}"] * 1e9 for end in ("", "_low", "_high")]
    return Rounded(*ends)


def balances(pairs: pd.DataFrame) -> str:
    """Say what the surplus with a country is in either book, in the newest year of both flows.

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
    for side in ("reporter_bn", "partner_bn"):
        surplus = float((sign * newest_year[side]).sum())
        kind = "surplus" if surplus > 0 else "deficit"
        sizes.append(f"a {kind} of {dollars(abs(surplus)):usd}")
    who = _who(pairs)
    return f"By {who}’s statistics it had {sizes[0]} with {own} in {year}, by {own}’s {sizes[1]}."


def gap_moved_most(steps: pd.DataFrame, year: int) -> str:
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
    for side in ("reporter", "partner"):
        before, now = row[f"{side}_bn_before"], row[f"{side}_bn"]
        verbs.append("rose" if now > before else "fell")
        ranges.append(f"from {dollars(before):usd} to {dollars(now):usd}")
    verb, theirs = verbs
    other = ", but" if verb == theirs else f" and {theirs}"
    return (
        f"In {year} {_flow(row)} {verb} {ranges[0]} by {_who(rows)}’s statistics{other}"
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


def goods_of(reporter: str, partners: list[str], start: int, end: int) -> pd.DataFrame:
    """Return the goods that a reporter and its partners list both, whole tables before single ones.

    Parameters
    ----------
    reporter, partners
        Codes.
    start, end
        First and last year.
    """
    sides = [reporter, *partners]
    full = goods_by_side(sides, sides, start, end)
    singly = goods_by_side(sides, sides, start, end, singly=True)
    goods = pd.concat([full, singly])
    return goods[(goods[["exporter", "importer"]] == reporter).any(axis=1)]


def of_whole_gap(goods: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return goods with their shares in the gap of all goods, where single chapters are compared.

    `ct.mirror_goods` has the share in the gap of these chapters, in which others are left out.

    Parameters
    ----------
    goods
        What `ct.mirror_goods` returns.
    pairs
        What `by_role` returns of the same countries.
    """
    sold = goods["exporter"].isin(pairs["reporter_code"])
    partner = goods["importer"].where(sold, goods["exporter"])
    flow = sold.map({True: "export", False: "import"})
    keyed = goods.assign(partner=partner, flow=flow)
    keys = ["partner", "flow", "year"]
    whole = pairs.set_index(keys)["difference_bn"].rename("whole_bn")
    # The gap of a good is the importer's figure less the exporter's, of a pair ours less theirs.
    ours_less_theirs = keyed["difference_bn"].mask(sold, -keyed["difference_bn"])
    share = ours_less_theirs / keyed.join(whole, on=keys)["whole_bn"]
    single = goods["covered"].notna()
    share = share.where(share.between(0, 1))
    return goods.assign(share_of_gap=goods["share_of_gap"].mask(single, share))
