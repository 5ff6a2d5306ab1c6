"""Which of two is the larger trading partner, year by year.

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
from catrade.claim_check.core import Cell, Facts, members, publishing
from catrade.names import CENTRAL_ASIA, in_sentence
from pagemill.errors import choice_error
from pagemill.formats import period as when
from pagemill.periods import parse_period
from pagemill.rounded import Rounded

__all__ = ["BOOKS", "describe", "lead_history", "money", "newest_decided", "sides"]

BOOKS = ("each", "partner")
_SIDES = ("subject", "rival")
HISTORY = [
    *("country", "books", "period", "year", "leader", "quality", "source_ids"),
    *(f"{who}{end}" for who in _SIDES for end in ("", "_usd", "_low_usd", "_high_usd")),
    *(f"{who}_rounding" for who in _SIDES),
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
        overlap, `unknown` where one figure is missing), quality (the worse of the two),
        source_ids, subject and rival with their figures, bounds and rounding (NaN where there is
        no figure).

    Raises
    ------
    ParameterError
        If a code or the books are unknown.

    Examples
    --------
    >>> from catrade.claim_check.claims import load_facts
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
            known = [at for pair in pairs for at in facts.figures(*pair, frequency)]
            totals = {period for flow, period in known if flow == "total"}
            for period in sorted(totals, key=parse_period):
                year = parse_period(period).year
                if start <= year <= end:
                    cells = [(*pair, "total", period) for pair in pairs]
                    at = {
                        "country": country,
                        "books": books,
                        "period": period,
                        "year": year,
                    }
                    rows.append(at | _compared(facts, cells, subject, rival))
    return pd.DataFrame(rows, columns=HISTORY)


def pair_of(country: str, other: str, books: str) -> tuple[str, str]:
    """Return reporter and partner of the trade of a country in one set of books."""
    return (publishing(country), other) if books == "partner" else (other, country)


def newest_decided(history: pd.DataFrame, before: int, years: int = 10) -> pd.DataFrame:
    """Return, for each country and rival, the newest row of the years before with both figures."""
    near = (history["year"] < before) & (history["year"] >= before - years)
    known = history[(history["leader"] != "unknown") & near]
    return known.sort_values("year").drop_duplicates(["country", "rival"], keep="last")


def money(row: Mapping[Any, Any], who: str) -> Rounded:
    """Return the figure of the `subject` or the `rival` of a row of `lead_history`."""
    value, low, high = (
        float(row[f"{who}_{end}"]) for end in ("usd", "low_usd", "high_usd")
    )
    return Rounded(value, low, high, str(row.get(f"{who}_rounding", "nearest")))


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
    first, second = (
        f"{in_sentence(row[who])} ({money(row, who):usd})" for who in _SIDES
    )
    return f"in {when(row['period'])} {first} {verb} {second}"


def _compared(
    facts: Facts, cells: Sequence[Cell], subject: str, rival: str
) -> dict[str, object]:
    first, second = facts.alike(*cells)
    known = [figure for figure in (first, second) if figure]
    row: dict[str, object] = {
        "subject": subject,
        "rival": rival,
        "leader": "unknown",
        "quality": "doubtful" if any(f.quality == "doubtful" for f in known) else "ok",
        "source_ids": join_ids(figure.source_ids for figure in known),
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
