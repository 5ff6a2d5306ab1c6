"""What branches in the sentences of the claim check; the others stand in its notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claims import trade
from catrade.claims.claims import check_claims
from catrade.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    STANDINGS,
    WITHIN,
    Facts,
    members,
    terms,
)
from catrade.claims.leaders import (
    describe,
    known,
    lead_since,
    led_everywhere,
    money,
)
from catrade.tables.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.words import capital
from catrade.words import years as year_words
from rounding.formats import date, join, period
from rounding.rounded import Rounded

#: Of a year in which neither of two partners is surely ahead: the hue of no country.
LEAD_COLOURS = {"too close": "#d3bf9a"}
#: Each verdict with a sign, so that neither colour nor reading is needed to tell them apart.
SIGNS = dict(zip(STANDINGS, "✓≈○✗?", strict=True))
_MANY = {HOLDS: "hold", WITHIN: "hold within rounding", FAILS: "do not hold"}
_FIGURES = tuple(trade.TESTS)
_NUMBERS = ("none", "one", "two", "three", "four", "five")
_PROOF = {HOLDS: "proven", WITHIN: "too close to tell", FAILS: "refuted"}
_RANKS = ("became_largest", "rank_among_partners")


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


def title(found: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Return the title of a document's page: what becomes of its totals and of its rank.

    Parameters
    ----------
    found, claims
        Results of `claims.standings` and of `load_claims`.
    """
    ranks = _ranks(found)
    if not ranks:
        return f"{len(found)} claims checked: {counts(found['standing'], short=True)}"
    claim = claims.set_index("claim_id").loc[ranks[0]["claim_id"]]
    subject = name_of(str(claim["subject"]))
    proof = _PROOF.get(ranks[0]["standing"], "unproven")
    if claim["scope"] == "each":
        known = claims.set_index("claim_id")["partner"]
        held = {
            known[row["claim_id"]]
            for row in ranks
            if row["kind"] == "rank_among_partners" and row["standing"] == HOLDS
        }
        if held and proof == "unproven":
            rivals = join([in_sentence(code) for code in terms(claim)])
            proof = f"ahead of {rivals} in {_NUMBERS[len(held)]}"
        return f"{subject} first in each of the five? {capital(proof)}"
    figures = set(found.loc[found["kind"].isin(_FIGURES), "standing"])
    match = "totals open"
    if figures <= {HOLDS, WITHIN, ANNOUNCED}:
        match = "totals match"
    elif FAILS in figures:
        match = "not all totals match"
    return f"{subject}’s {claim['period']} trade announcement: {match}, rank {proof}"


def totals(found: pd.DataFrame, claims: pd.DataFrame, facts: Facts) -> str:
    """Say what the figures announced come to, and who else has published theirs.

    Parameters
    ----------
    found, claims
        Results of `claims.standings` and of `load_claims`.
    facts
        What they were judged by.
    """
    figures = found[found["kind"].isin(_FIGURES)]
    if figures.empty:
        return "The document gives no figure of trade."
    if set(figures["standing"]) != {ANNOUNCED}:
        return f"Of {len(figures)} figures of trade {counts(figures['standing'])}."
    claim = claims[claims["claim_id"].isin(figures["claim_id"])].iloc[0]
    subject, period = str(claim["subject"]), str(claim["period"])
    countries = members(str(claim["partner"]))
    own = [c for c in countries if facts.figure((c, subject, "total", period))]
    only = f"only {in_sentence(subject)}’s own statistics have them yet"
    if own:
        names = join([name_of(code) for code in own])
        only = f"only {names} published figures of their own for {period} so far"
    return f"The trade figures stand {ANNOUNCED}: {only}."


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
    ranks = _ranks(found)
    if not ranks:
        return ""
    claim = claims.set_index("claim_id").loc[ranks[0]["claim_id"]]
    standing = _verb(ranks[0]["standing"], 1)
    before = _ahead_in_all(history, year) if claim["scope"] == "each" else ""
    before = before or _ahead_before(history, year, str(claim["partner"]))
    said = f"That {_inside(str(claim['statement']))} {standing}"
    return f"{said}; {before}." if before else f"{said}."


def _ranks(found: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the claims on rank, those first that the announcement is quoted for."""
    rows = found[found["kind"].isin(_RANKS)]
    order = rows["kind"].map(_RANKS.index)
    return (
        rows.assign(order=order).sort_values("order", kind="stable").to_dict("records")
    )


def _ahead_before(history: pd.DataFrame, year: int, region: str) -> str:
    """Say who led in the newest year before, by each set of statistics."""
    rows = known(history)
    rows = rows[(rows["year"] < year) & (rows["country"] == region)]
    newest = rows.groupby("books", sort=False).tail(1).sort_values("books")
    found = newest.to_dict("records")
    if not found or set(newest["leader"]) != {found[0]["subject"]}:
        return join([f"{describe(row)} by {_whose(row)}" for row in found])
    told = [
        f"{money(row, 'subject'):usd} to {money(row, 'rival'):usd}"
        f"{'' if row['coverage'] == 'goods' else ', services counted,'} by {_whose(row)}"
        for row in found
    ]
    subject, rival = in_sentence(found[0]["subject"]), in_sentence(found[0]["rival"])
    years = year_words(newest["year"])
    return f"in {years} {subject} was ahead of {rival} already ({' and '.join(told)})"


def _ahead_in_all(history: pd.DataFrame, year: int) -> str:
    """Say in which earlier years each partner's own statistics show the lead everywhere."""
    rows = history[(history["books"] == "each") & history["country"].isin(CENTRAL_ASIA)]
    led = led_everywhere(rows[rows["year"] < year], len(CENTRAL_ASIA))
    full = [one for one, all_led in led.items() if all_led]
    if not full:
        return ""
    first = rows.iloc[0]
    return (
        f"by {_whose(first)} {in_sentence(first['subject'])} was ahead of "
        f"{in_sentence(first['rival'])} in all five at once in {year_words(full)} already"
    )


def with_figures(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries that can be compared in any year, without a leader where not."""
    there = set(known(history)["country"])
    rows = history[history["country"].isin(there)]
    return rows.assign(leader=rows["leader"].replace("unknown", None))


def lead_title(history: pd.DataFrame, place: str, country: str = "CA5") -> str:
    """Say since when the subject leads, by one set of statistics, in at most ten words."""
    rows = known(history[history["country"] == country])
    if rows.empty:
        return "Nothing to compare by these figures"
    last = rows.iloc[-1]
    subject, rival = in_sentence(last["subject"]), in_sentence(last["rival"])
    since = _since(rows)
    if not since:
        return f"{place}: {subject} not ahead of {rival} in {last['year']}"
    return f"{place}: {subject} ahead of {rival} {since}"


def _since(rows: pd.DataFrame) -> str:
    leaders = dict(zip(rows["year"], rows["leader"], strict=True))
    return lead_since(leaders, str(rows["subject"].iloc[0]))


def each_lead(history: pd.DataFrame, year: int) -> str:
    """Say since when each country has the subject first by its own statistics."""
    own = known(history[(history["books"] == "partner") & (history["year"] <= year)])
    ahead, open_ = [], []
    for country in CENTRAL_ASIA:
        rows = own[own["country"] == country]
        newest = rows["year"].max()
        if rows.empty or newest <= year - 10:
            nothing = "nothing to compare in the last ten years"
            open_.append(f"{name_of(country)} ({nothing})")
        elif since := _since(rows):
            until = "" if newest == year else f", last seen in {newest}"
            ahead.append(f"{name_of(country)} ({since}{until})")
        else:
            open_.append(f"{name_of(country)} ({describe(rows.iloc[-1].to_dict())})")
    where = join(ahead) or "none of them"
    shown = f"By their own statistics China is ahead of Russia in {where}."
    return f"{shown} Not shown for {join(open_)}." if open_ else shown


def next_largest(history: pd.DataFrame) -> str:
    """Say how a rival other than Russia compares wherever the data hold its figure."""
    newest = known(history).groupby(["country", "books"], sort=False).tail(1)
    told = [
        f"in {name_of(row['country'])} by {_whose(row)}, {describe(row)}"
        for row in newest.to_dict("records")
    ]
    return f"{join(told)}." if told else "For no country is there a figure to compare."


def weekdays(judged: pd.DataFrame) -> str:
    """Say whether the weekdays named fit the dates on record, and what else of the meetings does.

    Parameters
    ----------
    judged
        The verdicts of `claims.check_claims`.
    """
    rows = judged[judged["kind"] == "event_weekday"]
    wrong = int((rows["verdict"] == FAILS).sum())
    if not wrong:
        return ""
    others = judged[judged["kind"].isin(["event_issuer", "event_count", "event_gap"])]
    good = int((others["verdict"] == HOLDS).sum())
    which = "The weekdays" if wrong == len(rows) else f"{wrong} of {len(rows)} weekdays"
    fit = "fits the record" if good == len(others) else "does not always fit the record"
    return (
        f"{which} named are not those of the dates on record. Who met, how many and in what "
        f"order {fit}."
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
    row = rows.iloc[0]
    title, publisher = row["title"].split(" (")[0], row["publisher"].split(" (")[0]
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
    rows = check_claims(claims, facts).evidence
    rows["statement"] = rows["number"] + ". " + rows["statement"]
    written = {"what": _what, "period": _when, "figure": _figure}
    records = rows.to_dict("records")
    rows = rows.assign(
        **{name: [write(row) for row in records] for name, write in written.items()},
        basis=rows["basis"].str.replace("_", " "),
    ).sort_values("used", ascending=False, kind="stable")
    keys = ["statement", "what", "period", "figure"]
    same = rows.assign(place=rows.index).groupby(keys, sort=False)
    how = {"place": "min", "basis": "first", "used": "any"}
    once = same.agg(how | {"source_ids": join_ids}).sort_values("place").reset_index()
    return once.assign(used=once["used"].map({True: "yes", False: "no, differs"}))


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    if not row["reporter"]:
        return str(row["item"])
    flow = trade.FLOWS.get(row["flow"], "trade with")
    goods = f", {row['item'][:1].lower()}{row['item'][1:]}" if row["item"] else ""
    return f"{name_of(row['reporter'])}: {flow} {in_sentence(row['partner'])}{goods}"


def _when(row: Mapping[Any, Any]) -> str:
    return date(row["period"]) if row["role"] == "event" else period(row["period"])


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return "–"
    if row["unit"] != "USD":
        return f"{row['value']:,.10g} {row['unit']}"
    return f"{Rounded.of({**row, 'value_low': row['low'], 'value_high': row['high']}, 'value'):usd}"


def _verb(standing: str, count: int) -> str:
    if standing == ANNOUNCED:
        return f"{'stands' if count == 1 else 'stand'} {ANNOUNCED}"
    return standing if count == 1 else _MANY.get(standing, standing)


def _whose(row: Any) -> str:
    if row["books"] == "partner":
        one = row["country"] in CENTRAL_ASIA
        return "the country’s own" if one else "the four publishing countries’ own"
    return f"{in_sentence(row['subject'])}’s and {in_sentence(row['rival'])}’s own statistics"


def _inside(text: str) -> str:
    """Return a sentence as it stands inside another: first letter small unless it is a name."""
    first = text.split(" ")[0]
    names = ("China", "Central", "Minister", "Belt")
    keep = first.isupper() or first.rstrip("'s’") in names
    return (text if keep else text[:1].lower() + text[1:]).replace("'", "’")
