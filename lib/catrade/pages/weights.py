"""Weight in each other's trade: shares, and which of two partners a country trades more with.

Every function takes frames that the growth page has from `ct`; only shares that others print are
looked up here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from catrade_build.cells.chosen import chosen
from catrade_build.tables.names import (
    Pair,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.tables.trade import read_table
from catrade_build.words import NUMBERS, capital, source_words
from rounding.formats import join
from rounding.told import either, newest, rows, told

#: A line of fewer points says less than a sentence.
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


def own_totals(
    members: Sequence[str], partners: list[str], start: int, end: int
) -> pd.DataFrame:
    """Return countries' own totals of trade with some partners, as cells."""
    rows = chosen().query("reporter in @members and partner in @partners")
    return rows.query("flow == 'total' and @start <= year <= @end")


def services_of(rows: pd.DataFrame) -> str:
    """Return in brackets which countries' own figures count services, too; "" if none do.

    Examples
    --------
    >>> services_of(pd.DataFrame({"reporter": ["KAZ", "UZB"], "coverage": ["goods", "mixed"]}))
    ' (Uzbekistan’s with services)'
    """
    counting = rows.query("coverage != 'goods'")
    names = [f"{in_sentence(code)}’s" for code in counting["reporter"].unique()]
    return f" ({join(names)} with services)" if names else ""


def side_by_side(own: pd.DataFrame) -> pd.DataFrame:
    """Return what a region's countries trade with each of two partners, by their own statistics.

    Of the countries with figures of both in several years, sums of the years for which all are
    held; in the newest year one that lacks a figure makes the sum a lower bound.

    Parameters
    ----------
    own
        What `own_totals` returns.

    Returns
    -------
    partner and year, value_bn with its ends, countries, services (which of them count services),
    lacking_note (those without a figure; else ""), quality (`estimated` is a lower bound), told
    (the sum in billions, or what it is at least) and sources.
    """
    sound = own[own["quality"] == "ok"].dropna(subset="value_bn")
    both = sound[sound.groupby(["reporter", "year"])["partner"].transform("size") == 2]
    years = both.drop_duplicates(["reporter", "year"])["reporter"].value_counts()
    every = sorted(years.index[years >= POINTS])

    def others(held: pd.Series[str]) -> str:
        return join([in_sentence(code) for code in every if code not in {*held}])

    sound = sound[sound["reporter"].isin(every)]
    groups = sound.groupby(["partner", "year"])
    sums = groups[["value_bn", "low_bn", "high_bn"]].sum()
    sums["countries"] = join([in_sentence(code) for code in every])
    sums["services"] = services_of(sound)
    sums["lacking_note"] = groups["reporter"].agg(others)
    is_bound = sums["lacking_note"] != ""
    sums["quality"] = is_bound.map({True: "estimated", False: "ok"})
    least = np.floor(10 * sums["low_bn"]) / 10
    sums["told"] = sums["value_bn"].map("{:.1f}".format)
    sums["told"] = sums["told"].where(~is_bound, least.map("at least {:.1f}".format))
    sums["sources"] = groups["sources"].agg(";".join)
    sums = sums.reset_index()
    # Two lower bounds say nothing of each other.
    sums["one_is_whole"] = sums["lacking_note"] == ""
    is_comparable = sums.groupby("year")["one_is_whole"].transform("any")
    sums = sums[is_comparable].drop(columns="one_is_whole")
    is_newest = sums["year"] == sums["year"].max()
    kept: pd.DataFrame = sums[is_newest | (sums["lacking_note"] == "")]
    return kept


def lacking(sums: pd.DataFrame) -> str:
    """Say which sums lack whose trade, so that they are lower bounds.

    Parameters
    ----------
    sums
        What `side_by_side` returns.
    """
    return " ".join(
        f"Trade with {name_of(row.partner)} in {row.year} is without {row.lacking_note}’s."
        for row in rows(sums[sums["lacking_note"] != ""])
    )


def overtaking(sums: pd.DataFrame, partner: str, other: str) -> pd.DataFrame:
    """Return the year since when more is traded with a partner than with another, surely.

    No row where that is so in all years, or not in the newest.

    Parameters
    ----------
    sums
        What `side_by_side` returns.
    partner, other
        Codes of the two partners.

    Returns
    -------
    year, first_bn and second_bn, what is traded with each.
    """
    ours, theirs = [sums[sums["partner"] == code] for code in (partner, other)]
    years = ours.merge(theirs, on="year", suffixes=("", "_other")).sort_values("year")
    years["first_bn"], years["second_bn"] = years["value_bn"], years["value_bn_other"]
    # What is a lower bound may be ahead, and nothing is surely ahead of it.
    is_whole = years["lacking_note_other"] == ""
    ahead = (years["low_bn"] > years["high_bn_other"]) & is_whole
    led_before = years.loc[~ahead, "year"].max()
    since: pd.DataFrame = years[years["year"] > led_before].head(1)
    return since[["year", "first_bn", "second_bn"]]


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


def weights_title(shares: pd.DataFrame) -> str:
    """Return the title of the chart of shares: what China is to each partner in its newest year."""
    every = _newest_own(shares).sort_values("share")
    own = every.query("is_recent")
    agreed = rows(own[~own["is_contested"]])
    if len(agreed) > 1:
        span = f"{agreed[0].share.value:.0%} to {agreed[-1].share.value:.0%}"
        return f"China is {span} of {NUMBERS[len(agreed)]} countries’ trade"
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
    """Say what the partner is to China, and what China would be by its own exports."""
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
    return told(
        f"In {china.year} {name} was {china.share:percent} of China’s trade.",
        would_be if row.mirror_share > _MUCH_MORE * row.share.value else "",
    )


def doubts_of_shares(shares: pd.DataFrame, pair: Pair) -> str:
    """Say whose shares are of trade with services, and which others print otherwise."""
    own = _newest_own(shares)
    with_services = join([*own.query("coverage != 'goods'")["country_name"]])
    services = (
        f"{with_services} counts exports with services, in the trade with China and with the world "
        "alike."
    )
    return told(services if with_services else "", as_others_print(shares, pair))
