"""The running year on the growth page: what moved since a year before, month by month, its end.

Every function takes the frames and rows that the notebook has from `ct` and returns frames or text.
"""

from __future__ import annotations

import pandas as pd

from catrade.calc.nowcast import broke_off
from catrade.charts import style
from catrade.tables.names import FLOW_WORDS, Pair, flow_with, name_of
from catrade.tables.trade import load_sources
from catrade.words import capital
from rounding import formats
from rounding.rounded import Rounded
from rounding.told import Row, either, newest, rows, told

#: From which part of a change on its first two months are told apart, and of how many months.
_EARLY, _MONTHS = 0.5, 5
#: A line of fewer points is no figure.
_POINTS = 5
_CHINA_DOES = {"export": "China sells", "import": "China buys"}
#: Steps of the waterfall: one colour, a fall grey, and an accent for what has ended.
_RISE, _ENDED = style.CATEGORY_COLOURS[:2]
_FALL = style.NOT_ALLOCATED
#: So much of a whole is nearly all of it.
_MOSTLY = 0.9


def parts_of(same: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return how each part of the pair's total moved, by `move_bn`, the largest rise last.

    Parts are a region's members with their flows, or a country's flows; without a base, there is
    no move. `same` has the figures of the same months.
    """
    is_part = same["partner"].isin(pair.members)
    if not pair.members:
        is_part = same["partner"].eq(pair.code) & same["flow"].ne("total")
    found = same[is_part]
    return found.assign(move_bn=found["value_bn"] - found["base_bn"]).sort_values(
        "move_bn", kind="stable", na_position="first"
    )


def moved_most(parts: pd.DataFrame, *, totals: bool = False) -> Row:
    """Return the flow, or the total, that moved most; unknown where none can be said to have."""
    flows = parts[parts["flow"].eq("total") == totals]
    flows = flows.dropna(subset=["move_bn", "growth"])
    size = flows["move_bn"].abs().sort_values(kind="stable")
    return newest(flows.loc[size.index])


def steps(parts: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    """Return the flows of a region as steps of a waterfall, the largest rise first.

    Parameters
    ----------
    parts, gone
        What `parts_of` and `ended` return.

    Returns
    -------
    The flows that moved, with label, change (billions), text, start and end (the sum of the steps
    before a step, and with it), and colour: falls are grey, and what has ended stands out.
    """
    flows = parts[parts["flow"] != "total"].dropna(subset="move_bn").iloc[::-1]
    change = flows["move_bn"]
    end = change.cumsum()
    colour = change.lt(0).map({True: _FALL, False: _RISE})
    return flows.assign(
        label=[f"{row.partner_name}, {_CHINA_DOES[row.flow]}" for row in rows(flows)],
        change=change,
        end=end,
        start=end - change,
        text=[formats.signed(moved, 1) for moved in change],
        colour=colour.mask(flows.index.isin(gone.index), _ENDED),
    ).reset_index(drop=True)


def steps_title(
    parts: pd.DataFrame, gone: pd.DataFrame, left: Rounded, gold: Row
) -> str:
    """Return the title of the waterfall: growth without what has ended, or what moved most.

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
    way = "rose" if top and top.move_bn > 0 else "fell"
    most = f"{capital(flow(top))} {way} most in {top.when}" if top else ""
    if gone.empty:
        return most
    is_gold = len(gone) == 1 and gold and gold.share.low > _MOSTLY
    what = f"{name_of(gone['partner'].iloc[0])}’s gold" if is_gold else named(gone)
    would = "grown" if left.value > 0 else "fallen"
    return either(f"Without {what}, trade would have {would} {abs(left):percent}", most)


def labels(flows: pd.DataFrame, now: Row, pair: Pair) -> list[tuple[float, float, str]]:
    """Return what a waterfall says: rows and places of its texts, the totals first and last."""
    before = f"{now.base:{pair.money}}"
    after = f"{now.value:{pair.money}} ({now.growth:+percent})"
    reach = flows[["start", "end"]].max(axis=1)
    steps = zip(flows.index, reach, flows["text"], strict=True)
    return [(-1, 0.0, before), *steps, (len(flows), flows["end"].iloc[-1], after)]


def steps_in_words(flows: pd.DataFrame, now: Row, pair: Pair) -> str:
    """Say what the waterfall shows, for who does not see it."""
    said = [f"{row.label} {row.text}" for row in rows(flows)]
    return told(
        f"Waterfall chart: from {now.base:{pair.money}} a year before to "
        f"{now.value:{pair.money}} in {now.when}, in billions: {'; '.join(said)}."
    )


def what_ended(gone: pd.DataFrame, gold: Row) -> str:
    """Say how far the flows that have ended fell, how much of them was gold, and who says so."""
    said = [
        f"China’s {flow(row)} fell from {row.base:cny} to {row.value:cny}."
        for row in rows(gone)
    ]
    whose = load_sources().set_index("source_id")["publisher"].get(gold.sources, "")
    whose = whose.replace(" (", ", ").removesuffix(")")
    of_gold = f"In {gold.year} {gold.share:percent} of them was gold ({whose})."
    return told(*said, of_gold)


def left_out(gone: pd.DataFrame) -> str:
    """Say what exactly the growth of a title is without."""
    every = named(gone).removeprefix("the ")
    return f"Strictly, the growth is without all {every}." if len(gone) else ""


def ends_in_words(sums: pd.DataFrame, pair: Pair) -> str:
    """Say where the sums of each year stand, for who does not see the lines."""
    ends = sums.drop_duplicates("year", keep="last")
    said = [f"{row.when} {row.value:{pair.money}}" for row in rows(ends)]
    return f"Line chart of sums since January by month: {'; '.join(said)}."


def window(months: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest run of months that holds nine tenths of a flow's sum.

    Examples
    --------
    >>> months = pd.DataFrame({"period": ["2025-01", "2025-02", "2025-03", "2025-04"],
    ...                        "value_bn": [0.1, 8.0, 6.0, 0.2]})
    >>> window(months)["period"].tolist()
    ['2025-02', '2025-03']
    """
    value, found = months["value_bn"].to_numpy(), months
    for first in range(len(months)):
        reach = value[first:].cumsum()
        last = first + int((reach < _MOSTLY * value.sum()).sum()) + 1
        if last <= len(months) and last - first < len(found):
            found = months.iloc[first:last]
    return found


def shades(months: pd.DataFrame, inside: pd.DataFrame) -> dict[str, str]:
    """Return the colour of each month: an accent for those `inside` the window."""
    is_inside = months["month"].isin(inside["month"])
    colours = is_inside.map({True: _ENDED, False: _FALL})
    return dict(zip(months["month"], colours, strict=True))


def window_title(months: pd.DataFrame, inside: pd.DataFrame, gone: Row) -> str:
    """Return the title of the months of a flow that has ended: how much came in how few of them."""
    part = inside["value_bn"].sum() / months["value_bn"].sum()
    return f"{part:.0%} of {flow(gone)} came in {len(inside)} months"


def brought_title(brought: pd.DataFrame) -> str:
    """Return the title of the contributions by month: how far one flow moved the newest total."""
    last = brought[brought["date"] == brought["date"].max()]
    (most,) = rows(last.loc[[last["contribution"].abs().idxmax()]])
    way, to = ("added", "to") if most.contribution > 0 else ("took", "off")
    points = formats.fixed(abs(100 * most.contribution), 0)
    flow_said = capital(FLOW_WORDS[most.flow])
    return f"{flow_said} {way} {points} points {to} growth in {most.when}"


def ended(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the flows of China of which all but nothing is left since a year before."""
    ours = parts["reporter"].eq("CHN") & parts["flow"].ne("total")
    flows = parts[ours].sort_values(["partner", "flow"])
    value, base = flows["value_bn"], flows["base_bn"]
    return flows[broke_off(value, base) & (value < base)]


def named(flows: pd.DataFrame) -> str:
    """Name flows of China with countries, as they stand in a sentence.

    Examples
    --------
    >>> named(pd.DataFrame({"partner": ["KGZ"], "flow": ["import"]}))
    'the imports from Kyrgyzstan'
    """
    return formats.join([f"the {flow(row)}" for row in rows(flows)])


def flow(row: Row) -> str:
    """Name a row's flow with its country, as it stands in a sentence."""
    return flow_with(row.flow, name_of(row.partner))


def growth_without(
    rates: pd.DataFrame, gone: pd.DataFrame, pair: Pair, year: int
) -> Rounded:
    """Return the growth of the pair's total in a year without some flows; unknown without any.

    Parameters
    ----------
    rates
        Figures of the total and of the flows, each beside the base its own growth is measured on.
    gone
        partner and flow, as `ended` returns them.
    pair, year
        Whose total it is, and of when.
    """
    total = newest(rates, partner=pair.code, flow="total", year=year)
    value, base = total.value, total.base
    for one in rows(gone):
        part = newest(rates, partner=one.partner, flow=one.flow, year=year)
        value, base = value - part.value, base - part.base
    growth: Rounded = newest(rates.head(0)).growth
    if len(gone) and base.low > 0:
        growth = value / base - 1
    return growth


def yardstick(now: Row, world: Row, pair: Pair) -> str:
    """Say how all of China's trade has grown, and what the partner's share in it has become."""
    text = f"; all of China’s trade {world.growth:rose}, both in yuan by its customs"
    share, before = now.value / world.value, now.base / world.base
    first, last = f"{before.value:.2%}", f"{share.value:.2%}"
    way = "rose" if share.value > before.value else "fell"
    moved = f"{text}, so the share of {pair.name} {way} from {first} to {last}"
    return either(moved if first != last else text, text)


def early(to_date: pd.DataFrame, top: Row, pair: Pair) -> str:
    """Say of a country's flow that moved most if most of that was in January and February."""
    year, _, months = str(top.period).partition("-")
    same = to_date[to_date["period"] == f"{year}-2M"]
    start = newest(same, partner=top.partner, flow=top.flow)
    moved = (start.value - start.base).value / 1e9
    if pair.members or not top.move_bn or not _EARLY <= moved / top.move_bn <= 1:
        return ""
    if int(months.removesuffix("M")) < _MONTHS:
        return ""
    base = (top.base - start.base).value
    rate = (top.value - start.value).value / base - 1
    rest = top.when.replace("January", "March").split(" ")[0]
    flow, way = FLOW_WORDS[top.flow], "rise" if top.move_bn > 0 else "fall"
    return told(
        f"{moved / top.move_bn:.0%} of the {way} in {flow} fell in January and February "
        f"({start.growth:+percent}); in {rest} {flow} {'rose' if rate > 0 else 'fell'} "
        f"{formats.percent(abs(rate))}."
    )


def whole_year(ahead: pd.DataFrame, pair: Pair) -> str:
    """Say where the running year may end, how sure that is, and how it is estimated."""
    row = newest(ahead)
    places = 0 if row.estimate_bn.value >= 99.5e9 else 1
    middle = f"{row.estimate_bn.value / 1e9:,.{places}f}"
    low = f"{row.estimate_low_bn:,.{places}f}"
    high = f"{row.estimate_high_bn:,.{places}f}"
    dollar, unit = ("", " billion yuan") if pair.is_china else ("$", " billion")
    text = f"For {row.year}: about {dollar}{middle}{unit}"
    return either(
        f"{text}; by the record since {row.since:.0f} four times in five between {dollar}{low} "
        f"and {high}. Made without the year it was tried on, such a range held {row.held} times in "
        f"{row.tried}. The estimate is the mean of two: that the months known are the same part of "
        "the year as a year before, and that the rest of the year repeats a year before.",
        f"{text}; too few earlier estimates tell how far off that may be.",
    )


def drawn_months(months: pd.DataFrame, pair: Pair, by: str) -> pd.DataFrame:
    """Return the months of a region's members, or a country's flows, where there are several."""
    is_drawn = months["flow"].isin(["export", "import"])
    if pair.members:
        is_drawn = months["flow"].eq("total") & months["partner"].isin(pair.members)
    found = months[is_drawn]
    several = found.groupby(by)["period"].transform("size") >= _POINTS
    return found[several]


def months_title(parts: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the chart of months: which of its lines moved most in a year."""
    top = moved_most(parts, totals=bool(pair.members))
    said = f"{capital(flow(top))} {top.growth:rose} in {top.when}" if top else ""
    return either(said, f"{pair.title()} by month")
