"""Weight in each other's trade: shares, and which of two partners a country trades more with.

Every function takes frames that the growth page has from `ct`; only shares that others print are
looked up here.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.chosen import chosen
from catrade.tables.names import (
    Pair,
    name_of,
    possessive,
)
from catrade.tables.trade import read_table
from catrade.words import NUMBERS, capital, how_many, source_words
from rounding.formats import join
from rounding.told import either, newest, rows, told

#: A line of fewer points is a sentence, and no figure.
POINTS = 5
#: What is so many years older than the page's newest figure is not told as if it were today's.
RECENT = 5
#: From which multiple of a country's own share on the share with China's exports is told.
_MUCH_MORE = 1.5


def weight_in_all(rates: pd.DataFrame, pair: Pair) -> str:
    """Say what part of all of a country's trade a partner is, by its own statistics.

    Parameters
    ----------
    rates
        Yearly figures of the partner and the world.
    pair
        The page's.
    """
    totals = rates.query("flow == 'total' and quality == 'ok'")
    ours = totals.query("country == @pair.code")
    whole = newest(totals[totals["year"].isin(ours["year"])], country="WLD")
    # A share is of figures that count the same.
    own = newest(ours, year=whole.year, coverage=whole.coverage)
    return told(
        f"In {whole.year} {capital(pair.name)} was {own.value / whole.value:percent} of"
        f" {possessive(pair.who)} trade."
    )


def own_totals(pair: Pair, partners: list[str], start: int, end: int) -> pd.DataFrame:
    """Return a region's countries' own totals of trade with some partners, as cells."""
    rows = chosen().query("reporter in @pair.members and partner in @partners")
    return rows.query("flow == 'total' and @start <= year <= @end")


def rivals(own: pd.DataFrame, partner: str, other: str) -> pd.DataFrame:
    """Return how many times a country's trade with another its trade with a partner is, by year.

    Parameters
    ----------
    own
        What `own_totals` returns.
    partner, other
        Codes of the two partners.

    Returns
    -------
    country, year, ratio with its ends, begins (whether another statistic begins with either figure)
    and sources; years for which a country has both, of goods or both with services.
    """
    sound = own[own["quality"] == "ok"].dropna(subset="value_bn")
    ours, theirs = [sound[sound["partner"] == code] for code in (partner, other)]
    both = ours.merge(theirs, on=["reporter", "year"], suffixes=("", "_other"))
    of_goods = both[["coverage", "coverage_other"]] == "goods"
    both = both[of_goods["coverage"] == of_goods["coverage_other"]]
    ratios = pd.DataFrame(
        {
            "country": both["reporter"],
            "year": both["year"],
            "ratio": both["value_bn"] / both["value_bn_other"],
            "ratio_low": both["low_bn"] / both["high_bn_other"],
            "ratio_high": both["high_bn"] / both["low_bn_other"],
            "begins": both["begins"] | both["begins_other"],
            "sources": both["sources"] + ";" + both["sources_other"],
        }
    )
    return ratios.sort_values(["country", "year"], ignore_index=True)


def rivals_title(ratios: pd.DataFrame, partner: str, other: str) -> str:
    """Return who leads by how many countries, surely."""
    last = ratios.drop_duplicates("country", keep="last")
    count = how_many((last["ratio_low"] > 1).sum(), len(last))
    when = "–".join(map(str, sorted({last["year"].min(), last["year"].max()})))
    leads = f"{name_of(partner)} leads {name_of(other)}"
    return f"Own statistics, {when}: {leads} in {count}"


def rivals_note(ratios: pd.DataFrame, other: str) -> str:
    """Say when the other last led by each country's figures, and where rounding leaves it open."""
    led = ratios[ratios["ratio_high"] < 1].drop_duplicates("country", keep="last")
    years = [f"{name_of(row.country)} in {row.year}" for row in rows(led)]
    last = ratios.drop_duplicates("country", keep="last")
    is_open = last["ratio_low"].le(1) & last["ratio_high"].ge(1)
    unsure = [f"{name_of(row.country)} {row.year}" for row in rows(last[is_open])]
    led_by = f"{name_of(other)} last led by the figures of {join(years)}."
    equal = f"Within rounding equal: {join(unsure)}."
    return told(led_by if years else "", equal if unsure else "")


def _newest_own(shares: pd.DataFrame) -> pd.DataFrame:
    """Return each country's newest share of China in its trade, and which share others print.

    Columns printed (of that year or a later one), printed_period and printed_by, NaN without;
    is_later, is_contested of what is printed otherwise for the same year, and is_recent (not long
    before the newest year of all shares).
    """
    own = shares[shares["reporter"] != "CHN"].sort_values("year")
    own = own.drop_duplicates("country", keep="last")
    yearly = "partner == 'CHN' and flow == 'total' and period.str.len() == 4"
    printed = read_table("trade_shares").query(yearly)
    # Of the newest year the finest.
    printed = printed.sort_values(
        ["period", "share_precision"], ascending=[False, True]
    )
    printed = printed.drop_duplicates("reporter").set_index("reporter")
    printed = printed[["share", "period", "sources"]]
    printed.columns = ["printed", "printed_period", "printed_by"]
    beside = own.join(printed, on="country")
    year = beside["year"].astype(str)
    beside[[*printed]] = beside[[*printed]].mask(beside["printed_period"] < year)
    agrees = beside["printed"].between(beside["share_low"], beside["share_high"])
    is_of_year = beside["printed_period"] == year
    return beside.assign(
        is_later=beside["printed_period"] > year,
        is_contested=is_of_year & ~agrees,
        is_recent=beside["year"] >= shares["year"].max() - RECENT,
    )


def drawn_shares(shares: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Name the series of shares; no row where own figures give no more than a few points.

    A line at the foot says less than a sentence. Of a region, countries whose newest share others
    print otherwise are left out.
    """
    if pair.members:
        contested = _newest_own(shares).query("is_contested")["reporter"]
        shares = shares[~shares["reporter"].isin(contested)]
    ours = shares["reporter"] == "CHN"
    theirs = shares[~ours]
    series = "China in " + shares["country_name"].map(possessive)
    series = series.mask(ours, f"{name_of(pair.code)} in China’s")
    drawn = shares.assign(series=series).sort_values(["series", "year"])
    points = theirs["country"].value_counts().max()
    return drawn if points >= POINTS else drawn.head(0)


def weights_title(shares: pd.DataFrame) -> str:
    """Return the title of the chart of shares: what China is to each partner in its newest year."""
    every = _newest_own(shares).sort_values("share")
    own = every.query("is_recent")
    agreed = rows(own[~own["is_contested"]])
    if len(agreed) > 1:
        span = f"{agreed[0].share.value:.0%} to {agreed[-1].share.value:.0%}"
        return f"China: {span} of {NUMBERS[len(agreed)]} countries’ trade"
    row = newest(own)
    # Where the country's own share is of long ago, the other way round.
    china = newest(shares[shares["country"].isin(every["country"])], reporter="CHN")
    printed = f" or {row.printed:.1%}" if row.is_contested else ""
    return either(
        f"China was {row.share:percent}{printed} of {row.country_name}’s trade in {row.year}",
        f"In {china.year} {china.country_name} was {china.share:percent} of China’s trade",
    )


def as_others_print(shares: pd.DataFrame, pair: Pair) -> str:
    """Say which share of China others print for a country, if not the one computed here."""
    own = _newest_own(shares)
    is_told = own["is_contested"] & own["is_recent"]
    if not pair.members:
        is_told |= own["is_later"]
    sentences = []
    for row in rows(own[is_told]):
        publisher = source_words()[row.printed_by]["publisher"]
        text = f"{publisher} prints {row.printed:.1%} for {row.printed_period}"
        if pair.members:
            sentences.append(
                f"China’s share of {possessive(row.country_name)} trade is {row.share:percent} by"
                f" its own figures; {text}."
            )
        else:
            sentences.append(f"{text}, of a total it does not give.")
    return " ".join(sentences)


def weight(shares: pd.DataFrame, pair: Pair) -> str:
    """Say what the partner is to China, what China would be by its own exports, and what counts."""
    own = _newest_own(shares)
    if own.empty:
        return ""
    own = own.query("is_recent")
    china, row = newest(shares, reporter="CHN"), newest(own, country=pair.code)
    name = name_of(pair.code)
    would_be = (
        f"China’s share of {possessive(name)} trade in {row.year} would be"
        f" {row.mirror_share:.1%}, not {row.share:percent}, if China’s figure for its exports stood"
        " in the place of the imports recorded."
    )
    with_services = join([*own.query("coverage != 'goods'")["country_name"]])
    services = (
        f"{with_services} counts exports with services, in the trade with China and with the world "
        "alike."
    )
    return told(
        f"In {china.year} {name} was {china.share:percent} of China’s trade.",
        would_be if row.mirror_share > _MUCH_MORE * row.share.value else "",
        services if with_services else "",
        as_others_print(shares, pair),
    )
