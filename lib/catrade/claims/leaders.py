"""Which of two is the larger trading partner, year by year, and since when.

Two sets of statistics, never mixed in one comparison: `partner`, where a country's own give its
trade with all its partners (a region's are the sum of those members' that publish); and `each`,
where every partner's own statistics give its trade with that country (China's against Russia's). A
comparison is of totals, exports plus imports, that count the same things. A partner the data hold
no figure of may be larger than all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claims.core import Row, members
from catrade.claims.facts import Facts, publishing
from catrade.tables.names import CENTRAL_ASIA, in_sentence
from rounding.errors import choice_error
from rounding.formats import period as when
from rounding.periods import parse_period
from rounding.rounded import Rounded

BOOKS = ("each", "partner")
HISTORY = [
    "country",
    "books",
    "period",
    "year",
    "subject",
    "rival",
    "leader",
    "subject_bn",
    "rival_bn",
    "quality",
    "coverage",
    "source_ids",
    "ours",
    "theirs",
]


def lead_history(
    facts: Facts,
    countries: Sequence[str] = (*CENTRAL_ASIA, "CA5"),
    *,
    subject: str = "CHN",
    rivals: Sequence[str] = ("RUS",),
    books: str = "partner",
    start: int = 0,
    end: int = 9999,
    frequency: str = "annual",
) -> pd.DataFrame:
    """Compare the subject with each rival as partner of each country, year by year.

    Parameters
    ----------
    facts
        What to compare by; see `facts.load_facts`.
    countries, subject, rivals
        Codes: whose partner, who is asked about, and with whom it is compared.
    books
        `partner` (the country's own statistics) or `each` (each partner's own).
    start, end
        First and last year.
    frequency
        `annual`, or `ytd` for parts of a year that begin in January.

    Returns
    -------
    DataFrame
        One row a country, rival and period for which the books hold either side's total: country,
        books, period, year, subject, rival, leader (the code of the larger one, `too close` where
        the intervals overlap, `unknown` where one figure is missing), subject_bn and rival_bn,
        quality (the worse of the two), coverage (what both count), source_ids, ours and theirs
        (the rows of both figures, None where there is none).

    Raises
    ------
    ParameterError
        If a code or the books are unknown.

    Examples
    --------
    >>> from catrade.claims.facts import load_facts
    >>> found = lead_history(load_facts(), ["UZB"], start=2024, end=2025)
    >>> found["leader"].tolist()
    ['CHN', 'CHN']
    """
    if books not in BOOKS:
        raise choice_error("books", books, BOOKS)
    rows = []
    for country, rival in product(countries, rivals):
        if {rival, subject} & set(members(country)):
            continue
        pairs = [pair_of(country, code, books) for code in (subject, rival)]
        periods = {
            period
            for pair in pairs
            for period in facts.periods(*pair, "total", frequency)
        }
        for period in sorted(periods, key=parse_period):
            year = parse_period(period).year
            if start <= year <= end:
                totals = totals_of(facts, country, (subject, rival), books, period)
                where = [country, books, period, year, subject, rival]
                rows.append(where + _compared(subject, rival, *totals))
    return pd.DataFrame(rows, columns=HISTORY)


def _compared(
    subject: str, rival: str, ours: Row | None, theirs: Row | None
) -> list[Any]:
    """Return who of the two is the larger partner, and both figures."""
    there = [row for row in (ours, theirs) if row]
    leader = "unknown"
    if ours and theirs:
        gap = Rounded.of(ours) - Rounded.of(theirs)
        leader = subject if gap.value > 0 else rival
        leader = leader if gap.is_sure else "too close"
    return [
        leader,
        ours and ours["value_usd"] / 1e9,
        theirs and theirs["value_usd"] / 1e9,
        min(row["quality"] for row in there),  # "doubtful" comes before "ok"
        there[0]["coverage"],
        join_ids(row["source_ids"] for row in there),
        ours,
        theirs,
    ]


def pair_of(country: str, other: str, books: str) -> tuple[str, str]:
    """Return reporter and partner of the trade of a country in one set of books."""
    return (publishing(country), other) if books == "partner" else (other, country)


def totals_of(
    facts: Facts, country: str, codes: Sequence[str], books: str, period: str
) -> list[Row | None]:
    """Return the totals of a country's trade with some partners, counting alike if possible."""
    pairs = [pair_of(country, code, books) for code in codes]
    return facts.alike((*pair, "total", period) for pair in pairs)


def known(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a history in which both sides are known, in time."""
    return history[history["leader"] != "unknown"].sort_values("year", kind="stable")


def led_everywhere(history: pd.DataFrame, rows_a_year: int) -> dict[int, bool]:
    """Say of each year in which all can be compared whether the subject leads in all of them."""
    rows = known(history)
    led = (rows["leader"] == rows["subject"]).groupby(rows["year"]).agg(["size", "all"])
    found: dict[Any, bool] = led.loc[led["size"] == rows_a_year, "all"].to_dict()
    return found


def lead_since(leaders: Mapping[int, str], subject: str) -> str:
    """Say since when the subject has led; "" if it does not lead in the newest year known.

    "Since X" is said only where the year before X is known and another led in it, and every year
    after X is known; else what is known is that it led in every year that can be compared.

    Parameters
    ----------
    leaders
        Who led in each year that can be compared.

    Examples
    --------
    >>> lead_since({2021: "RUS", 2022: "CHN", 2023: "CHN"}, "CHN")
    'since 2022'
    >>> lead_since({2019: "CHN", 2022: "CHN", 2023: "CHN"}, "CHN")
    'every year known since 2019'
    """
    lost = max((year for year in leaders if leaders[year] != subject), default=0)
    held = [year for year in leaders if year > lost]
    if not held:
        return ""
    first, last = min(held), max(held)
    whole = len(held) == last - first + 1
    before = leaders.get(first - 1, "too close")
    if whole and before != "too close":
        return f"since {first}"
    return f"every year known since {first}"


def describe(row: Mapping[Any, Any]) -> str:
    """Return a comparison in words: `in 2024 China ($5.6 billion) was ahead of Russia (…)`.

    Examples
    --------
    >>> ours = {"value_usd": 3e9, "low_usd": 2.95e9, "high_usd": 3.05e9}
    >>> theirs = {"value_usd": 2e9, "low_usd": 1.95e9, "high_usd": 2.05e9}
    >>> describe({"period": "2024", "subject": "CHN", "rival": "EU27", "leader": "CHN",
    ...     "quality": "ok", "coverage": "goods", "ours": ours, "theirs": theirs})
    'in 2024 China ($3.0 billion) was ahead of the EU ($2.0 billion)'
    """
    verbs = {row["subject"]: "was ahead of", row["rival"]: "was behind"}
    verb = verbs.get(row["leader"], "was too close to tell from")
    services = "" if row["coverage"] == "goods" else " with services"
    doubt = " (a doubtful figure)" if row["quality"] == "doubtful" else ""
    first = f"{in_sentence(row['subject'])} ({Rounded.of(row['ours']):usd}{services})"
    second = f"{in_sentence(row['rival'])} ({Rounded.of(row['theirs']):usd})"
    return f"in {when(row['period'])} {first} {verb} {second}{doubt}"
