"""What the trade growth page needs beyond its notebook: words that branch, lines that break.

Every function takes the frames and rows that the notebook has from `ct` and returns frames or text;
no figure is typed, and only shares that others print are looked up here.
"""

from __future__ import annotations

import pandas as pd

from catrade.calc import revisions
from catrade.calc.composition import constant_share
from catrade.calc.shares import NOT_ALLOCATED
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
_SEEN = {"contribution": 0.002, "beyond": 0.0005}
#: From which multiple of a country's own share on the share with China's exports is told.
_MUCH_MORE = 1.5
#: Points of a plot by time: two and their words are one sheet of paper.
HEIGHT = 155
_FLOWS = ["total", "export", "import"]
#: What growth is split into beside all of China's trade, as the chart names it.
_SPLIT = {
    "all": "As all of China’s trade",
    "mix": "Mix of exports and imports",
    "share": "Share won or lost",
}
SPLIT_COLOURS = dict(zip(_SPLIT.values(), ["WLD", "other", "CA5"], strict=True))
SPLIT_NOTE = (
    "Growth of all of China’s trade; what it is more or less as exports and imports are other "
    "parts of this trade; the rest (Leamer and Stern 1970, chapter 7). The running year is on the "
    "same months of the year before, in yuan; years are in dollars."
)
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


def firmness(changed: pd.DataFrame, pair: Pair, last: Row) -> str:
    """Say what whiskers show, what revisions have been, and of which base growth is.

    Parameters
    ----------
    changed
        What `ct.revisions` returns, of the series shown.
    pair, last
        The page's, and its newest year.
    """
    whole = changed[changed["period"].str.len() == 4]
    whole = whole[whole["beyond"] >= _SEEN["beyond"]]
    widest = newest(whole.nlargest(1, "beyond"))
    known = revisions.record_of_five(pair.reporter)
    known = known[known["n"] >= revisions.ENOUGH]
    total, imports = newest(known, flow="total"), newest(known, flow="import")
    two = f"Growth in {last.year} compares two releases, and its digits allow for that."
    return told(
        either(
            f"Whiskers show rounding, in {last.year} also what revisions still do: within a year "
            f"totals have moved by less than {total.ninety:.1%} in nine cases of ten, imports by "
            f"less than {imports.ninety:.1%} ({known['n'].sum()} figures).",
            "Whiskers show rounding only.",
        ),
        f"Later figures differ by up to {widest.beyond:.1%} beyond rounding "
        f"({FLOW_WORDS.get(widest.flow, '')} of {widest.period}).",
        two if last.growth_basis == "two releases" else "",
    )


def remarks(last: Row, published: pd.DataFrame, pair: Pair) -> str:
    """Say what the newest total stands beside: doubts, services, its base, who is left out.

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
    computed = f"{last.growth_computed:.1%}".replace("-", "−")
    without = f"It is without Turkmenistan, which {NONE_PUBLISHED}."
    own_rate = (
        f"Growth is the publisher’s own: the figure found for {last.year - 1} has not been "
        f"revised yet and would give {computed}."
    )
    return told(
        doubt if last.quality != "ok" else "",
        services if last.coverage != "goods" else "",
        own_rate if last.base_revised else "",
        without if pair.code == "CA4" else "",
    )


def own_rate(last: Row) -> str:
    """Say of the newest growth that it is printed, where the levels would give another."""
    if not last.base_revised:
        return ""
    if last.growth_basis == "printed":
        return "the publisher’s own rate"
    return "customs’ rate in yuan, converted"


def vintage_note(years: pd.DataFrame) -> str:
    """Say of a table of years which growth is no quotient of the two levels beside it.

    Parameters
    ----------
    years
        The rows shown, of one flow: year and growth_basis.

    Examples
    --------
    >>> shown = pd.DataFrame({"year": [2023, 2024, 2025],
    ...     "growth_basis": ["two releases", "one release", "printed in yuan"]})
    >>> vintage_note(shown)  # doctest: +NORMALIZE_WHITESPACE
    '2025: as customs prints it in yuan, converted, on 2024 as revised since. 2023: totals of two
    releases.'
    """
    by_basis = years.groupby("growth_basis")["year"].agg(list)
    said = []
    for basis, how in (
        ("printed in yuan", "as customs prints it in yuan, converted,"),
        ("printed", "as the publisher prints it,"),
    ):
        if basis in by_basis:
            held = by_basis[basis]
            before = in_words([year - 1 for year in held])
            said.append(f"{in_words(held)}: {how} on {before} as revised since.")
    if "two releases" in by_basis:
        said.append(f"{in_words(by_basis['two releases'])}: totals of two releases.")
    return " ".join(said)


# ---- what is drawn -------------------------------------------------------------------------------


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
    if parts.empty or len(_open(last)):
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
    points, whole = best.points.strip("+−"), total.points.strip("+−")
    what = f"{points} of {whole} points of growth"
    if len(first) > 1:
        what = "most"
    elif not rise:
        what = f"{points} points off growth"
    elif best.contribution.value > total.contribution.value:
        what = f"{points} points to growth"
    return f"{who} {'added' if rise else 'took'} {what} in {total.year}"


def _open(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each year of which a part's contribution is not known: year and missing."""
    if "missing" not in drawn:
        return drawn.head(0)
    is_open = drawn["missing"].fillna("") != ""
    return drawn.loc[is_open, ["year", "missing"]].drop_duplicates()


def split_note(
    drawn: pd.DataFrame, by: str, rates: pd.DataFrame, gone: pd.DataFrame, pair: Pair
) -> str:
    """Say what is unknown, and how the last two years grew without flows that ended since."""
    year = drawn["year"].max()
    last = running.growth_without(rates, gone, pair, year)
    before = running.growth_without(rates, gone, pair, year - 1)
    rest = f"Without {running.named(gone)}: {last:percent} in {year}"
    unknown = f"{UNKNOWN}: growth that the figures give to no part."
    held_back = [
        f"What {FLOW_WORDS.get(row.missing, row.missing)} brought in {row.year} is not known."
        for row in rows(_open(drawn))
    ]
    return told(
        *held_back,
        unknown if UNKNOWN in set(drawn[by]) else "",
        either(f"{rest} and {before:percent} in {year - 1}.", f"{rest}."),
    )


def beside_all_trade(
    rates: pd.DataFrame, same: pd.DataFrame, pair: Pair
) -> pd.DataFrame:
    """Return a region's growth of seven years, and of the running one, by `constant_share`.

    Parameters
    ----------
    rates, same
        Growth of years (`ct.growth`), and of the same months (`ct.as_printed`), of the partner and
        the world.
    pair
        The page's. Of a country there is none.
    """
    if not pair.members:
        return pd.DataFrame()
    recent = rates[rates["year"] > rates["year"].max() - 7]
    parts = [
        constant_share(
            figures[figures["country"] == pair.code],
            figures[figures["country"] == "WLD"],
        )
        for figures in (recent, same)
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found.assign(
        label=found["period"].map(_label).astype(str),
        series=found["part"].map(_SPLIT),
    )
    # Of the sum that is written the interval is that of the growth itself, which the rest has.
    rest = found["part"] == "share"
    for end in ("contribution_low", "contribution_high"):
        found[end] = found[end].where(rest, found["contribution"])
    return found


def _label(period: str) -> str:
    """Return a year, or where the first months of one end: `to Jul 26`."""
    if "-" not in period:
        return period
    _, month = formats.period(period).split("–")
    return f"to {month[:3]} {period[2:4]}"


def all_trade_title(split: pd.DataFrame) -> str:
    """Return the title of that split: what the share won or lost makes of the newest growth."""
    row = newest(split[split["part"] == "share"])
    when, points = formats.period(row.period), f"{abs(row.contribution):points}"
    if row.contribution.value > 0:
        return f"Gains of share added {points} in {when}"
    return f"Loss of share cost {points} in {when}"


# ---- shares --------------------------------------------------------------------------------------


def drawn_shares(shares: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Name the series of shares; no row where own figures give no more than a few points.

    A line at the foot says less than a sentence.
    """
    ours = shares["reporter"] == "CHN"
    theirs = shares[~ours]
    series = "China in " + shares["country_name"] + "’s"
    series = series.mask(ours, f"{name_of(pair.code)} in China’s")
    drawn = shares.assign(series=series).sort_values(["series", "year"])
    points = theirs["country"].value_counts().max()
    return drawn if points >= POINTS else drawn.head(0)


def weights_title(shares: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the chart of shares: what China is to the partners, each newest year."""
    own = shares[shares["reporter"] != "CHN"].sort_values("year")
    found = rows(own.drop_duplicates("country", keep="last").sort_values("share"))
    if not found:
        last = newest(shares, reporter="CHN")
        return either(
            f"{name_of(pair.code)} was {last.share:percent} of China’s trade in {last.year}"
        )
    low, high = found[0], found[-1]
    if len(found) > 1:
        years = in_words(row.year for row in found)
        span = f"{low.share.value:.0%} to {high.share.value:.0%}"
        return f"China: {span} of {NUMBERS[len(found)]} countries’ trade, {years}"
    return f"China was {low.share:percent} of {low.country_name}’s trade in {low.year}"


def _as_others_print(pair: Pair, share: Row) -> str:
    """Say which share of China others print for a country, if not the one computed here.

    Parameters
    ----------
    pair, share
        The page's, and the newest share by the country's own figures.
    """
    year = str(share.year)
    printed = read_table("trade_shares").query(
        "reporter == @pair.code and partner == 'CHN' and flow == 'total'"
        " and period >= @year and period.str.len() == 4"
    )
    if printed.empty:
        return ""
    best = newest(printed.nsmallest(1, "share_precision"))
    is_same = share.share.low <= best.share <= share.share.high
    if is_same and best.period == year:
        return ""
    publisher = sources()[best.source_id]["publisher"]
    return f"{publisher} prints {best.share:.1%} for {best.period}, of a total it does not give."


def weight(shares: pd.DataFrame, pair: Pair) -> str:
    """Say what the partner is to China, what China would be by its own exports, and what counts."""
    own = shares[shares["reporter"] != "CHN"]
    if own.empty:
        return ""
    china, row = newest(shares, reporter="CHN"), newest(own, country=pair.code)
    name = name_of(pair.code)
    would_be = (
        f"China’s share of {name}’s trade in {row.year} would be {row.mirror_share:.1%}, not "
        f"{row.share:percent}, if China’s figure for its exports stood in the place of the imports "
        "recorded; part of that only passes through."
    )
    services = (
        "Exports are counted with services, in the trade with China and with the world"
    )
    return told(
        f"In {china.year} {name} was {china.share:percent} of China’s trade.",
        would_be if row.mirror_share > _MUCH_MORE * row.share.value else "",
        f"{services} alike." if row and row.coverage != "goods" else "",
        _as_others_print(pair, row) if row and not pair.members else "",
    )
