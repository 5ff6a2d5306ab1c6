"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.

Which of two is the larger partner is known of a year, and since when, from one of two sets of
statistics, never mixed in one comparison: `partner`, where a country's own give its trade with all
its partners (a region's are the sum of those members' that publish); and `each`, where every
partner's own statistics give its trade with that country (China's against Russia's). A comparison
is of totals, exports plus imports, that count the same things. A partner the data hold no figure of
may be larger than all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claims import core
from catrade.claims.core import RISES, Claim, Outcome, Row, members
from catrade.claims.facts import Facts, publishing, told
from catrade.tables.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.words import capital, exact
from catrade.words import years as year_words
from rounding.dates import parse_period
from rounding.errors import choice_error
from rounding.formats import format_percent_range, join
from rounding.formats import period as when
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
        ours and ours["value_bn"],
        theirs and theirs["value_bn"],
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
    >>> ours = {"value_bn": 3.0, "low_bn": 2.95, "high_bn": 3.05}
    >>> theirs = {"value_bn": 2.0, "low_bn": 1.95, "high_bn": 2.05}
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


_BESIDE = {
    core.HOLDS: "ahead of",
    core.WITHIN: "too close to tell from",
    core.FAILS: "behind",
}
#: Of several countries, best first: together they are as good as the worst of them.
_EACH = {
    core.HOLDS: "ahead in {}",
    core.WITHIN: "too close to tell in {}",
    core.UNKNOWN: "figures are missing for {}",
    core.FAILS: "behind in {}",
}
Used = list[tuple[str, Row | None]]


def rank_among_partners(claim: Claim, facts: Facts) -> Outcome:
    """Judge "the largest trading partner", of a region as a whole or of each of its members."""
    region = claim.partner
    if claim.scope != "each":
        return _rank(claim, facts, region)
    found = {code: _rank(claim, facts, code) for code in core.members(region)}
    said, worst = [], core.HOLDS
    for verdict, text in _EACH.items():
        those = [code for code, outcome in found.items() if outcome.verdict == verdict]
        if those:
            worst = verdict
            said.append(text.format(_names(those)))
    reason = (
        f"By {_whose(claim, region)} figures for {when(claim.period)}, "
        f"{name_of(claim.subject)} beside {_names(claim.named)}: {'; '.join(said)}."
    )
    used = [pair for outcome in found.values() for pair in outcome.used]
    return Outcome(worst, reason, used, None, RISES, "USD")


def _rank(claim: Claim, facts: Facts, country: str) -> Outcome:
    """Compare the subject with all rivals that have a figure; one missing leaves it open."""
    codes = [claim.subject, *claim.named]
    totals = totals_of(facts, country, codes, _books(claim), claim.period)
    rows = {code: row for code, row in zip(codes, totals, strict=True) if row}
    roles = ["subject", *(f"rival {code}" for code in claim.named)]
    used = list(zip(roles, totals, strict=True))
    missing = [code for code in codes if code not in rows]
    mine = rows.pop(claim.subject, None)
    if mine and rows:
        gap = core.least([Rounded.of(mine) - Rounded.of(row) for row in rows.values()])
        verdict = core.judge(gap, RISES)
        # To be behind one is enough; to be ahead of all, all must be known.
        if verdict == core.FAILS or not missing:
            top = max(rows, key=lambda code: rows[code]["value_bn"])
            reason = (
                f"By {_whose(claim, country)} figures for {when(claim.period)}, trade "
                f"of {_place(claim, country)} with {name_of(claim.subject)}, "
                f"{told(mine)}, was {_BESIDE[verdict]} that with {in_sentence(top)}, "
                f"{told(rows[top])}."
            )
            return Outcome(verdict, reason, used, gap, RISES, "USD")
    ending, shown = _newest(claim, facts, country, mine, missing)
    reason = (
        f"{capital(_whose(claim, country))} figures for {when(claim.period)} do not "
        f"give trade of {_place(claim, country)} with {_names(missing)}{ending}."
    )
    return Outcome(core.UNKNOWN, reason, [*used, *shown])


def _newest(
    claim: Claim, facts: Facts, country: str, mine: Row | None, missing: list[str]
) -> tuple[str, Used]:
    """Say what the newest year with both figures shows, and what the rival's would have to be."""
    year = parse_period(claim.period).year
    before = known(_history(claim, facts, [country], start=year - 10, end=year - 1))
    newest = before.drop_duplicates("rival", keep="last")
    near = {"start": year, "end": year, "frequency": "ytd"}
    months = known(_history(claim, facts, [country], **near))
    both = pd.concat([newest, months.drop_duplicates("rival", keep="last")])
    if both.empty:
        return "; nor do they for any of the ten years before", []
    text = f"; {join([describe(row) for row in both.to_dict('records')])}"
    parts = []
    lacking = newest[newest["rival"].isin(missing)] if mine else newest[:0]
    for row in lacking.to_dict("records"):
        rise = Rounded.of(mine) / Rounded.of(row["theirs"]) - 1
        since = "in one year" if row["year"] == year - 1 else f"since {row['year']}"
        if rise.low > 0:
            by = format_percent_range(rise.low, rise.high)
            whose = f"{in_sentence(row['rival'])}’s"
            parts.append(f"{whose} would have had to rise by {by} {since}")
    text += f"; to draw level {join(parts)}" if parts else ""
    return text, _figures(both)


def became_largest(claim: Claim, facts: Facts) -> Outcome:
    """Judge "became the largest partner" as it is written, against all partners.

    To have been ahead of one rival before does not show that the subject was the largest before.
    So only being behind in the year itself refutes it, and only a record without a gap, in which
    the subject led nowhere before and another led in the year before, proves it. What the rivals
    that can be compared do show is said, and what the claim's note adds.
    """
    now = rank_among_partners(claim, facts)
    if now.verdict == core.FAILS:
        return now
    region, year = claim.partner, parse_period(claim.period).year
    codes = list(core.members(region)) if claim.scope == "each" else [region]
    rows = known(_history(claim, facts, codes, end=year))
    rivals = [rival for rival in claim.named if rival not in codes]
    full = led_everywhere(rows, len(codes) * len(rivals))
    before = sorted(one for one, led in full.items() if led and one < year)
    whole = full and set(range(min(full), year)) <= set(full)
    first = bool(full.get(year) and whole and len(full) > 1 and not before)

    each = f"each of {_names(codes)}"
    beside = f"{_names(claim.named)} in {_place(claim, region) if codes == [region] else each}"
    if before:
        said = f"was ahead of {beside} in {year_words(before)} already; other partners "
        said += "were not compared"
    elif first:
        said = f"was first ahead of {beside} in {year}, with records since {min(full)}"
    elif year in full:
        said = f"is compared with {beside} for {year}, but not for every year before"
    else:
        said = f"is not compared with {beside} for {year}"
    reason = f"By {_whose(claim, region)} figures {name_of(claim.subject)} {said}."
    if claim.note and not first:
        reason += f" {claim.note.rstrip('.')}."
    shown = [before[0], before[-1]] if before else [rows["year"].max()]
    used = _figures(rows[rows["year"].isin(shown)])
    verdict = core.HOLDS if first else core.UNKNOWN
    computed = exact(year) if first else None
    return Outcome(verdict, reason, used, computed, (year, year), "year")


def _figures(history: pd.DataFrame) -> Used:
    """Return the figures of a history as evidence."""
    found: Used = []
    for row in history.to_dict("records"):
        found.append((f"earlier, {row['subject']}", row["ours"]))
        found.append((f"earlier, {row['rival']}", row["theirs"]))
    return found


def _history(
    claim: Claim, facts: Facts, countries: Sequence[str], **asked: Any
) -> pd.DataFrame:
    asked |= {"subject": claim.subject, "rivals": claim.named, "books": _books(claim)}
    return lead_history(facts, countries, **asked)


def _books(claim: Claim) -> str:
    return "partner" if claim.books == "partner" else "each"


def _whose(claim: Claim, country: str) -> str:
    if claim.books == "partner":
        return claim.whose(country)
    owners = [claim.subject, *claim.named]
    return f"{join([f'{in_sentence(owner)}’s' for owner in owners])} own"


def _place(claim: Claim, country: str) -> str:
    return name_of(publishing(country) if claim.books == "partner" else country)


def _names(codes: Sequence[str]) -> str:
    return join([in_sentence(code) for code in codes])


TESTS = {"rank_among_partners": rank_among_partners, "became_largest": became_largest}
