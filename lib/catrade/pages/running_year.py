"""The running year on the growth page: what moved since a year before, month by month, its end.

Every function takes the frames and rows that the notebook has from `ct` and returns frames or text.
"""

from __future__ import annotations

from calendar import month_abbr

import pandas as pd

from catrade_build.calc.shares import share_won
from catrade_build.tables.names import (
    FLOW_WORDS,
    Pair,
    flow_with,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.words import NUMBERS, capital, exact, source_words
from catrade_build.words import years as year_words
from rounding.dates import parse_period
from rounding.formats import fixed, join, with_sign
from rounding.formats import period as in_words
from rounding.rounded import Rounded
from rounding.told import Row, either, newest, rows, told

#: From which part of a change on its first two months are told apart, and of how many months.
_EARLY, _MONTHS = 0.5, 5
#: How many years stand beside the running one.
YEARS = 7
_RATE = ["growth", "growth_low", "growth_high"]
#: Of so many months of a year it is said in how many of them a range would have held.
_TRIED = 4
#: So much of a whole is nearly all of it.
_MOSTLY = 0.9


def parts_of(same: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return how each part of the pair's total moved, by `move_bn`, the largest rise last.

    Parts are a region's members with their flows, or a country's flows; without a base, there is
    no move. `same` has the figures of the same months.
    """
    parts = same.query("country in @pair.members")
    if not pair.members:
        parts = same.query("country == @pair.code and flow != 'total'")
    parts = parts.assign(move_bn=parts["value_bn"] - parts["base_bn"])
    return parts.sort_values("move_bn", kind="stable", na_position="first")


def moved_most(parts: pd.DataFrame) -> Row:
    """Return the flow that moved most; unknown where none can be said to have."""
    flows = parts.query("flow != 'total'").dropna(subset=["move_bn", "growth"])
    by_size = flows.sort_values("move_bn", key=abs, kind="stable")
    return newest(by_size.tail(1))


def moves(parts: pd.DataFrame) -> pd.DataFrame:
    """Return how far each flow of a region moved, the largest rise first, with its label.

    Parameters
    ----------
    parts
        What `parts_of` returns.
    """
    flows = parts.query("flow != 'total'").dropna(subset="move_bn").iloc[::-1]
    return flows.assign(
        label=[
            f"{row.country_name}, {does(in_sentence(row.reporter), row.flow)}"
            for row in rows(flows)
        ]
    )


def does(who: str, flow: str) -> str:
    """Say what the owner of the figures does, in two words.

    Examples
    --------
    >>> does("China", "export"), does("the EU", "import")
    ('China sells', 'The EU buys')
    """
    return f"{capital(who)} {'buys' if flow == 'import' else 'sells'}"


def moves_title(
    parts: pd.DataFrame, gone: pd.DataFrame, left: Rounded, gold: Row
) -> str:
    """Return the title of what moved: growth without what has ended, or what moved most.

    Parameters
    ----------
    parts, gone
        What `parts_of` and `ended` return.
    left
        Growth of the total without the flows that have ended.
    gold
        The newest published share of gold in them.
    """
    top = moved_most(parts)
    way = "rose" if top.move_bn > 0 else "fell"
    what = flow_list(gone)
    if len(gone) == 1 and gold.share.low > _MOSTLY:
        what = f"{what.removeprefix('the ')} (gold)"
    without = f"trade {left:+percent} without {what.removeprefix('the ')}"
    # There is such a rate only where something has ended.
    return either(
        f"{capital(str(top.when))}: {without}" if what else "",
        f"{capital(flow(top))} {way} most in {top.when}",
    )


def what_ended(gone: pd.DataFrame, gold: Row) -> str:
    """Say how far the flows that have ended fell, how much of them was gold, and who says so."""
    sentences = []
    for row in rows(gone):
        named = f"China’s {flow(row)}" if row.reporter == "CHN" else capital(flow(row))
        money = row.currency.lower()
        before, now = f"{row.base:{money}}", f"{row.value:{money}}"
        sentences.append(f"{named} fell from {before} to {now} in {row.when}.")
    if gold:
        publisher = source_words()[gold.sources]["publisher"]
        whose = publisher.replace(" (", ", ").removesuffix(")")
        sentences.append(
            f"In {gold.year} {gold.share:percent} of them was gold ({whose})."
        )
    return told(*sentences)


def window(months: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest run of months that holds nine tenths of a flow's sum.

    Examples
    --------
    40, 0 and 50 of 97 are 93%:

    >>> months = pd.DataFrame({"month": [*"abcdefg"], "value_bn": [1, 40, 0, 50, 4, 1, 1]})
    >>> window(months)["month"].tolist()
    ['b', 'c', 'd']
    """
    value = months["value_bn"]
    enough = _MOSTLY * value.sum()
    for length in range(1, len(months)):
        sums = value.rolling(length).sum()
        if sums.max() >= enough:
            last = int(sums.argmax()) + 1
            return months.iloc[last - length : last]
    return months


def brought_title(brought: pd.DataFrame) -> str:
    """Return the title of the contributions by month: how far one flow moved the newest total."""
    if brought.empty:
        return ""
    last = brought.query("date == date.max()")
    most = newest(last.sort_values("contribution", key=abs).tail(1))
    what = capital(FLOW_WORDS[most.flow])
    points = f"{fixed(abs(100 * most.contribution), 0)} points"
    if most.contribution < 0:
        return f"{what} took {points} off growth in {most.when}"
    return f"{what} added {points} to growth in {most.when}"


def flow_list(flows: pd.DataFrame) -> str:
    """Name flows of China with countries, as they stand in a sentence.

    Examples
    --------
    >>> flow_list(pd.DataFrame({"reporter": "CHN", "country": ["KGZ"], "flow": "import"}))
    'the imports from Kyrgyzstan'
    """
    return join([f"the {flow(row)}" for row in rows(flows)])


def flow(row: Row) -> str:
    """Name a row's flow with its other side; whose it is goes without saying of China's."""
    if row.reporter == "CHN":
        return flow_with(row.flow, name_of(row.country))
    owner = possessive(in_sentence(row.reporter))
    return f"{owner} {flow_with(row.flow, in_sentence(row.partner))}"


def growth_without(
    rates: pd.DataFrame, gone: pd.DataFrame, pair: Pair, year: int
) -> Rounded:
    """Return the growth of the pair's total in a year without some flows; unknown without any.

    Parameters
    ----------
    rates
        Figures of the total and of the flows, each beside the base its own growth is measured on.
    gone
        country and flow, as `ended` returns them.
    pair, year
        Whose total it is, and of when.
    """
    of_year = rates[rates["year"] == year]
    total = newest(of_year, country=pair.code, flow="total")
    value, base = total.value, total.base
    for ended in rows(gone):
        part = newest(of_year, country=ended.country, flow=ended.flow)
        value -= part.value
        base -= part.base
    growth: Rounded = value / base - 1 if len(gone) and base.low > 0 else Row({}).growth
    return growth


def mover(won: pd.DataFrame) -> str:
    """Return the country that nearly all of a share was won or lost with; none without one.

    Examples
    --------
    >>> won = pd.DataFrame({"country": ["KGZ", "KGZ", "KAZ", "UZB"],
    ...                     "contribution": [-0.05, -0.10, -0.02, 0.01]})
    >>> mover(won), mover(won.head(3))
    ('KGZ', '')
    """
    by_country = won.groupby("country")["contribution"].sum()
    parts = by_country / by_country.sum()
    is_nearly_all = parts.between(_MOSTLY, 1 / _MOSTLY)
    return "".join(parts.index[is_nearly_all][:1])


def early(to_date: pd.DataFrame, top: Row, pair: Pair) -> str:
    """Say of a country's flow that moved most if most of that was in January and February."""
    if pair.members or not top.move_bn:
        return ""
    if parse_period(top.period).last_month < _MONTHS:
        return ""
    start = newest(to_date, country=top.country, flow=top.flow, period=f"{top.year}-2M")
    part = (start.value.value - start.base.value) / 1e9 / top.move_bn
    if not _EARLY <= part <= 1:
        return ""
    since = top.value.value - start.value.value
    rate = since / (top.base.value - start.base.value) - 1
    rest = top.when.replace("January", "March").split(" ")[0]
    flow = FLOW_WORDS[top.flow]
    way = "rise" if top.move_bn > 0 else "fall"
    return told(
        f"{part:.0%} of the {way} in {flow} fell in January and February "
        f"({start.growth:+percent}); in {rest} {flow} {exact(rate):rose}."
    )


def whole_year(ahead: pd.DataFrame, gone: pd.DataFrame) -> str:
    """Say where the running year may end, how sure that is, and how it is estimated.

    Parameters
    ----------
    ahead
        What `ct.nowcast` returns, with all columns.
    gone
        What `ended` returns.
    """
    row = newest(ahead)
    if not row:
        return ""
    ends = row.estimate_bn.value / 1e9, row.estimate_low_bn, row.estimate_high_bn
    places = 0 if ends[0] >= 99.5 else 1
    middle, low, high = [f"{end:,.{places}f}" for end in ends]
    money = {"CNY": " yuan", "EUR": " euros"}.get(row.currency, "")
    dollar, unit = "" if money else "$", f" billion{money}"
    text = f"{row.year} may come to about {dollar}{middle}{unit}"
    few = f"{text}; too few earlier estimates tell how far off that may be."
    left_out = (
        f"{capital(flow_list(gone))} broke off, so that last year says nothing of them: they are "
        f"left out of both, and counted with {dollar}{row.goes_on / 1e9:.1f}{unit}, as if they "
        "went on as since January."
    )
    estimate = either(
        f"{text}, or between {dollar}{low} and {high}{unit} if it misses by no more than four in"
        f" five of the estimates since {row.since} did. {how_often(row)} The estimate is the mean"
        " of two: that the months known are the same part of the year as a year before, and that"
        " the rest of it repeats a year before.",
        few,
    )
    return told(estimate, left_out if len(gone) else "")


def how_often(row: Row) -> str:
    """Say of how few years the record of an estimate is, and how often the newest bore it out.

    Parameters
    ----------
    row
        Of what `ct.nowcast` returns: years, since, tried_year, held and tried.

    Examples
    --------
    >>> record = {"years": 2, "since": 2024, "tried_year": 2025, "held": 5, "tried": 8}
    >>> how_often(Row(record))  # doctest: +NORMALIZE_WHITESPACE
    'Two years are too few to say how often this holds: made of 2024 alone it would have held in 5
    months of 8 of 2025.'
    >>> how_often(Row(record | {"years": 1, "held": 0, "tried": 0}))
    'One year is too few to say how often this holds.'
    """
    trial = ""
    if row.tried >= _TRIED:
        made_of = year_words(range(row.since, row.tried_year))
        alone = " alone" if made_of == str(row.since) else ""
        trial = (
            f"made of {made_of}{alone} it would have held in {row.held} months of {row.tried} of"
            f" {row.tried_year}"
        )
    few = ""
    if 0 < row.years < len(NUMBERS):
        are = "year is" if row.years == 1 else "years are"
        few = f"{NUMBERS[row.years]} {are} too few to say how often this holds"
    text = ": ".join(filter(None, [few, trial]))
    return f"{capital(text)}." if text else ""


def beside_world(rates: pd.DataFrame, same: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return growth of the last years, and of the running one, beside that of all trade.

    Parameters
    ----------
    rates, same
        Growth of years (`ct.growth`), and of the same months (`ct.as_printed`), of the partner and
        the world.
    pair
        The page's.

    Returns
    -------
    period, when (in words), growth and world (growth of all trade) with their ends, won (what both
    flows won or lost of its share), mix (the rest: exports and imports are other parts of this
    trade than of all), and sources.
    """
    recent = rates.query("year > year.max() - @YEARS")
    flows = pd.concat([recent, same]).query("flow != 'balance'")
    ours = flows.query("country == @pair.code")
    world = flows.query("country == 'WLD'")
    won = share_won(ours, world).groupby("period")["contribution"]
    totals = ours.query("flow == 'total'").set_index("period")
    of_all = world.query("flow == 'total'").set_index("period")[_RATE]
    of_all.columns = [name.replace("growth", "world") for name in _RATE]
    beside = totals[["reporter", *_RATE, "sources"]].join(of_all).assign(won=won.sum())
    beside["mix"] = beside["growth"] - beside["world"] - beside["won"]
    compared: pd.DataFrame = beside.dropna().reset_index()
    return compared.assign(when=compared["period"].map(in_words))


def the_others(won: pd.DataFrame, same: pd.DataFrame, pair: Pair) -> str:
    """Say how trade with the others grew, where nearly all of the share moved is one country's."""
    code = mover(won)
    if not code:
        return ""
    trade = pd.DataFrame({"country": [code], "flow": ["total"]})
    growth = growth_without(same, trade, pair, same["year"].max())
    return told(
        f"Trade without {name_of(code)}’s, with the other {NUMBERS[len(pair.members) - 1]},"
        f" {growth:rose}."
    )


def short(period: str) -> str:
    r"""Return a year, or the months of one, in few letters.

    Examples
    --------
    >>> short("2025"), short("2026-7M")
    ('2025', 'Jan–Jul\n2026')
    """
    last_month = parse_period(period).last_month
    if last_month == 12:
        return period
    return f"Jan–{month_abbr[last_month]}\n{period[:4]}"


def share_lost(same: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return what each flow of a region's countries won or lost of China's trade (`share_won`).

    Parameters
    ----------
    same
        Figures of the same months (`ct.as_printed`), of the countries and the world.
    pair
        The page's. Of a country there is none, nor where one of the region has no figure.

    Returns
    -------
    The flows, the largest loss of a country first; label is the country with what it lost.
    """
    members = same.query("country in @pair.members")
    won = share_won(members, same.query("country == 'WLD'"))
    won["sum"] = won.groupby("country")["contribution"].transform("sum")
    won["label"] = [
        f"{row.country_name} {with_sign(100 * row.sum, 1)}" for row in rows(won)
    ]
    won = won.sort_values(["sum", "flow"]).drop(columns="sum")
    return won if len(won) == 2 * len(pair.members) else won.head(0)
