"""What the trade growth page needs beyond its notebook: words that branch, lines that break.

Every function takes the frames and rows that the notebook has from `ct` and returns frames or text;
no figure is typed. What countries weigh in each other's trade is said by `weights`.
"""

from __future__ import annotations

import pandas as pd

from catrade.pages import running_year as running_year
from catrade.pages import weights as weights
from catrade_build.calc import nowcast as nowcast
from catrade_build.calc import revisions
from catrade_build.cells.chosen import chosen
from catrade_build.tables.names import (
    FLOW_WORDS,
    NONE_PUBLISHED,
    Pair,
    flow_with,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.words import capital, how_many
from catrade_build.words import years as in_words
from rounding.formats import join, with_sign
from rounding.told import Row, Unknown, either, newest, rows, told

#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {
    1 / 4: "a quarter of",
    1 / 3: "a third of",
    1 / 2: "half of",
    2 / 3: "two thirds of",
    1: "about as much as",
}
_NEAR = 0.015
#: What moved a figure or a rate by less is rounding.
_SEEN = 0.0005
#: Of fewer years the highest is no record.
_RUN = 5
_FLOWS = ["total", "export", "import"]
#: Of growth that is no quotient of the levels shown: whose rate it is, and how a table says it.
_PRINTED = {
    "printed in yuan": (
        "customs’ rate in yuan, converted",
        "as customs prints it in yuan, converted,",
    ),
    "worked out in yuan": (
        "worked out from customs’ rates in yuan for each country",
        "worked out from customs’ rates in yuan for each country,",
    ),
    "printed": ("the publisher’s own rate", "as the publisher prints it,"),
}


def of_partner(frame: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return figures whose `country` is the pair's partner, or who it stands for."""
    frame = frame.assign(country=frame[pair.column])
    if "country_name" in frame:
        frame["country_name"] = frame["country"].map(name_of)
    return frame


def main_flow(years: pd.DataFrame) -> str:
    """Return the flow that a page leads with: the total, else the one that is published.

    Examples
    --------
    >>> main_flow(pd.DataFrame({"flow": ["export", "total"]}))
    'total'
    """
    return next((flow for flow in _FLOWS if flow in {*years["flow"]}), "total")


def leading(years: pd.DataFrame) -> pd.DataFrame:
    """Return the sound figures; a doubtful one leads only where nothing sound is held."""
    sound = years[years["quality"] == "ok"]
    return sound if len(sound) else years


def by_role(pairs: pd.DataFrame, reporter: str) -> pd.DataFrame:
    """Return the pairs of which both sides are known, the reporter's columns called so.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, full=True)` returns.
    reporter
        Code of the side that stands first, which is `reporter_code` of each.
    """
    named = pairs.rename(columns=lambda name: name.replace("china_", "reporter_"))
    both = named.dropna(subset=["reporter_bn", "partner_bn"], ignore_index=True)
    return both.assign(reporter_code=reporter)


# ---- both sides ----------------------------------------------------------------------------------


def other_side(both: pd.DataFrame, pair: Pair, last: Row) -> str:
    """Say what part of the page's figure the other side counts, in the newest year both have.

    Parameters
    ----------
    both
        What `ct.mirror` returns, with all columns.
    pair, last
        The page's, and the figure of the sentence before.
    """
    if pair.code == "TKM":
        return f"{pair.name} {NONE_PUBLISHED}."
    both = both.query("quality == 'ok' and reporter_bn > 0 and ratio > 0")
    flow = main_flow(both)
    same = newest(both, flow=flow)
    part, whose = part_of(same), possessive(pair.who)
    if pair.is_own:
        goods = ", goods alone" if last.coverage != "goods" else ""
        return told(f"China counts {same.reporter_bn:usd} for {same.year}{goods}.")
    if pair.members:
        return told(
            f"The four countries publishing statistics count {part} {whose} figure for them"
            f" ({same.year})."
        )
    of_flow = "" if flow == "total" else f" of {FLOW_WORDS[flow]}"
    text = f"For {same.year} {pair.name} itself counts {part} {whose} figure{of_flow}"
    if same.year == last.year and same.flow == last.flow:
        text = f"{capital(pair.name)} itself counts {part} the yearly figure"
    since = newest_with_services(pair.code, pair.reporter, same.year, last.year)
    then = newest(both, flow=flow, year=same.year - 1)
    before = part_of(then).removesuffix(" of").removesuffix(" as")
    more = f"; another source had {before} for {then.year}" if same.begins else ""
    services = f"; with services {since.value:usd} ({since.year})"
    return told(f"{text}{either(more)}{either(services)}.")


def newest_with_services(
    reporter: str, partner: str, after: int | Unknown, to: int | Unknown
) -> Row:
    """Return a country's newest own total with services, of years without one of goods alone.

    Parameters
    ----------
    reporter, partner
        Who counts, and with whom it trades.
    after, to
        The year of its newest total of goods, and the newest year that the page shows.
    """
    totals = chosen().query(
        "reporter == @reporter and partner == @partner and flow == 'total'"
    )
    totals = totals.query("quality == 'ok' and coverage != 'goods'")
    is_since = totals["year"].gt(after) & totals["year"].le(to)
    return newest(totals[is_since])


def part_of(row: Row) -> str:
    """Return the partner's figure as a part of China's, in words that go before a figure.

    Examples
    --------
    >>> pairs = [Row({"ratio": n, "ratio_low": n, "ratio_high": n}) for n in (4.1, 1.7, 1, 0.76)]
    >>> [part_of(row) for row in pairs]
    ['a quarter of', '59% of', 'about as much as', '1.3 times']
    >>> part_of(Row({"ratio": 0.9, "ratio_low": 0.8, "ratio_high": 1.1}))
    'about as much as'
    """
    if not row.ratio:
        return str(row.ratio)
    # Given how both were rounded they may be the same.
    if row.ratio.low <= 1 <= row.ratio.high:
        return _PARTS[1]
    size = 1 / row.ratio.value
    for part, name in _PARTS.items():
        if abs(size - part) <= _NEAR:
            return name
    return f"{size:.1f} times" if size > 1 else f"{size:.0%} of"


# ---- years ---------------------------------------------------------------------------------------


def doubt_of(row: Row) -> str:
    """Return the end of a sentence about a figure that is doubtful; of any other nothing."""
    return ", which is doubtful" if row.quality == "doubtful" else ""


def headed(pair: Pair, flow: str = "total") -> str:
    """Name a flow as a title begins, with whose it is, China's too.

    Examples
    --------
    >>> headed(Pair("KAZ")), headed(Pair("KAZ", "RUS"), "export")
    ('China’s trade with Kazakhstan', 'Russia’s exports to Kazakhstan')
    """
    return f"China’s {pair.named(flow)}" if pair.is_china else pair.title(flow)


def level_title(years: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the chart of levels: a record of all years, or the one that was higher.

    A record is of five years or more, none of them missing; over a break nothing is compared.

    Parameters
    ----------
    years
        All years held, to the newest shown.
    """
    years = leading(years)
    flow = main_flow(years)
    of_flow = years[years["flow"] == flow].sort_values("year")
    last = newest(of_flow)
    what = headed(pair, flow)
    begun = of_flow.loc[of_flow["begins"], "year"].max()
    of_one = of_flow[~(of_flow["year"] < begun)]  # of one statistic
    before = of_one[of_one["year"] < last.year]
    high = newest(before.nlargest(1, "value_bn"))
    is_whole = (of_flow["year"].diff().dropna() == 1).all()
    is_one = len(of_one) == len(of_flow) >= _RUN
    if is_one and is_whole and last.low_bn > before["high_bn"].max():
        return f"{what} reached a record {last.value:bn} in {last.year}"
    if last.high_bn < high.low_bn:
        return f"{what}: {last.value:bn} in {last.year}, {high.value:bn} in {high.year}"
    return either(
        f"{what}: {last.value:bn} in {last.year}{doubt_of(last)}", f"{what}: no figure"
    )


def firmness(
    changed: pd.DataFrame,
    apart: pd.DataFrame,
    pair: Pair,
    last: Row,
) -> str:
    """Say what revisions have been, how far others' figures are, and of which base growth is.

    Parameters
    ----------
    changed, apart
        What `ct.revisions` and `ct.disagreements` return, the latter with its `country`.
    pair, last
        The page's, and its newest year.
    """
    away = (apart["difference_bn"] / apart["chosen_bn"]).abs()
    others = pd.concat([changed, apart.assign(beyond=away)])
    # Of a region its countries are drawn too.
    others = others.query("country in @pair.codes and beyond >= @_SEEN")
    of_years = others.query("period.str.len() == 4")
    widest = newest(of_years.nlargest(1, "beyond"))
    which = f"{FLOW_WORDS.get(widest.flow, '')} of {widest.period}"
    if pair.members and widest:
        flow = flow_with(widest.flow, in_sentence(widest.country))
        which = f"{flow}, {widest.period}"
    record = revisions.record_of(*pair.sides).query("n >= @revisions.ENOUGH")
    total, imports = newest(record, flow="total"), newest(record, flow="import")
    two = f"Growth in {last.year} compares two releases, and its digits allow for that."
    return told(
        f"Revisions within a year moved totals by less than {total.ninety:.1%} in nine cases of"
        f" ten, imports by less than {imports.ninety:.1%} ({record['n'].sum()} figures).",
        f"Later figures, and those of other sources, are up to {widest.beyond:.1%} away ({which}).",
        two if last.growth_basis == "two releases" else "",
    )


def remarks(last: Row, published: pd.DataFrame, pair: Pair) -> str:
    """Say why the newest figure is doubtful, or else that it counts services.

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
    reasons = join([*doubtful["quality_reason"].unique()])
    what = "total" if last.flow == "total" else f"{last.flow} figure"
    doubt = f"The {what} of {last.year} is doubtful: {reasons}."
    unlike = ", as China’s does not" if pair.is_own else ""
    services = f"The {what} of {last.year} counts services too{unlike}."
    if last.quality != "ok":
        return doubt
    return services if last.coverage != "goods" else ""


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
    yearly = facts.query("period.str.len() == 4 and flow == 'export'")
    last = newest(years, flow="total").year
    other = newest(yearly, unit="USD", year=last)
    own = newest(years, flow="export", year=last)
    apart = own.value.high < other.value.low or other.value.high < own.value.low
    if not (pair.is_own and apart):
        return ""
    who = other.item.removeprefix("all goods").strip(" ()")
    return told(
        f"Of the exports to China in it, {own.value:usd}, there is another figure: "
        f"{other.value:usd} ({who})."
    )


def own_rate(last: Row, before: Row) -> str:
    """Say of the newest growth that it is printed, where the levels would give another.

    Parameters
    ----------
    last, before
        The newest year's total and that of the year before.
    """
    if not last.base_revised:
        return ""
    whose, _ = _PRINTED[last.growth_basis]
    return told(
        f"Growth in {last.year} is {whose}, on {before.year} as revised since; on "
        f"{before.value:usd}, as shown, it would be {with_sign(100 * last.growth_computed, 1)}%."
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
    apart = (years["growth"] - years["growth_computed"]).abs()
    is_shown = (years["growth_basis"] != "one release") | (apart > _SEEN)
    by_basis = years[is_shown].groupby("growth_basis")["year"]
    # A basis that no year has is unknown, and its sentence is not told.
    when = Row(by_basis.agg(in_words).to_dict())
    base = Row(by_basis.agg(lambda year: in_words(year - 1)).to_dict())
    printed = [
        f"{when[basis]}: {how} on {base[basis]} as revised since."
        for basis, (_, how) in _PRINTED.items()
    ]
    return told(
        *printed,
        f"{when['one release']}: within the one release that has both years.",
        f"{when['two releases']}: totals of two releases.",
    )


# ---- what is drawn -------------------------------------------------------------------------------


def surplus(both: pd.DataFrame, pair: Pair, last: Row) -> str:
    """Say how far each side puts the first one's surplus in goods, in the newest year both have.

    Of a year long before the page's newest nothing is said.

    Parameters
    ----------
    both
        What `ct.mirror` returns, with all columns.
    pair, last
        The page's, and its newest year.
    """
    sound = both.query("quality == 'ok'")
    sound = sound[sound["year"] >= last.year - weights.RECENT]
    bought = newest(sound, flow="import")
    sold = newest(sound, flow="export", year=bought.year)
    ours = sold.reporter_bn - bought.reporter_bn
    theirs = sold.partner_bn - bought.partner_bn
    if not (ours.value > 0 and theirs.value > 0):
        return ""
    other, whose = pair.name, possessive(pair.name)
    if pair.members:
        other, whose = "the four countries publishing statistics", "theirs"
    first = "China" if pair.is_own else pair.who
    return told(
        f"{capital(possessive(first))} surplus in goods with {other} in {sold.year}: "
        f"{ours:usd} by its own figures, {theirs:usd} by {whose}."
    )


def broken(frame: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    """Add a row without a value where a yearly line must break.

    That is where years are missing, and before a year with which another statistic `begins`. Rows
    of one series, which the columns `by` tell apart, are in time.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2022, 2023, 2024],
    ...                       "value_bn": [1.0, 2.0, 3.0], "begins": [False, False, True]})
    >>> broken(frame, ["flow"], "value_bn")["year"].tolist()
    [2022.0, 2023.0, 2023.5, 2024.0]
    """
    rows = frame.astype({"year": float}).reset_index(drop=True)
    step = rows.groupby(by)["year"].diff()
    gaps = rows[(step > 1) | (step.notna() & rows["begins"])]
    gaps = gaps.assign(year=gaps["year"] - 0.5)
    gaps[value] = float("nan")
    # A gap has the place in order of the row that it stands before.
    return pd.concat([gaps, rows]).sort_index(kind="stable", ignore_index=True)


def break_note(frame: pd.DataFrame, by: str) -> str:
    """Say in which years a line breaks because another statistic begins; see `broken`.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2023, 2024], "begins": [False, True]})
    >>> break_note(frame, "flow")
    'Another statistic begins in 2024.'
    """
    after = frame["year"] > frame.groupby(by)["year"].transform("min")
    begun = frame.loc[frame["begins"] & after, "year"]
    if begun.empty:
        return ""
    when = join([f"{year:.0f}" for year in sorted({*begun})])
    return f"Another statistic begins in {when}."


# ---- the countries of a region -------------------------------------------------------------------


def panels_title(flows: pd.DataFrame, pair: Pair) -> str:
    """Return the title of the panels: to how many of a region more is exported than at first.

    Parameters
    ----------
    flows
        Exports and imports by year, of the region and its countries.
    pair
        The page's.
    """
    exports = flows.query("country in @pair.members and flow == 'export'")
    exports = exports.dropna(subset="value_bn")
    if exports.empty:
        return ""
    first, last = exports["year"].min(), exports["year"].max()
    ends = exports[exports["year"].isin([first, last])]
    wide = ends.pivot_table("value_bn", "country", "year").dropna()
    # Of who has no figure of the newest year an older one is not told as of it.
    if first == last or len(wide) < len(pair.members):
        when = f"{first}" if first == last else f"{first}–{last}"
        return f"{capital(possessive(pair.who))} exports and imports by country, {when}"
    count = how_many((wide[last] > wide[first]).sum(), len(pair.members))
    if pair.is_own:
        return f"Exports of {count} to China exceed those of {first}"
    return f"{capital(pair.who)} sells more to {count} than in {first}"


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
    cells = rows(changed)
    written = changed.assign(
        first_text=[f"{cell.first:{cell.currency.lower()}}" for cell in cells],
        later_text=[f"{cell.later:{cell.currency.lower()}}" for cell in cells],
    )
    return written[written["first_text"] != written["later_text"]]
