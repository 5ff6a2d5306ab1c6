"""What the trade growth page says where words depend on what is known.

Every function takes frames or rows of this subject's calculations and returns text; no figure is
typed here. Sentences without branches stand in the notebook.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from catrade.calc.revisions import usual
from catrade.pages.trade_growth.pair import newest
from catrade.pages.trade_growth.sides import BothSides
from catrade.tables.names import GROUPS, in_sentence, name_of
from rounding import formats
from rounding.rounded import Rounded

#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {1 / 4: "a quarter", 1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}
_NEAR = 0.015
#: From which multiple of a country's own share on the share with China's exports is told.
_MUCH_MORE = 1.5
#: A revision of less is none that a reader sees.
_SEEN = 0.0005
#: What is to be said of the country whose own figures cannot be had.
NONE_PUBLISHED = "publishes no trade statistics by partner regularly"
NONE_OF_ITS_OWN = f"Turkmenistan {NONE_PUBLISHED}"
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
    """Say plainly that there is nothing to show."""
    what, owner = subject(reporter, partner), whose(reporter, partner)
    return f"{what}: no yearly total in these years by {owner}."


def change(row: Any, without: str = "") -> str:
    """Return growth of a year as the end of a sentence; empty where there is no rate.

    Parameters
    ----------
    row
        A year of `pair.yearly`.
    without
        Growth without flows that have ended since, in words.

    Examples
    --------
    >>> row = {"growth": -0.056, "growth_low": -0.0561, "growth_high": -0.0559,
    ...        "base_period": "2024"}
    >>> change(row), change({**row, "growth_low": -0.07, "growth_high": 0.01})
    (', 5.6% less than in 2024', ', as much as in 2024 within rounding')
    """
    if formats.is_missing(row["growth"]):
        return ""
    rate, base = Rounded.of(row, "growth"), row["base_period"]
    if not sure(row):
        return f", as much as in {base} within rounding"
    text = f", {size(rate)} {'more' if rate.value > 0 else 'less'} than in {base}"
    said = [without] if without else []
    if row.get("base_revised"):
        said.append("its own rate")
    return f"{text} ({'; '.join(said)})" if said else text


def other_side(
    both: BothSides | None, last: int, *, reporter: str, partner: str
) -> str:
    """Say what the other side counts, in the newest year both have.

    Parameters
    ----------
    both
        What `sides.both_sides` returns.
    last
        The year of the sentence before.
    reporter, partner
        As in the notebook's parameters.
    """
    if both is None:
        return f"{NONE_OF_ITS_OWN}." if partner == "TKM" else ""
    own, china = f"{both.own:usd}", f"{both.china:usd}"
    if reporter != "CHN":
        if both.year == last:
            return f"China counts {china}, of goods alone."
        they = "they" if partner in GROUPS else name_of(partner)
        return f"Of goods China counted {china} in {both.year}, {they} {own}."
    part = part_of(both.ratio)
    if partner in GROUPS:
        text = f"For {both.year} the four of the five that publish statistics count {own}, {part} "
        text += f"China’s figure for them ({china})"
    elif both.year == last:
        text = f"{name_of(partner)} itself counts {own}, {part} that"
    else:
        text = f"For {both.year} {name_of(partner)} itself counts {own}, {part} China’s figure "
        text += f"({china})"
    if both.before is None:
        return f"{text}."
    then = both.before
    return (
        f"{text}; another source had {then.own:usd} for {then.year}, "
        f"{part_of(then.ratio)} China’s."
    )


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


def weight(shares: pd.DataFrame, partner: str) -> str:
    """Say what the partner is to China, what China would be by its own exports, and what counts.

    Parameters
    ----------
    shares
        What `pair.both_ways` returns.
    partner
        Code of the country or region.
    """
    china = shares[shares["reporter"] == "CHN"].sort_values("year")
    own = shares[shares["reporter"] != "CHN"]
    said = []
    if len(china) and len(own):
        row = china.iloc[-1]
        name = name_of(partner)
        said.append(f"In {row['year']} {name} was {share(row)} of China’s trade.")
    own = own[own["country"] == partner]
    if own.empty:
        return " ".join(said)
    row = own.sort_values("year").iloc[-1]
    if row["mirror_share"] > _MUCH_MORE * row["share"]:
        said.append(
            f"China’s share of {name_of(partner)}’s trade in {row['year']} would be "
            f"{formats.percent(row['mirror_share'])}, not {share(row)}, if China’s figure for its "
            "exports stood in the place of the imports recorded; part of that only passes through."
        )
    if row["coverage"] != "goods":
        said.append(
            "Exports are counted with services, in the trade with China and with the world alike."
        )
    return " ".join(said)


def without(rest: pd.DataFrame, ended: pd.DataFrame) -> str:
    """Say how the last two years grew without flows that have ended since.

    Parameters
    ----------
    rest
        What `news.growth_without` returns.
    ended
        What `news.ended` returns.
    """
    last = rest.sort_index(ascending=False).head(2)
    said = [
        f"{Rounded.of(row, 'growth'):percent} in {year}"
        for year, row in last.iterrows()
    ]
    if not said:
        return ""
    return f"Without {flows_of(ended)}: {formats.join(said)}."


def rest_of(rest: pd.DataFrame, ended: pd.DataFrame, year: int) -> str:
    """Say, for brackets, how a year grew without flows that have ended since; empty without any."""
    if year not in rest.index:
        return ""
    rate = Rounded.of(rest.loc[year], "growth")
    return f"{rate:percent} without {flows_of(ended)}, which have all but ended since"


def flows_of(ended: pd.DataFrame) -> str:
    """Name flows of China with countries, as they stand in a sentence.

    Examples
    --------
    >>> flows_of(pd.DataFrame({"country": ["KGZ"], "flow": ["import"]}))
    'the imports from Kyrgyzstan'
    """
    return formats.join(
        [
            f"the {FLOW_WORDS[flow]} {WAYS[flow]} {name_of(country)}"
            for country, flow in zip(ended["country"], ended["flow"], strict=True)
        ]
    )


def remarks(years: pd.DataFrame, rows: pd.DataFrame, *, partner: str) -> str:
    """Say what the newest total stands beside: doubts, services, its base, who is left out.

    Parameters
    ----------
    years
        What `pair.yearly` returns.
    rows
        The published rows behind them, for the reason why a figure is doubtful.
    partner
        Code of the country or region.
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
        said.append(f"It is without Turkmenistan, which {NONE_PUBLISHED}.")
    return " ".join(said)


def revised(found: pd.DataFrame, record: pd.DataFrame, last: Any = None) -> str:
    """Say that whiskers are rounding only, what revisions have been, and of which base growth is.

    Parameters
    ----------
    found
        What `revisions.revisions` returns, of the series shown.
    record
        What `revisions.record` returns, of the reporter's figures.
    last
        The newest year of `pair.yearly`.

    Examples
    --------
    >>> record = pd.DataFrame({"flow": ["import", "total"], "n": [95, 95], "moved": [62, 59],
    ...                        "median": [0.003, 0.0007], "ninety": [0.025, 0.0065]})
    >>> revised(pd.DataFrame({"period": ["2020"], "flow": ["import"], "beyond": [0.066]}), record)
    'Whiskers show rounding only. Later figures differ by up to 6.6% beyond it (imports of 2020).
    Within a year totals move by less than 0.7% in nine cases of ten, imports by less than 2.5%
    (190 figures).'
    """
    said = ["Whiskers show rounding only."]
    whole = found[found["period"].str.len() == 4].sort_values("beyond")
    if len(whole) and whole["beyond"].iloc[-1] >= _SEEN:
        row = whole.iloc[-1]
        said.append(
            f"Later figures differ by up to {formats.percent(row['beyond'])} beyond it "
            f"({FLOW_WORDS[row['flow']]} of {row['period']})."
        )
    total, imports = usual(record), usual(record, "import")
    if math.isnan(total + imports):
        return " ".join(said)
    said.append(
        f"Within a year totals move by less than {formats.percent(total)} in nine cases of ten, "
        f"imports by less than {formats.percent(imports)} ({record['n'].sum()} figures)."
    )
    if last is not None and last["growth_basis"] == "two releases":
        said.append(
            f"Growth in {last['period']} compares two releases, and its digits allow for that."
        )
    return " ".join(said)
