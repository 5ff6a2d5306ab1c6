"""Goods of a flow, and single figures published on goods, as an analyst asks for them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import pandas as pd

from catrade.asked import (
    FLOWS_OF_TOTAL,
    dated,
    ends_of,
    flows_of,
    from_both_sides,
    pairs_of,
    with_gaps,
    years_of,
)
from catrade_build.edition import table
from catrade_build.frames import is_in
from catrade_build.tables import as_of
from catrade_build.tables.definitions import PARTIAL, choices
from catrade_build.tables.goods import BACI
from catrade_build.tables.names import (
    FLOWS,
    MIRROR_FLOW,
    flow_with,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.tables.trade import described, select, several
from rounding.errors import ParameterError, choice_error, did_you_mean

LEVELS = ["chapter", "section", "group", "wits", "sitc", "heading", "single"]
#: Levels of which some goods of a flow are held, never all.
_SOME = ["heading", "single"]
#: What `goods` and `facts` show first, and alone unless all is asked for.
_GOODS = """country year {period} flow goods value share low high share_low share_high currency
    mirror code level sources reporter partner exporter importer"""
_FACTS = """country period flow item figure value unit growth share low high quality topic
    sources reporter partner"""
#: Whose flow it is.
_SIDE = ["reporter", "partner", "flow"]


def goods(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    only: int | str | Sequence[int | str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    book: str | None = None,
    level: str = "chapter",
    full: bool = False,
) -> pd.DataFrame:
    """Return what is traded: one row a good, flow and year.

    Parameters
    ----------
    partner, start, end
        As of `ct.trade`.
    flow
        export or import, or both, as the reporter sees them; by default both.
    only
        One good or several: a code ("87", 87) or a name as in the column goods ("Road vehicles").
    reporter
        Whose trade, by its own statistics, as of `ct.trade`. By default China's; where these list
        no goods of a flow the other side's, and a warning says so: the column flow is as the
        reporter of the row sees it.
    book
        "BACI" is the same trade as CEPII reconciles both sides' statistics (`catrade fetch baci`).
    level
        chapter, section or group (of chapters) of the Harmonized System; wits, the World Bank's 16
        groups, of which 2023 is held for all five in both sides' statistics; sitc, UNCTAD's
        sections of 1995, 2005 and 2015 (reporter "UNCTAD" in the result); heading (four digits) or
        single: some goods of a flow, so that no share can be taken of them.
    full
        Whether to return all columns of the edition's table `goods` (docs/edition.md): the other
        side's figure and the gap to it, pieces, the flow's own total, the edition of the codes.

    Returns
    -------
    DataFrame
        country (the partner's name), year, period where the newest is of some months, flow, goods
        (the name), value in billions of dollars,
        share in the flow's goods (a fraction), low, high, share_low, share_high, currency, mirror
        (the other side's figure), code, level, sources, reporter, partner, exporter, importer; the
        largest good of a year first. A flow or year that was asked for and is not held is a row
        with NaN, and a warning says what is.

    Raises
    ------
    ParameterError
        If a name, flow, level or year is unknown, or no such good is listed.

    Examples
    --------
    >>> import catrade as ct
    >>> vehicles = ct.goods("Uzbekistan", "export", 87, start=2023, end=2024)
    >>> vehicles[["year", "goods", "share"]].round(2).to_numpy().tolist()
    [[2023, 'Road vehicles', 0.25], [2024, 'Road vehicles', 0.2]]

    As Uzbekistan counts them, they are imports:

    >>> own = ct.goods("China", "import", 87, 2024, 2024, reporter="Uzbekistan")
    >>> own[["reporter", "flow", "value"]].round(2).to_numpy().tolist()
    [['UZB', 'import', 1.68]]
    """
    first, last = years_of("goods", start, end)
    flows = flows_of(flow, FLOWS_OF_TOTAL, FLOWS_OF_TOTAL)
    if level not in LEVELS:
        raise choice_error("level", level, LEVELS)
    if book not in (None, BACI):
        raise choice_error("book", book, [BACI])
    rows = table("goods")
    rows = rows[rows["level"] == level]
    if level not in _SOME:
        rows = rows[rows["coverage"] != PARTIAL]
    rows = rows.rename(columns={"reporter": "book"}).assign(flow="export")
    sides = from_both_sides(rows)
    asked = pairs_of(partner, reporter)
    asked = asked.merge(pd.Series(flows, name="flow"), "cross")
    if reporter is None and book is None:
        asked = _other_side_where_alone(asked, sides)
    whose = book or ("UNCTAD" if level == "sitc" else None)
    sides = sides[sides["book"] == (whose or sides["reporter"])]
    if "all" in {*asked["partner"]}:
        held = sides.merge(asked[["reporter", "flow"]])[_SIDE].drop_duplicates()
        asked = held.assign(country=held["partner"]).sort_values(_SIDE)
    is_sale = asked["flow"] == "export"
    asked["exporter"] = asked["reporter"].where(is_sale, asked["partner"])
    asked["importer"] = asked["partner"].where(is_sale, asked["reporter"])
    found = asked.merge(sides)
    if partner is not None:
        _warn_of_none(asked, found, rows, level, book)
    if only is not None:
        found = _only(found, only)
    found = select(found, first, last)
    found = with_gaps(found, asked, first, last, rows)
    found = found.drop(columns="book")
    found["reporter"] = whose or found["reporter"]
    found["currency"] = "USD"
    found["country"] = found["country"].map(name_of)
    found["period"] = found["period"].where(
        found["period"] != "", found["year"].astype(str)
    )
    is_yearly = found["period"].str.fullmatch(r"\d{4}").all()
    shown = _GOODS.format(period="" if is_yearly else "period")
    return described(found, "composition", "USD billion", shown, full=full, freq="year")


def _other_side_where_alone(asked: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """Let the other side report the flows that it alone lists, and warn of it."""
    ours = sides[sides["book"] == sides["reporter"]]
    theirs = sides[sides["book"] == sides["partner"]]
    is_theirs = is_in(asked, theirs, _SIDE) & ~is_in(asked, ours, _SIDE)
    told = []
    for reporter, partner, flow in asked.loc[is_theirs, _SIDE].to_numpy():
        sold = flow_with(MIRROR_FLOW[flow], in_sentence(reporter))
        told.append(f"{possessive(in_sentence(partner))} of its {sold}")
    if told:
        message = "China’s statistics list no goods of these flows, so they are "
        warnings.warn(message + "; ".join(told), stacklevel=4)
    seen = asked.rename(columns={"reporter": "partner", "partner": "reporter"})
    seen["flow"] = seen["flow"].map(MIRROR_FLOW)
    return pd.concat([asked[~is_theirs], seen[is_theirs]]).sort_index()


def _warn_of_none(
    asked: pd.DataFrame,
    found: pd.DataFrame,
    rows: pd.DataFrame,
    level: str,
    book: str | None,
) -> None:
    """Warn of flows that no table lists by the side asked for, and say what there is."""
    none = asked[~is_in(asked, found, _SIDE)]
    if none.empty:
        return
    none = none.assign(book=book or none["reporter"])
    message = f"no table lists, by {level}, the goods from {_flows_by(none)}"
    places = {*none["exporter"], *none["importer"]} - {"CHN"}
    near = rows[rows["exporter"].isin(places) | rows["importer"].isin(places)]
    if len(near):
        message += f"; there is {_flows_by(near)} (say reporter=)"
    if book:
        seller, buyer = none[["exporter", "importer"]].iloc[0]
        message += f"; catrade fetch baci --pair {seller}-{buyer} brings it"
    elif level == "chapter":
        message += "; level='wits' has the World Bank's groups of all five"
    warnings.warn(message, stacklevel=4)


def _flows_by(rows: pd.DataFrame) -> str:
    flows = rows[["exporter", "importer", "book"]].drop_duplicates().to_numpy()
    return "; ".join(
        f"{name_of(seller)} to {in_sentence(buyer)} by {name_of(book)}"
        for seller, buyer, book in flows
    )


def _only(rows: pd.DataFrame, asked: int | str | Sequence[int | str]) -> pd.DataFrame:
    """Return the rows of goods by code or name; a sentence if a table has none of these."""
    names = rows["goods"].str.casefold()
    is_asked = pd.Series(False, rows.index)
    for name in several(asked):
        text = name.strip().casefold()
        is_it = rows["code"].isin([text, text.zfill(2)]) | (names == text)
        if len(rows) and not is_it.any():
            raise _no_such_goods(name, rows)
        is_asked |= is_it
    return rows[is_asked]


def _no_such_goods(asked: str, rows: pd.DataFrame) -> ParameterError:
    """Return the error for goods of no table: the nearest name, or where else to look."""
    hint = did_you_mean(asked, rows["goods"].unique())
    hint += f"; ct.search({asked!r}) says what is held of it"
    if asked.isdigit():
        hint = "; a year is start= or end=, and headings of four digits are level='heading'"
    return ParameterError(
        f"no goods of this flow are called {asked!r}{hint}; without a name the column goods lists "
        "all"
    )


def facts(
    partner: str | Sequence[str] | None = "all",
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    topic: str | Sequence[str] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return single figures published on goods, such as gold, where no table lists the goods.

    Parameters
    ----------
    partner, start, end, reporter
        As of `ct.trade`; by default all with whom China trades. "Central Asia" is what is said of
        the region.
    flow
        export, import or total (trade both ways), as the reporter sees them; by default all.
    topic
        gold, gas, vehicles, machinery, textiles, farm_goods, metals, chemicals, energy, all_goods,
        structure_statement (words without numbers) or other, or several; by default all.
    full
        Whether to return all columns of the edition's table `facts` (docs/edition.md).

    Returns
    -------
    DataFrame
        country (the partner's name), period, flow, item, figure (in words), value, unit (USD, CNY,
        t or units: it differs from row to row), growth and share (fractions; what is not published
        is NaN), low, high, quality (`ok`, or `doubtful`), topic, sources, reporter (whose trade it
        is; who published it say the sources), partner.

    Raises
    ------
    ParameterError
        If a name, flow, topic or period is unknown, or nothing of that is published: the sentence
        says on what there is.

    Examples
    --------
    >>> import catrade as ct
    >>> gold = ct.facts("Kyrgyzstan", "import", 2025, topic="gold")
    >>> gold[["value", "unit", "share"]].round(3).to_numpy().tolist()
    [[4950000000.0, 'USD', 0.945]]
    """
    first, last = ends_of(start, end)
    flows = flows_of(flow, FLOWS, FLOWS)
    pairs = pairs_of(partner, reporter)
    rows = table("facts")
    rows = from_both_sides(rows)
    if "all" in {*pairs["partner"]}:
        rows = rows[rows["reporter"].isin(pairs["reporter"])]
    else:
        rows = rows.merge(pairs[["reporter", "partner"]])
    topics = ", ".join(rows["topic"].unique()) or "nothing between these"
    held = f" of {rows['period'].min()} to {rows['period'].max()}" if len(rows) else ""
    asked = {"topic": (topic, choices("topics")), "flow": (flows, flows)}
    rows = select(rows, first, last, **asked)
    # As of a day in the past nothing may be known yet: that is no mistake.
    if rows.empty and not as_of.current():
        raise ParameterError(
            f"no single figures of that are published: there is {topics}{held}; "
            "ct.facts() lists all"
        )
    rows = dated(rows).assign(country=rows["partner"].map(name_of))
    rows = rows.sort_values(["date", "reporter", "partner"], kind="stable")
    return described(rows, "highlights", None, _FACTS, full=full)
