"""What branches in the sentences of the claim check; the others stand in its notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claims import events, rank, trade
from catrade.claims.claims import check_claims, counts, standings
from catrade.claims.core import ANNOUNCED, FAILS, HOLDS, STANDINGS, WITHIN, members
from catrade.claims.facts import load_facts
from catrade.claims.rank import (
    BOOKS,
    describe,
    known,
    lead_history,
    lead_since,
    led_everywhere,
)
from catrade.tables.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.tables.policy import load_claims
from catrade.tables.trade import load_sources
from catrade.words import capital
from catrade.words import years as year_words
from rounding.formats import date, join, period
from rounding.rounded import Rounded

__all__ = ["counts", "events", "standings"]

#: Of a year in which neither of two partners is surely ahead: the hue of no country.
LEAD_COLOURS = {"too close": "#d3bf9a"}
#: Each verdict with a sign, so that neither colour nor reading is needed to tell them apart.
SIGNS = dict(zip(STANDINGS, "✓≈○✗?", strict=True))
_PROOF = {HOLDS: "proven", WITHIN: "too close to tell", FAILS: "refuted"}
_NUMBERS = ("none", "one", "two", "three", "four", "five")


def signed(verdict: str) -> str:
    """Return a verdict with its sign in front, in few words for a table.

    Examples
    --------
    >>> signed("does not hold"), signed("as announced, not independently confirmed")
    ('✗ does not hold', '○ as announced')
    """
    return f"{SIGNS[verdict]} {verdict.split(',')[0]}"


def strip(found: pd.DataFrame) -> pd.DataFrame:
    """Return a lane a verdict and a column a claim, in the order of the document.

    A claim's number, its place among `STANDINGS`, stands in the lane of its verdict alone.

    Parameters
    ----------
    found
        Result of `claims.standings`.

    Examples
    --------
    >>> lanes = strip(pd.DataFrame({"standing": ["holds", "does not hold", "holds"]}))
    >>> lanes.index.tolist(), lanes.notna().sum().tolist()
    (['✓ 2 hold', '✗ 1 wrong'], [1, 1, 1])
    """
    lanes = {}
    for place, verdict in enumerate(STANDINGS):
        those = found["standing"] == verdict
        if those.any():
            name = f"{SIGNS[verdict]} {counts(found.loc[those, 'standing'])}"
            lanes[name] = those.map({True: place})
    return pd.DataFrame(lanes).T.astype(float)


def title(found: pd.DataFrame) -> str:
    """Return the title of a document's page: what becomes of its totals and of its rank.

    Parameters
    ----------
    found
        Result of `claims.standings`.
    """
    ranks = _ranks(found)
    if not ranks:
        return f"{len(found)} claims checked: {counts(found['standing'])}"
    first = ranks[0]
    subject, proof = name_of(first["subject"]), _PROOF.get(first["standing"])
    if first["scope"] == "each":
        led = [row for row in ranks if row["standing"] == HOLDS]
        held = {row["partner"] for row in led if row["kind"] == "rank_among_partners"}
        ahead = f"ahead of {_rivals(first)} in {_NUMBERS[len(held)]}"
        open_ = ahead if held else "unproven"
        return f"{subject} first in each of the five? {capital(proof or open_)}"
    figures = set(found.loc[found["kind"].isin(trade.TESTS), "standing"])
    match = "totals match"
    if not figures <= {HOLDS, WITHIN, ANNOUNCED}:
        match = "not all totals match" if FAILS in figures else "totals open"
    announced = f"{subject}’s {first['period']} trade announcement"
    return f"{announced}: {match}, rank {proof or 'unproven'}"


def totals(found: pd.DataFrame) -> str:
    """Say what the figures announced come to, and who else has published theirs.

    Parameters
    ----------
    found
        Result of `claims.standings`.
    """
    figures = found.query("kind in @trade.TESTS")
    if figures.empty:
        return "The document gives no figure of trade."
    if set(figures["standing"]) != {ANNOUNCED}:
        return f"Figures of trade: {counts(figures['standing'])}."
    claim = figures.iloc[0]
    facts, cell = load_facts(), (claim["subject"], "total", claim["period"])
    codes = [code for code in members(claim["partner"]) if facts.figure((code, *cell))]
    names = join([name_of(code) for code in codes])
    whose = in_sentence(claim["subject"])
    only = f"only {whose}’s own statistics have them yet"
    if names:
        only = f"only {names} have a {claim['period']} total with {whose} of their own"
    return f"The trade figures stand {ANNOUNCED}: {only}."


def headline(found: pd.DataFrame, history: pd.DataFrame, year: int) -> str:
    """Say what becomes of the claim the announcement is quoted for, and what is known of before.

    Parameters
    ----------
    found
        Result of `claims.standings`.
    history
        Rows of `leads` for one rival.
    year
        The year the claim is about.
    """
    ranks = _ranks(found)
    if not ranks:
        return ""
    claim, earlier = ranks[0], history[history["year"] < year]
    before = _ahead_in_all(earlier) if claim["scope"] == "each" else ""
    before = before or _ahead_before(earlier, claim["partner"])
    stands = "stands " if claim["standing"] == ANNOUNCED else ""
    said = f"That {_inside(claim['statement'])} {stands}{claim['standing']}"
    return f"{said}; {before}." if before else f"{said}."


def _ranks(found: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the claims on rank, those first that the announcement is quoted for."""
    rows = found[found["kind"].isin(rank.TESTS)]
    # became_largest before rank_among_partners
    return rows.sort_values("kind", kind="stable").to_dict("records")


def _ahead_before(history: pd.DataFrame, region: str) -> str:
    """Say who led in the newest year, by each set of statistics."""
    rows = known(history[history["country"] == region])
    newest = rows.groupby("books", sort=False).tail(1).sort_values("books")
    found = newest.to_dict("records")
    if set(newest["leader"]) != set(newest["subject"]):
        return join([f"{describe(row)} by {_whose(row)}" for row in found])
    told = []
    for row in found:
        services = "" if row["coverage"] == "goods" else ", services counted,"
        ours, theirs = Rounded.of(row["ours"]), Rounded.of(row["theirs"])
        told.append(f"{ours:usd} to {theirs:usd}{services} by {_whose(row)}")
    if not told:
        return ""
    ahead = f"{in_sentence(row['subject'])} was ahead of {in_sentence(row['rival'])}"
    return f"in {year_words(newest['year'])} {ahead} already ({join(told)})"


def _ahead_in_all(history: pd.DataFrame) -> str:
    """Say in which years each partner's own statistics show the lead everywhere."""
    rows = history.query("books == 'each' and country in @CENTRAL_ASIA")
    led = led_everywhere(rows, len(CENTRAL_ASIA))
    full = [year for year, all_led in led.items() if all_led]
    if not full:
        return ""
    first = rows.iloc[0]
    return (
        f"by {_whose(first)} {in_sentence(first['subject'])} was ahead of "
        f"{in_sentence(first['rival'])} in all five at once in {year_words(full)} already"
    )


def leads(end: int) -> pd.DataFrame:
    """Return who was the larger partner in each year, by both sets of statistics.

    Returns
    -------
    DataFrame
        As of `leaders.lead_history`, of China beside Russia and the EU.
    """
    facts, rivals = load_facts(), ["RUS", "EU27"]
    parts = [lead_history(facts, rivals=rivals, books=b, end=end) for b in BOOKS]
    return pd.concat(parts, ignore_index=True)


def own_shares(end: int) -> pd.DataFrame:
    """Return the shares of China and Russia in all trade of a country, by its own statistics.

    Returns
    -------
    DataFrame
        Two rows a country, of its newest year with all three totals up to `end`: label (the
        country and the year), other, share with share_low and share_high, sources.
    """
    facts, rows = load_facts(), []
    for country in CENTRAL_ASIA:
        for year in range(end, end - 10, -1):
            codes = ("CHN", "RUS", "WLD")
            cells = [(country, code, "total", str(year)) for code in codes]
            known = [row for row in facts.alike(cells) if row]
            if len(known) < len(codes):
                continue
            *two, world = known
            for row in two:
                share = Rounded.of(row) / Rounded.of(world)
                label = f"{name_of(country)}, {year}"
                ids = join_ids([row["source_ids"], world["source_ids"]])
                ends = [share.value, share.low, share.high]
                rows.append([label, row["partner"], *ends, ids])
            break
    columns = ["label", "other", "share", "share_low", "share_high", "sources"]
    return pd.DataFrame(rows, columns=columns)


def drawn(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries that can be compared in any year, without a leader where not."""
    rows = history[history["country"].isin(known(history)["country"])]
    rows = rows.assign(leader=rows["leader"].replace("unknown", None))
    return rows.drop(columns=["ours", "theirs"])


def lead_title(history: pd.DataFrame, place: str) -> str:
    """Say since when the subject leads in the region, in at most ten words."""
    rows = known(history[history["country"] == "CA5"])
    if rows.empty:
        return "Nothing to compare by these figures"
    last = rows.iloc[-1]
    subject, rival = in_sentence(last["subject"]), in_sentence(last["rival"])
    leaders = dict(zip(rows["year"], rows["leader"], strict=True))
    if since := lead_since(leaders, last["subject"]):
        return f"{place}: {subject} ahead of {rival} {since}"
    return f"{place}: {subject} not ahead of {rival} in {last['year']}"


def next_largest(history: pd.DataFrame) -> str:
    """Say how a rival other than Russia compares wherever the data hold its figure."""
    newest = known(history).groupby(["country", "books"], sort=False).tail(1)
    told = [
        f"in {name_of(row['country'])} by {_whose(row)}, {describe(row)}"
        for row in newest.to_dict("records")
    ]
    return f"{join(told)}." if told else "For no country is there a figure to compare."


def weekdays(judged: pd.DataFrame) -> str:
    """Say how many of the weekdays named do not fit the dates on record.

    Parameters
    ----------
    judged
        Verdicts, one row a claim.
    """
    named = judged.loc[judged["kind"] == "event_weekday", "verdict"]
    wrong = (named == FAILS).sum()
    which = f"{wrong} of {len(named)} weekdays"
    if wrong == len(named):
        which = "The weekdays"
    return f"{which} named are not those of the dates on record." if wrong else ""


def sensitivity(judged: pd.DataFrame) -> str:
    """Say which verdicts hang on the choice among sources that disagree."""
    rows = judged[judged["sensitive"] != ""].to_dict("records")
    parts = [f"that {_inside(row['statement'])} ({row['sensitive']})" for row in rows]
    if not parts:
        return "No verdict changes with another of the published figures."
    many = "One verdict hangs" if len(parts) == 1 else f"{len(parts)} verdicts hang"
    return f"{many} on the choice of source: {join(parts)}."


def document_title(document: str) -> str:
    """Return how to speak of the announcement: its title and publisher, or its id.

    Examples
    --------
    >>> document_title("dailymail-2026-01")
    '“China becomes Central Asia’s biggest trading partner in 2025” (The Daily Mail)'
    """
    sources = load_sources().set_index("source_id")
    if document not in sources.index:
        return f"document {document}"
    # Without what stands in brackets: the language, who else printed it.
    names = sources.loc[document, ["title", "publisher"]].str.partition(" (")[0]
    return f"“{names['title']}” ({names['publisher']})".replace("'", "’")


def evidence(document: str) -> pd.DataFrame:
    """Return every figure and record that the claims of a document, or all, were judged by.

    Returns
    -------
    DataFrame
        One row a claim, cell and figure, with all sources that print it: statement, what, period,
        figure, basis, used (whether one of them is the one chosen), source_ids.
    """
    claims = load_claims(None if document == "all" else document)
    rows = check_claims(claims).evidence
    records = rows.to_dict("records")
    told = rows.assign(
        statement=rows["number"] + ". " + rows["statement"],
        what=[_what(row) for row in records],
        period=[_when(row) for row in records],
        figure=[_figure(row) for row in records],
        basis=rows["basis"].str.replace("_", " "),
    )
    # Of each cell the chosen row comes first.
    same = told.groupby(["statement", "what", "period", "figure"], sort=False)
    how: dict[str, Any] = {"basis": "first", "used": "any", "source_ids": join_ids}
    once = same.agg(how).reset_index()
    return once.assign(used=once["used"].map({True: "yes", False: "no, differs"}))


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    if row["item"]:
        return str(row["item"])
    flow = f"{trade.FLOWS[row['flow']]} {in_sentence(row['partner'])}"
    return f"{name_of(row['reporter'])}: {flow}"


def _when(row: Mapping[Any, Any]) -> str:
    return date(row["period"]) if row["item"] else period(row["period"])


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.notna(row["value_bn"]):
        return f"{Rounded.of(row):usd}"
    if pd.isna(row["value"]):
        return "–"
    return f"{row['value']:,.10g} {row['unit']}"


def _whose(row: Any) -> str:
    if row["books"] == "partner":
        one = row["country"] in CENTRAL_ASIA
        return "the country’s own" if one else "the four publishing countries’ own"
    return f"{in_sentence(row['subject'])}’s and {in_sentence(row['rival'])}’s own statistics"


def _rivals(claim: Mapping[Any, Any]) -> str:
    return join([in_sentence(code.strip()) for code in claim["terms"].split(";")])


def _inside(text: str) -> str:
    """Return a sentence as it stands inside another: first letter small unless it is a name."""
    first = text.split(" ")[0]
    names = ("China", "Central", "Minister", "Belt")
    keep = first.isupper() or first.rstrip("'s’") in names
    return (text if keep else text[:1].lower() + text[1:]).replace("'", "’")
