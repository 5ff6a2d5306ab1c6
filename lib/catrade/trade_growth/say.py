"""What the trade growth page says where words depend on what is known.

Every function takes frames or rows of this subject's calculations and returns text; no figure is
typed here. Sentences without branches stand in the notebook.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.names import GROUPS, in_sentence, name_of
from catrade.trade_growth.pair import BothSides, newest
from catrade.trade_growth.revisions import largest
from pagemill import formats
from pagemill.rounded import Rounded

#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {1 / 4: "a quarter", 1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}
_NEAR = 0.015
#: From which multiple of its own share the share with China's exports makes the own one a floor.
_FLOOR = 1.5
#: A flow inside a sentence, and the word between it and the other side.
FLOW_WORDS = {"export": "exports", "import": "imports", "total": "trade"}
WAYS = {"export": "to", "import": "from", "total": "with"}


def whose(reporter: str, partner: str) -> str:
    """Say whose statistics a page shows.

    Examples
    --------
    >>> whose("CHN", "KAZ"), whose("partner", "KAZ"), whose("partner", "CA4")
    ('China’s statistics', 'Kazakhstan’s statistics', 'the partners’ statistics')
    """
    return f"{who(reporter, partner)}’s statistics".replace("s’s", "s’")


def subject(reporter: str, partner: str, flow: str = "total") -> str:
    """Name what is counted, as a title begins.

    Examples
    --------
    >>> subject("CHN", "CA5"), subject("partner", "KAZ", "import"), subject("partner", "CA4")
    ('Trade with Central Asia', 'Kazakhstan’s imports from China', 'Trade with China')
    """
    what = f"{FLOW_WORDS[flow]} {WAYS[flow]}"
    if reporter == "CHN":
        return f"{what[0].upper()}{what[1:]} {name_of(partner)}"
    owner = "" if partner in GROUPS else f"{name_of(partner)}’s "
    text = f"{owner}{what} China"
    return f"{text[0].upper()}{text[1:]}"


def other(reporter: str, partner: str) -> str:
    """Name the other side, as it stands in a sentence."""
    return in_sentence(partner) if reporter == "CHN" else "China"


def who(reporter: str, partner: str) -> str:
    """Name whose figures are shown, as their owner."""
    if reporter == "CHN":
        return "China"
    return "the partners" if partner in GROUPS else name_of(partner)


def measure(years: pd.DataFrame, reporter: str, partner: str) -> str:
    """Say what is measured, for the line under a title."""
    services = years["coverage"].isin(["goods_and_services", "mixed"]).any()
    what = "Goods, exports with services," if services else "Goods"
    return f"{what} at current prices, $ billion, {whose(reporter, partner)}"


def counts(reporter: str, partner: str) -> str:
    """Return who counts, with the verb.

    Examples
    --------
    >>> counts("CHN", "KAZ"), counts("partner", "CA4")
    ('China counts', 'The four of the five that publish statistics count')
    """
    if reporter != "CHN" and partner in GROUPS:
        return "The four of the five that publish statistics count"
    return f"{who(reporter, partner)} counts"


def nothing(reporter: str, partner: str) -> str:
    """Say plainly that there is nothing to show, and what would be."""
    if reporter == "partner" and partner == "TKM":
        return (
            "Turkmenistan publishes no trade statistics of its own: only China’s can be shown, and "
            "none of the sources here says otherwise for these years."
        )
    return f"{subject(reporter, partner)}: no yearly total in these years by " + (
        f"{whose(reporter, partner)}."
    )


def change(row: Any) -> str:
    """Return growth of a year as the end of a sentence; empty where there is no rate.

    Examples
    --------
    >>> change({"growth": -0.056, "growth_low": -0.0561, "growth_high": -0.0559,
    ...         "base_period": "2024"})
    ', 5.6% less than in 2024'
    >>> change({"growth": 0.01, "growth_low": -0.01, "growth_high": 0.03, "base_period": "2024"})
    ', as much as in 2024 within rounding'
    """
    if formats.is_missing(row["growth"]):
        return ""
    rate, base = Rounded.of(row, "growth"), row["base_period"]
    if not sure(row):
        return f", as much as in {base} within rounding"
    text = f", {size(rate)} {'more' if rate.value > 0 else 'less'} than in {base}"
    return f"{text} (its own rate)" if row.get("base_revised") else text


def other_side(both: BothSides | None, *, reporter: str, partner: str) -> str:
    """Say what the other side counts, in the newest year both have."""
    if both is None:
        return (
            "; Turkmenistan publishes no trade statistics of its own"
            if partner == "TKM"
            else ""
        )
    own, china = f"{both.own:usd}", f"{both.china:usd}"
    if reporter != "CHN":
        they = "they" if partner in GROUPS else name_of(partner)
        return f"; of goods China counted {china} in {both.year}, {they} {own}"
    whose, them = f"{name_of(partner)} itself", "that year"
    if partner in GROUPS:
        whose, them = "the four of the five that publish statistics", "them"
    part = part_of(both.own.value / both.china.value)
    return f"; {whose} counted {own} in {both.year}, {part} China’s figure for {them} ({china})"


def part_of(ratio: float) -> str:
    """Return a ratio in words that go before a figure.

    Examples
    --------
    >>> part_of(0.246), part_of(0.59), part_of(1.004), part_of(1.31)
    ('a quarter of', '59% of', 'about as much as', '1.3 times')
    """
    for part, words in _PARTS.items():
        if abs(ratio - part) <= _NEAR:
            return f"{words} of"
    if abs(ratio - 1) <= _NEAR:
        return "about as much as"
    return f"{ratio:.1f} times" if ratio > 1 else f"{100 * ratio:.0f}% of"


def moved(row: Any, verbs: tuple[str, str] = ("rose", "fell")) -> str:
    """Return growth as a verb, `rose 12.1%`, or `did not move` where rounding leaves it open."""
    if not sure(row):
        return "did not move"
    rate = Rounded.of(row, "growth")
    return f"{verbs[rate.value < 0]} {size(rate)}"


def sure(row: Any) -> bool:
    """Say whether growth is a rise or a fall for certain."""
    return bool(row["growth_low"] > 0 or row["growth_high"] < 0)


def signed(row: Any) -> str:
    """Return growth with its sign; empty where there is none."""
    return (
        ""
        if formats.is_missing(row["growth"])
        else f"{Rounded.of(row, 'growth'):+percent}"
    )


def size(rate: Rounded) -> str:
    """Return a rate without its sign."""
    if rate.value >= 0:
        return f"{rate:percent}"
    return f"{Rounded(-rate.value, -rate.high, -rate.low):percent}"


def share(row: Any) -> str:
    """Return a share in per cent."""
    return f"{Rounded.of(row, 'share'):percent}"


def floor(shares: pd.DataFrame, partner: str) -> str:
    """Say where a country's own share is a floor, and where services are counted."""
    own = shares[(shares["reporter"] != "CHN") & (shares["country"] == partner)]
    if own.empty:
        return ""
    row = own.sort_values("year").iloc[-1]
    said = []
    if row["mirror_share"] > _FLOOR * row["share"]:
        said.append(
            f"China’s {share(row)} of {name_of(partner)}’s trade in {row['year']} is a floor: with "
            "China’s figure for its exports in the place of the imports recorded it would be "
            f"{formats.percent(row['mirror_share'])}."
        )
    if row["coverage"] != "goods":
        said.append(
            "Exports are counted with services, in the trade with China and with the world alike."
        )
    return " ".join(said)


def remarks(years: pd.DataFrame, rows: pd.DataFrame, *, partner: str) -> str:
    """Say what the newest total stands beside: doubts, services, a revised base, who is left out.

    Parameters
    ----------
    years
        What `pair.yearly` returns.
    rows
        The published rows behind them, for the reason why a figure is doubtful.
    """
    last = newest(years)
    if last is None:
        return ""
    said = []
    if last["quality"] != "ok":
        used = rows["source_id"].isin(last["source_ids"].split(";"))
        used &= (rows["quality"] == "doubtful") & (rows["period"] == last["period"])
        reasons = formats.join(list(rows.loc[used, "quality_reason"].unique()))
        said.append(f"The total of {last['period']} is doubtful: {reasons}.")
    if last["coverage"] != "goods":
        said.append(
            f"The total of {last['period']} counts services too, as China’s does not."
        )
    if last["base_revised"]:
        said.append(
            f"Growth is the publisher’s own: the figure found for {last['base_period']} has not "
            f"been revised yet and would give {formats.percent(last['growth_computed'])}."
        )
    if partner == "CA4":
        said.append("Turkmenistan, which publishes no trade statistics, is not in it.")
    return " ".join(said)


def revised(found: pd.DataFrame) -> str:
    """Say that intervals are rounding only, and what revisions of yearly figures have been."""
    size = largest(found)
    if size < 0.0005:
        return "Whiskers are rounding only; no revision of these yearly figures is known here."
    return (
        "Whiskers are rounding only; past revisions of these yearly figures were up to "
        f"{formats.percent(size)}."
    )
