"""What branches in the sentences of the claim check; the others stand in its notebooks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claim_check.claims import check_claim, evidence
from catrade.claim_check.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    PUBLISHING,
    STANDINGS,
    WITHIN,
    Facts,
)
from catrade.claim_check.leaders import describe, money
from catrade.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.words import years as year_words
from pagemill.formats import date, join, period
from pagemill.rounded import Rounded

#: Of a year in which neither of two partners is surely ahead: the hue of no country.
LEAD_COLOURS = {"too close": "#d3bf9a"}
#: Each verdict with a sign, so that neither colour nor reading is needed to tell them apart.
SIGNS = dict(zip(STANDINGS, "✓≈○✗?", strict=True))
_MANY = {HOLDS: "hold", WITHIN: "hold within rounding", FAILS: "do not hold"}
_FIGURES = ("level", "growth", "growth_difference", "sum")
_RANKS = ("became_largest", "first_year_of_lead", "rank_among_partners")


def signed(verdict: str) -> str:
    """Return a verdict with its sign in front, in few words for a table.

    Examples
    --------
    >>> signed("does not hold"), signed("as announced, not independently confirmed")
    ('✗ does not hold', '○ as announced')
    """
    return f"{SIGNS[verdict]} {verdict.split(',')[0]}"


def counts(standing: Sequence[str] | pd.Series[str], *, short: bool = False) -> str:
    """Say how many claims come to what; `short` says "as announced" and no more.

    Examples
    --------
    >>> counts(["holds", "holds", "cannot be checked"])
    '2 hold and 1 cannot be checked'
    """
    found = pd.Series(standing).value_counts()
    known = [one for one in STANDINGS if one in found.index]
    told = (
        join([f"{found[one]} {_verb(one, int(found[one]))}" for one in known])
        or "none is made"
    )
    return told.replace(ANNOUNCED, signed(ANNOUNCED)[2:]) if short else told


def totals(found: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Say what the figures announced come to, in one sentence.

    Parameters
    ----------
    found, claims
        Results of `claims.standings` and of `load_claims`.
    """
    figures = found[found["kind"].isin(_FIGURES)]
    if figures.empty:
        return "The document gives no figure of trade."
    if set(figures["standing"]) == {ANNOUNCED}:
        subject = in_sentence(claims["subject"].replace("", None).mode().iloc[0])
        only = f"only {subject}’s own statistics have them yet"
        return f"The trade figures stand {ANNOUNCED}: {only}."
    return f"Of {len(figures)} figures of trade {counts(figures['standing'])}."


def headline(
    found: pd.DataFrame, claims: pd.DataFrame, history: pd.DataFrame, year: int
) -> str:
    """Say what becomes of the claim the announcement is quoted for, and what is known of before.

    Parameters
    ----------
    found, claims
        Results of `claims.standings` and of `load_claims`.
    history
        Result of `leaders.lead_history` for one rival, by both sets of statistics.
    year
        The year the claim is about.
    """
    ranks = [
        row
        for kind in _RANKS
        for row in found[found["kind"] == kind].to_dict("records")
    ]
    if not ranks:
        return ""
    claim = claims.set_index("claim_id").loc[ranks[0]["claim_id"]]
    standing = _verb(ranks[0]["standing"], 1)
    known = _ahead_in_all(history, year) if claim["scope"] == "each" else ""
    known = known or _ahead_before(history, year, str(claim["partner"]))
    return (
        f"That {_inside(str(claim['statement']))} {standing}{known and f'; {known}'}."
    )


def _ahead_before(history: pd.DataFrame, year: int, region: str) -> str:
    """Say who led in the newest year before, by each set of statistics."""
    known = history[(history["leader"] != "unknown") & (history["year"] < year)]
    known = known[known["country"] == region].sort_values("year")
    newest = known.groupby("books", sort=False).tail(1).sort_values("books")
    if newest.empty:
        return ""
    rows = newest.to_dict("records")
    subject, rival = in_sentence(rows[0]["subject"]), in_sentence(rows[0]["rival"])
    if {row["leader"] for row in rows} != {rows[0]["subject"]}:
        return join([f"{describe(row)} by {_whose(row)}" for row in rows])
    their = "four of the countries’" if region in PUBLISHING else "the country’s"
    own = {"each": f"{subject}’s and {rival}’s own", "partner": f"{their} own"}
    told = [
        f"{money(row, 'subject'):usd} to {money(row, 'rival'):usd} by {own[row['books']]}"
        for row in rows
    ]
    already = f"{subject} was ahead of {rival} in {year_words(newest['year'])} already"
    return f"{'by both sides’ figures ' if len(rows) > 1 else ''}{already} ({', '.join(told)})"


def _ahead_in_all(history: pd.DataFrame, year: int) -> str:
    """Say in which earlier years each partner's own statistics show the lead everywhere."""
    rows = history[(history["books"] == "each") & history["country"].isin(CENTRAL_ASIA)]
    ahead = rows[(rows["year"] < year) & (rows["leader"] == rows["subject"])]
    led = ahead.groupby("year")["country"].nunique()
    full = [int(one) for one in led.index[led == len(CENTRAL_ASIA)]]
    if not full:
        return ""
    first = ahead.iloc[0]
    return (
        f"by {_whose(first)} {in_sentence(first['subject'])} was ahead of "
        f"{in_sentence(first['rival'])} in all five at once in {year_words(full)} already"
    )


def with_figures(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries that can be compared in any year, without a leader where not."""
    known = history["leader"] != "unknown"
    rows = history[history["country"].isin(history.loc[known, "country"])]
    return rows.assign(leader=rows["leader"].replace("unknown", None))


def lead_title(history: pd.DataFrame, country: str = "CA5") -> str:
    """Say since when the subject leads, by one set of statistics, in at most ten words."""
    known = history[(history["country"] == country) & (history["leader"] != "unknown")]
    known = known.sort_values("year")
    if known.empty:
        return "Nothing to compare by these figures"
    last = known.iloc[-1]
    subject, rival = in_sentence(last["subject"]), in_sentence(last["rival"])
    where = (
        "in the region" if last["books"] == "each" else "by the countries’ own figures"
    )
    if last["leader"] != last["subject"]:
        return f"{subject} not ahead {where} in {last['year']}"
    behind = known.loc[known["leader"] != last["subject"], "year"].max()
    gap = next(
        y for y in range(int(last["year"]), 0, -1) if y not in set(known["year"])
    )
    since = max(gap, 0 if pd.isna(behind) else int(behind)) + 1
    over = f"of {rival} " if last["books"] == "each" else ""
    return f"{subject} ahead {over}{where} since {since}"


def each_lead(history: pd.DataFrame, year: int) -> str:
    """Say since when each country has the subject first by its own statistics."""
    own = history[(history["books"] == "partner") & (history["leader"] != "unknown")]
    near = own[(own["year"] > year - 10) & (own["year"] <= year)].sort_values("year")
    since, open_ = [], []
    for country in CENTRAL_ASIA:
        known = near[near["country"] == country]
        if known.empty:
            open_.append(
                f"{name_of(country)} (nothing to compare in the last ten years)"
            )
            continue
        last = known.iloc[-1]
        behind = known.loc[known["leader"] != last["subject"], "year"]
        first = known.loc[
            known["year"] > (behind.max() if len(behind) else 0), "year"
        ].min()
        until = "" if last["year"] == year else f", last seen in {last['year']}"
        if last["leader"] == last["subject"]:
            since.append(f"{name_of(country)} (since {first}{until})")
        else:
            open_.append(f"{name_of(country)} ({describe(last.to_dict())})")
    shown = f"By their own statistics China is ahead of Russia in {join(since) or 'none of them'}."
    return f"{shown} Not shown for {join(open_)}." if open_ else shown


def next_largest(history: pd.DataFrame) -> str:
    """Say how a rival other than Russia compares wherever the data hold its figure."""
    known = history[history["leader"] != "unknown"].sort_values("year")
    newest = known.groupby(["country", "books"], sort=False).tail(1).to_dict("records")
    if not newest:
        return "For no country is there a figure to compare with."
    doubt = {"doubtful": " (a doubtful figure)"}
    told = [
        f"in {name_of(row['country'])} by {_whose(row)}, {describe(row)}"
        f"{doubt.get(row['quality'], '')}"
        for row in newest
    ]
    return f"{join(told)}."


def weekdays(judged: pd.DataFrame) -> str:
    """Say whether the weekdays named fit the dates on record, and what else of the meetings does.

    Parameters
    ----------
    judged
        Result of `claims.verdict_frame`.
    """
    rows = judged[judged["kind"] == "event_weekday"]
    wrong = int((rows["verdict"] == FAILS).sum())
    if not wrong:
        return ""
    others = judged[judged["kind"].isin(["event_issuer", "event_count", "event_gap"])]
    good = int((others["verdict"] == HOLDS).sum())
    return (
        f"{wrong} of {len(rows)} weekdays named do not fit the dates on record; who met, how many "
        f"and when does in {good} of {len(others)}."
    )


def sensitivity(judged: pd.DataFrame) -> str:
    """Say which verdicts hang on the choice among sources that disagree."""
    rows = judged[judged["sensitive"] != ""].to_dict("records")
    if not rows:
        return "No verdict changes with another of the published figures."
    parts = [f"that {_inside(row['statement'])} ({row['sensitive']})" for row in rows]
    many = "One verdict hangs" if len(parts) == 1 else f"{len(parts)} verdicts hang"
    return f"{many} on the choice of source: {join(parts)}."


def document_title(sources: pd.DataFrame, document: str) -> str:
    """Return how to speak of the announcement: its title and publisher, or its id.

    Examples
    --------
    >>> table = {"source_id": ["a"], "title": ["China's trade (zh)"], "publisher": ["A paper (CN)"]}
    >>> document_title(pd.DataFrame(table), "a")
    '“China’s trade” (A paper)'
    """
    rows = sources[sources["source_id"] == document]
    if rows.empty:
        return f"document {document}"
    # Without what stands in brackets: the language, who else printed it.
    title, publisher = (
        str(rows.iloc[0][name]).split(" (")[0] for name in ("title", "publisher")
    )
    return f"“{title}” ({publisher})".replace("'", "’")


#: Columns of the register of evidence.
EVIDENCE_COLUMNS: dict[str, Any] = {
    "statement": "Claim",
    "what": "Figure of",
    "period": "Period",
    "figure": "Value",
    "basis": "How it came about",
    "used": "Used",
    "source_ids": ("Source", "links"),
}


def evidence_rows(claims: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Return every figure and record that some claims were judged by.

    Parameters
    ----------
    claims
        Rows of `load_claims`, of one document or of all.
    facts
        What to judge by.

    Returns
    -------
    DataFrame
        One row a claim, cell and figure, with all sources that print it: statement, what, period,
        figure, basis, used (whether one of them is the one chosen), source_ids.
    """
    found = [evidence(check_claim(claim, facts)) for claim in claims.to_dict("records")]
    said = claims["number"] + ". " + claims["statement"]
    parts = [
        part.assign(statement=text) for part, text in zip(found, said, strict=True)
    ]
    rows = pd.concat(parts, ignore_index=True)
    written = {"what": _what, "period": _when, "figure": _figure}
    records = rows.to_dict("records")
    rows = rows.assign(
        **{name: [write(row) for row in records] for name, write in written.items()},
        basis=rows["basis"].str.replace("_", " "),
    ).sort_values("used", ascending=False, kind="stable")
    keys = ["statement", "what", "period", "figure"]
    same = rows.assign(place=rows.index).groupby(keys, sort=False)
    how = {"place": "min", "basis": "first", "used": "any", "role": "first"}
    once = same.agg(how | {"source_ids": join_ids}).sort_values("place").reset_index()
    used = once["used"].map({True: "yes", False: "no, differs"})
    return once.assign(used=used.mask(once["role"] == "stated", "no, words only"))


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    if not row["reporter"]:
        return re.sub(
            r" \([A-Z_;]+\)$", "", str(row["item"])
        )  # of events: without their issuers
    flow = {"export": "exports to", "import": "imports from"}.get(
        row["flow"], "trade with"
    )
    goods = f", {row['item'][:1].lower()}{row['item'][1:]}" if row["item"] else ""
    return f"{name_of(row['reporter'])}: {flow} {in_sentence(row['partner'])}{goods}"


def _when(row: Mapping[Any, Any]) -> str:
    return date(row["period"]) if row["role"] == "event" else period(row["period"])


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return "–"
    if row["unit"] != "USD":
        return f"{row['value']:,.10g} {row['unit']}"
    ends = (row["value"] if pd.isna(row[end]) else row[end] for end in ("low", "high"))
    return f"{Rounded(row['value'], *ends):usd}"


def _verb(standing: str, count: int) -> str:
    if standing == ANNOUNCED:
        return f"{'stands' if count == 1 else 'stand'} {ANNOUNCED}"
    return standing if count == 1 else _MANY.get(standing, standing)


def _whose(row: Any) -> str:
    if row["books"] == "partner":
        one = row["country"] in CENTRAL_ASIA
        return f"{'the country’s' if one else 'the four publishing countries’'} own"
    return f"{join([f'{in_sentence(row[who])}’s' for who in ('subject', 'rival')])} own statistics"


def _inside(text: str) -> str:
    """Return a sentence as it stands inside another: first letter small unless it is a name."""
    first = text.split(" ")[0]
    keep = first.isupper() or first.rstrip("'s’") in (
        "China",
        "Central",
        "Minister",
        "Belt",
    )
    return (text if keep else text[:1].lower() + text[1:]).replace("'", "’")
