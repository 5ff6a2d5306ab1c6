"""Loaders of what trade consists of: chapters, headings, published groups, single facts."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any, Literal

import pandas as pd

from catrade_build.tables import as_of
from catrade_build.tables.definitions import CELLS_MISSING, PARTIAL, choices, meanings
from catrade_build.tables.trade import (
    by_source,
    published_interval,
    read_fetched,
    read_table,
    state_of_files,
    with_time,
)
from catrade_build.tables.weights import sound_weights

#: What tells the tables of goods apart: a flow of one year in one side's statistics.
FLOW_YEAR = ["exporter", "importer", "reporter", "year"]
#: Whose figures CEPII's BACI are: neither side's.
BACI = "BACI"
_COVERAGE = ("complete", CELLS_MISSING, PARTIAL)
#: A chapter left out by a `CELLS_MISSING` source is worth less than this on the Chinese side.
CELL_THRESHOLD_USD = 100_000.0
#: Of each level the columns that hold the code of the goods and their name.
NAMED = {
    "chapter": ("hs_chapter", "short_name"),
    "section": ("section", "section_short"),
    "group": ("group", "group_name"),
    "wits": ("wits_group", "wits_name"),
    "sitc": ("code", "label"),
}
#: Of a chapter its code and name, and those of what it is part of.
_NAMES = ["hs_chapter", "short_name", "section", "section_short", "group", "group_name"]
# 98 is left to national use: no source lists it.
_LISTABLE = len(choices("chapters")) - 1
_HALF_DOLLAR = 0.5
_VALUES = ["value_usd", "low_usd", "high_usd"]
#: What goods weigh, and the value of those of which that is known.
_WEIGHTS = ["net_weight_t", "weighed_usd"]


def load_hs_chapters() -> pd.DataFrame:
    """Return the chapters of the Harmonized System, one row a chapter.

    Returns
    -------
    DataFrame
        hs_chapter, chapter_name, short_name (for charts), section ("01" to "21", "99" outside),
        section_name, section_short, group, group_name, wits_group, high_tech, sources,
        group_source, high_tech_source.

    Notes
    -----
    High-tech goods cannot be told apart by chapter. `high_tech` is `core` for 84, 85 and 90, whose
    sum is an upper proxy for high-tech machinery, electronics and instruments: most of their goods
    are on no list of high technology, while some chemicals, medicines, aircraft and arms
    (`possible`) are.

    Examples
    --------
    >>> load_hs_chapters().query("hs_chapter == '87'")["group_name"].item()
    'Vehicles and transport'
    """
    names = {"chapter": "hs_chapter", "name": "chapter_name"}
    return read_table("hs_chapters").rename(columns=names)


def load_composition(
    level: Literal["chapter", "section", "group"] = "chapter",
    *,
    partial: bool = False,
    reconciled: bool = False,
) -> pd.DataFrame:
    """Return trade by chapter, section or commodity group: a row a flow, book, year and item.

    Parameters
    ----------
    level
        What a row is. Sections and groups are sums of chapters.
    partial
        Whether to use flows of which single chapters are held, or whose fetched chapters do not
        reach 99.5 per cent of the reported total (coverage `partial`): to compare them with the
        other side's, not as a structure.
    reconciled
        Whether to return CEPII's BACI, both sides' statistics reconciled, in the place of their
        own.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, the item (`hs_chapter`, `section` or `group`) and its
        name, value_usd, low_usd, high_usd, unlisted_usd, net_weight_t, weighed_usd (the value of
        which the weight is known), weight_doubt (why a weight is not used, see `sound_weights`),
        basis, coverage, sources, classification (HS edition such as "HS 2022"; empty if not
        known). A flow or year without a table has no rows; one of several tables has its complete
        one, then the newest.

        unlisted_usd is the most the flow may hold in cells its source leaves out: what is missing
        to the published total or, where none is published, 100,000 dollars for each chapter left
        out. Above chapters, high_usd allows for the chapters left out.

    Examples
    --------
    >>> frame = load_composition("section").query("exporter == 'KAZ' and year == 2024")
    >>> frame.loc[frame["value_usd"].idxmax(), "section_short"]
    'Minerals and fuels'
    """
    frame = _chapters(as_of.current(), state_of_files()).copy(deep=False)
    frame = frame[(frame["reporter"] == BACI) == reconciled]
    if not partial:
        frame = frame[frame["coverage"] != PARTIAL]
    if level != "chapter":
        frame = _summed(frame, *NAMED[level])
    order = [*FLOW_YEAR, NAMED[level][0]]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def load_composition_groups(classification: str) -> pd.DataFrame:
    """Return published structure at other levels: SITC sections, largest chapters, single groups.

    A release is a source: of what was revised there are several rows.

    Parameters
    ----------
    classification
        SITC1 (of UNCTAD, complete for all ten flows of 1995, 2005 and 2015: not today's structure),
        HS2, WITS16 (product groups of 2023; see `load_product_groups`) or national.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, period, year, frequency, classification, code, label,
        value_usd, low_usd, high_usd (NaN where only the share is published), net_weight_t,
        weight_low, weight_high, weight_doubt (see `sound_weights`), share, share_low, share_high,
        share_basis, coverage, estimated, sources, note.
    """
    good = ["exporter", "importer", "reporter", "classification", "code", "label"]
    frame = with_time(sound_weights(read_table("composition_groups"), good))
    frame = frame[frame["classification"] == classification]
    low, high = published_interval(frame, "value_usd", "value_precision")
    half = frame["weight_precision"] / 2
    weight = frame["net_weight_t"]
    frame = frame.assign(weight_low=weight - half, weight_high=weight + half)
    frame = _with_share_bounds(frame.assign(low_usd=low, high_usd=high))
    return frame.reset_index(drop=True)


def load_highlights() -> pd.DataFrame:
    """Return single published facts on what is traded.

    Returns
    -------
    DataFrame
        exporter, importer ("CA5" is of the region, not of its members), flow (export, or total:
        trade both ways between the two), reporter (whose statistics, "" where that is not said),
        period, year, frequency, topic (gold, gas, vehicles, …;
        structure_statement is words without numbers), item, value, low, high, unit (USD, CNY, t,
        units), rounding, growth, growth_low, growth_high, share, share_low, share_high,
        share_basis, net_weight_t, sources, quality, quality_reason, note. What a source does not
        give is NaN. The unit differs from row to row.

    Examples
    --------
    >>> gold = load_highlights().query("exporter == 'KGZ' and topic == 'gold' and period == '2025'")
    >>> gold[["value", "share_low", "share_high"]].round(4).values.tolist()
    [[4950000000.0, 0.9435, 0.9465]]
    """
    frame = with_time(read_table("highlights"))
    low, high = published_interval(frame, precision="value_precision")
    half = frame["growth_precision"] / 2
    growth = {
        "growth_low": frame["growth"] - half,
        "growth_high": frame["growth"] + half,
    }
    frame = frame.assign(low=low, high=high, **growth)
    return _with_share_bounds(frame)


def within_a_dollar(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the bounds of values in whole dollars."""
    value = frame["value_usd"]
    low = (value - _HALF_DOLLAR).clip(lower=0)
    return frame.assign(low_usd=low, high_usd=value + _HALF_DOLLAR)


def _with_share_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    half = frame["share_precision"] / 2
    low = frame["share"] - half
    high = frame["share"] + half
    return frame.assign(share_low=low.clip(lower=0), share_high=high.clip(upper=1))


@functools.lru_cache(maxsize=8)
def _chapters(_day: dt.date | None, _state: object) -> pd.DataFrame:
    """Return rows of `composition` with names and bounds, one source a flow and year.

    Complete goes before incomplete, then the newest publication: chapters of two sources are never
    mixed. `unlisted_usd` is what a flow may hold besides.
    """
    total = [*FLOW_YEAR, "total_usd"]
    books: list[pd.DataFrame] = []
    for read in (read_table, read_fetched):
        totals = read("composition_totals")[total]
        book = read("composition").merge(totals, on=FLOW_YEAR, how="left")
        books.append(book.assign(of=book["sources"] if books else ""))
    rows = pd.concat(books, ignore_index=True)

    tables = rows.drop_duplicates([*FLOW_YEAR, "of"])
    tables = tables.assign(
        place=tables["coverage"].map(_COVERAGE.index),
        published=tables["sources"].map(by_source("published")),
    )
    order = ["place", "published", "of"]
    tables = tables.sort_values(order, ascending=[True, False, True])
    best = tables.drop_duplicates(FLOW_YEAR)
    rows = rows.merge(best[[*FLOW_YEAR, "of"]], on=[*FLOW_YEAR, "of"])

    rows = sound_weights(rows, [*FLOW_YEAR[:3], "hs_chapter"])
    weighed = rows["weighed_usd"].fillna(rows["value_usd"])
    rows["weighed_usd"] = weighed.where(rows["net_weight_t"].notna(), 0.0)
    values = rows.groupby(FLOW_YEAR)["value_usd"]
    gap = rows["total_usd"] - values.transform("sum")
    absent = _LISTABLE - values.transform("size")
    # A complete flow without a published total lacks nothing; of the bundled ones all have one.
    is_cut = rows["coverage"] == CELLS_MISSING
    bound = (absent * CELL_THRESHOLD_USD).where(is_cut, 0.0)
    rows["unlisted_usd"] = gap.clip(lower=0).fillna(bound).astype(float)
    names = load_hs_chapters()[_NAMES]
    return within_a_dollar(rows).merge(names, on="hs_chapter", how="left")


def _summed(chapters: pd.DataFrame, item: str, name: str) -> pd.DataFrame:
    """Return chapters added up to sections or groups."""
    carried = ["unlisted_usd", "basis", "coverage", "sources", "classification", name]
    summed = _added(chapters, item, carried, hs_chapter="size", weight_doubt="max")
    names = load_hs_chapters()
    size = names.loc[names["hs_chapter"] != "98", item].value_counts()
    absent = summed[item].map(size).astype(float) - summed["hs_chapter"]
    # The importer's value of a chapter the exporter's books leave out may be any part of the gap.
    unlisted = summed["unlisted_usd"]
    own = summed["reporter"] == summed["exporter"]
    own &= summed["coverage"] == CELLS_MISSING
    most = (absent * CELL_THRESHOLD_USD).where(own, unlisted)
    most = most.clip(upper=unlisted)
    summed["high_usd"] += most.where(absent > 0, 0.0)
    return summed


def _added(
    chapters: pd.DataFrame, item: str, carried: Iterable[str], **more: Any
) -> pd.DataFrame:
    rule = dict.fromkeys([*_VALUES, *_WEIGHTS], "sum") | dict.fromkeys(carried, "first")
    sums = chapters.groupby([*FLOW_YEAR, item], as_index=False).agg(rule | more)
    sums["net_weight_t"] = sums["net_weight_t"].where(sums["weighed_usd"] > 0)
    return sums


def load_product_groups() -> pd.DataFrame:
    """Return the structure by product group as a composition frame, all 16 groups a flow.

    China publishes it for all ten flows of 2023; Kyrgyzstan and Tajikistan for theirs, Uzbekistan
    for its exports. The groups are ranges of HS chapters of an older edition than chapter tables of
    today: the groups of two reporters may be compared, groups and chapters may not.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, wits_group (`01-05` to `90-99`), wits_name, value_usd
        (0 for a group without trade), low_usd, high_usd, coverage, sources.

    Examples
    --------
    >>> frame = load_product_groups().query("importer == 'KGZ' and reporter == 'CHN'")
    >>> frame = frame.set_index("wits_name")
    >>> len(frame), frame["value_usd"].idxmax(), f"{frame['value_usd'].max() / 1e9:.2f}"
    (16, 'Textiles and clothing', '8.08')
    """
    rows = load_composition_groups("WITS16")
    key = [*FLOW_YEAR, "wits_group"]
    held = rows.rename(columns={"code": "wits_group"})[[*key, *_VALUES]]
    named = meanings("wits_groups").items()
    groups = pd.DataFrame(named, columns=["wits_group", "wits_name"])
    flows = rows[[*FLOW_YEAR, "coverage", "sources"]].drop_duplicates(FLOW_YEAR)
    frame = flows.merge(groups, how="cross").merge(held, on=key, how="left")
    frame[_VALUES] = frame[_VALUES].fillna(0.0)
    return frame.sort_values(key, ignore_index=True)


def groups_of_chapters(chapters: pd.DataFrame) -> pd.DataFrame:
    """Add a table by HS chapter up to the 16 product groups, to stand beside the other side's.

    The chapters of today are not quite those of the bank's older edition: of China's exports to
    Uzbekistan in 2023, held both ways, the groups of more than $100 million differ by at most 1.7%.

    Parameters
    ----------
    chapters
        Rows of `load_composition` at the level of chapters, complete flows.

    Returns
    -------
    DataFrame
        As `load_product_groups` returns it, groups without trade left out.

    Examples
    --------
    >>> rows = load_composition().query("importer == 'KAZ' and year == 2023")
    >>> sums = groups_of_chapters(rows)
    >>> f"{sums.set_index('wits_group').loc['50-63', 'value_usd'] / 1e9:.2f}"
    '3.22'
    """
    named = load_hs_chapters().set_index("hs_chapter")["wits_group"]
    codes = named.str.partition("_")[0].replace("27-27", "27")
    rows = chapters.assign(wits_group=chapters["hs_chapter"].map(codes))
    sums = _added(rows, "wits_group", ["coverage", "sources"])
    return sums.assign(wits_name=sums["wits_group"].map(meanings("wits_groups")))
