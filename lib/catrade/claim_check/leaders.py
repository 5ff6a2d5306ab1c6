"""Who is whose largest trading partner, year by year, and when that changed.

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
from catrade.claim_check.core import Facts, members, publishing
from catrade.names import CENTRAL_ASIA, name_of
from pagemill.errors import choice_error
from pagemill.formats import period as period_words
from pagemill.numbers import format_usd
from pagemill.periods import parse_period

BOOKS = ("partner", "each")
#: Partners compared with the subject wherever the data hold them.
RIVALS = ("RUS", "EU27", "ITA", "KAZ")
HISTORY = [
    *("country", "books", "period", "year", "subject", "subject_usd", "subject_low_usd"),
    *("subject_high_usd", "rival", "rival_usd", "rival_low_usd", "rival_high_usd"),
    *("difference_usd", "difference_low_usd", "difference_high_usd", "lead", "quality"),
    *("source_ids", "subject_rounding", "rival_rounding"),
]
LEADS = ("subject", "rival", "too close", "unknown")


def lead_history(
    facts: Facts,
    countries: Sequence[str] = (*CENTRAL_ASIA, "CA5"),
    *,
    subject: str = "CHN",
    rivals: Sequence[str] = RIVALS,
    books: str = "partner",
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Compare the subject with each rival as partner of each country, year by year.

    Returns
    -------
    DataFrame
        One row a country, rival and year for which the books hold either side's total; country,
        books, period, year, subject and rival with their figures and bounds (NaN where there is no
        figure), difference_usd (subject less rival) with bounds, lead (`subject`, `rival`, `too
        close`: the intervals overlap, `unknown`: one figure is missing), quality (the worse of the
        two), source_ids.

    Raises
    ------
    ParameterError
        If a code or the books are unknown.
    """
    if books not in BOOKS:
        error = choice_error("books", books, BOOKS)
        raise error
    rows = []
    for country in countries:
        for rival in rivals:
            if rival in members(country) or subject in members(country):
                continue
            rows += [
                _compared(facts, country, subject, rival, books, period)
                for period in _periods(facts, country, (subject, rival), books)
                if (start or 0) <= int(period) <= (end or 9999)
            ]
    return pd.DataFrame(rows, columns=HISTORY)


def together(histories: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the histories of several sets of books as one table."""
    frames = [frame for frame in histories.values() if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=HISTORY)


def part_year(
    facts: Facts, country: str, year: int, *, subject: str, rivals: Sequence[str], books: str
) -> pd.DataFrame:
    """Return the same comparison for the longest stretch of a year, from January, there is."""
    rows = []
    for rival in rivals:
        if rival in members(country) or subject in members(country):
            continue
        pairs = [_pair(country, c, books) for c in (subject, rival)]
        first, second = (_totals(facts, *pair, "ytd") for pair in pairs)
        shared = {text for text in first & second if parse_period(text).year == year}
        if shared:
            longest = max(shared, key=parse_period)
            rows.append(_compared(facts, country, subject, rival, books, longest))
    return pd.DataFrame(rows, columns=HISTORY)


def leaders(history: pd.DataFrame) -> pd.DataFrame:
    """Say who was the largest of the partners the data hold, one row a country, books and year.

    Returns
    -------
    DataFrame
        country, books, year, period, leader (a code, `too close` or `unknown`), compared (codes
        with a figure, joined with `;`), missing (codes of the rivals asked for without one),
        source_ids. With one figure only there is nothing to compare: `unknown`.
    """
    parts: dict[tuple[str, str, int], list[dict[Any, Any]]] = {}
    for row in history.to_dict("records"):
        parts.setdefault((row["country"], row["books"], row["year"]), []).append(row)
    rows = []
    for (country, books, year), part in parts.items():
        figures = _figures(part)
        wanted = [part[0]["subject"], *(row["rival"] for row in part)]
        missing = [code for code in wanted if code not in figures]
        ids = join_ids(row["source_ids"] for row in part if row["source_ids"])
        rows.append(
            {
                "country": country,
                "books": books,
                "year": year,
                "period": str(year),
                "leader": _leader(figures),
                "compared": ";".join(figures),
                "missing": ";".join(missing),
                "source_ids": ids,
            }
        )
    columns = ["country", "books", "year", "period", "leader", "compared", "missing", "source_ids"]
    return pd.DataFrame(rows, columns=columns)


def changes_of_lead(history: pd.DataFrame, rival: str = "RUS") -> pd.DataFrame:
    """Return when the subject overtook a rival, or fell behind it, one row a change.

    A year too close to call, or without both figures, neither makes nor undoes a change, so a
    change is known to lie after `from_year` and up to `year`.

    Returns
    -------
    DataFrame
        country, books, from_year (last year seen the other way), year (first year seen so),
        leader (a code), source_ids.
    """
    decided = history[(history["rival"] == rival) & history["lead"].isin(["subject", "rival"])]
    rows = []
    for (country, books), part in decided.groupby(["country", "books"], sort=False):
        ordered = part.sort_values("year")
        before = ordered.shift(1)
        for row, last in zip(ordered.to_dict("records"), before.to_dict("records"), strict=True):
            if last["lead"] in {"subject", "rival"} and last["lead"] != row["lead"]:
                rows.append(
                    {
                        "country": country,
                        "books": books,
                        "from_year": int(last["year"]),
                        "year": int(row["year"]),
                        "leader": row["subject"] if row["lead"] == "subject" else rival,
                        "source_ids": join_ids([last["source_ids"], row["source_ids"]]),
                    }
                )
    columns = ["country", "books", "from_year", "year", "leader", "source_ids"]
    return pd.DataFrame(rows, columns=columns)


def newest_decided(history: pd.DataFrame, before: int, years: int = 10) -> pd.DataFrame:
    """Return, for each country and rival, the newest row of the years before with both figures."""
    near = (history["year"] < before) & (history["year"] >= before - years)
    known = history[(history["lead"] != "unknown") & near]
    return known.sort_values("year").drop_duplicates(["country", "rival"], keep="last")


def describe(row: Mapping[Any, Any]) -> str:
    """Return a comparison in words: `in 2024 China ($5.6 billion) was ahead of Russia (…)`.

    Examples
    --------
    >>> describe({"period": "2024", "subject": "CHN", "rival": "EU27", "lead": "subject",
    ...     "subject_usd": 3e9, "subject_low_usd": 2.95e9, "subject_high_usd": 3.05e9,
    ...     "rival_usd": 2e9, "rival_low_usd": 1.95e9, "rival_high_usd": 2.05e9})
    'in 2024 China ($3.0 billion) was ahead of the EU ($2.0 billion)'
    """
    verb = {"subject": "was ahead of", "rival": "was behind"}.get(str(row["lead"]))
    first, second = (f"{with_article(str(row[who]))} ({_money(row, who)})" for who in _SIDES)
    return (
        f"in {period_words(row['period'])} {first} {verb or 'was too close to tell from'} {second}"
    )


def with_article(code: str) -> str:
    """Return a name as it stands in a sentence.

    Examples
    --------
    >>> with_article("EU27"), with_article("RUS")
    ('the EU', 'Russia')
    """
    return f"the {name_of(code)}" if code.startswith("EU") else name_of(code)


_SIDES = ("subject", "rival")


def _money(row: Mapping[Any, Any], who: str) -> str:
    value, low, high = (float(row[f"{who}_{end}"]) for end in ("usd", "low_usd", "high_usd"))
    return format_usd(value, low, high, rounding=str(row.get(f"{who}_rounding", "nearest")))


def _periods(facts: Facts, country: str, others: Sequence[str], books: str) -> list[str]:
    pairs = [_pair(country, c, books) for c in others]
    return sorted(set().union(*(_totals(facts, *pair) for pair in pairs)))


def _pair(country: str, other: str, books: str) -> tuple[str, str]:
    return (publishing(country), other) if books == "partner" else (other, country)


def _totals(facts: Facts, reporter: str, partner: str, frequency: str = "annual") -> set[str]:
    """Return the periods for which there is a total."""
    figures = facts.figures(reporter, partner, frequency)
    return {period for flow, period in figures if flow == "total"}


def _compared(
    facts: Facts, country: str, subject: str, rival: str, books: str, period: str
) -> dict[str, object]:
    pairs = [_pair(country, other, books) for other in (subject, rival)]
    figures = facts.alike(*((*pair, "total", period) for pair in pairs))
    first, second = figures
    row: dict[str, object] = {"country": country, "books": books, "period": period}
    row |= {
        "year": parse_period(period).year,
        "subject": subject,
        "rival": rival,
        "lead": "unknown",
    }
    for name, figure in (("subject", first), ("rival", second)):
        if figure:
            row |= {
                f"{name}_usd": figure.value,
                f"{name}_low_usd": figure.interval.low,
                f"{name}_high_usd": figure.interval.high,
                f"{name}_rounding": figure.rounding,
            }
    known = [figure for figure in figures if figure]
    row["quality"] = "doubtful" if any(f.quality == "doubtful" for f in known) else "ok"
    row["source_ids"] = join_ids(f.source_ids for f in known)
    if first and second:
        gap = first.interval - second.interval
        row |= {
            "difference_usd": first.value - second.value,
            "difference_low_usd": gap.low,
            "difference_high_usd": gap.high,
            "lead": "subject" if gap.low > 0 else "rival" if gap.high < 0 else "too close",
        }
    return row


def _figures(part: Sequence[Mapping[Any, Any]]) -> dict[str, tuple[float, float]]:
    figures: dict[str, tuple[float, float]] = {}
    first = part[0]
    if pd.notna(first["subject_low_usd"]):
        figures[str(first["subject"])] = (first["subject_low_usd"], first["subject_high_usd"])
    for row in part:
        if pd.notna(row["rival_low_usd"]):
            figures[str(row["rival"])] = (row["rival_low_usd"], row["rival_high_usd"])
    return figures


def _leader(figures: dict[str, tuple[float, float]]) -> str:
    if len(figures) < 2:
        return "unknown"
    best = max(figures, key=lambda code: figures[code][0])
    clear = all(figures[best][0] > high for c, (_, high) in figures.items() if c != best)
    return best if clear else "too close"
