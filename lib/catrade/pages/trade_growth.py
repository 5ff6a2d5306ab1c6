"""What the trade growth page needs beyond its notebook: words that branch, lines that break.

Every function takes the frames and rows that the notebook has from `ct` and returns frames or text;
no figure is typed, and only shares that others print are looked up here.
"""

from __future__ import annotations

import pandas as pd

from catrade.calc import revisions
from catrade.calc.shares import NOT_ALLOCATED, share_won
from catrade.cells import frames
from catrade.pages import running_year as running
from catrade.tables.names import FLOW_WORDS, NONE_PUBLISHED, Pair, name_of
from catrade.tables.trade import read_table
from catrade.words import NUMBERS, capital, sources
from catrade.words import years as in_words
from rounding import formats
from rounding.told import Row, either, newest, rows, told

#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {
    1 / 4: "a quarter",
    1 / 3: "a third",
    1 / 2: "half",
    2 / 3: "two thirds",
}
_NEAR = 0.015
#: A line of fewer points is a sentence, and no figure.
POINTS = 5
#: A residual, or a revision, of less is rounding.
_SEEN = {"contribution": 0.002, "beyond": 0.0005, "growth": 0.0005}
#: From which multiple of a country's own share on the share with China's exports is told.
_MUCH_MORE = 1.5
#: Points of a plot by time: two and their words are one sheet of paper.
HEIGHT = 155
_FLOWS = ["total", "export", "import"]
#: Whiskers shorter than this part of the highest figure cannot be seen.
_VISIBLE = 0.04
#: What the residual is called: growth that the figures give to no part.
UNKNOWN = "Unknown"
_RATE = ["growth", "growth_low", "growth_high"]
_BROUGHT = ["contribution", "contribution_low", "contribution_high"]


# ---- both sides ----------------------------------------------------------------------------------


def other_side(both: pd.DataFrame, pair: Pair, last: Row) -> str:
    """Say what the other side counts, in the newest year both have a sound total of goods.

    Parameters
    ----------
    both
        What `ct.mirror` returns, with all columns.
    pair
        The page's.
    last
        The figure of the sentence before.
    """
    if pair.code == "TKM":
        return f"{name_of(pair.code)} {NONE_PUBLISHED}."
    both = both.query("quality == 'ok' and china_bn > 0 and ratio > 0")
    same = newest(both, flow="total")
    own, china = f"{same.partner_bn:usd}", f"{same.china_bn:usd}"
    name = name_of(pair.code)
    if not pair.is_china:
        they = "they" if pair.members else name
        if same.year == last.year:
            alone = ", of goods alone" if last.coverage != "goods" else ""
            return told(f"China counts {china}{alone}.")
        return told(f"Of goods China counted {china} in {same.year}, {they} {own}.")
    part = part_of(same)
    if pair.members:
        text = f"For {same.year} the four of the five that publish statistics count {own}, {part} "
        text += f"China’s figure for them ({china})"
    elif same.year == last.year:
        text = f"{name} itself counts {own}, {part} that"
    else:
        text = f"For {same.year} {name} itself counts {own}, {part} China’s figure ({china})"
    more = ""
    if same.begins and not pair.members:
        then = newest(both, flow="total", year=same.year - 1)
        more = f"; another source had {then.partner_bn:usd} for {then.year}, "
        more += f"{part_of(then)} China’s"
    return told(f"{text}{either(more)}.")


def part_of(row: Row) -> str:
    """Return the partner's figure as a part of China's, in words that go before a figure.

    Examples
    --------
    >>> found = [Row({"ratio": n, "ratio_low": n, "ratio_high": n}) for n in (4.1, 1.7, 1, 0.76)]
    >>> [part_of(row) for row in found]
    ['a quarter of', '59% of', 'about as much as', '1.3 times']
    """
    size = 1 / row.ratio.value
    for part, words in _PARTS.items():
        if abs(size - part) <= _NEAR:
            return f"{words} of"
    if abs(size - 1) <= _NEAR:
        return "about as much as"
    if size > 1:
        return f"{size:.1f} times"
    return f"{size:.0%} of"


# ---- years ---------------------------------------------------------------------------------------


def level_title(years: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the chart of levels: a record of all years, or the one that was higher.

    Parameters
    ----------
    years
        All years held, to the newest shown.
    """
    flow = next((one for one in _FLOWS if one in set(years["flow"])), "total")
    of_flow = years[years["flow"] == flow]
    last = newest(of_flow)
    what = pair.title(flow)
    sound = of_flow["quality"] == "ok"
    before = of_flow[(of_flow["year"] < last.year) & sound]
    high = newest(before.nlargest(1, "value_bn"))
    if last.low_bn > before["high_bn"].max():
        return f"{what} reached a record {last.value:bn} in {last.year}"
    if last.high_bn < high.low_bn:
        return f"{what}: {last.value:bn}, below {high.value:bn} of {high.year}"
    return either(f"{what}: {last.value:bn} in {last.year}", f"{what}: no figure")


def firmness(
    drawn: pd.DataFrame,
    changed: pd.DataFrame,
    apart: pd.DataFrame,
    pair: Pair,
    last: Row,
) -> str:
    """Say what revisions have been, what whiskers show if any is seen, and of which base growth is.

    Parameters
    ----------
    drawn
        What `in_order` returns.
    changed, apart
        What `ct.revisions` and `ct.disagreements` return, the latter with its `country`.
    pair, last
        The page's, and its newest year.
    """
    later = changed[changed["country"] == pair.code]
    others = apart[apart["country"] == pair.code]
    away = (others["difference_bn"] / others["chosen_bn"]).abs()
    every = pd.concat([later, others.assign(beyond=away)])
    is_seen = every["beyond"] >= _SEEN["beyond"]
    every = every[is_seen & (every["period"].str.len() == 4)]
    widest = newest(every[["flow", "period", "beyond"]].nlargest(1, "beyond"))
    known = revisions.record_of_five(pair.reporter)
    known = known[known["n"] >= revisions.ENOUGH]
    total, imports = newest(known, flow="total"), newest(known, flow="import")
    two = f"Growth in {last.year} compares two releases, and its digits allow for that."
    whiskers = "Whiskers show rounding."
    if total:
        whiskers = f"Whiskers show rounding, in {last.year} such revisions too."
    length = drawn["whisker_high_bn"] - drawn["whisker_low_bn"]
    are_seen = length.max() > _VISIBLE * drawn["value_bn"].max()
    return told(
        f"Within a year totals have moved by less than {total.ninety:.1%} in nine cases of ten, "
        f"imports by less than {imports.ninety:.1%} ({known['n'].sum()} figures).",
        whiskers if are_seen else "",
        f"Later figures, and those of other sources, are up to {widest.beyond:.1%} away "
        f"({FLOW_WORDS.get(widest.flow, '')} of {widest.period}).",
        two if last.growth_basis == "two releases" else "",
    )


def remarks(last: Row, published: pd.DataFrame, pair: Pair) -> str:
    """Say what the newest total stands beside: doubts, services, who is left out.

    Parameters
    ----------
    last
        The newest year.
    published
        What `ct.published` returns, with all columns: why a figure is doubtful.
    pair
        The page's.
    """
    if not last:
        return ""
    of_last = published[published["sources"].isin(last.sources.split(";"))]
    doubtful = of_last.query("quality == 'doubtful' and year == @last.year")
    reasons = formats.join([*doubtful["quality_reason"].unique()])
    doubt = f"The total of {last.year} is doubtful: {reasons}."
    services = f"The total of {last.year} counts services too, as China’s does not."
    without = f"It is without Turkmenistan, which {NONE_PUBLISHED}."
    return told(
        doubt if last.quality != "ok" else "",
        services if last.coverage != "goods" else "",
        without if pair.code == "CA4" else "",
    )


def another_count(years: pd.DataFrame, facts: pd.DataFrame, pair: Pair) -> str:
    """Say who else counts another sum of a country's own exports to China, in the newest year.

    Parameters
    ----------
    years
        The page's yearly figures.
    facts
        What `ct.facts` returns of all goods from the country to China.
    pair
        The page's.
    """
    yearly = facts[facts["period"].str.len() == 4]
    last = newest(years, flow="total").year
    other = newest(yearly, unit="USD", year=last)
    own = newest(years, flow="export", year=last)
    apart = own.value.high < other.value.low or other.value.high < own.value.low
    if pair.is_china or not apart:
        return ""
    who = other.item.removeprefix("all goods").strip(" ()")
    return told(
        f"Of the exports to China in it, {own.value:usd}, there is another figure: "
        f"{other.value:usd} ({who})."
    )


#: Whose rate it is, for a sentence.
_WHOSE_RATE = {
    "printed": "the publisher’s own rate",
    "printed in yuan": "customs’ rate in yuan, converted",
    "worked out in yuan": "worked out from customs’ rates in yuan for each country",
}


def own_rate(last: Row, before: Row) -> str:
    """Say of the newest growth that it is printed, where the levels would give another.

    Parameters
    ----------
    last, before
        The newest year's total and that of the year before.
    """
    if not last.base_revised:
        return ""
    whose = _WHOSE_RATE.get(last.growth_basis, "")
    computed = f"{last.growth_computed:.1%}".replace("-", "−")
    return (
        f"{whose}, on {before.year} as revised since; on {before.value:usd}, as shown, it would "
        f"be {computed}"
    )


def vintage_note(years: pd.DataFrame) -> str:
    """Say of a table of years which growth is no quotient of the two levels beside it.

    Parameters
    ----------
    years
        The rows shown, of one flow: year, growth_basis, growth and growth_computed.

    Examples
    --------
    >>> shown = pd.DataFrame({"year": [2023, 2024, 2025], "growth": [0.3, -0.047, 0.1],
    ...     "growth_basis": ["two releases", "one release", "printed in yuan"],
    ...     "growth_computed": [0.3, -0.044, 0.12]})
    >>> vintage_note(shown)  # doctest: +NORMALIZE_WHITESPACE
    '2025: as customs prints it in yuan, converted, on 2024 as revised since. 2024: within the one
    release that has both years. 2023: totals of two releases.'
    """
    by_basis = years.groupby("growth_basis")["year"].agg(list)
    is_other = (years["growth"] - years["growth_computed"]).abs() > _SEEN["growth"]
    within = years[is_other & (years["growth_basis"] == "one release")]
    said = []
    for basis, how in (
        ("printed in yuan", "as customs prints it in yuan, converted,"),
        (
            "worked out in yuan",
            "worked out from customs’ rates in yuan for each country,",
        ),
        ("printed", "as the publisher prints it,"),
    ):
        if basis in by_basis:
            held = by_basis[basis]
            before = in_words([year - 1 for year in held])
            said.append(f"{in_words(held)}: {how} on {before} as revised since.")
    if len(within):
        said.append(
            f"{in_words(within['year'])}: within the one release that has both years."
        )
    if "two releases" in by_basis:
        said.append(f"{in_words(by_basis['two releases'])}: totals of two releases.")
    return " ".join(said)


# ---- what is drawn -------------------------------------------------------------------------------


def surplus(both: pd.DataFrame, pair: Pair) -> str:
    """Say how far each side puts China's surplus in goods, in the newest year both have.

    Parameters
    ----------
    both
        What `ct.mirror` returns, with all columns.
    pair
        The page's.
    """
    sound = both[both["quality"] == "ok"]
    bought = newest(sound, flow="import")
    sold = newest(sound, flow="export", year=bought.year)
    ours = sold.china_bn - bought.china_bn
    theirs = sold.partner_bn - bought.partner_bn
    if not (ours.value > 0 and theirs.value > 0):
        return ""
    other, whose = name_of(pair.code), f"{name_of(pair.code)}’s"
    if pair.members:
        other, whose = "the four that publish statistics", "theirs"
    return told(
        f"China’s surplus in goods with {other} in {sold.year}: {ours:usd} by its own figures, "
        f"{theirs:usd} by {whose}."
    )


def in_order(years: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return total, exports and imports in this order, by year: the lines of the first chart.

    The whiskers of the newest year hold what revisions usually do to it.
    """
    found = years[years["flow"].isin(_FLOWS)]
    found = frames.in_order(found, ["flow", "year"], {"flow": _FLOWS})
    return revisions.still_to_come(found, revisions.record_of_five(pair.reporter))


def broken(frame: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Add a row without a value where a yearly line must break.

    That is where years are missing, and before a year with which another statistic `begins`. Rows
    of one `by` are in time.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2022, 2023, 2024],
    ...                       "value_bn": [1.0, 2.0, 3.0], "begins": [False, False, True]})
    >>> broken(frame, "flow", "value_bn")["year"].tolist()
    [2022.0, 2023.0, 2023.5, 2024.0]
    """
    known = frame.astype({"year": float}).reset_index(drop=True)
    step = known.groupby(by)["year"].diff()
    gaps = known[(step > 1) | (step.notna() & known["begins"])]
    gaps = gaps.assign(year=gaps["year"] - 0.5)
    gaps[value] = float("nan")
    both = pd.concat([gaps, known])
    return both.sort_index(kind="stable", ignore_index=True)


def break_note(frame: pd.DataFrame, by: str) -> str:
    """Say why a yearly line breaks, if not only where there is no figure; see `broken`.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2023, 2024], "begins": [False, True]})
    >>> break_note(frame, "flow")
    'A line breaks where there is no figure, and where another statistic begins (2024).'
    """
    after = frame["year"] > frame.groupby(by)["year"].transform("min")
    begun = frame.loc[frame["begins"] & after, "year"]
    if begun.empty:
        return ""
    when = formats.join([f"{year:.0f}" for year in sorted({*begun})])
    return f"A line breaks where there is no figure, and where another statistic begins ({when})."


def with_total(split: pd.DataFrame, whole: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return contributions of the last three years, their total, and a residual where it is seen.

    Parameters
    ----------
    split, whole
        What `ct.contributions` returns, and the total with its own growth.
    by
        What the parts are.

    Returns
    -------
    The rows drawn; what the figures give to no part is called `UNKNOWN`. Their text, `points`, has
    as many digits as the least certain of them bears.
    """
    found = split[split["year"] > split["year"].max() - 3]
    if by == "flow":
        found = _with_other_flow(found)
    is_rest = found[by] == NOT_ALLOCATED
    rest = found.loc[is_rest, "contribution"]
    if rest.abs().max() < _SEEN["contribution"]:
        found = found[~is_rest]
    total = whole[whole["year"].isin(found["year"])]
    total = total.dropna(subset="growth")[["year", *_RATE]]
    total = total.set_axis(["year", *_BROUGHT], axis=1)
    total[by] = "total"
    drawn: pd.DataFrame = pd.concat([found, total], ignore_index=True)
    drawn[by] = drawn[by].replace({NOT_ALLOCATED: UNKNOWN})
    places = _places(drawn)
    points = [formats.signed(100 * value, places) for value in drawn["contribution"]]
    return drawn.assign(points=points)


def _with_other_flow(split: pd.DataFrame) -> pd.DataFrame:
    """Call what is left of a year's growth beside one flow the other: a total has but two."""
    flow = split["flow"].copy()
    is_rest = flow == NOT_ALLOCATED
    for year, of_year in split[~is_rest].groupby("year"):
        missing = {"export", "import"} - {*of_year["flow"]}
        if len(missing) == 1:
            flow = flow.mask(is_rest & (split["year"] == year), missing.pop())
    return split.assign(flow=flow, is_left=is_rest & (flow != NOT_ALLOCATED))


def _places(drawn: pd.DataFrame) -> int:
    """Return how many digits of points all contributions bear."""
    points = 100 * drawn[_BROUGHT].dropna()
    known = points.to_numpy().tolist()
    digits = [formats.digits(value, low, high, 1) for value, low, high in known]
    return min(places or 0 for places in digits)


def led(drawn: pd.DataFrame, by: str) -> str:
    """Return the title of the chart of contributions: who brought most of the newest growth.

    Parameters
    ----------
    drawn, by
        What `with_total` returns, and what the parts are.
    """
    last = drawn[drawn["year"] == drawn["year"].max()]
    total = newest(last[last[by] == "total"])
    parts = last[~last[by].isin(["total", UNKNOWN])]
    parts = parts.dropna(subset="contribution")
    if parts.empty:
        return f"Growth of {total.contribution:percent} in {total.year} cannot be split"
    rise = total.contribution.value >= 0
    parts = parts.sort_values("contribution", ascending=not rise)
    best = newest(parts.head(1))
    # Rounding may leave open who is first: then all who may be are named.
    first = parts[parts["contribution_high"] >= best.contribution.low]
    if not rise:
        first = parts[parts["contribution_low"] <= best.contribution.high]
    names = [FLOW_WORDS.get(code) or name_of(code) for code in first[by]]
    who = formats.join([capital(name) for name in names])
    points = best.points.strip("+−")
    one, whole = best.contribution.value, total.contribution.value
    if len(first) > 1:
        did = "added most" if rise else "took most"
    elif not rise:
        did = f"took {points} points off growth"
    elif 0 < one <= whole:
        did = f"brought {one / whole:.0%} of growth"
    else:
        did = f"added {points} points to growth"
    return f"{who} {did} in {total.year}"


def split_note(
    drawn: pd.DataFrame, by: str, rates: pd.DataFrame, gone: pd.DataFrame, pair: Pair
) -> str:
    """Say what is unknown, and how the last two years grew without flows that ended since."""
    year = drawn["year"].max()
    last = running.growth_without(rates, gone, pair, year)
    before = running.growth_without(rates, gone, pair, year - 1)
    rest = f"Without {running.named(gone)}: {last:percent} in {year}"
    unknown = f"{UNKNOWN}: growth that the figures give to no part."
    left = ""
    if by == "flow" and drawn["is_left"].any():
        what = drawn[drawn["is_left"].eq(True)]
        flows = formats.join(
            [f"{FLOW_WORDS[row.flow]} of {row.year}" for row in rows(what)]
        )
        left = f"{capital(flows)}: what the other flow leaves of the total."
    return told(
        unknown if UNKNOWN in set(drawn[by]) else "",
        left,
        either(f"{rest} and {before:percent} in {year - 1}.", f"{rest}."),
    )


# ---- beside all of China's trade -----------------------------------------------------------------


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
    members = same[same["country"].isin(pair.members)]
    won = share_won(members, same[same["country"] == "WLD"])
    won["sum"] = won.groupby("country")["contribution"].transform("sum")
    won["label"] = [
        f"{row.country_name} {formats.signed(100 * row.sum, 1)}" for row in rows(won)
    ]
    won = won.sort_values(["sum", "flow"]).drop(columns="sum")
    return won if len(won) == 2 * len(pair.members) else won.head(0)


def share_title(won: pd.DataFrame) -> str:
    """Return the title of `share_lost`: whose nearly all of it is."""
    code = running.mover(won)
    way = "won" if won["contribution"].sum() > 0 else "lost"
    if code:
        return f"Nearly all of the share {way} is {name_of(code)}’s"
    return "Share won and lost, by country and flow"


def beside_all_trade(
    rates: pd.DataFrame, same: pd.DataFrame, pair: Pair
) -> pd.DataFrame:
    """Return a region's growth of seven years, and of the running one, beside all of China's trade.

    Parameters
    ----------
    rates, same
        Growth of years (`ct.growth`), and of the same months (`ct.as_printed`), of the partner and
        the world.
    pair
        The page's.

    Returns
    -------
    period, growth, world (growth of all trade), won (what both flows won or lost of its share) and
    mix: the rest, since exports and imports are other parts of the partner's trade than of all.
    """
    recent = rates[rates["year"] > rates["year"].max() - 7]
    every = pd.concat([recent, same])
    ours = every[every["country"] == pair.code]
    world = every[every["country"] == "WLD"]
    won = share_won(ours, world).groupby("period")["contribution"]
    found = pd.DataFrame(
        {
            "growth": ours[ours["flow"] == "total"].set_index("period")["growth"],
            "world": world[world["flow"] == "total"].set_index("period")["growth"],
            "won": won.sum(),
        }
    )
    found["mix"] = found["growth"] - found["world"] - found["won"]
    return found.dropna().reset_index().iloc[::-1]


# ---- figures changed later -----------------------------------------------------------------------


def told_apart(changed: pd.DataFrame) -> pd.DataFrame:
    """Write first and later figures, first_text and later_text, with the digits they bear.

    Parameters
    ----------
    changed
        What `ct.revisions` returns.

    Returns
    -------
    The rows whose change these digits show.
    """
    spec = changed["currency"].str.lower()
    both = {}
    for name in ("first", "later"):
        pairs = zip(rows(changed), spec, strict=True)
        both[f"{name}_text"] = [f"{row[name]:{how}}" for row, how in pairs]
    found = changed.assign(**both)
    return found[found["first_text"] != found["later_text"]]


# ---- shares --------------------------------------------------------------------------------------


def _newest_own(shares: pd.DataFrame) -> pd.DataFrame:
    """Return each country's newest share of China in its trade, and which share others print.

    Columns printed (of that year or a later one), printed_period and printed_by; NaN without.
    """
    own = shares[shares["reporter"] != "CHN"].sort_values("year")
    own = own.drop_duplicates("country", keep="last")
    printed = read_table("trade_shares").query("partner == 'CHN' and flow == 'total'")
    printed = printed[printed["period"].str.len() == 4]
    printed = printed.sort_values("share_precision").drop_duplicates(
        ["reporter", "period"]
    )
    printed = printed.sort_values("period").drop_duplicates("reporter", keep="last")
    printed = printed.set_index("reporter")[["share", "period", "sources"]]
    printed.columns = ["printed", "printed_period", "printed_by"]
    found = own.join(printed, on="country")
    is_older = found["printed_period"] < found["year"].astype(str)
    found[[*printed]] = found[[*printed]].mask(is_older)
    return found


def contested(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the newest shares that others print otherwise for the same year, and how."""
    found = _newest_own(shares)
    same_year = found["printed_period"] == found["year"].astype(str)
    agrees = found["printed"].between(found["share_low"], found["share_high"])
    return found[same_year & ~agrees]


def drawn_shares(shares: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Name the series of shares; no row where own figures give no more than a few points.

    A line at the foot says less than a sentence. Of a region, countries whose newest share others
    print otherwise are left out.
    """
    if pair.members:
        shares = shares[~shares["reporter"].isin(contested(shares)["reporter"])]
    ours = shares["reporter"] == "CHN"
    theirs = shares[~ours]
    series = "China in " + shares["country_name"] + "’s"
    series = series.mask(ours, f"{name_of(pair.code)} in China’s")
    drawn = shares.assign(series=series).sort_values(["series", "year"])
    points = theirs["country"].value_counts().max()
    return drawn if points >= POINTS else drawn.head(0)


def weights_title(shares: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the chart of shares: what China is to each partner in its newest year."""
    own = _newest_own(shares).sort_values("share")
    otherwise = contested(shares)
    found = rows(own[~own["country"].isin(otherwise["country"])])
    if not len(own):
        last = newest(shares, reporter="CHN")
        return either(
            f"{name_of(pair.code)} was {last.share:percent} of China’s trade in {last.year}"
        )
    if len(found) > 1:
        span = f"{found[0].share.value:.0%} to {found[-1].share.value:.0%}"
        return f"China: {span} of {NUMBERS[len(found)]} countries’ trade"
    row = newest(own)
    both = f"{row.share:percent}"
    if len(otherwise):
        both += f" or {row.printed:.1%}"
    return f"China was {both} of {row.country_name}’s trade in {row.year}"


def _as_others_print(shares: pd.DataFrame, pair: Pair) -> str:
    """Say which share of China others print for a country, if not the one computed here."""
    said = []
    for row in rows(_newest_own(shares)):
        year = str(row.year)
        is_same = row.share.low <= row.printed <= row.share.high
        if not row.printed_period or (is_same and row.printed_period == year):
            continue
        publisher = sources()[row.printed_by]["publisher"]
        text = f"{publisher} prints {row.printed:.1%} for {row.printed_period}"
        if not pair.members:
            said.append(f"{text}, of a total it does not give.")
        elif row.printed_period == year:
            said.append(
                f"{row.country_name} is left out: its figures give {row.share:percent}, {text}."
            )
    return " ".join(said)


def weight(shares: pd.DataFrame, pair: Pair) -> str:
    """Say what the partner is to China, what China would be by its own exports, and what counts."""
    own = _newest_own(shares)
    if own.empty:
        return ""
    china, row = newest(shares, reporter="CHN"), newest(own, country=pair.code)
    name = name_of(pair.code)
    would_be = (
        f"China’s share of {name}’s trade in {row.year} would be {row.mirror_share:.1%}, not "
        f"{row.share:percent}, if China’s figure for its exports stood in the place of the imports "
        "recorded; part of that only passes through."
    )
    with_services = own.loc[own["coverage"] != "goods", "country_name"]
    services = (
        f"{formats.join([*with_services])} counts exports with services, in the trade with China "
        "and with the world alike."
    )
    return told(
        f"In {china.year} {name} was {china.share:percent} of China’s trade.",
        would_be if row.mirror_share > _MUCH_MORE * row.share.value else "",
        services if len(with_services) else "",
        _as_others_print(shares, pair),
    )
