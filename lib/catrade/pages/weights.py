"""Weight in each other's trade: shares, and which of two partners a country trades more with.

Every function takes frames that the growth page has from `ct`; only shares that others print are
looked up here.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.chosen import chosen
from catrade.tables.names import (
    Pair,
    in_sentence,
    name_of,
    possessive,
)
from catrade.tables.trade import read_table
from catrade.words import NUMBERS, capital, source_words
from rounding import formats
from rounding.told import either, newest, rows, told

#: A line of fewer points is a sentence, and no figure.
POINTS = 5
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
    totals = rates[(rates["flow"] == "total") & (rates["quality"] == "ok")]
    ours = totals[totals["country"] == pair.code]
    world = totals[(totals["country"] == "WLD") & totals["year"].isin(ours["year"])]
    whole = newest(world)
    own = newest(
        ours[ours["coverage"].isin(world["coverage"].tail(1))], year=whole.year
    )
    share = own.value / whole.value
    name = capital(in_sentence(pair.code))
    return told(
        f"In {whole.year} {name} was {share:percent} of {possessive(pair.who)} trade."
    )


def own_totals(pair: Pair, partners: list[str], start: int, end: int) -> pd.DataFrame:
    """Return a region's countries' own totals of trade with some partners, as cells."""
    cells = chosen()
    rows = cells[cells["reporter"].isin(pair.members) & cells["partner"].isin(partners)]
    return rows[(rows["flow"] == "total") & rows["year"].between(start, end)]


def rivals(own: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return how many times a country's trade with another its trade with one is, by year.

    Parameters
    ----------
    own
        What `own_totals` returns.
    one, other
        Codes of the two partners.

    Returns
    -------
    country, year, ratio with its ends, begins (whether another statistic begins with either figure)
    and sources; years for which a country has both.
    """
    known = own[own["quality"] == "ok"].dropna(subset="value_bn")
    keys = ["reporter", "year"]
    kept = [*keys, "value_bn", "low_bn", "high_bn", "begins", "sources"]
    sides = [known.loc[known["partner"] == code, kept] for code in (one, other)]
    both = sides[0].merge(sides[1], on=keys, suffixes=("", "_other"))
    return pd.DataFrame(
        {
            "country": both["reporter"],
            "year": both["year"],
            "ratio": both["value_bn"] / both["value_bn_other"],
            "ratio_low": both["low_bn"] / both["high_bn_other"],
            "ratio_high": both["high_bn"] / both["low_bn_other"],
            "begins": both["begins"] | both["begins_other"],
            "sources": both["sources"] + ";" + both["sources_other"],
        }
    ).sort_values(["country", "year"], ignore_index=True)


def rivals_title(ratios: pd.DataFrame, one: str, other: str) -> str:
    """Return the title of `rivals`: in how many countries' newest figures one leads for sure."""
    last = ratios.drop_duplicates("country", keep="last")
    leads = int((last["ratio_low"] > 1).sum())
    count = f"{NUMBERS[leads]} of {NUMBERS[len(last)]}"
    if leads == len(last):
        count = f"all {NUMBERS[leads]}"
    return f"{name_of(one)} leads {name_of(other)} in {count} countries’ own statistics"


def rivals_note(ratios: pd.DataFrame, other: str) -> str:
    """Say when the other last led by each country's figures, and where rounding leaves it open."""
    led = ratios[ratios["ratio_high"] < 1].drop_duplicates("country", keep="last")
    years = [f"{name_of(row.country)} in {row.year}" for row in rows(led)]
    last = ratios.drop_duplicates("country", keep="last")
    is_open = last["ratio_low"].le(1) & last["ratio_high"].ge(1)
    unsure = [f"{name_of(row.country)} {row.year}" for row in rows(last[is_open])]
    return told(
        f"{name_of(other)} last led by the figures of {formats.join(years)}."
        if years
        else "",
        f"Within rounding equal: {formats.join(unsure)}." if unsure else "",
    )


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


def weights_title(shares: pd.DataFrame) -> str:
    """Return the title of the chart of shares: what China is to each partner in its newest year."""
    own = _newest_own(shares).sort_values("share")
    otherwise = contested(shares)
    found = rows(own[~own["country"].isin(otherwise["country"])])
    if len(found) > 1:
        span = f"{found[0].share.value:.0%} to {found[-1].share.value:.0%}"
        return f"China: {span} of {NUMBERS[len(found)]} countries’ trade"
    row = newest(own)
    both = f"{row.share:percent}"
    if len(otherwise):
        both += f" or {row.printed:.1%}"
    return either(f"China was {both} of {row.country_name}’s trade in {row.year}")


def _as_others_print(shares: pd.DataFrame, pair: Pair) -> str:
    """Say which share of China others print for a country, if not the one computed here."""
    said = []
    for row in rows(_newest_own(shares)):
        year = str(row.year)
        is_same = row.share.low <= row.printed <= row.share.high
        if not row.printed_period or (is_same and row.printed_period == year):
            continue
        publisher = source_words()[row.printed_by]["publisher"]
        text = f"{publisher} prints {row.printed:.1%} for {row.printed_period}"
        if not pair.members:
            said.append(f"{text}, of a total it does not give.")
        elif row.printed_period == year:
            said.append(
                f"China’s share of {possessive(row.country_name)} trade is {row.share:percent} by"
                f" its own figures; {text}."
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
