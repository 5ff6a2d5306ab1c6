"""Sentences and tables of the claim check, computed from verdicts and from the lead by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.charts.words import years as year_words
from catrade.claim_check.charts.intervals import range_text
from catrade.claim_check.claims import standings
from catrade.claim_check.core import ANNOUNCED, FAILS, HOLDS, STANDINGS, UNKNOWN, WITHIN
from catrade.claim_check.leaders import changes_of_lead, describe, leaders, with_article
from catrade.names import CENTRAL_ASIA, name_of
from pagemill.formats import join
from pagemill.numbers import format_usd

#: Each verdict with a sign, so that neither colour nor reading is needed to tell them apart.
SIGNS = {HOLDS: "✓", WITHIN: "≈", ANNOUNCED: "○", FAILS: "✗", UNKNOWN: "?"}


def signed(verdict: Any) -> str:
    """Return a verdict with its sign in front; "–" where the claim has none.

    Examples
    --------
    >>> signed("does not hold"), signed(float("nan"))
    ('✗ does not hold', '–')
    """
    return f"{SIGNS[verdict]} {verdict}" if verdict in SIGNS else "–"


REASON_COLUMNS: Mapping[str, Any] = {
    "number": "No.",
    "statement": "Statement",
    "why": "Verdict and why",
}
EVIDENCE_COLUMNS: Mapping[str, Any] = {
    "what": "Figure of",
    "period": "Period",
    "figure": "Value",
    "basis": "How it came about",
    "used": "Used",
    "source_ids": "Sources",
}
LEADER_COLUMNS: Mapping[str, Any] = {
    "country": ("Country", name_of),
    "books": "Whose statistics",
    "year": "Newest year",
    "leader": ("Largest of those compared", lambda code: name_of(code)),
    "compared": ("Compared", lambda text: _names(str(text).split(";"))),
    "missing": ("Without a figure", lambda text: _names(str(text).split(";"))),
}
CHANGE_COLUMNS: Mapping[str, Any] = {
    "country": ("Country", name_of),
    "books": "Whose statistics",
    "leader": ("Went ahead", name_of),
    "year": "First seen ahead",
    "from_year": "Last seen behind",
}


def answer(judged: pd.DataFrame) -> str:
    """Answer the question of the report: the headline claim first, then how many claims stand.

    Parameters
    ----------
    judged
        Result of `claims.verdict_frame`.
    """
    found = standings(judged)
    parts = [
        _counted(found[found["topic"] == topic], text)
        for topic, text in (("trade", "claims on trade"), ("record", "claims on meetings"))
    ]
    rest = int((found["topic"] == "untestable").sum())
    parts.append(f"{rest} {'are' if rest > 1 else 'is'} not testable" if rest else "")
    counts = "; of ".join(part for part in parts[:2] if part)
    counts = "; ".join(part for part in (counts, parts[2]) if part)
    return f"{_headline(judged, found)}Of {counts}."


def _headline(judged: pd.DataFrame, found: pd.DataFrame) -> str:
    """Return the verdict on the first claim of rank: what the announcement is quoted for."""
    ranks = found[found["kind"] == "rank_among_partners"]
    if ranks.empty:
        return ""
    first = ranks.iloc[0]
    rows = judged[judged["claim_id"] == first["claim_id"]]
    decided = rows[rows["verdict"] == first["standing"]]
    reason = (decided if len(decided) else rows)["reason"].iloc[0]
    return f"“{first['statement']}”: {first['standing']}. {reason} "


def _counted(part: pd.DataFrame, what: str) -> str:
    counts = part["standing"].value_counts()
    words = [f"{counts[s]} {_verb(s, int(counts[s]))}" for s in STANDINGS if s in counts.index]
    return f"{len(part)} {what} {join(words)}" if words else ""


def by_books(verdicts: pd.DataFrame) -> str:
    """Say what the two sides' statistics judge differently."""
    trade = verdicts[verdicts["books"] != ""]
    if trade.empty:
        return "No claim of this document is about trade figures."
    both = trade.pivot_table(index="claim_id", columns="books", values="verdict", aggfunc="first")
    other = next((c for c in both.columns if c != "partner"), None)
    if other is None or "partner" not in both.columns:
        return "The claims are judged by one side's statistics only."
    unknown = int((both["partner"] == UNKNOWN).sum())
    text = (
        f"By the Central Asian countries' own statistics {unknown} of {len(both)} claims on trade "
        "cannot be judged, because not all of the countries have published the year. "
    )
    decided = both[(both[other] != UNKNOWN) & (both["partner"] != UNKNOWN)]
    apart = decided[decided[other] != decided["partner"]]
    if decided.empty:
        return f"{text}No claim can be judged by both sides' statistics."
    many = f"{len(decided)} claims" if len(decided) > 1 else "Only one claim"
    text += f"{many} can be judged by both sides' statistics; "
    if apart.empty:
        return f"{text}they agree on {'them' if len(decided) > 1 else 'it'}."
    return f"{text}they disagree on {join(list(apart.index))}."


def overview_columns(verdicts: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of the overview: only the sets of books this document is judged by."""
    columns: dict[str, Any] = {
        "number": "No.",
        "statement": "Statement",
        "standing": ("Stands", signed),
    }
    subject = verdicts.loc[~verdicts["books"].isin(["", "partner"]), "books"]
    heads = [f"{name_of(str(subject.iloc[0]))}'s figures"] if len(subject) else []
    heads += ["the record"] if (verdicts["books"] == "").any() else []
    columns["first"] = (f"By {' or '.join(heads)}", signed)
    if (verdicts["books"] == "partner").any():
        columns["other"] = ("By the other side's figures", signed)
    return columns


def overview(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a claim: its verdict by the subject's books or the record, and the other's."""
    column = verdicts["books"].map({"partner": "other"}).fillna("first")
    wide = verdicts.assign(column=column).pivot_table(
        index="claim_id", columns="column", values="verdict", aggfunc="first"
    )
    wide = wide.reindex(columns=["first", "other"])
    first = standings(verdicts)[["claim_id", "number", "statement", "standing"]]
    return first.merge(wide.reset_index(), on="claim_id", validate="one_to_one")


def reasons(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts with both intervals in words, for the table and its CSV."""
    texts = {
        name: [
            range_text(row[f"{name}_low"], row[f"{name}_high"], row["unit"])
            for row in verdicts.to_dict("records")
        ]
        for name in ("asserted", "computed")
    }
    why = [
        f"{signed(verdict)}. {reason}"
        for verdict, reason in zip(verdicts["verdict"], verdicts["reason"], strict=True)
    ]
    return verdicts.assign(whose=verdicts["whose"].replace("", "the record"), why=why, **texts)


def evidence_rows(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return each piece of evidence once, in words, with the claims it is used for.

    Figures that were not used are kept where they differ from the one used beyond rounding.
    """
    if evidence.empty:
        return pd.DataFrame(columns=list(EVIDENCE_COLUMNS))
    rows = evidence[_worth_showing(evidence)]
    rows = rows.assign(
        figure=[_figure(row) for row in rows.to_dict("records")],
        what=[_what(row) for row in rows.to_dict("records")],
        basis=rows["basis"].str.replace("_", " "),
    )
    keys = ["what", "period", "figure", "source_ids"]
    claims = rows.groupby(keys)["claim_id"].agg(lambda ids: ", ".join(dict.fromkeys(ids)))
    first = rows.sort_values("used", ascending=False, kind="stable").drop_duplicates(keys)
    first = first.sort_index().merge(claims.rename("claims").reset_index(), on=keys)
    used = first["used"].map({True: "yes", False: "no, differs"})
    return first.assign(used=used.mask(first["role"] == "stated", "no, words only"))


def _worth_showing(evidence: pd.DataFrame) -> pd.Series[bool]:
    cell = ["claim_id", "books", "role", "reporter", "partner", "flow", "period"]
    used = evidence[evidence["used"]].drop_duplicates(cell)[[*cell, "low", "high"]]
    beside = evidence[cell].merge(used, on=cell, how="left").set_axis(evidence.index)
    apart = (evidence["low"] > beside["high"]) | (evidence["high"] < beside["low"])
    return evidence["used"] | apart | (evidence["role"] == "stated")


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    if not row["reporter"]:
        return str(row["item"])
    flow = {"export": "exports to", "import": "imports from"}.get(row["flow"], "trade with")
    goods = f", {_inside(str(row['item']))}" if row["item"] else ""
    return f"{name_of(row['reporter'])}: {flow} {with_article(row['partner'])}{goods}"


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return ""
    if row["unit"] != "USD":
        return f"{row['value']:,.10g} {row['unit']}"
    low, high = (row[end] if pd.notna(row[end]) else row["value"] for end in ("low", "high"))
    return format_usd(row["value"], low, high)


def sensitivity(verdicts: pd.DataFrame) -> str:
    """Say which verdicts hang on the choice among sources that disagree."""
    rows = verdicts[verdicts["sensitive"] != ""]
    if rows.empty:
        return (
            "No verdict changes if another published figure is put in place of the one chosen, "
            "where sources disagree beyond rounding."
        )
    parts = [f"{_inside(str(r['statement']))}: {r['sensitive']}" for r in rows.to_dict("records")]
    return f"These verdicts hang on the choice of source: {'; '.join(parts)}."


def region_lead(history: pd.DataFrame, year: int, region: str = "CA5") -> str:
    """Say since when the subject leads a rival in the region, by each side's statistics."""
    parts = []
    for books, part in history[history["country"] == region].groupby("books", sort=False):
        known = part[part["lead"] != "unknown"].sort_values("year")
        if known.empty:
            continue
        ahead = known.loc[known["lead"] == "subject", "year"].astype(int)
        newest = known.iloc[-1]
        text = f"{describe(newest.to_dict())} by {_books(str(books), newest)}"
        if len(ahead):
            text += f" (seen ahead in {year_words(ahead)})"
        parts.append(text)
    if not parts:
        return f"No year has figures of both for {name_of(region)}."
    rows = history[(history["country"] == region) & (history["year"] == year)]
    there = bool((rows["lead"] != "unknown").any())
    tail = "" if there else f" For {year} itself the other side's figure is missing."
    return f"For the region as a whole, {'; '.join(parts)}.{tail}"


def each_lead(history: pd.DataFrame, year: int) -> str:
    """Say what "each" changes: by their own books, since when each country has China first."""
    own = history[(history["books"] == "partner") & history["country"].isin(CENTRAL_ASIA)]
    since, open_ = [], []
    for country in CENTRAL_ASIA:
        known = own[(own["country"] == country) & (own["lead"] != "unknown")].sort_values("year")
        known = known[known["year"] > year - 10]
        if known.empty:
            open_.append(f"{name_of(country)} (no figures to compare in the last ten years)")
            continue
        last = known.iloc[-1]
        if last["lead"] != "subject":
            open_.append(f"{name_of(country)} ({describe(last.to_dict())})")
            continue
        behind = known.loc[known["lead"] != "subject", "year"]
        first = known.loc[known["year"] > (behind.max() if len(behind) else 0), "year"].min()
        until = "" if last["year"] == year else f", last seen in {last['year']}"
        since.append(f"{name_of(country)} since {first}{until}")
    text = "Of each country the statement says more. By their own statistics China leads Russia in "
    text += f"{join(since)}" if since else "none of them"
    return f"{text}. Not shown by them: {join(open_)}." if open_ else f"{text}."


def first_in_all(history: pd.DataFrame, year: int) -> str:
    """Say in which earlier years each partner's own statistics already show the lead everywhere."""
    rows = history[(history["books"] == "each") & history["country"].isin(CENTRAL_ASIA)]
    rows = rows[(rows["year"] < year) & (rows["lead"] == "subject")]
    counts = rows.groupby("year")["country"].nunique()
    full = [int(y) for y in counts.index[counts == len(CENTRAL_ASIA)]]
    if not full:
        return "By each partner's own statistics no earlier year is known with a lead in all five."
    first = rows.iloc[0]
    return (
        f"Measured by {_books('each', first)}, {name_of(str(first['subject']))} was ahead of "
        f"{with_article(str(first['rival']))} in all five at once in {year_words(full)} already; "
        f"“for the first time in {year}” can then only be meant in some other measure."
    )


def rival_union(history: pd.DataFrame) -> str:
    """Say how the EU, taken as one, compares wherever the data hold its figure."""
    rows = history[(history["rival"] == "EU27") & (history["lead"] != "unknown")]
    if rows.empty:
        return "The data hold no figure of the EU's trade to compare with."
    newest = rows.sort_values("year").groupby(["country", "books"], sort=False).tail(1)
    parts = [
        f"{name_of(str(r['country']))}, by {_books(str(r['books']), r)}: {describe(r)}"
        + (" (a doubtful figure)" if r["quality"] == "doubtful" else "")
        for r in newest.to_dict("records")
    ]
    return f"The EU taken as one can be compared only here: {'; '.join(parts)}."


def newest_leaders(history: pd.DataFrame) -> pd.DataFrame:
    """Return who was the largest of the partners compared, newest year of each country."""
    found = leaders(history)
    known = found[found["leader"] != "unknown"].sort_values("year")
    last = known.groupby(["country", "books"], sort=False).tail(1)
    order = {code: n for n, code in enumerate([*CENTRAL_ASIA, "CA5"])}
    last = last.assign(_n=last["country"].map(order)).sort_values(["_n", "books"])
    return last.assign(books=_books_column(last)).drop(columns="_n").reset_index(drop=True)


def lead_changes(history: pd.DataFrame) -> pd.DataFrame:
    """Return when the lead over Russia changed, country by country."""
    found = changes_of_lead(history)
    order = {code: n for n, code in enumerate([*CENTRAL_ASIA, "CA5"])}
    ranked = found.assign(_n=found["country"].map(order), books=_books_column(found))
    by = ["_n", "books", "year"]
    return ranked.sort_values(by, kind="stable").drop(columns="_n").reset_index(drop=True)


def weekdays(verdicts: pd.DataFrame) -> str:
    """Say what is wrong with the weekdays, and that the events themselves stand."""
    rows = verdicts[verdicts["kind"] == "event_weekday"]
    wrong = rows[rows["verdict"] == FAILS]
    if rows.empty:
        return "This document names no weekdays."
    if wrong.empty:
        return "The weekdays agree with the dates on record."
    others = verdicts[verdicts["kind"].isin(["event_issuer", "event_count", "event_gap"])]
    good = int((others["verdict"] == HOLDS).sum())
    return (
        f"{len(wrong)} of {len(rows)} weekdays do not agree with the dates on record; who met, how "
        f"many and in which order do in {good} of {len(others)} claims. {' '.join(wrong['reason'])}"
    )


def missing(verdicts: pd.DataFrame) -> str:
    """Say what would be needed to check what cannot be checked."""
    rows = verdicts[verdicts["kind"] == "not_checkable"]
    if rows.empty:
        return (
            "Every claim of this document has a test; where it gives no verdict, a figure is "
            "missing."
        )
    return f"No published figure could judge that {join([_inside(s) for s in rows['statement']])}."


def document_title(sources: pd.DataFrame, document: str) -> str:
    """Return how to speak of the announcement: its publisher and title, or its id."""
    rows = sources[sources["source_id"] == document]
    if rows.empty:
        return f"document {document}"
    row = rows.iloc[0]
    return f"“{row['title']}” ({row['publisher']})"


def year_of(claims: pd.DataFrame) -> int:
    """Return the newest year the claims are about."""
    periods = [text for text in claims["period"] if text]
    return max((int(text[:4]) for text in periods), default=2025)


def _verb(verdict: str, count: int) -> str:
    many = {HOLDS: "hold", WITHIN: "hold within rounding", FAILS: "do not hold"}
    if verdict == UNKNOWN:
        return "cannot be checked"
    if verdict == ANNOUNCED:
        return f"{'stands' if count == 1 else 'stand'} {ANNOUNCED}"
    return verdict if count == 1 else many[verdict]


def _books(books: str, row: Any) -> str:
    if books == "partner":
        if row["country"] in CENTRAL_ASIA:
            return "the country's own"
        return "the own statistics of the four that publish"
    names = [f"{with_article(str(row[who]))}'s" for who in ("subject", "rival")]
    return f"{join(names)} own statistics"


def _books_column(frame: pd.DataFrame) -> pd.Series[str]:
    return (
        frame["books"]
        .map({"partner": "the country's own", "each": "each partner's own"})
        .astype(str)
    )


def _names(codes: Sequence[str]) -> str:
    return join([name_of(code) for code in codes if code]) or "–"


def _inside(text: str) -> str:
    """Return a sentence as it stands inside another: first letter small unless it is a name."""
    first = text.split(" ")[0]
    keep = first.isupper() or first.rstrip("'s") in {"China", "Central", "Minister", "CATL", "Belt"}
    return text if keep else text[:1].lower() + text[1:]
