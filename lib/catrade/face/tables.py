"""Goods, single facts, policy and claims, as analysts take them."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Collection, Sequence
from typing import Literal

import pandas as pd

from catrade.face.frames import codes_of, dated, one_code
from catrade_build.calc import in_force as policy
from catrade_build.calc.composition import share_in_flow as share_of_flow
from catrade_build.calc.concentration import LEVELS
from catrade_build.cells.frames import first_present
from catrade_build.cells.rows import FLOWS_OF_TOTAL
from catrade_build.claims.claims import SHOWN
from catrade_build.edition import table
from catrade_build.lists import figure_of
from catrade_build.tables import as_of
from catrade_build.tables.definitions import choices
from catrade_build.tables.goods import (
    BACI,
    NAMED,
    as_figures,
    best_table,
    load_composition,
    load_headings,
    load_highlights,
    load_hs_chapters,
    of_level,
)
from catrade_build.tables.names import CENTRAL_ASIA, code_of, is_known, name_of
from catrade_build.tables.policy import ARTICLE, load_claims, load_policy_events
from catrade_build.tables.trade import Codes, as_text, described, select, several
from catrade_build.verdicts import table_of
from rounding.errors import ParameterError, choice_error, did_you_mean, nearest

Level = Literal["chapter", "section", "group", "wits", "sitc", "heading"]

_HEADING = "heading"
#: The chapter that counts what people ask for by another word.
_CHAPTER = {
    "batteries": "85",
    "cars": "87",
    "coal": "27",
    "cotton": "52",
    "gas": "27",
    "gold": "71",
    "oil": "27",
    "phones": "85",
    "vehicles": "87",
}
#: The topic of single facts under which they stand.
_TOPIC = {"cars": "vehicles", "coal": "energy", "oil": "energy"}


def goods(
    partner: str | Sequence[str] = "KAZ",
    flow: str | Sequence[str] | None = None,
    only: int | str | Sequence[int | str] | None = None,
    start: int | None = None,
    end: int | None = None,
    *,
    reporter: str | None = None,
    level: Level = "chapter",
    nearest: bool = False,
) -> pd.DataFrame:
    """Return what is traded: one row a kind of goods, flow and year.

    Parameters
    ----------
    partner, flow
        As in `ct.trade`: a country or several by code or name; export or import as the reporter
        sees them, by default those of both that a table lists (a warning says which is not). Two
        countries are the one that sells
        and the one that buys: `ct.goods("KAZ", "CHN")`.
    only
        One kind of goods or several: a chapter of the Harmonized System (87, "87"), or a name as
        the column goods has it ("Road vehicles").
    start, end
        First and last year.
    reporter
        Whose statistics: "CHN", or the other country ("partner", or its code); by default China's
        where they are in the tables, else the other side's. "BACI" is CEPII's reconciliation of
        both sides' (`catrade fetch baci`), of any two countries.
    level
        HS chapters, HS sections (groups of chapters), 18 commodity groups; "wits", the World
        Bank's 16 groups, of which 2023 is held for all five in both sides' statistics; or "sitc",
        UNCTAD's sections of 1995, 2005 and 2015. "heading", four digits, is held of what
        Kyrgyzstan buys in China by its own statistics: the largest of 2025 alone (coverage
        `partial`), so without shares; with period, pieces, and watched, how many codes of the
        common high priority list a heading holds.
    nearest
        Whether to return, where there is no table of that reporter and level, the nearest there
        is: the other side's, what was fetched of BACI (reporter "BACI" asks for it first), the
        World Bank's groups; no rows where there is none, or none of these years.

    Returns
    -------
    DataFrame
        goods (name), year, value_bn (billions of US dollars), share (fraction of the flow's listed
        goods in that year), hs_chapter (text, with its leading zero), section, group, wits_group or
        code, exporter, importer, reporter, low_bn, high_bn, share_low, share_high, unlisted_bn (the
        most that may be missing), classification (edition of the HS, where it is known), sources.

    Raises
    ------
    ParameterError
        If no table has such a flow or such goods; the sentence names what there is.

    Examples
    --------
    >>> vehicles = goods("Uzbekistan", "export", 87, start=2023)
    >>> vehicles[["year", "goods", "share"]].round(2).values.tolist()
    [[2023, 'Road vehicles', 0.25], [2024, 'Road vehicles', 0.2]]
    >>> goods("China", "Uzbekistan", ["84", "road vehicles"], start=2024)["goods"].tolist()
    ['Machinery', 'Road vehicles']

    As Uzbekistan counts them, they are imports:

    >>> goods("Uzbekistan", "import", 87, reporter="partner")["reporter"].unique().tolist()
    ['UZB']
    """
    if str(level) not in (*NAMED, _HEADING):
        raise choice_error("level", level, (*NAMED, _HEADING))
    if reporter is not None:
        reporter = one_code("reporter", reporter, also=["partner", BACI])
    frames: list[pd.DataFrame] = []
    missing: list[ParameterError] = []
    years = (start, end) if nearest else None
    for seller, buyer in _directions(partner, flow, reporter):
        try:
            table = _table_of(seller, buyer, reporter, only, level, years)
            frames.append(select(_only(table, only), start, end))
        except ParameterError as error:
            missing.append(error)
    # Whoever asked for no flow takes those that there are.
    if missing and (flow is not None or not frames):
        raise missing[0]
    if missing:
        warnings.warn(f"only one flow is listed: {missing[0]}", stacklevel=2)
    shown = "goods year value_bn share"
    every = pd.concat(frames, ignore_index=True)
    return described(every, "composition", "USD billion", shown, full=True, freq="year")


def _directions(
    partner: Codes,
    flow: Codes,
    reporter: str | None,
) -> list[tuple[str, str]]:
    """Return who sells and who buys, flow by flow.

    Raises
    ------
    ParameterError
        If a country is unknown, or the flow is neither one nor a country.
    """
    asked = several(FLOWS_OF_TOTAL if flow is None else flow)
    flows = [code_of(name, FLOWS_OF_TOTAL) for name in asked]
    if len(flows) == 1 and is_known(code_of(flows[0])):
        return [(one_code("exporter", partner), one_code("importer", flows[0]))]
    for name in flows:
        if name not in FLOWS_OF_TOTAL:
            raise choice_error("flow", name, [*FLOWS_OF_TOTAL, "a country that buys"])
    home = "CHN" if reporter in (None, BACI) else reporter
    pairs = []
    for code in codes_of("partner", partner, ["KAZ"]):
        ours, theirs = (code, "CHN") if home in ("partner", code) else (home, code)
        of_flow = {"export": (ours, theirs), "import": (theirs, ours)}
        pairs += [of_flow[name] for name in flows]
    return pairs


def _table_of(
    seller: str,
    buyer: str,
    reporter: str | None,
    only: int | str | Sequence[int | str] | None,
    level: Level,
    nearest: tuple[int | None, int | None] | None,
) -> pd.DataFrame:
    """Return what a table lists of the goods that one country sells to another, with shares.

    Without one of that reporter and level the `nearest` of those years, where these are given.
    """
    if reporter == "partner":
        reporter = buyer if seller == "CHN" else seller
    if level == _HEADING:
        return _headings(seller, buyer, reporter)
    if nearest:
        side = reporter or "CHN"
        return _shared(best_table(seller, buyer, side, *nearest, level))
    asked = {"reporter": BACI} if reporter == BACI else {}
    rows = of_level(level, exporter=seller, importer=buyer, **asked)
    sides = rows["reporter"].unique().tolist()
    first = "CHN" if "CHN" in sides else next(iter(sides), "")
    side = first if reporter is None else reporter
    rows = rows[rows["reporter"] == side]
    if rows.empty and reporter == BACI:
        raise ParameterError(
            f"BACI's goods of this pair are not in the tables: catrade fetch baci --pair"
            f" {seller}-{buyer} brings them, once a release of CEPII's was fetched"
        )
    if rows.empty:
        raise _no_table(seller, buyer, reporter, only)
    return _shared(as_figures(rows, level))


def _headings(seller: str, buyer: str, reporter: str | None) -> pd.DataFrame:
    """Return what is held by heading of one flow; shares of a part are none."""
    every = load_headings()
    is_flow = (every["exporter"] == seller) & (every["importer"] == buyer)
    rows = every[is_flow & (every["reporter"] == (reporter or buyer))]
    # As of a day in the past nothing may be known yet: that is no mistake.
    if rows.empty and not as_of.current():
        raise ParameterError(
            f"no headings are held of what {name_of(seller)} sells to {name_of(buyer)}; there "
            f"is {', '.join(_flows_of(every))}"
        )
    return rows.assign(share=float("nan"))


def _flows_of(rows: pd.DataFrame, among: Collection[str] = ()) -> list[str]:
    """Name the flows that a table lists, those of some countries alone."""
    flows = rows[["exporter", "importer", "reporter"]].drop_duplicates()
    if among:
        flows = flows[flows["exporter"].isin(among) | flows["importer"].isin(among)]
    return [
        f"{seller} to {buyer} by {side}" for seller, buyer, side in flows.to_numpy()
    ]


def _no_table(
    seller: str, buyer: str, reporter: str | None, only: object
) -> ParameterError:
    """Return the error for a flow without a table of goods: what there is of either country."""
    pair = {seller, buyer}
    by = f" by the statistics of {name_of(reporter)}" if reporter else ""
    message = f"no table lists the goods from {name_of(seller)} to {name_of(buyer)}{by}"
    if flows := _flows_of(load_composition(), pair):
        message += f"; there is {', '.join(flows)}"
    if "CHN" in pair and pair & {*CENTRAL_ASIA}:
        message += ", and level='wits' has the groups of 2023"
    return ParameterError(f"{message}{_facts_on(only, seller, buyer)}")


def _only(
    frame: pd.DataFrame, asked: int | str | Sequence[int | str] | None
) -> pd.DataFrame:
    """Return the rows of the goods asked for by number or name; of None all.

    Raises
    ------
    ParameterError
        If the frame has rows, but none of some of these goods.
    """
    if asked is None or frame.empty:
        return frame
    item = first_present([*LEVELS, _HEADING], frame)
    codes, names = frame[item], frame["goods"].str.casefold()
    is_asked = names.isna()
    for name in several(asked):
        text = name.strip().casefold()
        is_it = codes.isin([text, text.zfill(2)]) | (names == text)
        if not is_it.any():
            raise _no_such_goods(name, frame, item)
        is_asked |= is_it
    return frame[is_asked]


def _shared(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of goods with their shares in their flow."""
    return frame if "share_low" in frame else share_of_flow(frame)


def _no_such_goods(asked: str, rows: pd.DataFrame, item: str) -> ParameterError:
    """Return the error for goods by a name of no table: what counts them, or the nearest name."""
    chapters = load_hs_chapters()
    chapter = _CHAPTER.get(asked.strip().casefold())
    own = chapters[chapters["hs_chapter"] == chapter]
    within = rows[item].isin(own.get(item, []))
    holder = rows.loc[within, "goods"].unique()
    if len(holder):
        hint = f"; they are counted within only={holder[0]!r}"
    else:
        hint = did_you_mean(asked, rows["goods"].unique())
    seller, buyer = rows[["exporter", "importer"]].iloc[0]
    return ParameterError(
        f"no goods of this flow are called {asked!r}{hint}"
        f"{_facts_on(asked, seller, buyer)}; without a name the column goods lists all"
    )


def _facts_on(asked: object, seller: str, buyer: str) -> str:
    """Return the end of a sentence that leads to single figures of these goods, if there are."""
    word = str(asked).strip().casefold()
    topic = _TOPIC.get(word, word)
    rows = load_highlights()
    is_flow = rows["exporter"].eq(seller) & rows["importer"].eq(buyer)
    if topic not in {*rows.loc[is_flow, "topic"]}:
        return ""
    return f"; single figures are in ct.facts({seller!r}, {buyer!r}, topic={topic!r})"


def facts(
    exporter: str | Sequence[str] | None = None,
    importer: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    topic: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return single figures published on goods, such as gold, where no table lists the goods.

    Parameters
    ----------
    exporter, importer
        Countries by code or name, or several; "Central Asia" is what is said of the region.
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    topic
        gold, gas, vehicles, machinery, textiles, farm_goods, metals, chemicals, energy, all_goods,
        structure_statement (words without numbers) or other, or several; by default all.

    Returns
    -------
    DataFrame
        item, exporter, importer, flow (export: sold by the exporter to the importer; total: trade
        both ways between the two), period, value, unit (USD, CNY, t or units: it differs from row
        to row), quality (`ok`, or `doubtful`: such figures stay out of calculations unless asked
        for) and quality_reason, growth, share (fractions; what is not published is NaN),
        share_basis (share of what), topic, date (first day of the year or last
        month), year, low, high,
        growth_low, growth_high, share_low, share_high, net_weight_t (tonnes), note, sources, figure
        (the amount, share or growth in words).

    Raises
    ------
    ParameterError
        If nothing of that is published; the sentence says on what there is.

    Examples
    --------
    >>> gold = facts("KGZ", "CHN", 2025, topic="gold")
    >>> gold[["value", "unit", "share"]].round(3).values.tolist()
    [[4950000000.0, 'USD', 0.945]]
    >>> cars = facts("CHN", "KGZ", 2024, topic="vehicles").query("net_weight_t > 0")
    >>> cars.assign(a_kilo=cars.value / cars.net_weight_t / 1000)[["a_kilo", "quality"]].round(2)
       a_kilo   quality
    0    6.19  doubtful
    1    5.67  doubtful
    2   12.23        ok
    """
    rows = load_highlights(exporter, importer, topic, start, end)
    # As of a day in the past nothing may be known yet: that is no mistake.
    if rows.empty and not as_of.current():
        has = load_highlights(exporter, importer)
        topics = ", ".join(has["topic"].unique()) or "nothing between these countries"
        raise ParameterError(
            f"no single figures of that are published: there is {topics}; "
            "ct.facts() lists all"
        )
    figures = [figure_of(row) for row in rows.to_dict("records")]
    rows = dated(rows).assign(figure=pd.array(figures, dtype=str))
    frame = rows.sort_values(["date", "exporter", "importer"], kind="stable")
    shown = """item exporter importer flow period value unit quality quality_reason growth share
        share_basis topic date year low high growth_low growth_high share_low share_high
        net_weight_t note sources figure"""
    return described(frame, "highlights", None, shown)


def policies(
    theme: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    search: str | Sequence[str] | None = None,
    jurisdiction: str | Sequence[str] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return policy events in order of date, one row a stage of a measure.

    Parameters
    ----------
    theme
        demand_support, industrial_policy, competition_order, technology, safety, trade,
        infrastructure, heavy_trucks, or several; by default all.
    start, end
        First and last year (2013), month ("2026-01") or day, both included.
    search
        Words that stand in the title, summary or issuers, in any case: "BYD"; of several all do.
    jurisdiction
        CHN, KAZ, KGZ, TJK, TKM, UZB, RUS, EAEU or EU, or several, or names; by default all.
    full
        Whether to return every column of the table `policy_events` besides, and `when`: the date
        as exact as it is known.

    Returns
    -------
    DataFrame
        date (the first day it may have been), title, jurisdiction, theme, landmark (a short name of
        about a dozen, else ""), stage, measure, last_date, quality, sources.

    Raises
    ------
    ParameterError
        If a theme, jurisdiction or time is unknown, or no event names the words searched for.

    Examples
    --------
    >>> day = pd.Timestamp("2014-01-27")
    >>> found = policies("demand_support", day, "2014-01", jurisdiction="China")
    >>> found[["date", "measure"]].astype(str).values.tolist()
    [['2014-01-27', 'purchase-subsidy']]
    >>> policies(search="byd", jurisdiction="Uzbekistan")["date"].dt.year.tolist()
    [2022, 2023, 2023, 2024, 2024]
    >>> policies(search=["byd", "joint venture"], jurisdiction="Uzbekistan")["title"].tolist()
    ['Joint venture of BYD and UzAuto registered in Uzbekistan']
    """
    themes = choices("themes")
    is_word = isinstance(theme, str) and theme != "all" and not nearest(theme, themes)
    if is_word and len(_with_words(load_policy_events(), str(theme))):
        raise ParameterError(
            f"theme must be one of {', '.join(themes)}; got {theme!r} "
            f"(did you mean search={theme!r}?)"
        )
    first, last = as_text(start, _DAY), as_text(end, _DAY)
    rows = load_policy_events(first, last, jurisdiction, theme)
    if search is not None:
        for words in several(search):
            rows = _with_words(rows, words)
        if rows.empty:
            raise ParameterError(
                f"no policy event of these themes, places and times has {search!r} in its "
                "title, summary or issuers"
            )
    frame = rows.rename(columns=_POLICY)
    shown = (
        "date title jurisdiction theme landmark stage measure last_date quality sources"
    )
    return described(frame, "policy_events", None, shown, full=full)


def _with_words(events: pd.DataFrame, words: str) -> pd.DataFrame:
    """Return the events in whose text some words stand."""
    columns = ["title_en", "title_zh", "measure_title", "summary", "issuers"]
    texts = map("\n".join, events[columns].to_numpy())
    return events.loc[[words.casefold() in text.casefold() for text in texts]]


_DAY = "%Y-%m-%d"
_POLICY = {
    "date": "when",
    "first_day": "date",
    "last_day": "last_date",
    "title_en": "title",
    "measure_id": "measure",
}


def in_force(
    day: str | datetime.date,
    *,
    theme: str | Sequence[str] | None = None,
    jurisdiction: str | Sequence[str] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return the rules in force on a day, one row a measure.

    Parameters
    ----------
    day
        A date or text such as "2026-01-14".
    theme, jurisdiction
        As in `ct.policies`.
    full
        Whether to return every column of `calc.in_force.policies_in_force` besides, such as the
        event that governs.

    Returns
    -------
    DataFrame
        title, jurisdiction, theme, status (`yes`, or `unknown` where a date is known only to its
        month or year), since, until (as exact as known; "" if no end is set), until_date (its last
        day, or NaT), next_change, measure, quality and quality_reason (of a day after the newest
        event of the register all are `doubtful`: what was decided since is not known), sources.

    Raises
    ------
    ParameterError
        If `day` is not one day.

    Examples
    --------
    >>> found = in_force("2026-01-14", jurisdiction="CHN").set_index("measure")
    >>> found.loc["purchase-tax", ["status", "until"]].tolist()
    ['yes', '2027-12-31']
    >>> later = in_force("2040-01-01", jurisdiction="CHN")
    >>> later["quality"].unique().tolist()
    ['doubtful']
    """
    # Of each measure all events count, also those under another theme.
    events = load_policy_events(jurisdiction=jurisdiction, theme=theme, whole=True)
    names = {"measure_id": "measure", "measure_title": "title"}
    frame = policy.policies_in_force(events, as_text(day, _DAY)).rename(columns=names)
    shown = """title jurisdiction theme status since until until_date next_change measure
        quality quality_reason sources"""
    return described(frame, "policy_events", None, shown, full=full)


def check_claims(
    document: str | pd.DataFrame = ARTICLE, *, file: str = "", full: bool = False
) -> pd.DataFrame:
    """Judge an announcement claim by claim, one row a claim and side.

    Parameters
    ----------
    document
        Id of an announcement of the table `claims`, or rows of that table.
    file
        A file of the same columns in place of that table: its path, or its name in `data/claims/`.
    full
        Whether to return every column of the edition's table `claims` besides: what each claim
        asks of whom, both intervals, the evidence, what stood when it was printed.

    Returns
    -------
    DataFrame
        number, statement, whose (statistics; "" for a claim about none), verdict (of that side's
        figures), standing (of the claim, all sides taken together), reason, sources.

    Raises
    ------
    ParameterError
        If there is no such document; the sentence names the nearest.

    Examples
    --------
    >>> found = check_claims("dailymail-2026-01")
    >>> found.loc[found["statement"].str.contains("12"), "verdict"].iloc[0]
    'holds'
    """
    if isinstance(document, pd.DataFrame):
        frame = table_of(document)
    elif file:
        frame = table_of(load_claims(document, file))
    else:
        load_claims(document)  # refuses what is none
        frame = table("claims").query("document == @document")
    return described(frame, "claims", None, SHOWN, full=full)
