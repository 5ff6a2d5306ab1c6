"""What the mirror statistics page draws and says that its notebook should not hold.

Frames are those of `ct.mirror(…, full=True)`, `ct.trade` and `ct.facts`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.pages.trade_growth import by_role as by_role
from catrade.pages.trade_growth import doubt_of, part_of
from catrade_build.calc.mirror import goods_by_side, seen_by
from catrade_build.cells.chosen import chosen
from catrade_build.tables import as_of
from catrade_build.tables.names import (
    FLOW_WORDS,
    FLOWS,
    GROUPS,
    UNIONS,
    flow_with,
    in_sentence,
    name_of,
    names_of,
    possessive,
)
from catrade_build.words import (
    NUMBERS,
    capital,
    dollars,
    exact,
    how_many,
    times,
    told_dollars,
    years,
)
from rounding.errors import ParameterError
from rounding.formats import MISSING, date, is_missing, join
from rounding.rounded import Rounded
from rounding.told import Row, Unknown, newest, told
from rounding.told import rows as rows_of

#: What the IMF takes for freight and insurance (Direction of Trade Statistics Yearbook 2017), and
#: our own threshold: a margin above it is told as more than freight.
IMF_MARGIN, _PLAUSIBLE = 0.06, 0.10
#: From so many dollars on a gap that is not known to a tenth of a billion is told without decimals.
_WIDE, _TENTH = 10e9, 0.1e9

_ENDS = ["value_bn", "low_bn", "high_bn"]


def union(reporter: str, partner: str) -> str:
    """Say what a customs union of both sides means for their statistics, where they are in one."""
    if not {reporter, partner} <= {*UNIONS["EAEU"]}:
        return ""
    return (
        " Both sides are in the Eurasian Economic Union, whose members count trade with each other"
        " apart from customs statistics (decision 210 of its Commission, 2018)."
    )


def newest_flow(pairs: pd.DataFrame) -> str:
    """Return the flow that a page leads with: the total, or one that both sides have more newly.

    Examples
    --------
    >>> newest_flow(pd.DataFrame({"flow": ["total", "export"], "year": [2024, 2024]}))
    'total'
    """
    # In letters the total is last of the three.
    last = pairs.sort_values(["year", "flow"]).tail(1)
    return "".join(last["flow"]) or "total"


def by_itself(reporter: str, partners: list[str], start: int, end: int) -> pd.DataFrame:
    """Return what each side counts of goods, a row a side, flow and year; a partner's where sound.

    Parameters
    ----------
    reporter, partners
        Codes; flows are as the reporter sees them.
    start, end
        First and last year.

    Raises
    ------
    ParameterError
        If there is no such figure: a page would have nothing to say.
    """
    # A balance is no flow, of either side.
    cells = seen_by(chosen(goods=True), reporter).query("country in @partners")
    cells = cells[cells["china_flow"].isin(FLOWS)]
    rows = cells.assign(
        partner=cells["country"], flow=cells["china_flow"], side=cells["reporter"]
    )
    rows = rows.query("side == @reporter or quality == 'ok'")
    shown = rows.query("@start <= year <= @end").sort_values(["flow", "year"])
    if shown.empty:
        raise _none_counted(reporter, partners[0], start, end, rows["year"])
    ours = shown.query("side == @reporter")
    theirs = shown.query("side != @reporter")
    kept = ["partner", "flow", "side", "year", "quality", "sources", *_ENDS]
    return pd.concat([ours, theirs], ignore_index=True)[kept]


def _none_counted(
    reporter: str, partner: str, start: int, end: int, held: pd.Series[int]
) -> ParameterError:
    """Return the error for years of which neither side counts goods; `held` are others."""
    day = as_of.current()
    known = f" was published by {date(day.isoformat())}" if day else " is held"
    instead = f"; there is {years(held)}" if len(held) else ""
    return ParameterError(
        f"no sound yearly figure of the trade in goods of {in_sentence(reporter)} and"
        f" {in_sentence(partner)}, {start} to {end},{known}{instead}"
    )


def series_of(alone: pd.DataFrame) -> pd.DataFrame:
    """Name the lines of what each side counts: by flow and, of two sides, by who counts."""
    series = alone["flow"]
    if len(alone["side"].unique()) > 1:
        flows = series.map(FLOW_WORDS).str.capitalize()
        owners = alone["side"].map(name_of).map(possessive)
        series = flows + ", " + owners + " count"
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
    flow = newest_flow(alone[is_ours])
    sides = []
    for rows in (alone[is_ours], alone[~is_ours]):
        last = newest(rows, flow=flow if flow in {*rows["flow"]} else newest_flow(rows))
        what = FLOW_WORDS.get(last.flow, "")
        if last.side != reporter and last.flow != "total":
            of = "the same" if last.flow == flow else possessive(in_sentence(reporter))
            what = f"{of} {what}"
        sides.append(
            f"{in_sentence(last.side)} counts {last.value:usd} of {what} in {last.year}"
            f"{doubt_of(last)}"
        )
    counts = capital(told(*sides, by="; "))
    return told(f"{counts}." if counts else "", _NO_PAIR)


_NO_PAIR = "No year has sound figures of both."


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
    same = "partner == @both.partner and flow == @both.flow"
    since = alone.query(f"{same} and year > @both.year and quality == 'ok'")
    last = newest(since.sort_values("year").tail(1))
    flow = "" if last.flow == "total" else f"{FLOW_WORDS.get(last.flow, '')} of "
    return told(
        f"For {last.year} {in_sentence(last.side)} alone has counted: {flow}{last.value:usd}."
    )


def nothing_compared(alone: pd.DataFrame, both: Row, silent: str, other: str) -> str:
    """Say why no gap is explained: no flow is apart, no year has both, or one side is `silent`."""
    if both:
        return "No flow that both sides count is apart beyond rounding."
    reason = _NO_PAIR
    if len(alone["side"].unique()) < 2:
        reason = (
            f"{capital(silent)} has no figures of its own for these years, so nothing can be"
            f" held against {possessive(other)}."
        )
    return f"{reason} Elsewhere these are the usual causes:"


def alone_title(alone: pd.DataFrame, of_what: str) -> str:
    """Return the finding where no year has both sides' figures: who alone has any, and of what."""
    sides = alone["side"].unique()
    who = capital(names_of(sides))
    if len(sides) > 1:
        return f"{who}: no year with sound figures of both"
    return f"{who} alone has figures {of_what}"


def whose(alone: pd.DataFrame, reporter: str) -> str:
    """Return whose statistics stand in a drawing of what each side counts.

    Parameters
    ----------
    alone
        What `by_itself` returns; flows are as the reporter sees them.
    reporter
        The reporter, as it stands in a sentence.
    """
    as_seen = f"flows as {reporter} sees them"
    sides = alone["side"].unique()
    if len(sides) > 1:
        return as_seen
    statistics = f"{possessive(in_sentence(sides[0]))} statistics"
    return (
        statistics if in_sentence(sides[0]) == reporter else f"{statistics}, {as_seen}"
    )


def _who(pairs: pd.DataFrame) -> str:
    """Return the name of the side that stands first, as it stands in a sentence."""
    return in_sentence("".join(pairs["reporter_code"].head(1)))


def heads(pairs: pd.DataFrame, panel: str) -> dict[str, str]:
    """Return what stands above each panel: how many times as much one side counts, and when."""
    last = pairs.sort_values("year").drop_duplicates(panel, keep="last")
    # Of a figure that may be zero there is no multiple.
    last = last.dropna(subset="ratio")
    who = capital(_who(pairs))
    return {
        row[panel]: f"{who} counts {times(row['ratio'])} ({row['year']})"
        for row in last.to_dict("records")
    }


def nearest_title(totals: pd.DataFrame) -> str:
    """Return whose figures of several are nearest the reporter's, and whose the smallest part.

    Parameters
    ----------
    totals
        Pairs of totals of several countries.
    """
    last = totals.sort_values("year").drop_duplicates("partner", keep="last")
    last = last.query("ratio > 0")
    if len(last) < 2:
        return ""
    near, *_, far = rows_of(last.sort_values("ratio"))
    when = "–".join(map(str, sorted({last["year"].min(), last["year"].max()})))
    closest, furthest = [
        possessive(in_sentence(code)) for code in (near.partner, far.partner)
    ]
    return (
        f"{when}: {closest} figures nearest {possessive(_who(totals))}, {furthest}"
        f" {part_of(far).removesuffix(' of')}"
    )


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
        `pairs` of that year with a label: `China’s exports to Kyrgyzstan`.
    """
    rows: pd.DataFrame = pairs[pairs["year"] == year]
    flows = rows.query("flow != 'total'")
    without = ~rows["partner"].isin(flows["partner"])
    rows = pd.concat([flows, rows[without]])
    owner = possessive(_who(pairs))
    rows["label"] = [
        f"{owner} {flow_with(row.flow, in_sentence(row.partner))}"
        for row in rows_of(rows)
    ]
    return rows.sort_values("difference_bn", ascending=False)


def agree(gap: Rounded | Unknown) -> bool:
    """Return whether two sides' figures may be the same, given how they were rounded.

    Examples
    --------
    >>> agree(Rounded(-0.1e6, -0.6e6, 0.4e6)), agree(Rounded(9e6, 8e6, 10e6)), agree(Unknown())
    (True, False, False)
    """
    return isinstance(gap, Rounded) and not gap.is_sure


def times_as_wide(gap: Rounded | Unknown, first: Rounded | Unknown) -> str:
    """Say how many times as wide as another a gap of the same direction is; else what is not told.

    Examples
    --------
    >>> times_as_wide(Rounded(9e9, 9e9, 9e9), Rounded(3e9, 3e9, 3e9))
    '3.0 times'
    """
    ratio = gap / first
    if not ratio.low > 0:
        return str(Unknown())
    return f"{ratio:times}".replace("1.0 times", "about")


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
    return f"{told_dollars(gap):{kind}}"


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
    size, is_less = wide(abs(both.difference_bn)), both.difference_bn.value < 0
    of_flow = both.flow in ("export", "import")
    flow = f"{possessive(here)} {FLOW_WORDS[both.flow]}" if of_flow else ""
    if agree(both.difference_bn):
        on = f" on {flow}" if flow else ""
        return f"In {both.year} {here} and {there} agree{on} within rounding"
    count, do = ("count", "do") if several else ("counts", "does")
    there_counts = f"In {both.year} {there} {count} {size}"
    if flow:
        way = "more" if is_less else "less"
        return f"{there_counts} {way} of {flow}"
    if is_less:
        return f"{there_counts} more than {here} does"
    return f"In {both.year} {here} counts {size} more than {there} {do}"


def freight(sound: pd.DataFrame) -> str:
    """Say in how many flows freight and insurance cannot explain the gap, or make it wider.

    Parameters
    ----------
    sound
        Pairs of several years; the newest of each country and flow is asked.
    """
    flows = _countries(sound).dropna(subset="implied_margin")
    flows = flows.sort_values(["partner", "flow", "year"])
    of_series = flows.groupby(["partner", "flow"])
    before = of_series["implied_margin"].shift().where(of_series["year"].diff() == 1)
    # A margin that moves fast is no freight.
    cases = flows.assign(before=before.where(before >= 0))
    cases = cases.drop_duplicates(["partner", "flow"], keep="last")
    # Where both sides may be the same there is nothing to explain.
    cases = cases.query("difference_low_bn > 0 or difference_high_bn < 0")
    if cases.empty:
        return ""
    margins = cases["implied_margin"]
    wider = (margins < 0).sum()
    smaller = "the importer’s figure, which includes freight and insurance, is the smaller one."
    text = "An importer’s figure includes freight and insurance, so it should be the larger one."
    if wider == len(cases) == 1:
        text = f"Freight cannot explain it: {smaller}"
    elif wider:
        flows_told = f"{how_many(wider, len(cases))} flows"
        text = f"Freight cannot explain it: in {flows_told} it widens the gap, because {smaller}"
    closed = rows_of(cases[margins.between(0, _PLAUSIBLE)])
    close = join([f"{_size(row.implied_margin)} in {_flow(row)}" for row in closed])
    more = []
    for row in rows_of(cases[margins > _PLAUSIBLE]):
        sizes = f"{_size(row.implied_margin)} in {row.year}"
        if row.before:
            sizes += f" after {_size(row.before)}"  # it moves too fast
        more.append(f"{_flow(row)} ({sizes})")
    over = (
        f"It would have to be more than {_PLAUSIBLE:.0%} in {join(more)}; the IMF takes"
        f" {IMF_MARGIN:.0%}."
    )
    return told(
        text,
        f"A margin would close the gap of {close}." if close else "",
        over if more else "",
    )


def _size(part: float) -> str:
    """Return a margin; one of more than the goods themselves is no margin."""
    return "over 100%" if part > 1 else f"{exact(part):percent}"


def _countries(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are no sum of others."""
    return pairs[~pairs["partner"].isin(GROUPS)]


def _flow(row: Any) -> str:
    """Return a flow from the reporter's side: `China’s exports to Kazakhstan`."""
    owner = possessive(in_sentence(row.reporter_code))
    return f"{owner} {flow_with(row.flow, in_sentence(row.partner))}"


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
    whole = pd.concat([sums, countries]).iloc[0]
    before = same_way(told_dollars(_gap(whole, "_before")), _gap(whole))
    names = countries.loc[countries["new_source"], "partner_name"].tolist()
    sentence = f"In {year - 1} the gap was {before}"
    if not names:
        return f"{sentence}."
    whom = join(names)
    if 1 < len(names) == len(countries):
        whom = "both" if len(names) == 2 else f"all {NUMBERS[len(names)]}"
    return f"{sentence}, with other sources for {whom}."


def same_way(gap: Rounded, other: Rounded) -> str:
    """Write the size of a gap beside another, and that it runs the other way where it does.

    Examples
    --------
    >>> ours, theirs = Rounded(4e8, 4e8, 4e8), Rounded(-3e8, -3e8, -3e8)
    >>> same_way(ours, ours), same_way(ours, theirs)
    ('$400 million', '$400 million the other way')
    >>> same_way(ours - ours, theirs), same_way(theirs, ours - ours)
    ('zero within rounding', '$300 million')
    """
    if agree(gap):
        return "zero within rounding"
    size = wide(abs(gap), "usd")
    is_same = agree(other) or gap.value * other.value > 0
    return size if is_same else f"{size} the other way"


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
    flows = pairs.query("flow != 'total'")
    both = flows[flows.groupby("year")["flow"].transform("count") == 2]
    sold, bought = newest(both, flow="export"), newest(both, flow="import")
    if not sold:
        return ""
    sizes = []
    for side in ("reporter_bn", "partner_bn"):
        surplus = sold[side] - bought[side]
        kind = "surplus" if surplus.value > 0 else "deficit"
        size = f"a {kind} of {told_dollars(abs(surplus)):usd}"
        sizes.append("balanced trade" if agree(surplus) else size)
    who, own = _who(pairs), in_sentence(sold.partner)
    if {*sizes} == {"balanced trade"}:
        return f"By both sides’ statistics their trade of {sold.year} was balanced."
    return (
        f"By {possessive(who)} statistics it had {sizes[0]} with {own} in {sold.year}, by"
        f" {possessive(own)} {sizes[1]}."
    )


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
        before, now = (
            f"{dollars(row[f'{side}_bn{when}']):usd}" for when in ("_before", "")
        )
        rose = row[f"{side}_bn"] > row[f"{side}_bn_before"]
        moved = "rose" if rose else "fell"
        verbs.append("stayed" if before == now else moved)
        ranges.append(f"at {now}" if before == now else f"from {before} to {now}")
    verb, theirs = verbs
    if verb == theirs and len({*ranges}) == 1:
        return f"In {year} {_flow(row)} {verb} {ranges[0]} by both sides’ statistics."
    other = ", but" if verb == theirs else f" and {theirs}"
    return (
        f"In {year} {_flow(row)} {verb} {ranges[0]} by {possessive(_who(rows))} statistics{other}"
        f" {ranges[1]} by {possessive(in_sentence(row['partner']))}."
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
    return goods.query("exporter == @reporter or importer == @reporter")


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
    keys = ["partner", "flow", "year"]
    whole = pairs.set_index(keys)["difference_bn"].rename("whole_bn")
    beside = goods.assign(partner=partner, flow=flow).join(whole, on=keys)
    # The gap of a good is the importer's figure less the exporter's, of a pair ours less theirs.
    share = goods["difference_bn"].mask(sold, -goods["difference_bn"])
    share /= beside["whole_bn"]
    of_whole = share.where(share.between(0, 1))
    is_single = goods["covered"].notna()
    return goods.assign(share_of_gap=goods["share_of_gap"].mask(is_single, of_whole))
