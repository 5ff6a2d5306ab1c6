"""Which of two is the larger trading partner, year by year, and since when.

Two sets of statistics, never mixed in one comparison: `partner`, where a country's own give its
trade with all its partners (a region's are the sum of those members' that publish); and `each`,
where every partner's own statistics give its trade with that country (China's against Russia's). A
comparison is of totals, exports plus imports, that count the same things. A partner the data hold
no figure of may be larger than all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claims.core import Cell, Facts, members, publishing
from catrade.tables.names import CENTRAL_ASIA, in_sentence
from rounding.errors import choice_error
from rounding.formats import period as when
from rounding.periods import parse_period
from rounding.rounded import Rounded

BOOKS = ("each", "partner")
_SIDES = ("subject", "rival")
HISTORY = [
    *("country", "books", "period", "year", "leader", "quality", "coverage"),
    *("source_ids", "subject", "subject_usd", "subject_low_usd", "subject_high_usd"),
    *("rival", "rival_usd", "rival_low_usd", "rival_high_usd"),
    *("subject_rounding", "rival_rounding"),
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
        What to compare by; see `claims.load_facts`.
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
        books, period, year, leader (the code of the larger one, `too close` where the intervals
        overlap, `unknown` where one figure is missing), quality (the worse of the two), coverage
        (what both count), source_ids, subject and rival with their figures, bounds and rounding
        (NaN where there is no figure).

    Raises
    ------
    ParameterError
        If a code or the books are unknown.

    Examples
    --------
    >>> from catrade.claims.claims import load_facts
    >>> found = lead_history(load_facts(), ["UZB"], start=2024, end=2025)
    >>> found["leader"].tolist()
    ['CHN', 'CHN']
    """
    if books not in BOOKS:
        raise choice_error("books", books, BOOKS)
    rows = []
    for country in countries:
        for rival in rivals:
            if {rival, subject} & set(members(country)):
                continue
            pairs = [pair_of(country, code, books) for code in (subject, rival)]
            known = {
                period
                for pair in pairs
                for period in facts.periods(*pair, "total", frequency)
            }
            for period in sorted(known, key=parse_period):
                year = parse_period(period).year
                if start <= year <= end:
                    cells = [(*pair, "total", period) for pair in pairs]
                    row = _compared(facts, cells, subject, rival)
                    row |= {"country": country, "books": books}
                    rows.append(row | {"period": period, "year": year})
    return pd.DataFrame(rows, columns=HISTORY)


def pair_of(country: str, other: str, books: str) -> tuple[str, str]:
    """Return reporter and partner of the trade of a country in one set of books."""
    return (publishing(country), other) if books == "partner" else (other, country)


def known(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a history in which both sides are known, in time."""
    return history[history["leader"] != "unknown"].sort_values("year", kind="stable")


def newest_decided(history: pd.DataFrame, before: int, years: int = 10) -> pd.DataFrame:
    """Return, for each country and rival, the newest row of the years before with both figures."""
    rows = known(history)
    near = rows[(rows["year"] < before) & (rows["year"] >= before - years)]
    return near.drop_duplicates(["country", "rival"], keep="last")


def led_everywhere(history: pd.DataFrame, rows_a_year: int) -> dict[int, bool]:
    """Say of each year in which all can be compared whether the subject leads in all of them."""
    rows = known(history)
    led = (rows["leader"] == rows["subject"]).groupby(rows["year"]).agg(["size", "all"])
    years = led.index[led["size"] == rows_a_year].tolist()
    return {year: bool(led.loc[year, "all"]) for year in years}


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
    years = sorted(leaders)
    lost = [year for year in years if leaders[year] != subject]
    held = [year for year in years if not lost or year > lost[-1]]
    if not held:
        return ""
    first, last = held[0], held[-1]
    whole = len(held) == last - first + 1
    before = leaders.get(first - 1, "too close")
    if whole and before != "too close":
        return f"since {first}"
    return f"every year known since {first}"


def money(row: Mapping[Any, Any], who: str) -> Rounded:
    """Return the figure of the `subject` or the `rival` of a row of `lead_history`."""
    rounding = str(row.get(f"{who}_rounding", "nearest"))
    return Rounded.of({**row, "rounding": rounding}, f"{who}_usd")


def sides(history: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of a history one under the other.

    Returns
    -------
    DataFrame
        country, books, year, partner, value_usd, low_usd, high_usd, source_ids.
    """
    where, parts = ["country", "books", "year", "source_ids"], []
    for who in _SIDES:
        names = {who: "partner", f"{who}_usd": "value_usd"}
        names |= {f"{who}_{end}_usd": f"{end}_usd" for end in ("low", "high")}
        parts.append(history[[*where, *names]].rename(columns=names))
    named = ["country", "books", "year", "partner"]
    return pd.concat(parts).dropna().drop_duplicates(named, ignore_index=True)


def describe(row: Mapping[Any, Any]) -> str:
    """Return a comparison in words: `in 2024 China ($5.6 billion) was ahead of Russia (…)`.

    Examples
    --------
    >>> describe({"period": "2024", "subject": "CHN", "rival": "EU27", "leader": "CHN",
    ...     "subject_usd": 3e9, "subject_low_usd": 2.95e9, "subject_high_usd": 3.05e9,
    ...     "rival_usd": 2e9, "rival_low_usd": 1.95e9, "rival_high_usd": 2.05e9})
    'in 2024 China ($3.0 billion) was ahead of the EU ($2.0 billion)'
    """
    verbs = {row["subject"]: "was ahead of", row["rival"]: "was behind"}
    verb = verbs.get(row["leader"], "was too close to tell from")
    services = "" if row.get("coverage", "goods") == "goods" else " with services"
    doubt = " (a doubtful figure)" if row.get("quality") == "doubtful" else ""
    first = f"{in_sentence(row['subject'])} ({money(row, 'subject'):usd}{services})"
    second = f"{in_sentence(row['rival'])} ({money(row, 'rival'):usd})"
    return f"in {when(row['period'])} {first} {verb} {second}{doubt}"


def _compared(
    facts: Facts, cells: Sequence[Cell], subject: str, rival: str
) -> dict[str, object]:
    first, second = facts.alike(*cells)
    there = [figure for figure in (first, second) if figure]
    doubtful = any(figure.quality == "doubtful" for figure in there)
    row: dict[str, object] = {
        "subject": subject,
        "rival": rival,
        "leader": "unknown",
        "quality": "doubtful" if doubtful else "ok",
        "coverage": there[0].coverage,
        "source_ids": join_ids(figure.source_ids for figure in there),
    }
    for who, figure in (("subject", first), ("rival", second)):
        if figure:
            number = figure.number
            row |= {f"{who}_usd": number.value, f"{who}_rounding": number.rounding}
            row |= {f"{who}_low_usd": number.low, f"{who}_high_usd": number.high}
    if first and second:
        gap = first.number - second.number
        row["leader"] = (
            subject if gap.low > 0 else rival if gap.high < 0 else "too close"
        )
    return row
