"""What branches in the sentences of the claim check; the others stand in its notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from catrade.charts import style
from catrade.pages import weights as weights
from catrade_build.calc.dependence import every_share
from catrade_build.cells.frames import join_ids
from catrade_build.claims import events, rank, trade
from catrade_build.claims.claims import counts, judge_claims, standings
from catrade_build.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    STANDINGS,
    UNKNOWN,
    WITHIN,
)
from catrade_build.claims.facts import amount, load_facts
from catrade_build.claims.rank import (
    both_known,
    lead_history,
    lead_words,
    led_everywhere,
)
from catrade_build.tables import as_of
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    flow_with,
    in_sentence,
    name_of,
    names_of,
)
from catrade_build.tables.policy import load_claims
from catrade_build.tables.trade import load_sources, read_table
from catrade_build.words import NUMBERS, capital, small, source_words
from catrade_build.words import years as year_words
from pagemill.project import current
from rounding.dates import date_interval
from rounding.formats import date, join, period
from rounding.told import Row, newest
from rounding.told import rows as rows_of

__all__ = ["counts", "events", "standings"]

#: Of a year in which neither of two partners is surely ahead: the hue of no country.
#: Each verdict with a sign, so that neither colour nor reading is needed to tell them apart.
SIGNS = dict(zip(STANDINGS, "✓≈○✗?", strict=True))
COLOURS = dict(zip(STANDINGS, style.VERDICT_COLOURS, strict=True))
_PROOF = {HOLDS: "proven", WITHIN: "too close to tell", FAILS: "refuted"}
#: What becomes of a rank, in a title that goes on with the rivals.
_RANKED = {HOLDS: "ahead of", WITHIN: "close to", FAILS: "not ahead of"}


def when_printed(claims: pd.DataFrame, document: str, file: str = "") -> pd.DataFrame:
    """Add how each claim stood by what was known when the announcement was printed.

    Parameters
    ----------
    claims
        Result of `claims.standings`.
    document, file
        The announcement, and the file of its claims.

    Returns
    -------
    `claims` plus `printed`: a standing, or "" where it is not known when that was.
    """
    day = printed_by(document)
    if day is None:
        return claims.assign(printed="")
    with as_of.holding(min(day, as_of.current() or day)):
        judged = judge_claims(load_claims(document, file or None)).verdicts
    then = standings(judged).set_index("claim_id")["standing"]
    return claims.assign(printed=claims["claim_id"].map(then))


def printed_by(document: str) -> dt.date | None:
    """Return the last day on which an announcement may have been printed, if that is known."""
    published = load_sources().set_index("source_id")["published"].get(document, "")
    return date_interval(published)[1] if published else None


def verdict_columns(document: str) -> dict[str, Any]:
    """Return the columns of verdicts: when the announcement was printed, and by the page's day.

    Where it is not known when that was, or the page is of a day by which it may not have been
    printed, there is one.

    Parameters
    ----------
    document
        The announcement.

    Examples
    --------
    >>> [head for head, _ in verdict_columns("dailymail-2026-01").values()]
    ['When printed', 'Now']
    >>> with as_of.holding(dt.date(2026, 1, 18)):
    ...     [head for head, _ in verdict_columns("dailymail-2026-01").values()]
    ['By 18 January 2026']
    """
    day, printed = as_of.current(), printed_by(document)
    columns = {"standing": (_by(day), signed)}
    if printed is None or (day and day < printed):
        return columns
    return {"printed": ("When printed", signed), **columns}


def _by(day: dt.date | None) -> str:
    return f"By {date(day.isoformat())}" if day else "Now"


def since_printed(claims: pd.DataFrame, document: str) -> str:
    """Say which verdicts are others than what was known when it was printed had led to.

    Parameters
    ----------
    claims
        Result of `when_printed`.
    document
        The announcement.

    Examples
    --------
    >>> claims = pd.DataFrame({"statement": ["China led", "Trade grew 12%", "Imports rose"],
    ...     "printed": ["cannot be checked", "does not hold", "cannot be checked"],
    ...     "standing": ["holds", "holds", "holds"]})
    >>> since_printed(claims, "dailymail-2026-01")  # doctest: +NORMALIZE_WHITESPACE
    'By what was known on 31 January 2026, when it was printed, 3 of 3 verdicts would differ.
    ? cannot be checked then, ✓ holds now: that China led; that imports rose.
    ✗ does not hold then, ✓ holds now: that trade grew 12%.'
    """
    day = printed_by(document)
    if day is None or (as_of.current() or day) < day:
        return ""
    other = claims.query("printed != standing")
    known_then = f"By what was known on {date(day.isoformat())}, when it was printed,"
    if other.empty:
        return f"{known_then} every verdict is the same."
    turns = other["printed"].map(signed) + " then, " + other["standing"].map(signed)
    today = small(_by(as_of.current()))
    changes = [
        f"{turn} {today}: that {'; that '.join(map(_inside, statements))}."
        for turn, statements in other["statement"].groupby(turns)
    ]
    many = f"{len(other)} of {len(claims)} verdicts would differ."
    return f"{known_then} {many} {' '.join(changes)}"


def signed(verdict: str) -> str:
    """Return a verdict with its sign in front, in few words for a table.

    Examples
    --------
    >>> signed("does not hold"), signed("as announced, not independently confirmed")
    ('✗ does not hold', '○ as announced')
    """
    return f"{SIGNS[verdict]} {verdict.split(',')[0]}" if verdict else "–"


def wrong(claims: pd.DataFrame) -> str:
    """Say in few words how many claims do not hold, and what these are about if that is one thing.

    Examples
    --------
    >>> wrong(pd.DataFrame({"standing": ["does not hold", "holds"], "topic": ["record", "trade"]}))
    '1 on meetings is wrong'
    """
    topics = claims.loc[claims["standing"] == FAILS, "topic"]
    subjects = [f" {_SUBJECTS[topic]}" for topic in topics.unique()]
    about = subjects[0] if len(subjects) == 1 else ""
    verb = "are" if len(topics) > 1 else "is"
    return f"{len(topics) or 'none'}{about} {verb} wrong"


#: What a claim may be about, as the figure names it.
_SUBJECTS = {
    "trade": "on trade",
    "record": "on meetings",
    "untestable": "of opinion",
}


def by_subject(claims: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims on each subject come to each verdict, in words besides.

    Parameters
    ----------
    claims
        Result of `claims.standings`, and `sources`: what each claim was judged by.

    Examples
    --------
    >>> standings = ["holds", "does not hold", "holds"]
    >>> some = pd.DataFrame({"topic": "trade", "standing": standings, "sources": ["a;b", "", "b"]})
    >>> by_subject(some).values.tolist()[0]
    ['3 on trade', 'holds', 2, '✓ 2 hold', 'a;b']
    """
    rows = []
    for topic, subject in _SUBJECTS.items():
        those = claims[claims["topic"] == topic]
        for verdict in STANDINGS:
            own = those.query("standing == @verdict")
            if len(own):
                words = f"{SIGNS[verdict]} {counts(own['standing'])}"
                ids = join_ids(filter(None, own["sources"]))
                rows.append([f"{len(those)} {subject}", verdict, len(own), words, ids])
    return pd.DataFrame(
        rows, columns=["subject", "verdict", "claims", "words", "sources"]
    )


def that_matter(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims an announcement is quoted for, and one that does not hold, with a reason.

    Parameters
    ----------
    claims
        Result of `claims.standings`.

    Returns
    -------
    DataFrame
        At most four of its rows: its first figure, the two claims on rank, the first claim that
        does not hold; `reason` is the first sentence of it.
    """
    ranks = _ranks(claims).drop_duplicates("kind")
    wrong = claims.query("standing == @FAILS")
    rows = pd.concat([_figures_of_trade(claims).head(1), ranks, wrong.head(1)])
    rows = rows.drop_duplicates("claim_id")
    firsts = rows["reason"].str.partition("; to ")[0].str.partition(". ")[0]
    return rows.assign(reason=firsts.str.rstrip(".") + ".")


def title(claims: pd.DataFrame) -> str:
    """Return the title of a document's page: what becomes of its totals and of its rank.

    Parameters
    ----------
    claims
        Result of `claims.standings`.
    """
    first = newest(_decided(claims))
    if not first:
        return f"{len(claims)} claims checked: {counts(claims['standing'])}"
    subject, rivals = name_of(first.subject), _rivals(first)
    proof = _PROOF.get(first.standing)
    if first.scope == "each":
        held = len(_held(claims))
        if proof or not held:
            return f"{subject} first in all five? {capital(proof or 'unproven')}"
        states, rest = NUMBERS[held], NUMBERS[len(CENTRAL_ASIA) - held]
        return f"{subject} led {rivals} in {states} Central Asian states, {rest} open"
    standings = set(_figures_of_trade(claims)["standing"])
    match = "totals hold"
    if FAILS in standings:
        match = "totals differ"
    elif UNKNOWN in standings:
        match = "totals open"
    elif ANNOUNCED in standings:
        match = "totals as announced"
    announced = f"{subject}’s {first.period} trade announcement"
    rank_is = f"{_RANKED[first.standing]} {rivals}" if proof else "rank unproven"
    if not standings:
        return f"{announced}: {rank_is}"
    return f"{announced}: {match}, {rank_is}"


def totals(claims: pd.DataFrame) -> str:
    """Say what the figures announced come to, where the title does not.

    Parameters
    ----------
    claims
        Result of `claims.standings`.
    """
    figures = _figures_of_trade(claims)
    if figures.empty:
        return "The document gives no figure of trade."
    # That they are as announced the title says already.
    if set(figures["standing"]) == {ANNOUNCED}:
        return ""
    return f"Figures of trade: {counts(figures['standing'])}."


def _figures_of_trade(claims: pd.DataFrame) -> pd.DataFrame:
    return claims[claims["kind"].isin(trade.TESTS)]


def headline(claims: pd.DataFrame, history: pd.DataFrame, year: int) -> str:
    """Say what becomes of the claim the announcement is quoted for, and what is known of before.

    Parameters
    ----------
    claims
        Result of `claims.standings`.
    history
        Rows of `leads` for one rival.
    year
        The year the claim is about.
    """
    claim = newest(_ranks(claims).head(1))
    if not claim:
        return ""
    of_region = history.query("country == @claim.partner and books == 'partner'")
    led = of_region.query("leader == subject and year < @year")
    rival = in_sentence(newest(led).rival) if len(led) else ""
    before = f"it led {rival} in {year_words(led['year'])}" if rival else ""
    if claim.scope == "each":
        before = _ahead_in_all(both_known(history[history["year"] < year]))
    stands = "stands " if claim.standing == ANNOUNCED else ""
    text = f"That {_inside(claim.statement)} {stands}{claim.standing}"
    text = f"{text}; {before}." if before else f"{text}."
    # What can be shown stands first, then the claim that cannot.
    lead = newest(both_known(of_region[of_region["year"] == year]))
    if lead and newest(_decided(claims)).kind != claim.kind:
        text = f"{_told_lead(lead)}. {text}"
    if held := _held(claims):
        text = (
            f"Figures for {year} show {in_sentence(claim.subject)} ahead of "
            f"{_rivals(claim)} in {join(held)}. {text}"
        )
    return text


def _told_lead(lead: Row) -> str:
    """Say by how much the subject led a rival in a year, and whose trade is not counted."""
    text = (
        f"By the countries’ own figures {in_sentence(lead.subject)} led {in_sentence(lead.rival)}"
        f" in trade in {lead.year}: {amount(lead.ours)} to {amount(lead.theirs)}"
    )
    if lead.coverage != "goods":
        parts = lead.ours.get("parts", [])
        whose = [row["reporter"] for row in parts if row["coverage"] != "goods"]
        owner = f"{names_of(whose)}’s " if whose else ""
        text += f", {owner}with services"
    if lead.missing:
        text += f", without {names_of(lead.missing.split(';'))}"
    return text


def _decided(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claim on rank that the announcement is quoted for; one that is decided first.

    Of a row each for "became the largest" and "is the largest" the figures may decide one alone.
    """
    ranks = _ranks(claims)
    first = ranks.head(1)
    same = ranks.query("partner in @first.partner and scope in @first.scope")
    same = same.query("standing in @_PROOF")
    return pd.concat([same, first]).head(1)


def _held(claims: pd.DataFrame) -> list[str]:
    """Return the single countries of which the figures show the subject ahead."""
    ranks = _ranks(claims)
    ranks = ranks[ranks["terms"].isin(ranks["terms"].head(1))]
    held = ranks.query("standing == @HOLDS and partner in @CENTRAL_ASIA")["partner"]
    return [name_of(code) for code in held.unique()]


def _rivals(claim: Row) -> str:
    return names_of([code.strip() for code in claim.terms.split(";")])


def _ranks(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims on rank, those first that the announcement is quoted for."""
    rows = claims[claims["kind"].isin(rank.TESTS)]
    # became_largest before rank_among_partners
    return rows.sort_values("kind", kind="stable")


def _ahead_in_all(earlier: pd.DataFrame) -> str:
    """Say in which years each partner's own statistics show the lead everywhere."""
    leads = earlier.query("country in @CENTRAL_ASIA and books == 'each'")
    led = led_everywhere(leads, len(CENTRAL_ASIA))
    years = year_words(year for year, in_all in led.items() if in_all)
    if not years:
        return ""
    rival = in_sentence(rows_of(leads)[0].rival)
    return f"by its and {rival}’s statistics it led in all five in {years}"


def leads(end: int) -> pd.DataFrame:
    """Return who was the larger partner by year, China or Russia and the EU, by either side."""
    facts = load_facts()
    rivals = ["RUS", "EU27"]
    return pd.concat(
        lead_history(facts, rivals=rivals, end=end, books=books)
        for books in ("each", "partner")
    )


def own_shares(end: int) -> pd.DataFrame:
    """Return the shares of China and Russia in all trade of a country, by its own statistics.

    Returns
    -------
    DataFrame
        Two rows a country, of its newest year with all three totals up to `end`: label (the
        country and the year), reporter, country, period, other, share with share_low and
        share_high, coverage, sources.

    Examples
    --------
    Uzbekistan's 12.4 of 65.9 billion of one release, services in both: Review.uz prints 18.9%.

    >>> shares = own_shares(2024).query("country == 'UZB' and other == 'CHN'")
    >>> shares["share"].round(3).item(), shares["share_high"].round(3).item()
    (0.188, 0.189)
    """
    shares = pd.concat(map(every_share, ("CHN", "RUS")))
    own = shares.query(
        "reporter == country and reporter in @CENTRAL_ASIA and @end - 10 < year <= @end"
    )
    partners = own.groupby(["reporter", "year"])["partner"]
    own = own[partners.transform("nunique") == 2]
    newest_year = own.groupby("reporter")["year"].transform("max")
    own = own[own["year"] == newest_year].sort_values(["reporter", "partner"])
    own["label"] = own["reporter"].map(name_of) + ", " + own["period"]
    columns = "label reporter country period other share share_low share_high coverage sources"
    return own.rename(columns={"partner": "other"})[columns.split()]


def others_print(shares: pd.DataFrame) -> str:
    """Say which of the shares others print otherwise for the same year.

    Parameters
    ----------
    shares
        Result of `own_shares`.
    """
    printed = read_table("trade_shares").query("flow == 'total'")
    printed = printed.rename(columns={"partner": "other", "share": "printed"})
    same = ["reporter", "period", "other"]
    both = shares.merge(printed, on=same, suffixes=("", "_printed"))
    agrees = both["printed"].between(both["share_low"], both["share_high"])
    return " ".join(
        f"{source_words()[row.sources_printed]['publisher']} prints {row.printed:.1%} for "
        f"{name_of(row.other)} in {row.label}, of a total it does not give."
        for row in rows_of(both[~agrees])
    )


def next_largest(history: pd.DataFrame) -> str:
    """Say how a rival other than Russia compares wherever the data hold its figure."""
    last = both_known(history).drop_duplicates(["country", "books"], keep="last")
    parts = [
        f"in {name_of(lead.country)} by {_whose(lead)}, {lead_words(lead)}"
        for lead in rows_of(last)
    ]
    return f"{join(parts) or 'For no country is there a figure to compare'}."


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
    source = source_words().get(document)
    if source is None:
        return f"document {document}"
    # Without what stands in brackets: the language, who else printed it.
    title = source["title"].partition(" (")[0]
    publisher = source["publisher"].partition(" (")[0]
    return f"“{title}” ({publisher})".replace("'", "’")


def reviews(claims: pd.DataFrame, document: str) -> Iterator[dict[str, Any]]:
    """Yield a schema.org `ClaimReview` of each claim that figures or records can judge.

    The rating is a verdict in words, never a number of stars; what both sides' statistics say is
    its text.

    Parameters
    ----------
    claims
        Result of `claims.standings`.
    document
        Id of the announcement.

    Examples
    --------
    >>> claim = {"statement": "It grew", "topic": "trade", "standing": "holds", "reason": "It did."}
    >>> (review,) = reviews(pd.DataFrame([claim]), "of my own")
    >>> review["claimReviewed"], review["reviewRating"]["alternateName"]
    ('It grew', 'holds')
    """
    source = source_words().get(document, {})
    publisher = {"@type": "Organization", "name": source.get("publisher")}
    printed = {
        "@type": "CreativeWork",
        "name": source.get("title"),
        "url": source.get("url"),
        "datePublished": source.get("published"),
        "publisher": publisher,
    }
    item = {"@type": "Claim", "author": publisher, "appearance": printed}
    places = {"trade": "#claims-on-trade", "record": "#claims-on-meetings"}
    for claim in claims[claims["topic"].isin(places)].to_dict("records"):
        review = {
            "@type": "ClaimReview",
            "url": places[claim["topic"]],
            "author": {"@type": "Organization", "name": current().creator},
            "claimReviewed": claim["statement"],
            "reviewRating": {"@type": "Rating", "alternateName": claim["standing"]},
            "reviewBody": claim["reason"],
        }
        yield {**review, "itemReviewed": item} if source else review


def every_evidence(document: str) -> pd.DataFrame:
    """Return every figure and record that the claims of a document, or all, were judged by.

    Returns
    -------
    DataFrame
        One row a claim, cell and figure, with all sources that print it: announcement (who printed
        it), statement, what, period, figure, basis, used (whether one of them is the one chosen),
        sources.
    """
    rows = judge_claims(load_claims(None if document == "all" else document)).evidence
    records = rows.to_dict("records")
    rows = rows.assign(
        announcement=[
            source_words()[row["document"]]["publisher"].partition(" (")[0]
            for row in records
        ],
        statement=rows["number"] + ". " + rows["statement"],
        what=[_what(row) for row in records],
        period=[
            date(row["period"]) if row["item"] else period(row["period"])
            for row in records
        ],
        figure=[_figure(row) for row in records],
        basis=rows["basis"].str.replace("_", " "),
    )
    # Of each cell the chosen row comes first.
    same = ["announcement", "statement", "what", "period", "figure"]
    how: dict[str, Any] = {"basis": "first", "used": "any", "sources": join_ids}
    cells = rows.groupby(same, sort=False, as_index=False).agg(how)
    return cells.assign(used=cells["used"].map({True: "yes", False: "no, differs"}))


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    if row["item"]:
        return str(row["item"])
    flow = flow_with(row["flow"], in_sentence(row["partner"]))
    return f"{name_of(row['reporter'])}: {flow}"


def _figure(row: Mapping[Any, Any]) -> str:
    if row["amount"]:
        has_services = row["coverage"] in ("goods_and_services", "mixed")
        services = " with services" if has_services else ""
        return f"{row['amount']}{services}"
    if pd.isna(row["value"]):
        return "–"
    return f"{row['value']:,.10g} {row['unit']}"


def _whose(lead: Row) -> str:
    if lead.books == "partner":
        if lead.country in CENTRAL_ASIA:
            return "the country’s own"
        return "the four publishing countries’ own"
    return (
        f"{in_sentence(lead.subject)}’s and {in_sentence(lead.rival)}’s own statistics"
    )


def _inside(text: str) -> str:
    """Return a sentence as it stands inside another: first letter small unless it is a name."""
    first = text.split(" ")[0]
    names = ("China", "Central", "Minister", "Belt")
    if not first.isupper() and first.rstrip("'s’") not in names:
        text = small(text)
    return text.replace("'", "’")
